"""Our references are found in what a bank made of them, and nothing else is."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.bank.statement_files import references

VILLAGES = st.from_regex(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}", fullmatch=True)
CYCLES = st.integers(1, 999_999_999)
REFERENCES = st.one_of(
    st.builds(lambda number, code: references.pay_in(cycle_number=number, village_code=code), CYCLES, VILLAGES),
    st.builds(lambda leg_id: references.leg(leg_id=leg_id), st.uuids()),
)
BLANKS = st.text(alphabet=" \t\r\n", max_size=2)


@given(number=CYCLES, code=VILLAGES)
def test_a_pay_in_reads_back(number, code):
    reference = references.pay_in(cycle_number=number, village_code=code)

    assert references.pay_in_of(reference=reference) == references.PayIn(number, code)
    assert references.leg_of(reference=reference) is None
    assert len(reference) <= 35


@given(leg_id=st.uuids())
def test_a_leg_reads_back(leg_id):
    reference = references.leg(leg_id=leg_id)

    assert references.leg_of(reference=reference) == leg_id
    assert references.pay_in_of(reference=reference) is None
    assert len(reference) == 29


def test_they_look_like_this():
    assert references.pay_in(cycle_number=7, village_code="34.02.15.2004") == "PS0007-3402152004"
    # The example of the ULID specification, which writes 128 bits the same way.
    assert references.leg(leg_id=uuid.UUID("01563e3a-b5d3-d676-4c61-efb99302bd5b")) == "PSL01ARZ3NDEKTSV4RRFFQ69G5FAV"


@given(data=st.data(), reference=REFERENCES, lower=st.booleans())
def test_it_is_found_however_it_is_broken_up(data, reference, lower):
    broken = "".join(sign + data.draw(BLANKS) for sign in reference[:-1]) + reference[-1]

    text = f"TRSF/0.00{broken.lower() if lower else broken}, terima kasih"

    assert references.find(text) == [reference]


@given(reference=REFERENCES, data=st.data())
def test_what_was_cut_off_is_not_completed(reference, data):
    kept = reference[: data.draw(st.integers(0, len(reference) - 1))]

    assert references.find(kept) == []
    assert references.find(f"BAYAR {kept}/RTGS") == []


@given(one=REFERENCES, other=REFERENCES)
def test_two_are_both_given(one, other):
    assert references.find(f"{one} DAN {other} dan lagi {one}") == list(dict.fromkeys([one, other]))


@given(text=st.text())
def test_any_text_can_be_searched(text):
    assert all(references.pay_in_of(reference=found) or references.leg_of(reference=found) for found in references.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PS007-3402152004",  # three digits are no cycle
        "PS00007-3402152004",  # we never write it so
        "PS0000-3402152004",
        "PS0007340215200",  # one digit lacks, and nothing says which
        "PS000073402152004",  # five digits of a cycle never begin with 0
        "PS0007-34021520041",
        "PS0007-3402152004X",
        "CAPS0007-3402152004",  # somebody else's numbering
        "PS0007-3402l52004",
        "PS٠٠٠٧-3402152004",
        "PSL01ARZ3NDEKTSV4RRFFQ69G5FA",
        "PSL01ARZ3NDEKTSV4RRFFQ69G5FAVV",
        "PSL01ARZ3NDEKTSV4RRFFQ69G5FAI",
        "PSL81ARZ3NDEKTSV4RRFFQ69G5FAV",  # over 128 bits
    ],
)
def test_what_only_looks_like_ours_is_not_ours(text):
    assert references.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "SETORAN PS0007 3402152004 GUWOSARI",
        "SETORAN PS00073402152004 GUWOSARI",
        "PS 0007 3402152004 20261128",
        "PS0007.3402152004",
        "ps0007/3402152004",
        "PS0007?3402152004",
        "PS0007\u22123402152004",
    ],
)
def test_any_sign_or_none_may_stand_for_the_hyphen(text):
    assert references.find(text) == ["PS0007-3402152004"]
    assert "3402152004" not in references.without(text)


@given(number=st.integers(10_000, 999_999_999), code=VILLAGES)
def test_the_last_ten_digits_are_the_village_also_of_a_long_cycle(number, code):
    reference = references.pay_in(cycle_number=number, village_code=code)

    assert references.find(reference.replace("-", "")) == [reference]


@pytest.mark.parametrize(
    "text", ["PS0007\u20133402152004", "ps0007 -\n3402152004 20260803", "KET:PS0007-3402152004.", "\u00a0PS0007-3402152004\u00a0"]
)
def test_these_are_ours(text):
    assert references.find(text) == ["PS0007-3402152004"]


def test_a_long_text_is_searched_quickly():
    assert references.find("PS" + "0 " * 200_000 + "-" + "1" * 200_000 + "PSL" * 100_000) == []


@pytest.mark.parametrize(("number", "code"), [(0, "34.02.15.2004"), (10**9, "34.02.15.2004"), (1, "3402152004"), (1, "F")])
def test_only_cycles_and_villages_have_a_reference(number, code):
    with pytest.raises(ValueError, match="is not"):
        references.pay_in(cycle_number=number, village_code=code)
