"""However people write a number, it is one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants import phones

_SEPARATORS = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", "\u202f"])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("62812 3456 7890", "+6281234567890"),
        ("812 3456 7890", "+6281234567890"),
        ("+62 (0)812-3456-7890", "+6281234567890"),
        ("0062 81234567890", "+6281234567890"),
        ("\t0812.3456.7890 ", "+6281234567890"),
        ("(0274) 512345", "+62274512345"),
        ("+60 12-345 6789", "+60123456789"),
    ],
)
def test_spellings_of_one_number(written, number):
    assert phones.normalise(written) == number


@pytest.mark.parametrize(
    "text", ["", "0812", "0812CALLMENOW", "12345", "081234567890123456", "+", "٠٨١٢٣٤٥٦٧٨٩٠", "0812-3456-7890;ls", "+62\n812", "hp"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(phones.BadPhone):
        phones.normalise(text)


@given(
    subscriber=st.from_regex(r"8[1-9][0-9]{7,9}", fullmatch=True),
    prefix=st.sampled_from(["0", "+62", "62", "+62 0", "0062"]),
    separator=_SEPARATORS,
    every=st.integers(2, 5),
)
def test_every_spelling_of_a_mobile_number_is_the_same(subscriber, prefix, separator, every):
    parts = [subscriber[start : start + every] for start in range(0, len(subscriber), every)]
    assert phones.normalise(prefix + separator + separator.join(parts)) == f"+62{subscriber}"


@given(subscriber=st.from_regex(r"8[1-9][0-9]{7,9}", fullmatch=True))
def test_a_shown_number_reads_back_as_itself(subscriber):
    number = f"+62{subscriber}"
    assert phones.normalise(phones.formatted(number)) == number
    assert phones.normalise(number) == number


@given(text=st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text):
    try:
        number = phones.normalise(text)
    except phones.BadPhone:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert len(number) <= 16
    assert phones.normalise(number) == number
