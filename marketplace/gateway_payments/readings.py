"""What a reading of a payment changes. Rows are locked in one order: the purchase's orders, then the attempt, then the ledger."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from federation.buying import gateway_attempts, gateway_problems, gateway_progress, order_payments, payment_methods, seller_orders
from federation.buying.gateway_problems import Problem
from federation.buying.gateway_progress import Effect
from federation.buying.payment_methods import Tender
from marketplace.gateway_payments import disputes
from marketplace.orders import fulfilment, late_money, order_records
from marketplace.orders.order_records import OrderRecords
from settlement.bank.gateways.gateway_interface import Channel, PaymentReading, PaymentState
from settlement.ledger import gateway_money
from tenants import acts
from tenants.codes import FEDERATION
from tenants.db import context
from tenants.events import EventKind

State = gateway_attempts.State
READ_FOR = timedelta(days=180)  # a payment that succeeded: disputes come late
LATE_FOR = timedelta(days=7)  # one that ended unpaid: a code may be paid from a picture of it
_log = logging.getLogger(__name__)


def record(*, attempt_id: UUID, reading: PaymentReading, at: datetime) -> gateway_attempts.Row:
    """Take in how a payment stands at its gateway; the same reading again, or an older one, changes nothing."""
    with transaction.atomic(durable=True):
        # Only success changes orders, and they are locked first, as everywhere.
        places = seller_orders.places_of_attempt(attempt_id=attempt_id)
        pairs = order_records.all_locked(places=places) if reading.state is PaymentState.SUCCEEDED else []
        attempt = gateway_attempts.locked(attempt_id=attempt_id)
        step = gateway_progress.after_payment(known=State(attempt.state), reading=reading.state)
        if attempt.is_live and step.state not in gateway_attempts.LIVE:
            attempt.ended_at = at
        attempt.state = step.state
        attempt.external_id = attempt.external_id or reading.id
        attempt.url = reading.url if attempt.is_live else ""
        match step.effect:
            case Effect.BOOK:
                _receive(attempt=attempt, pairs=pairs, reading=reading, at=at)
            case Effect.ASK_A_PERSON | Effect.UNBOOK:
                gateway_problems.find(attempt, Problem.TAKEN_BACK)
            case Effect.NONE:
                pass
        if reading.state is PaymentState.SUCCEEDED and attempt.problem == Problem.TAKEN_BACK:
            gateway_problems.clear(attempt)  # the reading that said so was an old one
        if attempt.received_rupiah is not None:
            _keep_charge(attempt=attempt, charge_rupiah=reading.charge_rupiah, at=at)
            disputes.record(attempt=attempt, stated=reading.disputes, at=at)
        attempt.next_read_at = next_read_at(attempt=attempt, at=at)
        attempt.save()
    return attempt


def record_unknown(*, attempt_id: UUID, given_up: bool, at: datetime) -> None:
    """The gateway knows no such payment: it never arrived, or the buyer has not begun. Only its time ends it, or that we gave it up.

    If it arrives after that, it is cancelled when it is read again, or its money goes back.
    """
    with transaction.atomic(durable=True):
        attempt = gateway_attempts.locked(attempt_id=attempt_id)
        if attempt.is_live and (given_up or attempt.expires_at <= at):
            attempt.state, attempt.ended_at, attempt.url = State.CANCELLED, at, ""
        attempt.next_read_at = next_read_at(attempt=attempt, at=at)
        attempt.save()


def record_refusal(*, attempt_id: UUID, problem: Problem | None, at: datetime) -> None:
    """The gateway refused to begin it; with a problem, a person looks why."""
    with transaction.atomic(durable=True):
        attempt = gateway_attempts.locked(attempt_id=attempt_id)
        if attempt.state == State.STARTING:
            attempt.state, attempt.ended_at = State.FAILED, at
            if problem is not None:
                gateway_problems.require(attempt, problem)
            attempt.next_read_at = next_read_at(attempt=attempt, at=at)
            attempt.save()


def next_read_at(*, attempt: gateway_attempts.Row, at: datetime) -> datetime | None:
    """When to ask for it again though nobody says that anything changed; None: never.

    What ended is asked for seldomer as it ages: about ten times in all, so that they never crowd out those that wait for their buyer.
    """
    age = at - attempt.started_at
    if attempt.is_live:
        return at + (timedelta(minutes=1) if age < timedelta(hours=1) else timedelta(minutes=5))
    if attempt.state == State.SUCCEEDED:
        if attempt.problem == Problem.TAKEN_BACK:
            return at + timedelta(minutes=10)
        if attempt.charge_rupiah is None and age < timedelta(days=7):
            return at + timedelta(minutes=30)
        return at + max(timedelta(days=1), age / 2) if age < READ_FOR else None
    return at + max(timedelta(minutes=10), age) if age < LATE_FOR else None


def _receive(*, attempt: gateway_attempts.Row, pairs: Sequence[OrderRecords], reading: PaymentReading, at: datetime) -> None:
    """The money is at the gateway: book it, and let it pay what it was for. A sum that nobody asked for pays nothing."""
    if reading.currency != "IDR":
        gateway_problems.find(attempt, Problem.CURRENCY)
        return
    attempt.received_rupiah = reading.amount_rupiah
    gateway_money.receive(gateway=attempt.gateway, payment_id=attempt.id, gross_rupiah=reading.amount_rupiah, happened_at=at)
    if reading.amount_rupiah != attempt.amount_rupiah:
        gateway_problems.find(attempt, Problem.AMOUNT)
        _log.error(
            "payment %s at %s: %s rupiah came instead of %s", attempt.id, attempt.gateway, reading.amount_rupiah, attempt.amount_rupiah
        )
        return
    shares = gateway_attempts.shares_of(attempt=attempt)
    # An order that another payment paid needs none; one that was shortened meanwhile costs less than was asked for it.
    paying = [pair for pair in pairs if pair.own.paid_at is None and pair.own.total_rupiah <= shares[pair.own.id]]
    amounts = {pair.own.id: pair.own.total_rupiah for pair in paying}
    if amounts:
        attempt.payment = order_payments.take(
            purchase_id=attempt.purchase_id,
            village_code=FEDERATION,
            tender=Tender.GATEWAY,
            amounts_rupiah=amounts,
            reference=f"gateway:{attempt.id}",
            act=acts.by_system(at=at),
        )
        attempt.save(update_fields=["payment"])
        for pair in paying:
            _pay(pair=pair, attempt=attempt, at=at)
    rest = reading.amount_rupiah - sum(amounts.values())
    if rest:
        gateway_attempts.send_rest_back(attempt=attempt, cause_id=attempt.id, amount_rupiah=rest, at=at)


def _pay(*, pair: OrderRecords, attempt: gateway_attempts.Row, at: datetime) -> None:
    """One order is paid by this attempt; if it ended meanwhile, the money is owed back."""
    assert attempt.payment is not None  # noqa: S101 - for the type checker: the caller made it
    with context.inside(pair.seller):
        pair.pay_by(payment_methods.by_channel(channel=Channel(attempt.channel)))
        if pair.own.ended_at is not None:
            late_money.owe_back(pair=pair, payment_id=attempt.payment.id, act=acts.by_system(at=at))
            return
        fulfilment.paid(pair=pair, at=at)
        pair.save()
        pair.record(kind=EventKind.PAYMENT_CONFIRMED, act=acts.by_system(at=at), where=FEDERATION)


def _keep_charge(*, attempt: gateway_attempts.Row, charge_rupiah: int | None, at: datetime) -> None:
    """The gateway says what it keeps, at once or later."""
    if charge_rupiah is None or charge_rupiah == attempt.charge_rupiah:
        return
    if attempt.charge_rupiah is not None:
        gateway_problems.find(attempt, Problem.CHARGE)
        return
    attempt.charge_rupiah = charge_rupiah
    gateway_money.charge(gateway=attempt.gateway, payment_id=attempt.id, charge_rupiah=charge_rupiah, happened_at=at)
