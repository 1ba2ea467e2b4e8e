"""Paying villages out of what a payment gateway holds, by its own way of paying out: planned pro rata, sent, asked after.

This pays what the federation owes a cycle's pool without waiting for the gateway's payout to its bank account. It never pays more than the
gateway holds by the books, nor more than the federation owes the pool.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Random

from settlement import money, money_hold
from settlement.bank import bank_accounts
from settlement.bank.gateways import registry
from settlement.bank.rails import calls
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import lifecycle
from settlement.ledger import federation_books
from settlement.models import Cycle, LegEvent, PaymentLeg, PayoutAnswer
from settlement.payments import bank_files, bank_payouts, evidence, legs, money_ahead, payout_answers, pool_items
from tenants import activity_log, acts, archived_villages
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.people import permissions
from tenants.people.permissions import Permission

State = PaymentLeg.State
Rail = PaymentLeg.Rail
ASKED_AFTER_ANSWER = timedelta(days=90)  # that it went after all, where it was people who said that it did not
ENDED_MAX = 50  # asked after in one round
SILENCE_TRIED_FIRST = timedelta(hours=1)
_MOVED = (rails.OutcomeState.SUCCEEDED, rails.OutcomeState.RETURNED)


def plan(*, number: int, gateway: str, act: Act) -> int:
    """Plan a leg to each creditor that has a bank account, for its share of what this gateway can pay now; gives the number of legs.

    The share of one without an account in force waits: nobody gets ahead. Called again it plans only what has come since.

    :raises money_hold.MoneyHeld: until the money is released after a restore
    :raises lifecycle.CycleMovedOn: unless the cycle is collecting or paying
    :raises bank_files.FederationAccountMissing: since a payment names its payer
    :raises bank_payouts.FailedPayoutOnStatement: if a line that waits may show that one of them has the money already
    :raises paid_after_all.Undecided: if a gateway says so, and nobody has decided about it
    :raises permissions.Forbidden: unless `act.by` pays villages
    """
    permissions.require(act.by, Permission.PAY_VILLAGES, FEDERATION)
    money_hold.refuse()
    with transaction.atomic(durable=True):
        cycle = lifecycle.locked(number=number, within=Cycle.TAKES_PAYMENTS)
        if not Cycle.pays_out(collect_until_at=cycle.collect_until_at, at=act.at):
            return 0
        pool = pool_items.pool(cycle=cycle)
        waiting = money_ahead.beyond({party: pool.claims[party] - pool.outgoing.get(party, 0) for party in sorted(pool.claims)})
        amount = min(pool.room(FEDERATION), _room(gateway), sum(waiting.values()))
        if amount <= 0:
            return 0
        accounts = bank_accounts.usable(at=act.at, parties=[FEDERATION, *waiting])
        if FEDERATION not in accounts:
            raise bank_files.FederationAccountMissing
        shares = money.share_out(total_rupiah=amount, weights=list(waiting.values()))
        wait = money_hold.waiting(waiting)
        payments = [
            legs.Payment(FEDERATION, party, share, Rail.GATEWAY, gateway=gateway)
            for party, share in zip(waiting, shares, strict=True)
            if share and party in accounts and party not in wait and not archived_villages.is_archived(village_code=party)
        ]
        bank_payouts.check_none_has_gone(cycle=cycle, receivers=[payment.receiver for payment in payments])
        legs.plan_all(cycle=cycle, payments=payments, act=act)
        if payments:
            detail = {"villages": len(payments), "gateway": gateway}
            activity_log.record(action="payout.planned", subject_id=str(number), act=act, detail=detail)
        return len(payments)


def rooms(*, pool: pool_items.CyclePool) -> dict[str, int]:
    """What each gateway that can pay could now be planned to pay in a cycle, in rupiah; those without room are left out."""
    owed = pool.room(FEDERATION)
    found = {name: min(owed, _room(name)) for name in registry.paying_out()} if owed else {}
    return {name: room for name, room in found.items() if room > 0}


def _room(gateway: str) -> int:
    """What a gateway holds by the books and no leg is to pay out of it yet."""
    under_way = PaymentLeg.objects.filter(gateway=gateway, state__in=PaymentLeg.ACTIVE).values_list("amount_rupiah", flat=True)
    return federation_books.gateway_balances().get(gateway, 0) - sum(under_way)


def send(*, leg_id: UUID, gateway: rails.PayoutGateway, at: datetime) -> bool:
    """Send a planned leg to the gateway, or ask about one that was sent; False if the gateway was silent. A leg that has ended is left
    alone, and so is one whose receiver has no account in force at this moment, or may have the money already by a statement's line or a
    gateway's word that waits. While people are about to answer for the gateway (payout_answers), a leg is asked about and not sent again.

    That it was sent is stored and committed before the call; without an answer it is unknown, and asked after under the same key. A key
    that the gateway knows with other terms is put aside beside the leg, which stays as it is: what the gateway did under it, it says when
    it is asked after the next time.

    :raises rails.KeyReused: then
    """
    with transaction.atomic(durable=True):
        leg = legs.locked(leg_id=leg_id)
        if leg.rail != Rail.GATEWAY or leg.state not in PaymentLeg.ACTIVE:
            return True
        before = leg.state
        if before == State.PLANNED and money_hold.waiting([leg.receiver]):
            return True
        if before == State.PLANNED and bank_payouts.may_have_gone(cycle=leg.cycle, receivers=[leg.receiver]):
            return True
        if leg.to_account_id is None and not _addressed(leg, at=at):
            return True
        instruction = _instruction(leg)
        may_send = before == State.PLANNED or not (payout_answers.waits(leg=leg) or money_hold.is_held())
        if before == State.PLANNED:
            legs.move(leg=leg, to=State.SUBMITTED, evidence=evidence.Kind.SENT, act=acts.by_system(at=at))
    is_first = before == State.PLANNED and not money_hold.is_of_backup(at=leg.planned_at)  # else it may have been sent before
    outcome = None if is_first else calls.ask(gateway=gateway, key=leg.key, at=at)
    if outcome is None and not may_send:
        return True
    if outcome is None:  # never sent, or it never arrived: the same instruction under the same key moves money once
        try:
            outcome = calls.submit(gateway=gateway, instruction=instruction, at=at)
        except rails.KeyReused:
            _put_aside(leg_id=leg_id, why="key-reused", at=at)
            raise
    learn(leg_id=leg_id, outcome=outcome, at=at)
    return outcome.state is not rails.OutcomeState.UNKNOWN


def learn(*, leg_id: UUID, outcome: rails.Outcome, at: datetime) -> None:
    """Take in what a gateway says of a leg; also, later, that it came back, or that it went after it had failed: that a person decides
    (payout_answers), and it is written down once."""
    with transaction.atomic(durable=True):
        leg = legs.locked(leg_id=leg_id)
        if leg.state == State.FAILED and outcome.state in _MOVED:
            if leg.heard == outcome.state:
                return
            leg.heard = outcome.state.value
            leg.save(update_fields=["heard"])
        legs.learn(leg=leg, outcome=outcome, act=acts.by_system(at=at))
        lifecycle.wake_worker(cycle=leg.cycle)


def ask_again(*, leg_id: UUID, gateway: rails.PayoutGateway, at: datetime) -> bool:
    """Ask about a leg that has ended: it may come back, and one that failed may have gone after all, which is put aside for a person.

    False if the gateway was silent.
    """
    leg = PaymentLeg.objects.get(id=leg_id)
    outcome = calls.ask(gateway=gateway, key=leg.key, at=at)
    if outcome is not None and outcome.state not in (leg.state, rails.OutcomeState.UNKNOWN):
        learn(leg_id=leg_id, outcome=outcome, at=at)
    return outcome is None or outcome.state is not rails.OutcomeState.UNKNOWN


def _put_aside(*, leg_id: UUID, why: str, at: datetime) -> None:
    with transaction.atomic(durable=True):
        learned = evidence.put_aside(why=why, evidence=evidence.Kind.SENT)
        legs.note(leg=legs.locked(leg_id=leg_id), evidence=learned, act=acts.by_system(at=at), quarantined=True)


def _addressed(leg: PaymentLeg, *, at: datetime) -> bool:
    """Whether a leg that was not sent yet now names the accounts in force; where one of them is not, it waits."""
    accounts = bank_accounts.usable(at=at, parties=[FEDERATION, leg.receiver])
    if len(accounts) < 2:
        return False
    leg.from_account_id, leg.to_account_id = accounts[FEDERATION].step_id, accounts[leg.receiver].step_id
    leg.save(update_fields=legs.ACCOUNTS)
    return True


def _instruction(leg: PaymentLeg) -> rails.Instruction:
    """What is sent, to the accounts that stand on the leg: also later, when others are in force."""
    if leg.from_account_id is None or leg.to_account_id is None:
        raise ValueError(f"payment leg {leg.id} was sent without its accounts")
    return rails.Instruction(
        key=leg.key,
        payer=bank_accounts.named(step_id=leg.from_account_id),
        payee=bank_accounts.named(step_id=leg.to_account_id),
        amount_rupiah=leg.amount_rupiah,
        remittance=f"Putaran {leg.cycle.number} {leg.key}",
        village=leg.receiver,
    )


def active(*, gateway: str, at: datetime) -> list[UUID]:
    """The legs that this gateway is to be sent or asked about, in an order in which no silence starves the others.

    One about which it was silent within the last hour comes first: while that is not answered, no other is sent into the silence. Then
    those about which it never was, the oldest first; then those about which it has been silent longer, by chance.
    """
    silent_since = LegEvent.objects.filter(leg=OuterRef("id"), state=State.UNKNOWN, quarantined=False).values("at")[:1]
    rows = PaymentLeg.objects.filter(gateway=gateway, state__in=PaymentLeg.ACTIVE).annotate(silent_since=Subquery(silent_since))
    turn = Case(When(silent_since__gt=at - SILENCE_TRIED_FIRST, then=0), When(silent_since=None, then=1), default=2)
    by_chance = Case(When(silent_since__lte=at - SILENCE_TRIED_FIRST, then=Random()))
    return list(rows.order_by(turn, by_chance, "id").values_list("id", flat=True))


def ended(*, gateway: str, at: datetime) -> list[UUID]:
    """Some of the legs that were sent and ended not long ago, by chance: each is asked about again, seldomer the more there are."""
    rows = PaymentLeg.objects.filter(gateway=gateway, state__in=(State.SUCCEEDED, State.FAILED), to_account__isnull=False)
    answered = PayoutAnswer.objects.filter(leg=OuterRef("id"), confirmed_at__gte=at - ASKED_AFTER_ANSWER)
    not_long_ago = Q(ended_at__gte=at - PaymentLeg.ASKED_AFTER_END)
    rows = rows.filter(not_long_ago | (Q(state=State.FAILED) & Exists(answered)))
    return list(rows.order_by("?").values_list("id", flat=True)[:ENDED_MAX])
