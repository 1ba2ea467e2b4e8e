"""Amounts and days are read in one way only, or not."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.bank_statements import amounts, days, problems

RUPIAH = st.integers(0, 10**15)
INDONESIAN, ENGLISH = amounts.INDONESIAN, amounts.ENGLISH


def written(amount: int, form: str, cents: str, grouped: bool) -> str:
    mark, point = (".", ",") if form == INDONESIAN else (",", ".")
    whole = f"{amount:,}".replace(",", mark) if grouped else str(amount)
    return whole + (point + cents if cents else "")


@given(amount=RUPIAH, form=st.sampled_from([INDONESIAN, ENGLISH]), cents=st.sampled_from(["", "0", "00"]), grouped=st.booleans())
def test_every_amount_reads_back(amount, form, cents, grouped):
    text = written(amount, form, cents, grouped)

    assert amounts.signed(text=text, form=form) == amount
    assert amounts.signed(text=f"-{text}", form=form) == -amount
    if not (grouped and 1000 <= amount < 10**6 and not cents):
        assert amounts.signed(text=text) == amount


@given(amount=st.integers(1000, 10**6 - 1), form=st.sampled_from([INDONESIAN, ENGLISH]))
def test_one_group_of_three_is_ambiguous_unless_the_form_is_named(amount, form):
    with pytest.raises(problems.LineNotRead, match="dua jumlah"):
        amounts.signed(text=written(amount, form, "", grouped=True))


@given(text=st.text(alphabet="0123456789.,-+()Rp ", max_size=12), form=st.sampled_from(["", INDONESIAN, ENGLISH]))
def test_whatever_is_read_keeps_its_digits(text, form):
    try:
        amount = amounts.signed(text=text, form=form)
    except problems.LineNotRead:
        return
    digits = "".join(sign for sign in text if sign.isdigit())
    assert int(digits) in (abs(amount), abs(amount) * 10, abs(amount) * 100)


@pytest.mark.parametrize(
    ("text", "rupiah"), [("Rp 1.234.567,00", 1_234_567), ("IDR 5", 5), ("(1,234.00)", -1_234), ("5-", -5), ("-Rp5", -5), ("+ 5", 5)]
)
def test_signs_and_currency(text, rupiah):
    assert amounts.signed(text=text) == rupiah


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "Rp",
        "1.23.456",
        "1.2345",
        "1,234.567",
        "1.234,5",
        "12.345,67",
        "0.000",
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
    with pytest.raises(problems.LineNotRead):
        amounts.signed(text=text)


@given(amount=RUPIAH, noughts=st.integers(0, 5))
def test_iso_amounts(amount, noughts):
    assert amounts.iso(text=f"{amount}.{'0' * noughts}") == amount
    assert amounts.iso(text=f" {amount}\n") == amount


FORMS = {
    "dd/mm/yyyy": "%d/%m/%Y",
    "yyyy-mm-dd": "%Y-%m-%d",
    "dd-mm-yy": "%d-%m-%y",
    "mm.dd.yyyy": "%m.%d.%Y",
    "yyyymmdd": "%Y%m%d",
    "dd mmm yyyy": "%d %b %Y",
}


@given(day=st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)), form=st.sampled_from(sorted(FORMS)))
def test_every_day_reads_back(day, form):
    assert days.known(form=form)
    assert days.read(text=day.strftime(FORMS[form]), form=form) == day
    assert days.read(text=day.strftime(FORMS[form]) + " 14:05:59", form=form) == day


@pytest.mark.parametrize(
    ("text", "form"), [("17 Agustus 2026", "dd mmm yyyy"), ("17-Agt-26", "dd-mmm-yy"), ("17/8/2026 09.30 WIB", "DD/MM/YYYY")]
)
def test_days_as_people_write_them(text, form):
    assert days.read(text=text, form=form) == datetime.date(2026, 8, 17)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("08/17/2026", "dd/mm/yyyy"),
        ("31/02/2026", "dd/mm/yyyy"),
        ("17-08-2026", "dd/mm/yyyy"),
        ("17/08/26", "dd/mm/yyyy"),
        ("17/08/2026", "dd/mm/yy"),
        ("1712026", "ddmmyyyy"),
        ("", "dd/mm/yyyy"),
        ("17 Foo 2026", "dd mmm yyyy"),
    ],
)
def test_other_days_are_refused(text, form):
    with pytest.raises(problems.LineNotRead):
        days.read(text=text, form=form)


@pytest.mark.parametrize("form", ["", "dd/mm", "dd/dd/yyyy", "d/m/y", "mm/mmm/yyyy", "%d/%m/%Y", "ddmm-yyyy"])
def test_a_form_names_day_month_and_year(form):
    assert not days.known(form=form)
