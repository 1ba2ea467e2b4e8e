"""An instant is a day of the federation's, whoever wrote it and in whatever zone."""

from __future__ import annotations

import datetime

import pytest

from tenants import days

WIB = datetime.timezone(datetime.timedelta(hours=7))


def test_a_day_begins_at_our_midnight():
    midnight = days.midnight(datetime.date(2026, 8, 4))

    assert midnight == datetime.datetime(2026, 8, 4, tzinfo=WIB)
    assert days.of(midnight.astimezone(datetime.UTC)) == datetime.date(2026, 8, 4)
    assert days.of(midnight - datetime.timedelta(seconds=1)) == datetime.date(2026, 8, 3)


def test_a_moment_without_a_zone_is_of_the_day_that_it_says():
    assert days.of(datetime.datetime(2026, 8, 4, 23, 59)) == datetime.date(2026, 8, 4)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["", "2026-08-32", "2026-08-04T25:00:00Z", "kemarin", "2026-08-04+7"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=".*"):
        days.of_iso(text)
