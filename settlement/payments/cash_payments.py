"""Cash from hand to hand: to the federation, from it, or straight from village to village. Two persons confirm, one on each side."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money, money_hold
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import lifecycle
from settlement.models import Cycle, PaymentLeg
from settlement.payments import bank_payouts, evidence, legs, money_ahead, pool_items
from tenants import activity_log, archived_villages
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = PaymentLeg.State
Rail = PaymentLeg.Rail


class NotInCash(DomainError):
    """The leg does not go from hand to hand."""

    kind = Kind.CONFLICT
    code = "not-in-cash"
    sentence = gettext_noop("Pembayaran ini lewat bank, bukan tunai.")


class NotGivenYet(DomainError):
    """The giver has not confirmed."""

    kind = Kind.CONFLICT
    code = "not-given-yet"
    sentence = gettext_noop("Yang menyerahkan belum menyatakan uangnya diserahkan.")


class SamePerson(DomainError):
    """One person cannot confirm both sides."""

    kind = Kind.FORBIDDEN
    code = "same-person"
    sentence = gettext_noop("Yang menerima harus orang lain, bukan yang menyerahkan.")


class TooLateToPlan(DomainError):
    """The cycle pays out and its date to pay has passed: what is still open goes on into the next one."""

    kind = Kind.CONFLICT
    code = "handover-too-late"
    sentence = gettext_noop(
        "Batas waktu membayar putaran %(number)s sudah lewat, jadi tidak ada penyerahan baru. Sisanya ikut putaran berikutnya."
    )


class CalledOff(DomainError):
    """The hand-over was called off."""

    kind = Kind.CONFLICT
    code = "handover-called-off"
    sentence = gettext_noop(
        "Penyerahan ini sudah dibatalkan, jadi tidak dicatat. Jika uangnya tetap berpindah tangan, rencanakan yang baru."
    )


class ReceivedAlready(DomainError):
    """What was received is not called off."""

    kind = Kind.CONFLICT
    code = "handover-received-already"
    sentence = gettext_noop("Uang ini sudah dinyatakan diterima, jadi penyerahannya tidak bisa dibatalkan lagi.")


class ReasonMissing(DomainError):
    """A hand-over is not called off without saying why."""

    kind = Kind.INVALID
    code = "handover-reason-missing"
    sentence = gettext_noop("Tulis alasan membatalkan penyerahan.")


def plan(*, number: int, giver: VillageCode, amount_rupiah: int, direct: bool, act: Act) -> list[PaymentLeg]:
    """Plan how a village brings cash: all to the federation, or (`direct`) straight to the villages that are owed, pro rata.

    Nobody gets ahead of the others: the amount is shared over what each creditor still waits for (money.share_out); the share of a
    village that has left goes to the federation, as its own. A form that is sent twice plans once: the second time there is nothing to
    plan.

    :raises money_hold.MoneyHeld, money_hold.CashNotStated, money_hold.PaymentUnknown: since a restore
    :raises errors.FormReused: if the form said something else before
    :raises pool_items.MoreThanOpen: if the village owes less than that besides what is under way
    :raises lifecycle.CycleMovedOn: unless the cycle is collecting or paying
    :raises TooLateToPlan: if it pays out and the date to pay has passed
    :raises permissions.Forbidden: unless `act.by` plans such payments for the giver
    """
    permissions.require_for(act.by, Permission.PLAN_CASH_PAYMENTS, giver)
    money.checked(amount_rupiah=amount_rupiah)
    money_hold.refuse_to([giver])
    wish = {"giver": giver, "amount": amount_rupiah, "direct": direct}
    form = lifecycle.once(number=number, action="plan-cash", asked=wish, act=act)
    with transaction.atomic(durable=True), form as claim:
        if claim.earlier:
            return []
        cycle = lifecycle.locked(number=number, within=Cycle.TAKES_PAYMENTS)
        if not Cycle.takes_pay_ins(state=cycle.state, collect_until_at=cycle.collect_until_at, at=act.at):
            raise TooLateToPlan(number=number)
        pool = pool_items.pool(cycle=cycle)
        if not 0 < amount_rupiah <= pool.room(giver):
            raise pool_items.MoreThanOpen(open=pool.room(giver), amount=amount_rupiah)
        parts: dict[str, int] = {FEDERATION: amount_rupiah}
        if direct:
            silent = money_hold.waiting(pool.claims)
            open_claims = {party: pool.claims[party] - pool.outgoing.get(party, 0) for party in sorted(pool.claims)}
            waiting = money_ahead.beyond({party: amount for party, amount in open_claims.items() if party not in silent})
            if waiting:
                straight = min(amount_rupiah, sum(waiting.values()))
                shares = money.share_out(total_rupiah=straight, weights=list(waiting.values()))
                parts = dict(zip(waiting, shares, strict=True))
                parts[FEDERATION] = parts.get(FEDERATION, 0) + amount_rupiah - straight
            for gone in [party for party in parts if archived_villages.is_archived(village_code=party)]:
                parts[FEDERATION] = parts.get(FEDERATION, 0) + parts.pop(gone)
        planned = [
            legs.plan(cycle=cycle, giver=giver, receiver=receiver, amount_rupiah=part, rail=Rail.CASH, act=act)
            for receiver, part in parts.items()
            if part
        ]
        detail = {**wish, "legs": len(planned)}
        activity_log.record(action="handover.planned", subject_id=str(number), act=act, detail=detail)
        claim.record()
        return planned


def give(*, number: int, leg_id: UUID, party: VillageCode, act: Act) -> None:
    """The giver (`party`, a village or the federation) says that the cash was handed over. Sent twice, it is said once.

    :raises legs.NoSuchLeg: if it is no payment of this cycle that the party gives
    :raises NotInCash, CalledOff, bank_payouts.FailedPayoutOnStatement, paid_after_all.Undecided: and nothing was changed
    :raises money_hold.MoneyHeld, money_hold.CashNotStated, money_hold.PaymentUnknown: since a restore; likewise
    :raises permissions.Forbidden: unless `act.by` confirms such payments there
    """
    permissions.require(act.by, Permission.CONFIRM_CASH_PAYMENTS, party)
    with transaction.atomic(durable=True):
        leg = _locked(number, leg_id)
        _check(leg, is_theirs=leg.giver == party)
        if leg.state in (State.SUBMITTED, State.SUCCEEDED):
            return
        if leg.state != State.PLANNED:  # called off meanwhile: whoever gives must learn it
            raise CalledOff
        if leg.giver == FEDERATION:
            bank_payouts.check_none_has_gone(cycle=leg.cycle, receivers=[leg.receiver])
        leg.given_by, leg.given_at = act.by.account_id, act.at
        legs.move(leg=leg, to=State.SUBMITTED, evidence=evidence.Kind.GIVEN, act=act)
        activity_log.record(action="handover.given", subject_id=str(leg_id), act=act)


def receive(*, number: int, leg_id: UUID, party: VillageCode, act: Act) -> None:
    """The receiver (`party`) says that the cash is in hand: now the ledger posts it. Sent twice, it is posted once.

    :raises legs.NoSuchLeg: if it is no payment of this cycle that the party receives
    :raises NotGivenYet, SamePerson, NotInCash, CalledOff: and nothing was changed
    :raises money_hold.MoneyHeld, money_hold.CashNotStated: since a restore, when this very cash is stated first; likewise
    :raises permissions.Forbidden: unless `act.by` confirms such payments there
    """
    permissions.require(act.by, Permission.CONFIRM_CASH_PAYMENTS, party)
    with transaction.atomic(durable=True):
        leg = _locked(number, leg_id)
        _check(leg, is_theirs=leg.receiver == party)
        if leg.state == State.SUCCEEDED:
            return
        if leg.state == State.PLANNED:
            raise NotGivenYet
        if leg.state != State.SUBMITTED:
            raise CalledOff
        if leg.given_by == act.by.account_id:
            raise SamePerson
        money_hold.refuse_to([leg.giver, leg.receiver])
        outcome = rails.Outcome(
            state=rails.OutcomeState.SUCCEEDED, amount_rupiah=leg.amount_rupiah, at=act.at, evidence=evidence.Kind.RECEIVED
        )
        legs.learn(leg=leg, outcome=outcome, act=act)
        activity_log.record(action="handover.received", subject_id=str(leg_id), act=act)
    lifecycle.wake_worker(cycle=leg.cycle)


def call_off(*, number: int, leg_id: UUID, party: VillageCode, act: Act) -> None:
    """The cash was not handed over after all; what it would have paid is open again. Sent twice, it is called off once.

    A village calls off what it gives itself; the federation, which runs the cycle, any hand-over.

    :raises legs.NoSuchLeg: if it is no payment of this cycle that the party may call off
    :raises ReasonMissing, NotInCash, ReceivedAlready: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` plans such payments there
    """
    permissions.require(act.by, Permission.PLAN_CASH_PAYMENTS, party)
    act = act.with_given_reason(missing=ReasonMissing())
    with transaction.atomic(durable=True):
        leg = _locked(number, leg_id)
        _check(leg, is_theirs=party in (leg.giver, FEDERATION))
        if leg.state == State.FAILED:
            return
        if leg.state not in (State.PLANNED, State.SUBMITTED):
            raise ReceivedAlready
        legs.move(leg=leg, to=State.FAILED, evidence=act.reason, act=act)
        activity_log.record(action="handover.called-off", subject_id=str(leg_id), act=act)


def _locked(number: int, leg_id: UUID) -> PaymentLeg:
    leg = legs.locked(leg_id=leg_id)
    if leg.cycle.number != number:
        raise legs.NoSuchLeg
    return leg


def _check(leg: PaymentLeg, *, is_theirs: bool) -> None:
    if not is_theirs:  # what is foreign does not exist
        raise legs.NoSuchLeg
    if leg.rail != Rail.CASH:
        raise NotInCash
