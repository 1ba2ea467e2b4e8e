"""Amounts are read in one way only, or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.bank.statement_files import bank_amounts, statement_problems
from tenants.tables import numbers

RUPIAH = st.integers(0, 10**15)
DECIMALS = st.from_regex("(?:[0-9]{1,2})?", fullmatch=True)
INDONESIAN, ENGLISH = numbers.Form


def in_sen(rupiah: int, decimals: str) -> int:
    return rupiah * 100 + {0: 0, 1: 10 * int(decimals or 0), 2: int(decimals or 0)}[len(decimals)]


def written(amount: int, form: str, cents: str, grouped: bool) -> str:
    mark, point = (".", ",") if form == INDONESIAN else (",", ".")
    whole = f"{amount:,}".replace(",", mark) if grouped else str(amount)
    return whole + (point + cents if cents else "")


@given(rupiah=st.integers(0, 10**15 - 1), form=st.sampled_from([INDONESIAN, ENGLISH]), decimals=DECIMALS, grouped=st.booleans())
def test_every_amount_reads_back(rupiah, form, decimals, grouped):
    text, amount = written(rupiah, form, decimals, grouped), in_sen(rupiah, decimals)

    assert bank_amounts.signed(text=text, form=form) == amount
    assert bank_amounts.signed(text=f"-{text}", form=form) == -amount
    if not (grouped and 1000 <= rupiah < 10**6 and not decimals):
        assert bank_amounts.signed(text=text) == amount


@given(rupiah=RUPIAH, decimals=st.from_regex("[0-9]{3,6}", fullmatch=True), form=st.sampled_from([None, INDONESIAN, ENGLISH]))
def test_more_than_two_decimals_are_never_rounded(rupiah, decimals, form):
    for text in (f"{rupiah},{decimals}", f"{rupiah}.{decimals}"):
        try:
            amount = bank_amounts.signed(text=text, form=form)
        except statement_problems.LineNotRead:
            continue
        assert (form, amount) == (INDONESIAN if "." in text else ENGLISH, int(f"{rupiah}{decimals}") * 100)  # a group, not decimals


@pytest.mark.parametrize("read", [bank_amounts.signed, bank_amounts.iso])
def test_there_is_an_end_to_amounts(read):
    assert read(text=f"{10**15}.00") == 10**17
    for text in (f"{10**15}.01", f"{10**15 + 1}", "9" * 40):
        with pytest.raises(statement_problems.LineNotRead):
            read(text=text)


@given(amount=st.integers(1000, 10**6 - 1), form=st.sampled_from([INDONESIAN, ENGLISH]))
def test_one_group_of_three_is_ambiguous_unless_the_form_is_named(amount, form):
    with pytest.raises(statement_problems.LineNotRead, match="dua jumlah"):
        bank_amounts.signed(text=written(amount, form, "", grouped=True))


@given(text=st.text(alphabet="0123456789.,-+()Rp ", max_size=12), form=st.sampled_from([None, INDONESIAN, ENGLISH]))
def test_whatever_is_read_keeps_its_digits(text, form):
    try:
        amount = bank_amounts.signed(text=text, form=form)
    except statement_problems.LineNotRead:
        return
    digits = "".join(sign for sign in text if sign.isdigit())
    assert abs(amount) in (int(digits), int(digits) * 10, int(digits) * 100)


@pytest.mark.parametrize(
    ("text", "sen"),
    [
        ("Rp 1.234.567,00", 123_456_700),
        ("IDR 5", 500),
        ("(1,234.56)", -123_456),
        ("5-", -500),
        ("-Rp5,07", -507),
        ("+ 5", 500),
        ("1.234,5", 123_450),
        ("12.345,67", 1_234_567),
        ("0,5-", -50),
    ],
)
def test_signs_and_currency(text, sen):
    assert bank_amounts.signed(text=text) == sen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "Rp",
        "1.23.456",
        "1.2345",
        "1,234.567",
        "1.234,567",
        "1.234,",
        ".05",
        ",5",
        "0.000",
        "12.345.67",
        "--5",
        "-5-",
        "(5",
        "5)",
        "USD 5",
        "٥",
        "1e5",
        "1 000",
    ],
)
def test_these_are_no_amounts(text):
    with pytest.raises(statement_problems.LineNotRead):
        bank_amounts.signed(text=text)


@given(rupiah=st.integers(0, 10**15 - 1), decimals=DECIMALS, zeros=st.integers(0, 5))
def test_iso_amounts(rupiah, decimals, zeros):
    assert bank_amounts.iso(text=f"{rupiah}.{decimals}") == in_sen(rupiah, decimals)
    assert bank_amounts.iso(text=f"{rupiah}.{'0' * zeros}") == bank_amounts.iso(text=f" {rupiah}\n") == rupiah * 100


@pytest.mark.parametrize("text", ["20.600", "20600.567", "20600.560", "20600,56", "1.2.3", ".56", "-1.56", "1e5", ""])
def test_these_are_no_iso_amounts(text):
    with pytest.raises(statement_problems.LineNotRead):
        bank_amounts.iso(text=text)
