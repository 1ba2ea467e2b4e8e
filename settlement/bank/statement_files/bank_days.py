"""Days as a bank writes them, by a form that the operator names: dd/mm/yyyy is not mm/dd/yyyy, and nothing says which but the form."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

from django.utils.translation import gettext_noop

from settlement.bank.statement_files import statement_problems
from tenants import days

_NOT_A_DAY = gettext_noop("“%(text)s” bukan tanggal dalam bentuk %(form)s.")
_FORM = re.compile(r"(dd|mmm|mm|yyyy|yy)([/. -]?)(dd|mmm|mm|yyyy|yy)([/. -]?)(dd|mmm|mm|yyyy|yy)")
_SHAPES = {
    "dd": "(?P<day>[0-9]{1,2})",
    "mm": "(?P<month>[0-9]{1,2})",
    "mmm": "(?P<month>[A-Za-z]{3,9})",
    "yyyy": "(?P<year>[0-9]{4})",
    "yy": "(?P<year>[0-9]{2})",
}
_TIME = (
    r"(?:[ T](?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?: ?(?P<zone>WIB|WITA|WIT|UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_HOURS = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0, "GMT": 0, "Z": 0}
# Indonesian and English, by their first three letters; August is Agustus, Agu, Ags or Agt.
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8, "ags": 8, "agt": 8, "aug": 8}
_MONTHS |= {"sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12}


def known(*, form: str) -> bool:
    """Whether a form such as dd/mm/yyyy names a day, a month and a year, each once, and parts all of them or none."""
    found = _FORM.fullmatch(form.lower())
    if not found:
        return False
    parts = (found[1], found[3], found[5])
    return sorted(part[0] for part in parts) == ["d", "m", "y"] and bool(found[2]) == bool(found[4])


def read(*, text: str, form: str) -> date:
    """The day of a cell, with a time and a zone behind it the federation's day; a year of two digits is one of this century.

    :raises statement_problems.LineNotRead: if it is no day in that form
    """
    found = re.fullmatch(_pattern(form) + _TIME, text.strip())
    try:
        if not found:
            raise ValueError(text)
        month = found["month"]
        number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
        year = int(found["year"])
        day = date(year if len(found["year"]) == 4 else 2000 + year, number, int(found["day"]))
        return days.of(_moment(day, found)) if found["zone"] else day
    except (ValueError, KeyError):
        raise statement_problems.LineNotRead(_NOT_A_DAY, text=text, form=form) from None


def _moment(day: date, found: re.Match[str]) -> datetime:
    """The instant that a day, a time and a zone say."""
    zone, clock = found["zone"], time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    minutes = _HOURS[zone] * 60 if zone in _HOURS else int(f"{zone[0]}1") * (int(zone[1:3]) * 60 + int(zone[-2:]))
    return datetime.combine(day, clock, tzinfo=timezone(timedelta(minutes=minutes)))


def _pattern(form: str) -> str:
    pieces = re.findall(r"dd|mmm|mm|yyyy|yy|.", form.lower())
    pattern = "".join(_SHAPES.get(piece) or re.escape(piece) for piece in pieces)
    # Digits that nothing parts have their full number, or 1112026 would be two days.
    return pattern if re.search(r"[/. -]", form) else pattern.replace("{1,2}", "{2}")
