"""Paying out what was collected: planned pro rata over the claims, never above what lies there."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from settlement import money_hold
from settlement.bank import bank_accounts
from settlement.cycles import lifecycle
from settlement.models import Cycle, PaymentLeg
from settlement.payments import agent_cash, legs, money_ahead, own_share, pool_items
from tenants import activity_log, archived_villages
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.people import permissions
from tenants.people.permissions import Permission

Rail = PaymentLeg.Rail


def plan(*, number: int, act: Act) -> int:
    """Plan a leg to each creditor for its share of what lies there, and take the federation's own; gives the number of legs.

    By bank where the village has an account, else in cash; one whose account is not in force yet, or stopped, waits, and its share with it.
    To a village that has left nothing is planned; after a restore one that has not stated its cash waits. Once the time to pay out has
    ended, only the federation's own share is taken: the rest rolls on. Called again it plans only what came in since, and what need not
    wait any more.

    :raises money_hold.MoneyHeld: until the money is released after a restore
    :raises lifecycle.CycleMovedOn: unless the cycle is collecting or paying
    :raises permissions.Forbidden: unless `act.by` pays villages
    """
    permissions.require(act.by, Permission.PAY_VILLAGES, FEDERATION)
    with transaction.atomic(durable=True):
        return plan_due(cycle=lifecycle.locked(number=number, within=Cycle.TAKES_PAYMENTS), act=act)


def plan_due(*, cycle: Cycle, act: Act) -> int:
    """The same for a cycle that the caller has locked, in its transaction."""
    money_hold.refuse()
    agent_cash.pay_pool(cycle=cycle, at=act.at)
    pool = pool_items.pool(cycle=cycle)
    due = agent_cash.due(pool=pool)
    own = due.pop(FEDERATION, 0)
    if own:
        own_share.take(cycle=cycle, amount_rupiah=own, at=act.at)
    if not Cycle.pays_out(collect_until_at=cycle.collect_until_at, at=act.at):
        due = {}
    due = payable(due)
    wait = money_hold.waiting(due)
    known = bank_accounts.statuses(at=act.at, parties=list(due))
    payments = [
        legs.Payment(FEDERATION, village, amount, Rail.BANK if village in known and known[village].account else Rail.CASH)
        for village, amount in sorted(due.items())
        if village not in wait and (village not in known or not known[village].waits)
    ]
    legs.plan_all(cycle=cycle, payments=payments, act=act)
    if payments or own:
        activity_log.record(action="payout.planned", subject_id=str(cycle.number), act=act, detail={"villages": len(payments)})
    return len(payments)


def payable(due: Mapping[str, int], /) -> dict[str, int]:
    """Of what is due by party, what is to be sent: not to villages that have left, nor what a village got ahead."""
    return money_ahead.beyond(of_those_here(due))


def of_those_here(amounts: Mapping[str, int], /) -> dict[str, int]:
    """Of these amounts by party, those of parties that have not left: nothing is planned for the others, nor waited for."""
    return {party: amount for party, amount in amounts.items() if not archived_villages.is_archived(village_code=party)}
