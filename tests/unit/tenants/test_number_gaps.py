"""How many numbers a restore leaves out; that they are: unit/deploy/backup/test_hold_market.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenants import number_gaps

BACKUP_AT = datetime(2026, 11, 29, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "daily_most", "lost", "end"),
    [
        (0, 0, timedelta(hours=1), 1_000),
        (1, 0, timedelta(hours=1), 2_000),
        (1_000, 99, timedelta(hours=1), 2_000),
        (1_000, 101, timedelta(hours=1), 3_000),
        (1_000, 300, timedelta(days=3), 10_000),
        (1_000, 300, timedelta(days=3, seconds=1), 13_000),
    ],
)
def test_at_least_a_thousand_and_ten_times_the_busiest_day_for_each_that_is_lost(
    last: int, daily_most: int, lost: timedelta, end: int
) -> None:
    assert number_gaps.end(last=last, daily_most=daily_most, backup_at=BACKUP_AT, restored_at=BACKUP_AT + lost) == end
