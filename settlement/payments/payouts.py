"""Paying out what was collected: planned pro rata over the claims, never above what lies there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from settlement.cycles import lifecycle
from settlement.ledger import parties, transfers
from settlement.models import BankAccount, Cycle, PaymentLeg
from settlement.payments import agent_cash, legs, pool_items
from tenants import activity_log
from tenants.codes import FEDERATION
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

Rail = PaymentLeg.Rail


def plan(*, number: int, by: Principal, at: datetime) -> int:
    """Plan a leg to each creditor for its share of what lies there, and take the federation's own; gives the number of legs.

    By bank where the village has an account, else in cash. Called again it plans only what came in since.

    :raises lifecycle.CycleMovedOn: unless the cycle is collecting or paying
    :raises permissions.Forbidden: unless `by` pays villages
    """
    permissions.require(by, Permission.PAY_VILLAGES, FEDERATION)
    with transaction.atomic(durable=True):
        return plan_due(cycle=lifecycle.locked(number=number, within=Cycle.TAKES_PAYMENTS), by=by.account_id, at=at)


def plan_due(*, cycle: Cycle, by: UUID | None, at: datetime) -> int:
    """The same for a cycle that the caller has locked, in its transaction."""
    agent_cash.pay_pool(cycle=cycle, at=at)
    pool = pool_items.pool(cycle=cycle)
    due = pool.due()
    own = due.pop(FEDERATION, 0)
    if own:
        _take_own_share(cycle=cycle, amount_rupiah=own, before_rupiah=pool.outgoing.get(FEDERATION, 0), at=at)
    with_account = set(BankAccount.objects.filter(party__in=due).values_list("party", flat=True))
    payments = [
        legs.Payment(FEDERATION, village, amount, Rail.BANK if village in with_account else Rail.CASH)
        for village, amount in sorted(due.items())
    ]
    legs.plan_all(cycle=cycle, payments=payments, by=by, at=at)
    if due or own:
        activity_log.record(action="payout.planned", subject_id=str(cycle.number), by=by, at=at, detail={"villages": len(due)})
    return len(due)


def _take_own_share(*, cycle: Cycle, amount_rupiah: int, before_rupiah: int, at: datetime) -> None:
    pool_items.shrink(cycle=cycle, debtor=parties.POOL, creditor=FEDERATION, amount_rupiah=amount_rupiah)
    entry = transfers.PlannedTransfer(event="own-share", debit=parties.OWN_CASH, credit=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    reference = f"cycle:{cycle.number}:own-share:{before_rupiah + amount_rupiah}"
    transfers.record(entries=[entry], reference=reference, cause_id=cycle.id, happened_at=at)
