"""What of gateways waits for a person of the federation, and what that person decides. Nothing here calls a gateway: the round does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.buying import gateway_payments, gateway_problems, gateway_refunds
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import disputes, refund_attempts
from marketplace.orders import order_reasons
from settlement.ledger import federation_books, locks
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

RefundState = gateway_refunds.State


class NotWaiting(DomainError):
    """There is no such problem, or somebody has decided it already."""

    kind = Kind.CONFLICT
    code = "gateway-problem-not-waiting"
    sentence = gettext_noop("Ini sudah diselesaikan, atau tidak ada. Lihat daftarnya lagi.")


class OwnCashTooSmall(DomainError):
    """The federation's own cash does not suffice."""

    kind = Kind.CONFLICT
    code = "own-cash-too-small"
    sentence = gettext_noop("Kas federasi sendiri hanya Rp %(held)s, kurang untuk mengganti uang ini.")


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentProblem:
    """A payment that a person must look at. can_send_back: its money paid nothing, and waits to go back. can_write_off: it is gone."""

    payment_id: UUID
    code: str  # the purchase's short code
    gateway: str
    channel: str
    external_id: str
    asked_rupiah: int
    received_rupiah: int | None
    problem: Problem
    started_at: datetime
    can_send_back: bool
    can_write_off: bool
    can_give_up: bool  # nobody decides it, and its orders cannot lapse

    @property
    def can_close(self) -> bool:
        """Whether looking into it may be all that is to do."""
        return not (self.can_send_back or self.can_give_up)


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundProblem:
    """A refund attempt that a person must look at. can_decide: it may be sent again, or paid out of the federation's own cash."""

    refund_attempt_id: UUID
    code: str
    gateway: str
    channel: str
    external_id: str  # of the payment
    amount_rupiah: int
    problem: Problem
    made_at: datetime
    can_decide: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for a person, oldest first; and how many payments are disputed, which wait for the buyer's bank."""

    payments: Sequence[PaymentProblem]
    refunds: Sequence[RefundProblem]
    disputed_payments: int


def waiting() -> Waiting:
    """All that waits for a person."""
    refunds = gateway_refunds.with_problem()
    in_force = gateway_refunds.causes_in_force(causes=[row.cause_id for row in refunds])
    return Waiting(
        payments=[
            PaymentProblem(
                payment_id=row.id,
                code=row.purchase.code,
                gateway=row.gateway,
                channel=row.channel,
                external_id=row.external_id,
                asked_rupiah=row.amount_rupiah,
                received_rupiah=row.received_rupiah,
                problem=Problem(row.problem),
                started_at=row.started_at,
                can_send_back=_can_send_back(row),
                can_write_off=row.problem == Problem.TAKEN_BACK,
                can_give_up=can_give_up(row),
            )
            for row in gateway_payments.with_problem()
        ],
        refunds=[
            RefundProblem(
                refund_attempt_id=row.id,
                code=row.gateway_payment.purchase.code,
                gateway=row.gateway_payment.gateway,
                channel=row.gateway_payment.channel,
                external_id=row.gateway_payment.external_id,
                amount_rupiah=row.amount_rupiah,
                problem=Problem(row.problem),
                made_at=row.made_at,
                can_decide=_can_decide(row, is_sent_otherwise=row.cause_id in in_force),
            )
            for row in refunds
        ],
        disputed_payments=gateway_payments.disputed_count(),
    )


def _can_send_back(row: gateway_payments.Row) -> bool:
    return row.problem == Problem.AMOUNT and row.received_rupiah is not None


def _can_decide(row: gateway_refunds.Row, *, is_sent_otherwise: bool) -> bool:
    """Whether its money may go back by another attempt: never while one is on its way, or has arrived."""
    return row.state == RefundState.FAILED and row.problem != Problem.SENT_AFTER_FAILURE and not is_sent_otherwise


def can_give_up(row: gateway_payments.Row) -> bool:
    """Whether it is live long after its time."""
    return row.is_live and row.problem == Problem.UNDECIDED


def send_money_back(*, payment_id: UUID, act: Act) -> None:
    """Let the whole of a sum that nobody asked for go back to its buyer.

    :raises NotWaiting: if it does not wait for that
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    with transaction.atomic(durable=True):
        row = gateway_payments.locked_problem(payment_id=payment_id)
        if row is None or not _can_send_back(row) or row.received_rupiah is None:
            raise NotWaiting
        gateway_payments.send_rest_back(payment=row, cause_id=row.id, amount_rupiah=row.received_rupiah, at=act.at)
        _close(row, action="gateway-payment.sent-back", act=act)


def write_payment_off(*, payment_id: UUID, act: Act) -> None:
    """Write that a gateway took back what it had said was paid: it costs the federation, until the seller refunds its order.

    :raises NotWaiting: if it does not wait for that
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = gateway_payments.locked_problem(payment_id=payment_id)
        if row is None or row.problem != Problem.TAKEN_BACK:
            raise NotWaiting
        disputes.write_off(payment=row, at=act.at)
        _close(row, action="gateway-payment.written-off", act=act)


def close_payment(*, payment_id: UUID, act: Act) -> None:
    """Write that a person looked into it and nothing of it is left to do, with what was found as the reason.

    :raises NotWaiting: if it does not wait, or its money must go back first
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = gateway_payments.locked_problem(payment_id=payment_id)
        if row is None or _can_send_back(row) or can_give_up(row):
            raise NotWaiting
        _close(row, action="gateway-payment.closed", act=act)


def send_refund_again(*, refund_attempt_id: UUID, act: Act) -> None:
    """Let the gateway try once more, under a new key.

    :raises NotWaiting: if it does not wait for that
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    with transaction.atomic(durable=True):
        row = _failed(refund_attempt_id)
        gateway_payments.send_again(failed=row, at=act.at)
        _close(row, action="gateway-refund.sent-again", act=act)


def pay_refund_by_hand(*, refund_attempt_id: UUID, act: Act) -> None:
    """Write that the federation paid the buyer out of its own cash; it keeps the money at the gateway for that.

    :raises NotWaiting: if it does not wait for that
    :raises OwnCashTooSmall: if its own cash does not suffice
    :raises order_reasons.ReasonMissing: without how it was paid, as the reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = _failed(refund_attempt_id)
        locks.hold_agent_cash()
        held = federation_books.read().own_cash_rupiah
        if held < row.amount_rupiah:
            raise OwnCashTooSmall(held=held)
        refund_attempts.pay_by_hand(row=row, act=act)
        activity_log.record(action="gateway-refund.paid-by-hand", subject_id=row.cause_id, act=act)


def close_refund(*, refund_attempt_id: UUID, act: Act) -> None:
    """Write that a person looked into a refund about which nothing is left to decide here, with what was found as the reason.

    :raises NotWaiting: if it does not wait, or must be sent again or paid
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = gateway_refunds.locked_problem(refund_attempt_id=refund_attempt_id)
        if row is None or _can_decide(row, is_sent_otherwise=gateway_refunds.is_sent_otherwise(row)):
            raise NotWaiting
        _close(row, action="gateway-refund.closed", act=act)


def _failed(refund_attempt_id: UUID) -> gateway_refunds.Row:
    if not gateway_refunds.is_known(refund_attempt_id=refund_attempt_id):
        raise NotWaiting
    row = refund_attempts.locked(refund_attempt_id=refund_attempt_id)
    if not row.problem or not _can_decide(row, is_sent_otherwise=gateway_refunds.is_sent_otherwise(row)):
        raise NotWaiting
    return row


def _close(row: gateway_payments.Row | gateway_refunds.Row, *, action: str, act: Act) -> None:
    """The problem of a locked row is decided; the log tells of the payment, or of what the refund is for."""
    gateway_problems.close(row)
    activity_log.record(action=action, subject_id=row.cause_id if isinstance(row, gateway_refunds.Row) else row.id, act=act)


def _require(act: Act) -> None:
    permissions.require(act.by, Permission.DECIDE_GATEWAY_MONEY, FEDERATION)
