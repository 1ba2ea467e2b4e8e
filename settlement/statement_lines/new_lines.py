"""Which entries of a statement are new, and the line that each of them becomes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Left

from settlement.bank.rails import account_rules
from settlement.bank.statement_files import Direction, StatementEntry, identities
from settlement.models import StatementLine

TEXT_MAX = 300


def unknown(*, entries: Sequence[StatementEntry], own_numbers: Sequence[str]) -> list[identities.Unknown]:
    """The entries that no line shows yet; the account is locked, or two files would find the same ones new.

    own_numbers: of all the federation's accounts. A line that shows the same under another of them leaves a doubt: a table says nowhere of
    which account it is, and a person may have chosen the wrong one.
    """
    known: dict[str, list[str]] = defaultdict(list)
    booked: dict[str, list[str]] = defaultdict(list)
    withdrawn: Counter[str] = Counter()
    lines = StatementLine.objects.annotate(likeness=Left("identity", 64)).filter(likeness__in=identities.likenesses(entries=entries))
    for likeness, number, leg_id, state in lines.values_list("likeness", "bank_reference", "leg_id", "state"):
        if state == StatementLine.State.WITHDRAWN:
            withdrawn[likeness] += 1
            continue
        known[likeness].append(number)
        if leg_id or state == StatementLine.State.SUSPENSE:
            booked[likeness].append(number)
    found = identities.unknown(entries=entries, known=known, booked=booked)
    found = [replace(one, number=one.number + withdrawn[one.likeness]) for one in found]
    alike = [*_cut_before(entries), *_under_another_number([one.entry for one in found], own_numbers)]
    return [replace(one, doubt=identities.LOOKS_LIKE_ANOTHER) if one.entry in alike and not one.doubt else one for one in found]


def _under_another_number(entries: Sequence[StatementEntry], own_numbers: Sequence[str]) -> list[StatementEntry]:
    """The entries that a line shows as bookings of another account of the federation's."""
    elsewhere = {
        identities.likeness(entry=replace(entry, account=number)): entry
        for entry in entries
        for number in own_numbers
        if account_rules.bare(number) != account_rules.bare(entry.account)
    }
    lines = _in_force().annotate(likeness=Left("identity", 64)).filter(likeness__in=elsewhere)
    return [elsewhere[likeness] for likeness in lines.values_list("likeness", flat=True)]


def _cut_before(entries: Sequence[StatementEntry]) -> list[StatementEntry]:
    """The entries of which a line of their day and reference may be a part: its amount begins theirs, and their file does not show it.

    A table that was cut off in its last amount (2000 of 20000) may have been taken in before the whole. What was cut off in
    its rupiah shows no sen and lacks rupiah: amounts that differ in their sen alone are two bookings.
    """
    shown = {_movement(entry) for entry in entries}
    lines = _in_force().filter(booked_on__in={entry.booked_on for entry in entries})
    known: dict[tuple[date, bool, str], list[str]] = defaultdict(list)
    for key, day, incoming, amount in lines.filter(sen=0).values_list("key", "booked_on", "incoming", "amount_rupiah"):
        if (day, incoming, amount, 0) not in shown:
            known[day, incoming, key].append(str(amount))
    found = []
    for entry in entries if known else ():
        day, incoming, amount, _sen = _movement(entry)
        digits, parts = str(amount), known.get((day, incoming, identities.reference(entry=entry)), ())
        if any(digits.startswith(part) and digits != part for part in parts):
            found.append(entry)
    return found


def beyond_known(*, unknown: Sequence[identities.Unknown], entries: Sequence[StatementEntry]) -> list[identities.Unknown]:
    """Those of a file that is read again of which it shows more than there are lines of their day, direction and amount."""
    left = Counter(map(_movement, entries))
    days = {entry.booked_on for entry in entries}
    lines = _in_force().filter(booked_on__in=days).values_list("booked_on", "incoming", "amount_rupiah", "sen")
    left.subtract(lines)
    found = []
    for one in unknown:
        left[_movement(one.entry)] -= 1
        if left[_movement(one.entry)] >= 0:
            found.append(one)
    return found


def _in_force() -> QuerySet[StatementLine]:
    return StatementLine.objects.exclude(state=StatementLine.State.WITHDRAWN)


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
