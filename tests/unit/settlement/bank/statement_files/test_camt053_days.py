"""Which days a camt.053 shows, by its own word."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from settlement.bank.statement_files import camt053_days


def days(*spans: str) -> tuple[date, date] | None:
    return camt053_days.of([fromstring(f"<Stmt>{span}</Stmt>") for span in spans])  # noqa: S314 - our own words


def span(since: str, until: str, kind: str = "DtTm") -> str:
    return f"<FrToDt><Fr{kind}>{since}</Fr{kind}><To{kind}>{until}</To{kind}></FrToDt>"


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([span("2026-07-01T00:00:00", "2026-07-02T23:59:59")], (1, 2)),
        ([span("2026-07-01T00:00:00+07:00", "2026-07-03T00:00:00+07:00")], (1, 2)),
        ([span("2026-07-01", "2026-07-01", "Dt")], (1, 1)),
        ([span("2026-07-01", "2026-07-02", "Dt"), span("2026-07-03", "2026-07-04", "Dt")], (1, 4)),
        ([span("2026-07-01", "2026-07-02", "Dt"), span("2026-07-04", "2026-07-04", "Dt")], None),
        ([span("2026-07-02", "2026-07-01", "Dt")], None),
        ([span("2026-07-01", "", "Dt")], None),
        ([""], None),
    ],
)
def test_it_shows_what_it_says(spans: list[str], shown: tuple[int, int] | None) -> None:
    assert days(*spans) == (shown and (date(2026, 7, shown[0]), date(2026, 7, shown[1])))
