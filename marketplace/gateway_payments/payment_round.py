"""Asking gateways how payments and refunds stand. The regular round loses nothing that a lost notification would have said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError

from federation.buying import gateway_payment_rows, gateway_refunds
from federation.buying.gateway_problems import Problem
from marketplace.gateway_payments import readings, refund_attempts
from settlement.bank.gateways import registry
from settlement.bank.gateways.gateway_interface import Gateway, KeyReused, PaymentState, Refused

BATCH = 200
AFTER_SILENCE = timedelta(minutes=1)
OVERDUE_AFTER = timedelta(days=1)  # since its time to be paid was over
UNDECIDED = (PaymentState.PENDING, PaymentState.PROCESSING)
_log = logging.getLogger(__name__)


def ask_about(*, gateway: str, key: str, at: datetime) -> bool:
    """A notification spoke of this key: ask the gateway how that payment or refund stands. False: nothing of ours has the key.

    :raises OSError: if the gateway does not answer; the round asks again
    """
    try:
        row_id = UUID(key)
    except ValueError:
        return False
    asked = registry.of(name=gateway)
    if asked is None:
        return False
    if gateway_payment_rows.is_known(payment_id=row_id, gateway=gateway):
        _ask_payment(payment_id=row_id, gateway=asked, at=at)
        return True
    if gateway_refunds.is_known(refund_attempt_id=row_id, gateway=gateway):
        _ask_refund(refund_attempt_id=row_id, gateway=asked, at=at)
        return True
    return False


def ask_about_purchase(*, token: str, at: datetime) -> None:
    """The buyer came back: ask for the payment that may still be under way. A silent gateway changes nothing; the round asks again."""
    payment = gateway_payment_rows.under_way(token=token)
    gateway = None if payment is None else registry.of(name=payment.gateway)
    if payment is None or gateway is None:
        return
    try:
        _ask_payment(payment_id=payment.id, gateway=gateway, at=at)
    except OSError as silence:
        _log.warning("gateway %s does not answer: %s", payment.gateway, silence)


def ask_all(*, at: datetime) -> int:
    """Ask for everything whose time has come, and send refunds that wait; gives how many were asked for. May run twice at once.

    Buyers who wait come first, then refunds, then the many payments that ended long ago. A gateway that does not answer is left alone until
    the next round, and holds up no other; one payment that it never answers for holds up no refund.
    """
    asked = sum(_ask_gateway(name=name, gateway=gateway, at=at) for name, gateway in registry.configured().items())
    for payment_id in gateway_payment_rows.overdue(before=at - OVERDUE_AFTER):  # of gateways that are used no more, too
        readings.record_overdue(payment_id=payment_id)
    return asked


def _ask_gateway(*, name: str, gateway: Gateway, at: datetime) -> int:
    def payment(payment_id: UUID) -> None:
        _ask_payment(payment_id=payment_id, gateway=gateway, at=at)

    def refund(refund_attempt_id: UUID) -> None:
        _ask_refund(refund_attempt_id=refund_attempt_id, gateway=gateway, at=at)

    def put_off_payment(payment_id: UUID) -> None:
        gateway_payment_rows.put_off(payment_id=payment_id, until=at + AFTER_SILENCE)

    def put_off_refund(refund_attempt_id: UUID) -> None:
        gateway_refunds.put_off(refund_attempt_id=refund_attempt_id, until=at + AFTER_SILENCE)

    live = gateway_payment_rows.to_read(gateway=name, live=True, at=at, limit=BATCH)
    asked = _each(live, gateway=name, ask=payment, put_off=put_off_payment)
    asked += _each(gateway_refunds.to_read(gateway=name, at=at, limit=BATCH), gateway=name, ask=refund, put_off=put_off_refund)
    over = gateway_payment_rows.to_read(gateway=name, live=False, at=at, limit=BATCH)
    return asked + _each(over, gateway=name, ask=payment, put_off=put_off_payment)


def _each(ids: Sequence[UUID], *, gateway: str, ask: Callable[[UUID], None], put_off: Callable[[UUID], None]) -> int:
    """Ask for each until the gateway does not answer; gives for how many. The one that it did not answer for is put off."""
    for number, row_id in enumerate(ids):
        try:
            ask(row_id)
        except OSError as silence:
            put_off(row_id)
            _log.warning("gateway %s does not answer: %s", gateway, silence)
            return number
        except OperationalError:  # a lock that could not be had, for one; the next round asks again
            _log.exception("payment or refund attempt %s at %s could not be written", row_id, gateway)
    return len(ids)


def _ask_payment(*, payment_id: UUID, gateway: Gateway, at: datetime) -> None:
    """Read a payment, or cancel it if nobody shall pay it any more. One that cannot be read waits for a person and holds up no other."""
    try:
        _read_payment(payment_id=payment_id, gateway=gateway, at=at)
    except (OSError, OperationalError):
        raise
    except Exception:
        _log.exception("payment %s at %s could not be read", payment_id, gateway.name)
        readings.record_fault(payment_id=payment_id, at=at)


def _read_payment(*, payment_id: UUID, gateway: Gateway, at: datetime) -> None:
    payment = gateway_payment_rows.get(payment_id=payment_id)
    if payment.is_live and (payment.expires_at <= at or not gateway_payment_rows.is_wanted(payment=payment)):
        cancel(payment=payment, gateway=gateway, at=at)
        return
    reading = gateway.read(key=payment.key, id=payment.external_id)
    if reading is None:
        readings.record_unknown(payment_id=payment_id, given_up=False, at=at)
        return
    payment = readings.record(payment_id=payment_id, reading=reading, at=at)
    if not payment.is_live and reading.state in UNDECIDED:  # it has ended for us: nobody shall pay it any more
        cancel(payment=payment, gateway=gateway, at=at)


def cancel(*, payment: gateway_payment_rows.Row, gateway: Gateway, at: datetime) -> gateway_payment_rows.Row:
    """Let nobody pay a payment any more, and take in how it stands then: it may be too late.

    :raises OSError: if the gateway does not answer
    """
    reading = gateway.cancel(key=payment.key, id=payment.external_id)
    if reading is not None:
        return readings.record(payment_id=payment.id, reading=reading, at=at)
    readings.record_unknown(payment_id=payment.id, given_up=True, at=at)
    return gateway_payment_rows.get(payment_id=payment.id)


def _ask_refund(*, refund_attempt_id: UUID, gateway: Gateway, at: datetime) -> None:
    """Send or read a refund. One that cannot be waits for a person and holds up no other."""
    try:
        _send_or_read_refund(refund_attempt_id=refund_attempt_id, gateway=gateway, at=at)
    except (OSError, OperationalError):
        raise
    except Exception:
        _log.exception("refund attempt %s at %s could not be sent or read", refund_attempt_id, gateway.name)
        refund_attempts.record_fault(refund_attempt_id=refund_attempt_id, at=at)


def _send_or_read_refund(*, refund_attempt_id: UUID, gateway: Gateway, at: datetime) -> None:
    instruction = refund_attempts.prepare(refund_attempt_id=refund_attempt_id, gateway=gateway, at=at)
    if instruction is None:
        return
    problem = Problem.REFUND_FAILED
    try:
        reading = refund_attempts.ask(instruction=instruction, gateway=gateway)
    except Refused as refusal:
        _log.warning("refund attempt %s refused by %s: %s", refund_attempt_id, gateway.name, refusal)
        reading = None
    except KeyReused:
        reading, problem = None, Problem.KEY
    if reading is None:
        refund_attempts.record_refusal(refund_attempt_id=refund_attempt_id, instruction=instruction, problem=problem, at=at)
    else:
        refund_attempts.record(refund_attempt_id=refund_attempt_id, reading=reading, at=at)
