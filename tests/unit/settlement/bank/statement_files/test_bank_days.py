"""Days are read in one way only, or not."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.bank.statement_files import bank_days, statement_problems

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
    assert bank_days.known(form=form)
    assert bank_days.read(text=day.strftime(FORMS[form]), form=form) == day
    assert bank_days.read(text=day.strftime(FORMS[form]) + " 14:05:59", form=form) == day


@pytest.mark.parametrize(
    ("text", "form"), [("17 Agustus 2026", "dd mmm yyyy"), ("17-Agt-26", "dd-mmm-yy"), ("17/8/2026 09.30 WIB", "DD/MM/YYYY")]
)
def test_days_as_people_write_them(text, form):
    assert bank_days.read(text=text, form=form) == datetime.date(2026, 8, 17)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("17/08/2026 23:59:59 WIB", 17),
        ("17/08/2026 00:30 WITA", 16),
        ("17/08/2026 01.59 WIT", 16),
        ("17/08/2026 02.00 WIT", 17),
        ("17/08/2026 17:00:00 UTC", 18),
        ("17/08/2026T16:59:59Z", 17),
        ("17/08/2026 17:00:00+00:00", 18),
        ("17/08/2026 23:00 -0700", 18),
        ("17/08/2026 23:00", 17),
    ],
)
def test_a_time_with_its_zone_counts_on_the_federations_day(text, day):
    assert bank_days.read(text=text, form="dd/mm/yyyy") == datetime.date(2026, 8, day)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("17/08/2026 25:00 WIB", "dd/mm/yyyy"),
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
    with pytest.raises(statement_problems.LineNotRead):
        bank_days.read(text=text, form=form)


@pytest.mark.parametrize("form", ["", "dd/mm", "dd/dd/yyyy", "d/m/y", "mm/mmm/yyyy", "%d/%m/%Y", "ddmm-yyyy"])
def test_a_form_names_day_month_and_year(form):
    assert not bank_days.known(form=form)
