"""Days of the federation's time zone."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def midnight(day: date) -> datetime:
    """The instant at which a day begins."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
