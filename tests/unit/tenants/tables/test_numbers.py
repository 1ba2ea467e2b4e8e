"""Numbers are read in one way only; what could be two is asked about, unless its column says which."""

from __future__ import annotations

import pytest
from django.utils import translation

from tenants.tables import numbers, table_problems

INDONESIAN, ENGLISH = numbers.Form


@pytest.mark.parametrize(
    ("column", "form"),
    [
        ([], None),
        (["1", "20", ""], None),
        (["1.500", "20.600", "1,500"], None),
        (["1.500", "0.5"], ENGLISH),
        (["1.500", "0,5"], INDONESIAN),
        (["1.500", "1.500.000"], INDONESIAN),
        (["1.500", "1,500,000"], ENGLISH),
        (["1.500", "1.500,25"], INDONESIAN),
        (["1,500", "12.25"], ENGLISH),
        (["0.500"], ENGLISH),  # no group of thousands begins with a zero
        (["1234.567"], ENGLISH),
        (["lima", "1.2.3", "12,25"], INDONESIAN),
    ],
)
def test_a_column_shows_its_form_by_numbers_that_mean_one_thing(column, form):
    assert numbers.form_of(column) is form


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [
        ("1500", ("1500", ""), ("1500", "")),
        ("1.500", ("1500", ""), ("1", "500")),
        ("1,500", ("1", "500"), ("1500", "")),
        ("1.234.567,80", ("1234567", "80"), None),
        ("1,234,567.80", None, ("1234567", "80")),
        ("12.5", None, ("12", "5")),
    ],
)
def test_a_form_says_what_its_marks_mean(text, indonesian, english):
    for form, parts in ((INDONESIAN, indonesian), (ENGLISH, english)):
        if parts is None:
            with pytest.raises(table_problems.LineNotRead) as refused:
                numbers.read(text, form=form)
            assert refused.value.sentence == numbers.OTHER_MARK
        else:
            assert numbers.read(text, form=form) == numbers.Number(*parts)


def test_what_could_be_two_is_asked_about_with_both_readings():
    with pytest.raises(table_problems.LineNotRead) as refused:
        numbers.read("1.500", form=None)

    problem = refused.value.at(7)
    assert str(problem) == "Baris 7: “1.500” bisa berarti dua jumlah, 1500 atau 1,5. Sebutkan bentuk angkanya."
    with translation.override("en"):
        assert str(problem) == "Line 7: “1.500” can be read in two ways, as 1500 or as 1.5. Say how numbers are written."


@pytest.mark.parametrize("text", ["", "-", "lima", "1.", ".5", "1..5", "1.00.000", "10,00,000", "1 000", "١٢", "½", "1e5", "+1", "NaN"])
def test_these_are_no_numbers(text):
    for form in (None, *numbers.Form):
        with pytest.raises(table_problems.LineNotRead) as refused:
            numbers.read(text, form=form)
        assert refused.value.sentence == numbers.NOT_A_NUMBER


def test_there_is_an_end_to_digits():
    assert numbers.read("9" * 30, form=None) == numbers.Number("9" * 30)
    with pytest.raises(table_problems.LineNotRead) as refused:
        numbers.read("9" * 31, form=None)
    assert str(refused.value.at(1)) == f"Baris 1: “{'9' * 31}” terlalu panjang."


@pytest.mark.parametrize(
    ("text", "negative", "digits"),
    [("Rp 1.500", False, "1.500"), ("-Rp5,07", True, "5,07"), ("(1,234.56)", True, "1,234.56"), ("5-", True, "5"), ("IDR +7", False, "7")],
)
def test_sign_and_currency_are_taken_off(text, negative, digits):
    assert numbers.signed(text) == numbers.Signed(negative, digits)
