"""Refunds on their way by the gateway that took the money: each row is one attempt, committed before the gateway is called.

Rows are locked in one order: the order, the payment at the gateway, the attempt to send back, the refund.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from federation.buying import (
    gateway_disputes,
    gateway_problems,
    gateway_progress,
    gateway_refunds,
    order_payments,
    refund_steps,
    seller_orders,
)
from federation.buying.gateway_problems import Problem
from federation.buying.gateway_progress import Effect
from marketplace.gateway_payments import comparison, disputes, readings
from marketplace.orders import order_records
from settlement import money_hold
from settlement.bank.gateways.gateway_interface import (
    CALL_LASTS,
    KEY_LIVES,
    Channel,
    Gateway,
    RefundOrder,
    RefundReading,
    RefundState,
    Terms,
)
from settlement.ledger import deposit_sales
from tenants import activity_log, acts, events
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.events import EventKind

State = gateway_refunds.State
CHANGES_LATE_FOR = timedelta(days=60)  # what succeeded may fail, and what failed may have gone after all
FAILURES = (Problem.REFUND_FAILED, Problem.NOT_REFUNDABLE, Problem.KEY)  # that an arrival ends


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is sent to the gateway for a refund. `first`: it was never called for it. `may_send`: the key is young enough.

    `alone`: no other call can be on its way, so that a refusal would be certain, unless another one begins after `called_at`.
    """

    order: RefundOrder
    external_id: str
    first: bool
    may_send: bool
    alone: bool
    called_at: datetime | None


def prepare(*, refund_attempt_id: UUID, gateway: Gateway, at: datetime) -> Instruction | None:
    """Note that the gateway is about to be called for it; None: nothing is to be asked now, or ever."""
    with transaction.atomic(durable=True):
        row = locked(refund_attempt_id=refund_attempt_id)
        if money_hold.is_held():  # since a restore: it may have been sent, and comes again in the next round
            return None
        payment = row.gateway_payment
        row.next_read_at = _next_read_at(row, at=at)
        if row.state == State.WAITING and row.sent_at is None:
            if not _may_be_sent(row=row, terms=gateway.terms.get(Channel(payment.channel)), at=at):
                row.save()
                return None
            row.sent_at = row.called_at = at
            row.save()
            first = not money_hold.is_of_backup(at=row.made_at)  # else it may have been sent since the backup
            return Instruction(_order(row), "", first=first, may_send=True, alone=True, called_at=at)
        may_send = row.state == State.WAITING and row.sent_at is not None and at - row.sent_at < KEY_LIVES
        alone = row.called_at is None or at - row.called_at >= CALL_LASTS
        if may_send:
            row.called_at = at
        row.save()
        return Instruction(_order(row), row.external_id, first=False, may_send=may_send, alone=alone, called_at=row.called_at)


def ask(*, instruction: Instruction, gateway: Gateway) -> RefundReading | None:
    """How the refund stands, sent to the gateway if it does not know of it yet. None: it never arrived, and is too old to be sent.

    :raises gateway_interface.Refused, gateway_interface.KeyReused, OSError: as the gateway does
    """
    if not instruction.first:
        reading = gateway.read_refund(key=instruction.order.key, id=instruction.external_id)
        if reading is not None or not instruction.may_send:
            return reading
    return gateway.refund(instruction.order)


def record(*, refund_attempt_id: UUID, reading: RefundReading, at: datetime) -> None:
    """Take in how a refund stands at its gateway; the same reading again, or an older one, changes nothing."""
    with transaction.atomic(durable=True):
        row = locked(refund_attempt_id=refund_attempt_id)
        row.external_id = row.external_id or reading.id
        gateway_problems.clear(row, [Problem.UNREADABLE])
        if reading.amount_rupiah != row.amount_rupiah:
            gateway_problems.find(row, Problem.REFUND_AMOUNT)  # what it sent more or less is a difference of the payment
        if reading.state is RefundState.SUCCEEDED:
            row.sent_rupiah = reading.amount_rupiah
        elif reading.state in (RefundState.FAILED, RefundState.CANCELLED):
            row.sent_rupiah = 0
        known = row.state
        if known == State.FAILED and reading.state is RefundState.SUCCEEDED:
            gateway_refunds.keep_unsent(row=row, at=at)
            if not gateway_refunds.is_sent_otherwise(row):
                known = State.PENDING  # it went after all, before it went another way
                gateway_problems.clear(row, FAILURES)
        step = gateway_progress.after_refund(known=State(known), reading=reading.state)
        row.state = step.state
        name, amount = row.gateway_payment.gateway, row.amount_rupiah
        match step.effect:
            case Effect.BOOK:
                deposit_sales.send_refund(
                    cause_id=row.cause_id, refund_attempt_id=row.id, gateway=name, amount_rupiah=amount, happened_at=at
                )
                _arrived(row=row, act=acts.by_system(at=at))
                _settle_others(row)
            case Effect.UNBOOK:
                deposit_sales.return_refund(
                    cause_id=row.cause_id, refund_attempt_id=row.id, gateway=name, amount_rupiah=amount, happened_at=at
                )
                gateway_problems.require(row, Problem.REFUND_FAILED)
                row.ended_at = at
                _owed_again(row, at=at)
            case Effect.ASK_A_PERSON:
                failed = reading.state is not RefundState.SUCCEEDED
                gateway_problems.find(row, Problem.REFUND_FAILED if failed else Problem.SENT_AFTER_FAILURE)
                row.ended_at = row.ended_at or at
            case Effect.NONE:
                pass
        row.next_read_at = _next_read_at(row, at=at)
        row.save()
        comparison.compare(row.gateway_payment)


def record_refusal(*, refund_attempt_id: UUID, instruction: Instruction, problem: Problem, at: datetime) -> None:
    """The gateway will not send it: a person decides how the money goes back.

    While another call may be on its way, which may yet do what was asked, nothing is certain: it is asked again when that has ended.
    """
    with transaction.atomic(durable=True):
        row = locked(refund_attempt_id=refund_attempt_id)
        if row.state != State.WAITING:
            return
        if not instruction.alone or row.called_at != instruction.called_at:
            row.next_read_at = at + CALL_LASTS
            row.save()
        else:
            _fail(row, problem, at=at)
            row.save()


def record_fault(*, refund_attempt_id: UUID, at: datetime) -> None:
    """What the gateway said could not be taken in: a person must know, and it is asked again. A reading that can be ends that."""
    with transaction.atomic(durable=True):
        row = locked(refund_attempt_id=refund_attempt_id)
        gateway_problems.require(row, Problem.UNREADABLE)
        row.next_read_at = at + readings.AFTER_A_FAULT
        row.save()


def by_hand_rupiah(row: gateway_refunds.Row) -> int:
    """What of an attempt that failed the federation may pay out of its own cash: not what the buyer has by a dispute that was lost.

    0: nothing, or nothing yet, since a dispute holds the money or the gateway took it back.
    """
    payment = row.gateway_payment
    if gateway_disputes.is_disputed(payment=payment) or Problem.TAKEN_BACK in gateway_problems.of(payment):
        return 0
    unused = max(0, gateway_disputes.unused_rupiah(payment=payment))
    others = [other for other in payment.refunds.all() if other.id != row.id and other.state != State.FAILED]
    going = sum(other.amount_rupiah for other in others if other.sent_at is not None or other.state in gateway_refunds.PAID)
    rest = row.amount_rupiah - min(row.amount_rupiah, unused)
    return rest if rest <= (payment.received_rupiah or 0) - unused - going else 0


def pay_by_hand(*, row: gateway_refunds.Row, act: Act) -> None:
    """Write on a locked attempt that failed that the federation paid the buyer out of its own cash what by_hand_rupiah says."""
    rest = by_hand_rupiah(row)
    deposit_sales.pay_refund_out_of_own(cause_id=row.cause_id, refund_attempt_id=row.id, amount_rupiah=rest, happened_at=act.at)
    if had := row.amount_rupiah - rest:
        deposit_sales.settle_refund_by_dispute(cause_id=row.cause_id, refund_attempt_id=row.id, amount_rupiah=had, happened_at=act.at)
    row.state, row.by_dispute_rupiah = State.BY_HAND, had
    row.next_read_at = _next_read_at(row, at=act.at)
    gateway_problems.clear(row)
    _arrived(row=row, act=act)
    row.save()


def locked(*, refund_attempt_id: UUID) -> gateway_refunds.Row:
    """One attempt with its payment, in the caller's transaction: its order is locked first, as by whoever reads a payment."""
    refund_id = gateway_refunds.refund_of(refund_attempt_id=refund_attempt_id)
    if refund_id is not None:
        order_records.all_locked_that_can_change(places=seller_orders.places_of_refund(refund_id=refund_id))
    return gateway_refunds.locked(refund_attempt_id=refund_attempt_id)


def _may_be_sent(*, row: gateway_refunds.Row, terms: Terms | None, at: datetime) -> bool:
    """Whether the gateway is to be called; where it cannot be, what else becomes of the refund."""
    payment = row.gateway_payment
    if gateway_disputes.is_disputed(payment=payment) or Problem.TAKEN_BACK in gateway_problems.of(payment):
        return False  # it waits until that is decided
    lost = disputes.lost_rupiah(payment=payment)
    if row.amount_rupiah <= gateway_disputes.unused_rupiah(payment=payment):
        deposit_sales.settle_refund_by_dispute(
            cause_id=row.cause_id, refund_attempt_id=row.id, amount_rupiah=row.amount_rupiah, happened_at=at
        )
        row.state, row.next_read_at, row.by_dispute_rupiah = State.BY_DISPUTE, None, row.amount_rupiah
        _arrived(row=row, act=acts.by_system(at=at))
        return False
    received = payment.received_rupiah or 0
    others = payment.refunds.filter(state__in=[*gateway_refunds.OPEN, State.SUCCEEDED]).exclude(id=row.id)
    left = received - lost - sum(others.exclude(sent_at=None).values_list("amount_rupiah", flat=True))
    if not _allowed(row=row, terms=terms, left_rupiah=left, at=at):
        _fail(row, Problem.NOT_REFUNDABLE, at=at)
        return False
    return True


def _allowed(*, row: gateway_refunds.Row, terms: Terms | None, left_rupiah: int, at: datetime) -> bool:
    payment = row.gateway_payment
    if terms is None or not terms.refunds or row.amount_rupiah > left_rupiah:
        return False
    if not terms.partial_refunds and row.amount_rupiah != payment.received_rupiah:
        return False
    paid_at = payment.ended_at or payment.started_at
    return terms.refund_within is None or at - paid_at <= terms.refund_within


def _order(row: gateway_refunds.Row) -> RefundOrder:
    payment = row.gateway_payment
    return RefundOrder(key=row.key, payment_key=payment.key, payment_id=payment.external_id, amount_rupiah=row.amount_rupiah)


def _arrived(*, row: gateway_refunds.Row, act: Act) -> None:
    """The buyer has the money."""
    row.ended_at = act.at
    if row.refund_id is None:
        return
    refund = order_payments.locked_refund(refund_id=row.refund_id)
    refund_steps.pay_out(refund=refund, act=act)
    kind, order = EventKind.REFUND_PAID_OUT, refund.order
    activity_log.record(action=kind, subject_id=order.id, act=act)
    events.add(
        kind=kind, subject_id=order.id, payload={"purchase_id": str(order.purchase_id)}, village_code=VillageCode(order.seller), at=act.at
    )


def _settle_others(row: gateway_refunds.Row) -> None:
    """The money has arrived by this attempt: nothing is left to decide about others that failed."""
    for other in gateway_refunds.other_failed(row=row):
        if Problem.SENT_AFTER_FAILURE not in gateway_problems.of(other):
            gateway_problems.clear(other)
            other.save(update_fields=["problem", "closed_problem"])


def _fail(row: gateway_refunds.Row, problem: Problem, *, at: datetime) -> None:
    """The gateway does not send it: a person decides how else the money goes back."""
    row.state, row.ended_at = State.FAILED, at
    row.next_read_at = _next_read_at(row, at=at)
    gateway_problems.require(row, problem)


def _owed_again(row: gateway_refunds.Row, *, at: datetime) -> None:
    """The money came back to the gateway: the buyer still waits for it."""
    if row.refund_id is not None:
        refund_steps.owe_again(refund_id=row.refund_id, act=acts.by_system(at=at))


def _next_read_at(row: gateway_refunds.Row, *, at: datetime) -> datetime | None:
    """When to ask for it again; of what has ended only where the gateway was told, since it may say another thing later, and not notify."""
    if row.state in gateway_refunds.OPEN:
        return at + (timedelta(minutes=1) if at - row.made_at < timedelta(hours=1) else timedelta(hours=1))
    if row.sent_at is not None and at - row.made_at < CHANGES_LATE_FOR:
        return at + timedelta(days=1)
    return None
