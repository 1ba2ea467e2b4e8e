"""When people of the demonstration buy, answer, pay and hand over, April to August 2020."""

from __future__ import annotations

import datetime
import random

from deploy.demo import demo_villages

FIRST_DAY = datetime.date(2020, 4, 1)
LAST_MOMENT = datetime.datetime(2020, 8, 31, 18, 0, tzinfo=demo_villages.TIME_ZONE)

_MONTHS = {4: 0.62, 5: 0.92, 6: 1.12, 7: 1.10, 8: 1.14}
_WEEKDAYS = (1.35, 0.85, 0.85, 0.90, 0.95, 1.05, 1.55)  # Monday first: the market days are Sunday and Monday
_HOURS = {5: 3, 6: 9, 7: 12, 8: 11, 9: 9, 10: 7, 11: 5, 12: 4, 13: 4, 14: 4, 15: 5, 16: 6, 17: 5, 18: 5, 19: 7, 20: 4}
_LEBARAN = datetime.date(2020, 5, 24)
_SERVICE = (datetime.time(6, 0), datetime.time(20, 30))  # when sellers look at their telephones
_PACKING = (datetime.time(6, 30), datetime.time(18, 0))
_COURIER = (datetime.time(8, 0), datetime.time(17, 0))


def placing_times(*, count: int, source: random.Random) -> list[datetime.datetime]:
    """When the purchases are placed, ascending; never two in the same second."""
    days = [FIRST_DAY + datetime.timedelta(days=turn) for turn in range((LAST_MOMENT.date() - FIRST_DAY).days + 1)]
    weights = [_weight(day) for day in days]
    found: set[datetime.datetime] = set()
    while len(found) < count:
        day = source.choices(days, weights)[0]
        hour = source.choices(tuple(_HOURS), tuple(_HOURS.values()))[0]
        at = datetime.datetime(
            day.year, day.month, day.day, hour, source.randrange(60), source.randrange(60), tzinfo=demo_villages.TIME_ZONE
        ).replace(microsecond=0)
        at = max(at, at.replace(hour=5, minute=30)) if hour == 5 else at
        if at < LAST_MOMENT:
            found.add(at)
    return sorted(found)


def _weight(day: datetime.date) -> float:
    weight = _MONTHS[day.month] * _WEEKDAYS[day.weekday()]
    if day.day <= 7:
        weight *= 1.25  # aid and wages come in the first week
    if (LAST_MOMENT.date() - day).days <= 1:
        weight *= 2  # so that the desks show orders in every stage
    if 1 <= (_LEBARAN - day).days <= 7:
        weight *= 1.6
    elif 0 <= (day - _LEBARAN).days <= 2:
        weight *= 0.25
    return weight


def answered(*, after: datetime.datetime, source: random.Random) -> datetime.datetime:
    """When a seller accepts: within the hour by day, the next morning for what comes late; always within twelve hours."""
    return _within(after + _minutes(source, 4, 75), _SERVICE, source, late=80)


def packed(*, after: datetime.datetime, source: random.Random) -> datetime.datetime:
    """When the goods stand ready."""
    return _within(after + _minutes(source, 20, 200), _PACKING, source, late=90)


def driven(*, after: datetime.datetime, least: int, most: int, source: random.Random) -> datetime.datetime:
    """When a courier leaves or arrives, that many minutes later at the earliest."""
    return _within(after + _minutes(source, least, most), _COURIER, source, late=120)


def at_counter(
    *, village: demo_villages.Village, after: datetime.datetime, least: int, most: int, source: random.Random
) -> datetime.datetime:
    """When somebody comes to a village's counter, in its hours."""
    wanted = after + _minutes(source, least, most)
    closes = village.closes_sunday if wanted.weekday() == 6 else village.closes
    return _within(wanted, (village.opens, closes), source, late=85)


def paid_at_counter(*, village: demo_villages.Village, placed_at: datetime.datetime, source: random.Random) -> datetime.datetime:
    """When the buyer pays at the home counter, always before the goods would be given free after 24 hours."""
    most = 420
    while True:
        at = at_counter(village=village, after=placed_at, least=10, most=most, source=source)
        if at - placed_at <= datetime.timedelta(hours=23) or most <= 20:
            return at
        most = max(20, most // 2)


def _minutes(source: random.Random, least: int, most: int) -> datetime.timedelta:
    return datetime.timedelta(seconds=int(source.triangular(least, most, least + (most - least) / 4) * 60))


def _within(at: datetime.datetime, hours: tuple[datetime.time, datetime.time], source: random.Random, *, late: int) -> datetime.datetime:
    """The moment itself when it lies in the hours, else up to `late` minutes after they next begin."""
    opens, closes = hours
    if opens <= at.time() <= closes:
        return at
    day = at.date() if at.time() < opens else at.date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, opens, demo_villages.TIME_ZONE) + _minutes(source, 1, late)
