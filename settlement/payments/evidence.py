"""What the ledger writes down as evidence of a leg, and how it is read again: writer and reader side by side, for pages to translate.

    planned · sent to the gateway · given · received · the date to pay has passed
    called off: the bank took a payment in back · called off: the books are a backup's
    bank file PS0007-1a2b3c4d5e6f
    statement 2026-07-02 B00001        seen in a booking of that day, with the bank's own number for it
    statement 2026-07-02: taken back   a payment that the bank took back
    wrong-amount: statement ...        put aside (quarantined), with the reason first

Everything else are words of a person or a rail. The forms are stored for ever: a new one may be added, none changed.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date


class Kind(enum.StrEnum):
    """What a piece of evidence is; those that say no more than that are written by their value."""

    PLANNED = "planned"
    SENT = "sent to the gateway"
    GIVEN = "given"
    RECEIVED = "received"
    TOO_LATE = "the date to pay has passed"
    GAVE_WAY = "called off: the bank took a payment in back"
    BEFORE_RESTORE = "called off: the books are a backup's"
    FILED = "filed"
    SEEN = "seen"
    TAKEN_BACK = "taken back"
    STATED = "said"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A piece of evidence in its parts.

    booked_on: of a booking; `number`: the bank's own for it, maybe empty, or the file's; `words`: what somebody said; `why`: the reason for
    which it was put aside (a word of progress.REASONS), empty where it was not.
    """

    kind: Kind
    booked_on: date | None = None
    number: str = ""
    words: str = ""
    why: str = ""


_ALONE = frozenset({Kind.PLANNED, Kind.SENT, Kind.GIVEN, Kind.RECEIVED, Kind.TOO_LATE, Kind.GAVE_WAY, Kind.BEFORE_RESTORE})
_STATEMENT = re.compile(r"statement (\d{4}-\d\d-\d\d)(: taken back| .*)")
_FILE = re.compile(r"bank file (\S+)")


def filed(*, message_id: str) -> str:
    """The leg is in this file for the bank."""
    return f"bank file {message_id}"


def seen(*, booked_on: date, number: str) -> str:
    """A statement shows its money, under this number of the bank's."""
    return f"statement {booked_on} {number}"


def put_aside(*, why: str, evidence: str) -> str:
    """What did not fit, and why; only read as such where it was kept as quarantined."""
    return f"{why}: {evidence}"


def read(*, text: str, quarantined: bool) -> Evidence:
    """The parts of what was written down; what none of the forms fits is somebody's words."""
    if quarantined:
        why, _colon, rest = text.partition(": ")
        inner = _read(rest)
        return Evidence(kind=inner.kind, booked_on=inner.booked_on, number=inner.number, words=inner.words, why=why)
    return _read(text)


def _read(text: str) -> Evidence:
    if text in _ALONE:
        return Evidence(kind=Kind(text))
    if found := _FILE.fullmatch(text):
        return Evidence(kind=Kind.FILED, number=found[1])
    if (found := _STATEMENT.fullmatch(text)) and (booked_on := _day(found[1])):
        if found[2] == ": taken back":
            return Evidence(kind=Kind.TAKEN_BACK, booked_on=booked_on)
        return Evidence(kind=Kind.SEEN, booked_on=booked_on, number=found[2][1:])
    return Evidence(kind=Kind.STATED, words=text)


def _day(text: str) -> date | None:
    """A person may write what only looks like one of our days."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
