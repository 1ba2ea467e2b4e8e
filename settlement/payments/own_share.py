"""The federation's own share of what a cycle collected: taken out of agent cash, and given back where the bank took a payment in back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from settlement.ledger import parties, transfers
from settlement.models import Cycle, Transfer
from settlement.payments import pool_items
from tenants.codes import FEDERATION


def take(*, cycle: Cycle, amount_rupiah: int, at: datetime) -> None:
    """Pay the federation's claim on the pool of a locked cycle into its own cash."""
    pool_items.shrink(cycle=cycle, debtor=parties.POOL, creditor=FEDERATION, amount_rupiah=amount_rupiah)
    entry = transfers.PlannedTransfer(event="own-share", debit=parties.OWN_CASH, credit=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    _book(cycle, entry, at=at)


def give_back(*, cycle: Cycle, amount_rupiah: int, at: datetime) -> None:
    """Its claim is open again, and the money lies in agent cash as before it was taken."""
    pool_items.shrink(cycle=cycle, debtor=parties.POOL, creditor=FEDERATION, amount_rupiah=-amount_rupiah)
    entry = transfers.PlannedTransfer(
        event="own-share-back", debit=parties.AGENT_CASH, credit=parties.OWN_CASH, amount_rupiah=amount_rupiah
    )
    _book(cycle, entry, at=at)


def taken_rupiah(*, cycle: Cycle) -> int:
    """What it has taken and not given back."""
    return _sum(cycle, "own-share") - _sum(cycle, "own-share-back")


def _sum(cycle: Cycle, event: str) -> int:
    return Transfer.objects.filter(cause_id=cycle.id, event=event).aggregate(sum=Sum("amount_rupiah"))["sum"] or 0


def _book(cycle: Cycle, entry: transfers.PlannedTransfer, *, at: datetime) -> None:
    """Under a reference that names the sum of all its like so far, so that each is booked once."""
    reference = f"cycle:{cycle.number}:{entry.event}:{_sum(cycle, entry.event) + entry.amount_rupiah}"
    transfers.record(entries=[entry], reference=reference, cause_id=cycle.id, happened_at=at)
