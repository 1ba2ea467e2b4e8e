"""The days that a camt.053 says it shows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from xml.etree.ElementTree import Element  # noqa: S405 - the type only

from settlement.bank.statement_files import xml_elements

DAY = timedelta(days=1)
_MIDNIGHT = "T00:00:00"  # at which a day has ended, not begun


def of(statements: Sequence[Element]) -> tuple[date, date] | None:
    """The first and the last; None unless each statement of the file says it, and one begins where the one before it ended."""
    spans: list[tuple[date, date]] = []
    for statement in statements:
        since, until = _end(statement, "Fr"), _end(statement, "To")
        if since is None or until is None or since > until:
            return None
        spans.append((since, until))
    if any(not before <= since <= before + DAY for (_first, before), (since, _last) in itertools.pairwise(spans)):
        return None
    return spans[0][0], spans[-1][1]


def _end(statement: Element, end: str) -> date | None:
    span = xml_elements.child(statement, "FrToDt")
    text = xml_elements.text(span, f"{end}DtTm") or xml_elements.text(span, f"{end}Dt")
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day - DAY if end == "To" and text[10:].startswith(_MIDNIGHT) else day
