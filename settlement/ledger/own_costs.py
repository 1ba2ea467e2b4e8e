"""What the bank took of the federation's own, or gave it: charges, rent, interest. Its own cash bears and gets it (own_cash)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, Sum, Value, When

from settlement.ledger import own_cash, parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Transfer


def bear(*, line_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """So much of a statement's line was the federation's own expense: it left agent cash, to which the federation owes it."""
    entries = [
        own_cash.owed_by_own(amount_rupiah=amount_rupiah),  # first, so that at no moment something lacks that nobody owes
        PlannedTransfer(event="own-cost", debit=parties.OWN_COSTS, credit=parties.AGENT_CASH, amount_rupiah=amount_rupiah),
    ]
    return _record(entries, line_id=line_id, happened_at=happened_at)


def gain(*, line_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """So much of a statement's line was the federation's own income: it lies in agent cash until it is taken."""
    entries = [
        PlannedTransfer(event="own-income", debit=parties.AGENT_CASH, credit=parties.OWN_COSTS, amount_rupiah=amount_rupiah),
        own_cash.due_to_own(amount_rupiah=amount_rupiah),
    ]
    return _record(entries, line_id=line_id, happened_at=happened_at)


def borne_rupiah(*, line_id: UUID) -> int:
    """What of a line is booked as the federation's expense; below zero, as its income."""
    rows = Transfer.objects.filter(cause_id=line_id, event__in=("own-cost", "own-income"))
    amount = Case(When(debit=parties.OWN_COSTS, then=F("amount_rupiah")), default=-F("amount_rupiah"))
    return rows.aggregate(sum=Sum(amount, default=Value(0)))["sum"] or 0


def _record(entries: list[PlannedTransfer], *, line_id: UUID, happened_at: datetime) -> bool:
    """Once for each event of a line."""
    event = next(entry.event for entry in entries if parties.AGENT_CASH in (entry.debit, entry.credit))
    return transfers.record(entries=entries, reference=f"line:{line_id}:{event}", cause_id=line_id, happened_at=happened_at)
