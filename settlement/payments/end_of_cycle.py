"""The end of a cycle: collecting stops, what was collected is paid out, the rest rolls on, and it closes when every rupiah is explained.

What cannot be paid out by the end of the time for that (nobody takes the cash, or no account is in force) rolls on with its money: the
federation owes it to the next cycle's pool. What is due to or from a village that has left rolls on at once: nobody waits for it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from settlement.cycles import lifecycle
from settlement.ledger import parties
from settlement.models import Cycle, Obligation, PaymentLeg
from settlement.payments import agent_cash, evidence, legs, payouts, pool_items, reconciliation
from tenants import acts, uuids
from tenants.codes import FEDERATION

State = Cycle.State


def end_collecting(*, number: int, at: datetime) -> None:
    """Stop collecting when everything is paid in, or when the date has passed; what was only planned until then is called off."""
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state != State.COLLECTING or cycle.collect_until_at is None:
            return
        agent_cash.pay_pool(cycle=cycle, at=at)
        pool = pool_items.pool(cycle=cycle)
        late = at >= cycle.collect_until_at
        if not late and (any(payouts.of_those_here(pool.open_debts).values()) or pool.incoming):
            return
        _call_off_plans(cycle=cycle, at=at)
        debtors = sorted(party for party, left in pool.open_debts.items() if left and party != FEDERATION)
        lifecycle.move(cycle=cycle, to=State.PAYING, action="cycle.paying", act=acts.by_system(at=at), detail={"late": debtors})


def end_paying(*, number: int, at: datetime) -> None:
    """Plan what is still due, and go on when nothing is left to pay out or under way.

    Cash that a village only announced holds the cycle until the date to pay at most, and what the federation only planned, or is due to one
    who cannot receive it, until the time to pay out ends. What was sent or given waits for its receiver, or for a person to call it off.
    """
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state != State.PAYING:
            return
        if not Cycle.takes_pay_ins(state=cycle.state, collect_until_at=cycle.collect_until_at, at=at):
            _call_off_plans(cycle=cycle, at=at)
        if _is_late(cycle, at=at):
            _call_off_payouts(cycle=cycle, at=at)
        payouts.plan_due(cycle=cycle, act=acts.by_system(at=at))
        if not _is_late(cycle, at=at) and payouts.payable(agent_cash.due(pool=pool_items.pool(cycle=cycle))):
            return
        if not PaymentLeg.objects.filter(cycle=cycle, state__in=PaymentLeg.ACTIVE).exists():
            lifecycle.move(cycle=cycle, to=State.RECONCILING, action="cycle.reconciling", act=acts.by_system(at=at))


def _call_off_plans(*, cycle: Cycle, at: datetime) -> None:
    """Nobody gave what villages only announced: it is open again."""
    _call_off(PaymentLeg.objects.filter(cycle=cycle, state=PaymentLeg.State.PLANNED).exclude(giver=FEDERATION), cycle=cycle, at=at)


def _call_off_payouts(*, cycle: Cycle, at: datetime) -> None:
    """Nobody was asked to make, or came for, what the federation only planned: it is open again."""
    _call_off(PaymentLeg.objects.filter(cycle=cycle, state=PaymentLeg.State.PLANNED, giver=FEDERATION), cycle=cycle, at=at)


def _call_off(planned: QuerySet[PaymentLeg], *, cycle: Cycle, at: datetime) -> None:
    for leg in planned.order_by("id"):
        leg.cycle = cycle
        legs.move(leg=leg, to=PaymentLeg.State.FAILED, evidence=evidence.Kind.TOO_LATE, act=acts.by_system(at=at))


def _is_late(cycle: Cycle, *, at: datetime) -> bool:
    return not Cycle.pays_out(collect_until_at=cycle.collect_until_at, at=at)


def close(*, number: int, at: datetime) -> None:
    """Roll what is open into the open cycle and close, if nothing is unexplained; else the cycle waits as it is.

    A payout that came back meanwhile, or a late pay-in, is paid out first: the cycle is paying once more, while there is time.
    """
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number)
        if cycle.state != State.RECONCILING:
            return
        agent_cash.pay_pool(cycle=cycle, at=at)
        due, late = agent_cash.due(pool=pool_items.pool(cycle=cycle)), _is_late(cycle, at=at)
        here = payouts.payable(due)
        if FEDERATION in here or (here and not late):
            lifecycle.move(cycle=cycle, to=State.PAYING, action="cycle.paying-again", act=acts.by_system(at=at))
            return
        unexplained = reconciliation.unexplained(cycle=cycle)
        if late or unexplained.get(reconciliation.NOT_PAID_OUT) == sum(due.values()):  # of those that have left, alone
            unexplained.pop(reconciliation.NOT_PAID_OUT, None)
        if unexplained:
            return
        _roll(cycle=cycle, at=at)
        cycle.ended_at = at
        lifecycle.move(cycle=cycle, to=State.CLOSED, action="cycle.closed", act=acts.by_system(at=at))


def _roll(*, cycle: Cycle, at: datetime) -> None:
    """What was not collected or not paid out becomes items of the open cycle's, on both sides the same sum; this cycle's are open no more.

    The money of what was not paid out lies in agent cash: the federation owes it.
    """
    pool = pool_items.pool(cycle=cycle)
    lying = pool.collected_rupiah - pool.paid_rupiah
    left = list(
        Obligation.objects.select_for_update(no_key=True)
        .filter(cause="cycle", cause_id=cycle.id, cycle_number=cycle.number, open_rupiah__gt=0)
        .order_by("id")
    )
    amounts = {(item.debtor, item.creditor): (item.open_rupiah, item.happened_at) for item in left}
    if lying:
        own, since = amounts.get((FEDERATION, parties.POOL), (0, at))
        amounts[FEDERATION, parties.POOL] = (own + lying, since)
    number = lifecycle.open_number()
    rolled = [
        Obligation(
            id=uuids.uuid7(),
            debtor=debtor,
            creditor=creditor,
            amount_rupiah=amount,
            open_rupiah=amount,
            cause="cycle",
            cause_id=cycle.id,
            cycle_number=number,
            happened_at=happened_at,  # a debt does not grow younger by rolling
            created_at=at,
        )
        for (debtor, creditor), (amount, happened_at) in amounts.items()
    ]
    Obligation.objects.filter(id__in=[item.id for item in left]).update(open_rupiah=0)
    Obligation.objects.bulk_create(rolled)
