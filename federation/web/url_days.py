"""Days as they stand in an address."""

from __future__ import annotations

from datetime import date


def read(text: str) -> date:
    """A day of this century, as 2020-08-31; further away the sums of days run out of their range.

    :raises ValueError: if it is none
    """
    day = date.fromisoformat(text)
    if not 2000 <= day.year <= 2099:
        raise ValueError(text)
    return day
