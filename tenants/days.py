"""Days of the federation's time zone: the one place where an instant becomes a day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.utils import timezone

_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_END_OF_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T)24:00:00(?:\.0+)?(.*)")


def midnight(day: date) -> datetime:
    """The instant at which a day begins."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def of(moment: datetime) -> date:
    """The federation's day of an instant. A moment without a zone is none: whoever wrote it has our time, and its day is as written."""
    return moment.date() if timezone.is_naive(moment) else timezone.localdate(moment)


def of_iso(text: str) -> date:
    """The federation's day of an ISO 8601 date, whose own zone says nothing, or date and time.

    :raises ValueError: if it is neither
    """
    if found := _ISO_DAY.fullmatch(text):
        return date.fromisoformat(found[1])
    if found := _END_OF_DAY.fullmatch(text):
        return of(datetime.fromisoformat(f"{found[1]}00:00:00{found[2]}") + timedelta(days=1))
    return of(datetime.fromisoformat(text))
