"""A day is covered by a statement of the account in force that was taken in after it had ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from settlement import money_hold
from settlement.after_restore import covered_days
from settlement.statement_lines import matching
from tenants.acts import Act
from tests.support.settlement import bank_days, restoring, rounds
from tests.support.settlement.rounds import MAKER, T0

DAY = timedelta(days=1)


def missing() -> list[int]:
    return [day.day for day in covered_days.missing(hold=money_hold.newest(), at=T0 + 9 * DAY)]


def shown(*, first: int, last: int, at: datetime) -> None:
    covers = (datetime(2026, 7, first, tzinfo=UTC).date(), datetime(2026, 7, last, tzinfo=UTC).date())
    contents = bank_days.table([(f"BUNGA {first} {last} {at.day}", 5)], first=first)
    act = Act(by=MAKER, at=at)
    matching.import_statement(contents=contents, file="mutasi.csv", mapping=bank_days.MAPPING, act=act, covers=covers)


def test_every_day_from_the_backups_to_the_restores_must_be_shown(market):
    rounds.bank_accounts()
    restoring.hold(at=T0 + 3 * DAY)
    assert missing() == [1, 2, 3, 4]
    shown(first=1, last=2, at=T0 + 3 * DAY)
    assert missing() == [3, 4]
    shown(first=4, last=4, at=T0 + 3 * DAY)  # the day itself is not over
    assert missing() == [3, 4]
    shown(first=3, last=4, at=T0 + 4 * DAY)
    assert missing() == []


def test_a_table_shows_the_days_of_its_bookings_where_nobody_says_more(market):
    rounds.bank_accounts()
    restoring.hold(at=T0 + 3 * DAY)
    bank_days.read(("BUNGA", 5), first=1)
    assert missing() == [1, 2, 3, 4]  # read on the day itself
    bank_days.read(("BUNGA", 6), ("BUNGA", 7), first=2)
    assert missing() == [1, 2, 3, 4]
    act = Act(by=MAKER, at=T0 + 9 * DAY)
    matching.import_statement(contents=bank_days.table([("BUNGA", 8)], first=2), file="a.csv", mapping=bank_days.MAPPING, act=act)
    assert missing() == [1, 2, 4]


def test_a_former_account_shows_nothing_of_the_one_in_force(market):
    rounds.bank_accounts()
    rounds.account("F", number="99998888777766", at=T0)
    restoring.hold(at=T0 + 3 * DAY)
    shown(first=1, last=4, at=T0 + 4 * DAY)
    assert missing() == [1, 2, 3, 4]
