"""What makes a booking the same booking when it is read again, from the same file or from one that overlaps it.

Where the bank numbers a booking for good, that number, its day, amount and direction are it, and the texts may change. Where it does not,
the texts belong to it too. Bookings that are alike in all of that are counted through in the order of the file: two alike on one day
are two in every file that holds the whole day.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterable

from settlement.bank_statements import StatementEntry

_SEPARATOR = "\x1f"


def give(entries: Iterable[StatementEntry]) -> tuple[StatementEntry, ...]:
    """The entries, each with its `entry_reference`: 32 hexadecimal digits, and its number among those alike."""
    seen: Counter[str] = Counter()
    given = []
    for entry in entries:
        digest = _digest(entry)
        seen[digest] += 1
        given.append(dataclasses.replace(entry, entry_reference=f"{digest}-{seen[digest]}"))
    return tuple(given)


def _digest(entry: StatementEntry) -> str:
    amount = f"{entry.amount_rupiah}.{entry.sen:02}" if entry.sen else str(entry.amount_rupiah)
    parts = [entry.account, entry.booked_on.isoformat(), amount, entry.direction.value, entry.bank_reference]
    if not entry.bank_reference:
        # Blanks are left out: a bank breaks the same text differently in its next file.
        parts += ["".join(text.split()) for text in (entry.end_to_end_id, entry.remittance, entry.counterparty_account)]
    return hashlib.sha256(_SEPARATOR.join(parts).encode()).hexdigest()[:32]
