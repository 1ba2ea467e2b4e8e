"""Which entries of a statement are new, and the line that each of them becomes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models.functions import Left

from settlement.bank.statement_files import Direction, StatementEntry, identities
from settlement.models import StatementLine

TEXT_MAX = 300


def unknown(*, entries: Sequence[StatementEntry]) -> list[identities.Unknown]:
    """The entries that no line shows yet; the account is locked, or two files would find the same ones new."""
    known: dict[str, list[str]] = defaultdict(list)
    booked: dict[str, list[str]] = defaultdict(list)
    lines = StatementLine.objects.annotate(likeness=Left("identity", 64)).filter(likeness__in=identities.likenesses(entries=entries))
    for likeness, number, leg_id, state in lines.values_list("likeness", "bank_reference", "leg_id", "state"):
        known[likeness].append(number)
        if leg_id or state == StatementLine.State.SUSPENSE:
            booked[likeness].append(number)
    return identities.unknown(entries=entries, known=known, booked=booked)


def beyond_known(*, unknown: Sequence[identities.Unknown], entries: Sequence[StatementEntry]) -> list[identities.Unknown]:
    """Those of a file that is read again of which it shows more than there are lines of their day, direction and amount."""
    left = Counter(map(_movement, entries))
    days = {entry.booked_on for entry in entries}
    lines = StatementLine.objects.filter(booked_on__in=days).values_list("booked_on", "incoming", "amount_rupiah", "sen")
    left.subtract(lines)
    found = []
    for one in unknown:
        left[_movement(one.entry)] -= 1
        if left[_movement(one.entry)] >= 0:
            found.append(one)
    return found


def _movement(entry: StatementEntry) -> tuple[date, bool, int, int]:
    return (entry.booked_on, entry.direction is Direction.CREDIT, entry.amount_rupiah, entry.sen)


def line(*, one: identities.Unknown, statement_id: UUID) -> StatementLine:
    """The line of a new entry, not saved."""
    entry = one.entry
    return StatementLine(
        statement_id=statement_id,
        identity=f"{one.likeness}-{one.number}",
        bank_reference=identities.bank_reference(entry=entry),
        booked_on=entry.booked_on,
        incoming=entry.direction is Direction.CREDIT,
        amount_rupiah=entry.amount_rupiah,
        sen=entry.sen,
        text=entry.remittance[:TEXT_MAX],
        key=identities.reference(entry=entry),
    )
