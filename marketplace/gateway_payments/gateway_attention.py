"""What a person of the federation decides about payments and refunds that wait (`waiting_problems`). Nothing here calls a gateway."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.buying import gateway_payment_rows, gateway_problems, gateway_refunds
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import comparison, disputes, refund_attempts, waiting_problems
from marketplace.orders import order_reasons
from settlement import money_hold
from settlement.ledger import gateway_money, locks, taken_over
from tenants import activity_log, uuids
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission


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


class BuyerMayHaveIt(DomainError):
    """The buyer has the money by a dispute, or a dispute or the gateway holds it: paid by hand, it would be paid twice."""

    kind = Kind.CONFLICT
    code = "buyer-may-have-it"
    sentence = gettext_noop(
        "Jangan dibayar dari kas: uang ini ditahan atau sudah diterima pembeli lewat sengketa. Pilih Kirim lagi supaya tercatat."
    )


class RefundUnderWay(DomainError):
    """Money of the payment is on its way back to the buyer."""

    kind = Kind.CONFLICT
    code = "refund-under-way"
    sentence = gettext_noop("Gerbang masih mengirim uang kembali dari pembayaran ini. Tunggu sampai itu selesai.")


def send_money_back(*, payment_id: UUID, act: Act) -> None:
    """Let the whole of a sum that nobody asked for go back to its buyer.

    :raises NotWaiting: if it does not wait for that
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    with transaction.atomic(durable=True):
        row = gateway_payment_rows.locked_problem(payment_id=payment_id)
        if row is None or not waiting_problems.can_send_back(row) or row.received_rupiah is None:
            raise NotWaiting
        gateway_payment_rows.send_rest_back(payment=row, cause_id=row.id, amount_rupiah=row.received_rupiah, at=act.at)
        _close(row, [Problem.AMOUNT, Problem.KEY], action="gateway-payment.sent-back", act=act)


def write_payment_off(*, payment_id: UUID, act: Act) -> None:
    """Write that a gateway took back what it had said was paid: it costs the federation, until the seller refunds its order.

    Only what refunds and disputes have not taken is written off.

    :raises NotWaiting: if it does not wait for that
    :raises RefundUnderWay: while the gateway sends money of it back, which may arrive or not
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = gateway_payment_rows.locked_problem(payment_id=payment_id)
        if row is None or not waiting_problems.can_write_off(row):
            raise NotWaiting
        if gateway_refunds.is_under_way(payment=row):
            raise RefundUnderWay
        disputes.write_off(payment=row, at=act.at)
        comparison.compare(row)
        _close(row, [Problem.TAKEN_BACK], action="gateway-payment.written-off", act=act)


def follow_gateway(*, payment_id: UUID, act: Act) -> None:
    """Book what the gateway has more or less of a payment than the books, as the federation's gain or cost: they agree again.

    :raises NotWaiting: if they agree, or its money must be written off first
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = gateway_payment_rows.locked_problem(payment_id=payment_id)
        if row is None or not waiting_problems.can_correct(row):
            raise NotWaiting
        gateway_money.correct(
            gateway=row.gateway,
            payment_id=row.id,
            correction_id=uuids.uuid7(),
            difference_rupiah=row.difference_rupiah,
            happened_at=act.at,
        )
        comparison.compare(row)
        _close(row, waiting_problems.closable(row), action="gateway-payment.corrected", act=act)


def close_payment(*, payment_id: UUID, act: Act) -> None:
    """Write that a person looked into it and nothing of it is left to do, with what was found as the reason.

    What a dispute that was won gave back in part only holds no money any more then: the rest is lost (disputes.give_up_rest).

    :raises NotWaiting: if it does not wait, or its money must go back first
    :raises order_reasons.ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        row = gateway_payment_rows.locked_problem(payment_id=payment_id)
        if row is None or not (closable := waiting_problems.closable(row)):
            raise NotWaiting
        if Problem.DISPUTE in closable:
            disputes.give_up_rest(payment=row, at=act.at)
            comparison.compare(row)
        _close(row, closable, action="gateway-payment.closed", act=act)


def send_refund_again(*, refund_attempt_id: UUID, act: Act) -> None:
    """Let the gateway try once more, under a new key.

    :raises NotWaiting: if it does not wait for that
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    with transaction.atomic(durable=True):
        row = _failed(refund_attempt_id)
        gateway_payment_rows.send_again(failed=row, at=act.at)
        _close(row, gateway_problems.of(row), action="gateway-refund.sent-again", act=act)


def pay_refund_by_hand(*, refund_attempt_id: UUID, act: Act) -> None:
    """Write that the federation paid the buyer out of its own cash; it keeps the money at the gateway for that.

    Where a lost dispute gave the buyer a part of it already, only the rest is paid.

    :raises NotWaiting: if it does not wait for that
    :raises BuyerMayHaveIt: if a lost dispute gave all of it, or a dispute or the gateway holds the money
    :raises OwnCashTooSmall: if its own cash does not suffice
    :raises money_hold.MoneyHeld: until the federation's money is released after a restore
    :raises order_reasons.ReasonMissing: without how it was paid, as the reason
    :raises permissions.Forbidden: unless `act.by` decides about gateways' money
    """
    _require(act)
    act = order_reasons.required(act)
    money_hold.refuse()
    with transaction.atomic(durable=True):
        row = _failed(refund_attempt_id)
        locks.hold_agent_cash()
        held = max(0, taken_over.free_rupiah())  # what a take-over reserved of it is not spent twice
        amount = refund_attempts.by_hand_rupiah(row)
        if not amount:
            raise BuyerMayHaveIt
        if held < amount:
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
        if row is None or waiting_problems.can_decide(row, is_sent_otherwise=gateway_refunds.is_sent_otherwise(row)):
            raise NotWaiting
        _close(row, gateway_problems.of(row), action="gateway-refund.closed", act=act)


def _failed(refund_attempt_id: UUID) -> gateway_refunds.Row:
    if not gateway_refunds.is_known(refund_attempt_id=refund_attempt_id):
        raise NotWaiting
    row = refund_attempts.locked(refund_attempt_id=refund_attempt_id)
    if not row.problem or not waiting_problems.can_decide(row, is_sent_otherwise=gateway_refunds.is_sent_otherwise(row)):
        raise NotWaiting
    return row


def _close(row: gateway_payment_rows.Row | gateway_refunds.Row, problems: Collection[Problem], *, action: str, act: Act) -> None:
    """These problems of a locked row are decided; the log tells of the payment, or of what the refund is for."""
    gateway_problems.close(row, problems)
    activity_log.record(action=action, subject_id=row.cause_id if isinstance(row, gateway_refunds.Row) else row.id, act=act)


def _require(act: Act) -> None:
    permissions.require(act.by, Permission.DECIDE_GATEWAY_MONEY, FEDERATION)
