"""Reading the books: the journal of all transfers, and one account's statement. Plain values, never rows that can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tenants import keyset
from tenants.db import named_rows

PAGE_ENTRIES = 50
NEWEST = keyset.Order("journal", {"happened_at": datetime, "id": UUID}, descending=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer. `cause_id` is the order; `pending_id` and `reverses_id` name the transfer that this one resolves or takes back."""

    id: UUID
    happened_at: datetime
    created_at: datetime
    phase: str
    event: str
    debit: str
    credit: str
    amount_rupiah: int
    reference: str
    cause_id: UUID
    pending_id: UUID | None
    reverses_id: UUID | None


@dataclass(frozen=True, slots=True)
class Line:
    """A posted transfer as one account sees it: what comes in (credit) is above zero; with the balance after it."""

    entry: Entry
    amount_rupiah: int
    balance_rupiah: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An account over a period, posted transfers only. Balances are credits less debits, in rupiah."""

    account: str
    begins_at: datetime
    ends_at: datetime
    opening_rupiah: int
    lines: Sequence[Line]
    closing_rupiah: int


_COLUMNS = "id, happened_at, created_at, phase, event, debit, credit, amount_rupiah, reference, cause_id, pending_id, reverses_id"

_ENTRIES = f"""
SELECT {_COLUMNS} FROM public.settlement_transfer t
WHERE (%(account)s::text IS NULL OR t.debit = %(account)s OR t.credit = %(account)s)
    AND (%(cause)s::uuid IS NULL OR t.cause_id = %(cause)s::uuid)
    AND (%(begins_at)s::timestamptz IS NULL OR t.happened_at >= %(begins_at)s)
    AND (%(ends_at)s::timestamptz IS NULL OR t.happened_at < %(ends_at)s)
    AND (%(at)s::timestamptz IS NULL OR (t.happened_at, t.id) < (%(at)s, %(id)s::uuid))
ORDER BY happened_at DESC, id DESC LIMIT %(most)s
"""  # noqa: S608 - our own column names

_OPENING = """
SELECT coalesce((SELECT sum(amount_rupiah) FROM public.settlement_transfer
        WHERE credit = %(account)s AND phase = 'posted' AND happened_at < %(begins_at)s), 0)::bigint
    - coalesce((SELECT sum(amount_rupiah) FROM public.settlement_transfer
        WHERE debit = %(account)s AND phase = 'posted' AND happened_at < %(begins_at)s), 0)::bigint AS opening_rupiah
"""

_LINES = f"""
SELECT {_COLUMNS} FROM public.settlement_transfer WHERE debit = %(account)s AND phase = 'posted'
    AND happened_at >= %(begins_at)s AND happened_at < %(ends_at)s
UNION ALL SELECT {_COLUMNS} FROM public.settlement_transfer WHERE credit = %(account)s AND phase = 'posted'
    AND happened_at >= %(begins_at)s AND happened_at < %(ends_at)s
ORDER BY happened_at, id
"""  # noqa: S608 - our own column names


def entries(
    *,
    account: str | None = None,
    cause_id: UUID | None = None,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    after: str = "",
    most: int = PAGE_ENTRIES,
) -> keyset.Page[Entry]:
    """A page of all transfers, pending and voided ones too, or of those that touch one account, have one cause, lie in a period; the
    newest first. `after`: the cursor of the page before.
    """
    place = NEWEST.place(after)
    values: dict[str, Any] = {"account": account, "cause": cause_id and str(cause_id), "begins_at": begins_at, "ends_at": ends_at}
    values |= {"at": place and place[0], "id": place and str(place[1]), "most": most + 1}
    found = named_rows.read(Entry, _ENTRIES, values)
    return NEWEST.page(found, limit=most, place=lambda entry: (entry.happened_at, entry.id))


def statement(*, account: str, begins_at: datetime, ends_at: datetime) -> Statement:
    """What moved on an account from `begins_at` until before `ends_at`, with the balance before and after each line.

    A clearing account's balance is what its village is owed; below zero, what it owes.
    """
    values = {"account": account, "begins_at": begins_at, "ends_at": ends_at}
    [row] = named_rows.dicts(_OPENING, values)
    opening: int = row["opening_rupiah"]
    lines: list[Line] = []
    balance = opening
    for entry in named_rows.read(Entry, _LINES, values):
        amount = entry.amount_rupiah if entry.credit == account else -entry.amount_rupiah
        balance += amount
        lines.append(Line(entry, amount, balance))
    return Statement(account, begins_at, ends_at, opening, lines, balance)
