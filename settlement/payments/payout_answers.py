"""What a gateway says in writing of a payout: that it paid it, or did not. One person of the federation enters it, another confirms it.

A payout that was sent and is never answered (its key was known with other terms, the gateway does not answer, or is not worked with any
more) holds its cycle open. Only of such a one can people answer, and of one that failed and went out all the same. From when it is entered
until it is decided nothing is sent under the payout's key any more, only asked; and it is confirmed only when a call of before that has
ended: then nothing can be paid by it while the money goes another way. If the gateway's own answer comes first, the written one counts for
nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money
from settlement.bank.gateways import registry
from settlement.bank.gateways.gateway_interface import CALL_LASTS
from settlement.bank.rails import rail_interface as rails
from settlement.cycles import lifecycle
from settlement.ledger import federation_books
from settlement.models import Cycle, LegEvent, PaymentLeg, PayoutAnswer
from settlement.payments import legs, paid_after_all
from tenants import activity_log, events, idempotency, texts
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, FormReused, Kind
from tenants.events import EventKind
from tenants.people import permissions
from tenants.people.permissions import Permission

State = PaymentLeg.State
ANSWERS_WITHIN = timedelta(days=3)  # a gateway that can be asked; after that, people answer for it
REFERENCE_MOST = 100


class NotByGateway(DomainError):
    """The payment is no payout that a gateway was told to make."""

    kind = Kind.CONFLICT
    code = "payout-not-at-gateway"
    sentence = gettext_noop("Pembayaran ini tidak pernah dikirim ke gerbang pembayaran.")


class MayStillAnswer(DomainError):
    """The gateway can be asked, and has not had the time to answer."""

    kind = Kind.CONFLICT
    code = "gateway-may-still-answer"
    sentence = gettext_noop("Gerbang masih ditanyai sendiri oleh sistem. Jawaban tertulisnya baru bisa dicatat sesudah %(days)s hari.")


class AnsweredMeanwhile(DomainError):
    """The payout does not stand any more where the answer was about."""

    kind = Kind.CONFLICT
    code = "payout-answered-meanwhile"
    sentence = gettext_noop("Keadaan pembayaran ini sudah lain: gerbang sudah menjawab sendiri. Tolak usul ini, lalu periksa lagi.")


class NothingNew(DomainError):
    """The books say of the failed payout what the answer says, or something else that must be taken back first."""

    kind = Kind.CONFLICT
    code = "payout-answer-nothing-new"
    sentence = gettext_noop("Menurut buku, gerbang membayar Rp %(amount)s dengan pembayaran ini. Kalau itu salah, catat dulu 0.")


class ProposedAlready(DomainError):
    """An answer of this gateway about this payout waits already."""

    kind = Kind.CONFLICT
    code = "payout-answer-waits"
    sentence = gettext_noop("Sudah ada jawaban yang menunggu penegasan untuk pembayaran ini. Tegaskan atau tolak dulu yang itu.")


class CallMayArrive(DomainError):
    """What was told to the gateway before the answer was entered may not have arrived yet."""

    kind = Kind.CONFLICT
    code = "payout-call-may-arrive"
    sentence = gettext_noop("Perintah terakhir ke gerbang mungkin masih di jalan. Tegaskan sepuluh menit sesudah diusulkan.")


class GatewayHoldsLess(DomainError):
    """By the books the gateway never had so much to pay."""

    kind = Kind.CONFLICT
    code = "gateway-holds-less"
    sentence = gettext_noop(
        "Menurut buku, gerbang itu hanya memegang Rp %(held)s. Cocokkan dulu uang di gerbang dan rekening korannya, lalu tegaskan lagi."
    )


class ReasonMissing(DomainError):
    """A gateway's answer is not entered without what it says."""

    kind = Kind.INVALID
    code = "payout-answer-reason-missing"
    sentence = gettext_noop("Tulis apa yang dinyatakan gerbang.")


class ReferenceMissing(DomainError):
    """A gateway's answer can be found again by the reference of its letter or statement."""

    kind = Kind.INVALID
    code = "payout-answer-reference-missing"
    sentence = gettext_noop("Tulis nomor surat atau pernyataan gerbang, paling panjang %(most)s huruf.")


class NoSuchAnswer(DomainError):
    """There is none such, or it does not wait for this any more."""

    kind = Kind.NOT_FOUND
    code = "no-such-payout-answer"
    sentence = gettext_noop("Jawaban gerbang ini tidak ada, atau sudah diputuskan.")


class SamePerson(DomainError):
    """Whoever entered it does not confirm it."""

    kind = Kind.FORBIDDEN
    code = "payout-answer-same-person"
    sentence = gettext_noop("Yang menegaskan harus orang lain, bukan yang mencatat.")


def propose(*, leg_id: UUID, paid_rupiah: int, reference: str, act: Act) -> UUID:
    """Enter what a gateway says in writing of a payout; the same form enters it once. Gives the answer, which another person confirms.

    paid_rupiah: what it paid, whatever it was told; 0: nothing, or it has it back. reference: of its letter or statement

    :raises legs.NoSuchLeg, NotByGateway, MayStillAnswer, AnsweredMeanwhile, NothingNew, ProposedAlready: and nothing was written
    :raises ReasonMissing, ReferenceMissing: likewise
    :raises FormReused: if the form entered something else before
    :raises idempotency.BadKey: without the key of a form
    :raises permissions.Forbidden: unless `act.by` enters such
    """
    permissions.require(act.by, Permission.PROPOSE_PAYOUT_ANSWERS, FEDERATION)
    proposer = act.by.account_id
    if proposer is None:
        raise permissions.Forbidden
    act = act.with_given_reason(missing=ReasonMissing())
    reference = texts.clean(reference, most=REFERENCE_MOST, otherwise=ReferenceMissing(most=REFERENCE_MOST))
    paid_rupiah = money.checked(amount_rupiah=paid_rupiah)
    idempotency.check_key(key=act.key)
    with transaction.atomic(durable=True):
        leg = legs.locked(leg_id=leg_id)
        before = PayoutAnswer.objects.filter(form_key=act.key).first()
        if before is not None:
            if (before.leg_id, before.paid_rupiah, before.reference) != (leg_id, paid_rupiah, reference):
                raise FormReused
            return before.id
        if waits(leg=leg):
            raise ProposedAlready
        check_open(leg=leg, at=act.at)
        if leg.state == State.FAILED:
            _check_new(leg, paid_rupiah=paid_rupiah)
        row = PayoutAnswer.objects.create(
            form_key=act.key,
            leg=leg,
            after_failure=leg.state == State.FAILED,
            paid_rupiah=paid_rupiah,
            reference=reference,
            reason=act.reason,
            proposed_by=proposer,
            proposed_at=act.at,
        )
        detail = {"leg": str(leg_id), "paid_rupiah": paid_rupiah, "reference": reference}
        activity_log.record(action="payout-answer.proposed", subject_id=str(row.id), act=act, detail=detail)
        return row.id


def confirm(*, answer_id: UUID, act: Act) -> None:
    """Another person confirms it. A payout under way ends by it: failed, so that its money is planned again like any that failed, or paid.
    What a failed one paid after all is set off or owed back (paid_after_all), or taken back. Sent twice, it counts once.

    :raises NoSuchAnswer: if it was declined, or never was
    :raises SamePerson: by whoever entered it
    :raises AnsweredMeanwhile, CallMayArrive, GatewayHoldsLess: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` confirms such
    """
    permissions.require(act.by, Permission.CONFIRM_PAYOUT_ANSWERS, FEDERATION)
    with transaction.atomic(durable=True):
        row = _locked(answer_id)
        leg = row.leg
        if row.confirmed_at is not None:
            return
        if row.declined_at is not None:
            raise NoSuchAnswer
        if act.by.account_id in (None, row.proposed_by):
            raise SamePerson
        if row.after_failure != (leg.state == State.FAILED) or leg.state not in (State.SUBMITTED, State.UNKNOWN, State.FAILED):
            raise AnsweredMeanwhile
        if not row.after_failure and act.at < row.proposed_at + CALL_LASTS:
            raise CallMayArrive
        row.heard = leg.heard
        row.confirmed_by, row.confirmed_at = act.by.account_id, act.at
        _take_in(row, act=act)
        row.save(update_fields=["confirmed_by", "confirmed_at", "heard", "counted_leg"])
        detail = {"leg": str(leg.id), "paid_rupiah": row.paid_rupiah}
        activity_log.record(action="payout-answer.confirmed", subject_id=str(row.id), act=act, detail=detail)
        events.add(kind=EventKind.PAYOUT_ANSWERED, subject_id=row.id, at=act.at, village_code=VillageCode(leg.receiver))
        if leg.cycle.state in Cycle.MOVING:
            lifecycle.wake_worker(cycle=leg.cycle)


def decline(*, answer_id: UUID, act: Act) -> None:
    """It was entered wrongly, says who entered it or another; the payout is as before. Sent twice, it counts once.

    :raises NoSuchAnswer: if it was confirmed, or never was
    :raises ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` enters or confirms such
    """
    if not permissions.can(act.by, Permission.CONFIRM_PAYOUT_ANSWERS, FEDERATION):
        permissions.require(act.by, Permission.PROPOSE_PAYOUT_ANSWERS, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with transaction.atomic(durable=True):
        row = _locked(answer_id)
        if row.declined_at is not None:
            return
        if row.confirmed_at is not None:
            raise NoSuchAnswer
        row.declined_by, row.declined_at = act.by.account_id, act.at
        row.save(update_fields=["declined_by", "declined_at"])
        activity_log.record(action="payout-answer.declined", subject_id=str(row.id), act=act)


def is_undecided(*, answer_id: UUID) -> bool:
    """Whether this answer waits for another person."""
    return PayoutAnswer.objects.filter(id=answer_id, confirmed_at=None, declined_at=None).exists()


def waits(*, leg: PaymentLeg) -> bool:
    """Whether an answer about a payout waits for another person: meanwhile nothing is sent under its key."""
    return PayoutAnswer.objects.filter(leg=leg, confirmed_at=None, declined_at=None).exists()


def check_open(*, leg: PaymentLeg, at: datetime) -> None:
    """That people may answer for the gateway: it failed after it was sent, or it was sent and can be asked no more, or long enough.

    :raises NotByGateway, MayStillAnswer, AnsweredMeanwhile: if not
    """
    sent_at = _sent_at(leg) if leg.rail == PaymentLeg.Rail.GATEWAY else None
    if sent_at is None and not leg.heard:
        raise NotByGateway
    if leg.state in (State.SUCCEEDED, State.RETURNED):
        raise AnsweredMeanwhile
    if leg.state == State.FAILED or sent_at is None:
        return
    if at < sent_at + ANSWERS_WITHIN and registry.pays_out(name=leg.gateway):
        raise MayStillAnswer(days=ANSWERS_WITHIN.days)


def _sent_at(leg: PaymentLeg) -> datetime | None:
    sent = LegEvent.objects.filter(leg=leg, state=State.SUBMITTED, quarantined=False)
    return sent.order_by("at").values_list("at", flat=True).first()


def _check_new(leg: PaymentLeg, *, paid_rupiah: int) -> None:
    """Of a failed payout: that the books do not say it already. A word of the gateway's that waits is decided by the same, too."""
    known = paid_after_all.in_force(leg=leg)
    counted = known.paid_rupiah if known is not None else 0
    waits_for_a_word = paid_after_all.undecided().filter(id=leg.id).exists()
    if bool(counted) == bool(paid_rupiah) and not (waits_for_a_word and counted == paid_rupiah):
        raise NothingNew(amount=counted)


def _take_in(row: PayoutAnswer, *, act: Act) -> None:
    leg, words = row.leg, f"{row.reference}: {row.reason}"
    if row.after_failure:
        known = paid_after_all.in_force(leg=leg)
        if known is None and row.paid_rupiah:
            paid_after_all.count(leg=leg, answer=row, words=words, act=act)
        elif known is not None and not row.paid_rupiah:
            paid_after_all.take_back(leg=leg, answer=known, by=row, words=words, act=act)
        return
    paid = row.paid_rupiah == leg.amount_rupiah
    if paid and (held := federation_books.gateway_balances().get(leg.gateway, 0)) < row.paid_rupiah:
        raise GatewayHoldsLess(held=max(0, held))
    state = rails.OutcomeState.SUCCEEDED if paid else rails.OutcomeState.FAILED
    outcome = rails.Outcome(state=state, amount_rupiah=leg.amount_rupiah if paid else None, at=act.at, evidence=words)
    legs.learn(leg=leg, outcome=outcome, act=act)
    if row.paid_rupiah and not paid:  # another amount than it was told: what it was told did not go, and something else did
        paid_after_all.count(leg=leg, answer=row, words=words, act=act)


def _locked(answer_id: UUID) -> PayoutAnswer:
    """One with its payout and cycle, these first."""
    leg_id = PayoutAnswer.objects.filter(id=answer_id).values_list("leg_id", flat=True).first()
    if leg_id is None:
        raise NoSuchAnswer
    leg = legs.locked(leg_id=leg_id)
    row = PayoutAnswer.objects.select_for_update(no_key=True).get(id=answer_id)
    row.leg = leg
    return row
