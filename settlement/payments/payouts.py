"""Paying out what was collected: planned pro rata over the claims, never above what lies there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from settlement.cycles import lifecycle
from settlement.ledger import parties, transfers
from settlement.models import BankAccount, Cycle, PaymentLeg
from settlement.payments import agent_cash, legs, pool_items
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.people import permissions
from tenants.people.permissions import Permission

Rail = PaymentLeg.Rail


def plan(*, number: int, act: Act) -> int:
    """Plan a leg to each creditor for its share of what lies there, and take the federation's own; gives the number of legs.

    By bank where the village has an account, else in cash. Called again it plans only what came in since.

    :raises lifecycle.CycleMovedOn: unless the cycle is collecting or paying
    :raises permissions.Forbidden: unless `act.by` pays villages
    """
    permissions.require(act.by, Permission.PAY_VILLAGES, FEDERATION)
    with transaction.atomic(durable=True):
        return plan_due(cycle=lifecycle.locked(number=number, within=Cycle.TAKES_PAYMENTS), act=act)


def plan_due(*, cycle: Cycle, act: Act) -> int:
    """The same for a cycle that the caller has locked, in its transaction."""
    agent_cash.pay_pool(cycle=cycle, at=act.at)
    pool = pool_items.pool(cycle=cycle)
    due = pool.due()
    own = due.pop(FEDERATION, 0)
    if own:
        _take_own_share(cycle=cycle, amount_rupiah=own, before_rupiah=pool.outgoing.get(FEDERATION, 0), at=act.at)
    with_account = set(BankAccount.objects.filter(party__in=due).values_list("party", flat=True))
    payments = [
        legs.Payment(FEDERATION, village, amount, Rail.BANK if village in with_account else Rail.CASH)
        for village, amount in sorted(due.items())
    ]
    legs.plan_all(cycle=cycle, payments=payments, act=act)
    if due or own:
        activity_log.record(action="payout.planned", subject_id=str(cycle.number), act=act, detail={"villages": len(due)})
    return len(due)


def _take_own_share(*, cycle: Cycle, amount_rupiah: int, before_rupiah: int, at: datetime) -> None:
    pool_items.shrink(cycle=cycle, debtor=parties.POOL, creditor=FEDERATION, amount_rupiah=amount_rupiah)
    entry = transfers.PlannedTransfer(event="own-share", debit=parties.OWN_CASH, credit=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    reference = f"cycle:{cycle.number}:own-share:{before_rupiah + amount_rupiah}"
    transfers.record(entries=[entry], reference=reference, cause_id=cycle.id, happened_at=at)
