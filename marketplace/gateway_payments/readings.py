"""What a reading of a payment changes. Rows are locked in one order: the purchase's orders, then the payment, then the ledger."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from federation.buying import gateway_payment_rows, gateway_problems, gateway_progress, order_payments, payment_methods, seller_orders
from federation.buying.gateway_problems import Problem
from federation.buying.gateway_progress import Effect
from federation.buying.payment_methods import Tender
from marketplace.gateway_payments import comparison, disputes
from marketplace.orders import fulfilment, late_money, order_records
from marketplace.orders.order_records import OrderRecords
from settlement.bank.gateways.gateway_interface import Channel, PaymentReading, PaymentState
from settlement.ledger import gateway_money
from tenants import acts
from tenants.codes import FEDERATION
from tenants.db import context
from tenants.events import EventKind

State = gateway_payment_rows.State
READ_FOR = timedelta(days=180)  # a payment that succeeded: disputes come late
AFTER_A_FAULT = timedelta(minutes=10)
LATE_FOR = timedelta(days=7)  # one that ended unpaid: a code may be paid from a picture of it
_log = logging.getLogger(__name__)


def record(*, payment_id: UUID, reading: PaymentReading, at: datetime) -> gateway_payment_rows.Row:
    """Take in how a payment stands at its gateway; the same reading again, or an older one, changes nothing."""
    with transaction.atomic(durable=True):
        # Only success changes orders, and they are locked first, as everywhere.
        places = seller_orders.places_of_gateway_payment(gateway_payment_id=payment_id)
        pairs = order_records.all_locked_that_can_change(places=places) if reading.state is PaymentState.SUCCEEDED else []
        payment = gateway_payment_rows.locked(payment_id=payment_id)
        step = gateway_progress.after_payment(known=State(payment.state), reading=reading.state)
        if payment.is_live and step.state not in gateway_payment_rows.LIVE:
            payment.ended_at = at
        payment.state = step.state
        payment.external_id = payment.external_id or reading.id
        payment.url = reading.url if payment.is_live else ""
        _forget_answered(payment)
        match step.effect:
            case Effect.BOOK:
                _receive(payment=payment, pairs=pairs, reading=reading, at=at)
            case Effect.ASK_A_PERSON | Effect.UNBOOK:
                gateway_problems.find(payment, Problem.TAKEN_BACK)
            case Effect.NONE:
                pass
        if reading.state is PaymentState.SUCCEEDED:
            if step.effect is not Effect.BOOK and payment.received_rupiah is None:
                _receive(payment=payment, pairs=pairs, reading=reading, at=at)  # it said another currency before
            gateway_problems.clear(payment, [Problem.TAKEN_BACK])  # the reading that said so was an old one
            disputes.undo_write_off(payment=payment, at=at)
        if payment.received_rupiah is not None:
            _keep_accounts(payment=payment, reading=reading, at=at)
        payment.next_read_at = next_read_at(payment=payment, at=at)
        payment.save()
    return payment


def record_unknown(*, payment_id: UUID, given_up: bool, at: datetime) -> None:
    """The gateway knows no such payment: it never arrived, or the buyer has not begun. Only its time ends it, or that we gave it up.

    If it arrives after that, it is cancelled when it is read again, or its money goes back.
    """
    with transaction.atomic(durable=True):
        payment = gateway_payment_rows.locked(payment_id=payment_id)
        if payment.is_live and (given_up or payment.expires_at <= at):
            payment.state, payment.ended_at, payment.url = State.CANCELLED, at, ""
        _forget_answered(payment)
        payment.next_read_at = next_read_at(payment=payment, at=at)
        payment.save()


def record_refusal(*, payment_id: UUID, problem: Problem | None, at: datetime) -> None:
    """The gateway refused to begin it; with a problem, a person looks why."""
    with transaction.atomic(durable=True):
        payment = gateway_payment_rows.locked(payment_id=payment_id)
        if payment.state == State.STARTING:
            payment.state, payment.ended_at = State.FAILED, at
            if problem is not None:
                gateway_problems.require(payment, problem)
            payment.next_read_at = next_read_at(payment=payment, at=at)
            payment.save()


def record_fault(*, payment_id: UUID, at: datetime) -> None:
    """What the gateway said could not be taken in: a person must know, and it is asked again. A reading that can be ends that."""
    with transaction.atomic(durable=True):
        payment = gateway_payment_rows.locked(payment_id=payment_id)
        gateway_problems.require(payment, Problem.UNREADABLE)
        payment.next_read_at = at + AFTER_A_FAULT
        payment.save()


def record_overdue(*, payment_id: UUID) -> None:
    """It is live long after its time: a person must know, until it is decided."""
    with transaction.atomic(durable=True):
        payment = gateway_payment_rows.locked(payment_id=payment_id)
        if payment.is_live and Problem.UNDECIDED not in gateway_problems.of(payment):
            gateway_problems.require(payment, Problem.UNDECIDED)
            payment.save(update_fields=["problem", "closed_problem"])


def _forget_answered(payment: gateway_payment_rows.Row) -> None:
    """The gateway has said how it stands: what a person was to look at only for want of that is no problem any more."""
    gateway_problems.clear(payment, [Problem.UNREADABLE] if payment.is_live else [Problem.UNREADABLE, Problem.UNDECIDED])


def next_read_at(*, payment: gateway_payment_rows.Row, at: datetime) -> datetime | None:
    """When to ask for it again though nobody says that anything changed; None: never.

    What ended is asked for seldomer as it ages: about ten times in all, so that they never crowd out those that wait for their buyer.
    """
    age = at - payment.started_at
    if payment.is_live:
        return at + (timedelta(minutes=1) if age < timedelta(hours=1) else timedelta(minutes=5))
    if payment.state == State.SUCCEEDED:
        if Problem.TAKEN_BACK in gateway_problems.of(payment):
            return at + timedelta(minutes=10)
        if payment.charge_rupiah is None and age < timedelta(days=7):
            return at + timedelta(minutes=30)
        return at + max(timedelta(days=1), age / 2) if age < READ_FOR else None
    return at + max(timedelta(minutes=10), age) if age < LATE_FOR else None


def _receive(*, payment: gateway_payment_rows.Row, pairs: Sequence[OrderRecords], reading: PaymentReading, at: datetime) -> None:
    """The money is at the gateway: book it, and let it pay what it was for. A sum that nobody asked for pays nothing."""
    if reading.currency != "IDR":
        gateway_problems.find(payment, Problem.CURRENCY)
        return
    gateway_problems.clear(payment, [Problem.CURRENCY])
    payment.received_rupiah = reading.amount_rupiah
    gateway_money.receive(gateway=payment.gateway, payment_id=payment.id, gross_rupiah=reading.amount_rupiah, happened_at=at)
    if reading.amount_rupiah != payment.amount_rupiah:
        gateway_problems.find(payment, Problem.AMOUNT)
        _log.error(
            "payment %s at %s: %s rupiah came instead of %s", payment.id, payment.gateway, reading.amount_rupiah, payment.amount_rupiah
        )
        return
    shares = gateway_payment_rows.shares_of(payment=payment)
    # An order that another payment paid needs none; one that was shortened meanwhile costs less than was asked for it.
    paying = [pair for pair in pairs if pair.own.paid_at is None and pair.own.total_rupiah <= shares[pair.own.id]]
    amounts = {pair.own.id: pair.own.total_rupiah for pair in paying}
    if amounts:
        order_payment = order_payments.take(
            purchase_id=payment.purchase_id,
            village_code=FEDERATION,
            tender=Tender.GATEWAY,
            amounts_rupiah=amounts,
            reference=f"gateway:{payment.id}",
            act=acts.by_system(at=at),
        )
        payment.payment = order_payment
        payment.save(update_fields=["payment"])
        for pair in paying:
            _pay(pair=pair, payment=payment, order_payment_id=order_payment.id, at=at)
    rest = reading.amount_rupiah - sum(amounts.values())
    if rest:
        gateway_payment_rows.send_rest_back(payment=payment, cause_id=payment.id, amount_rupiah=rest, at=at)


def _pay(*, pair: OrderRecords, payment: gateway_payment_rows.Row, order_payment_id: UUID, at: datetime) -> None:
    """One order is paid by this payment; if it ended meanwhile, the money is owed back."""
    with context.inside(pair.seller):
        pair.pay_by(payment_methods.by_channel(channel=Channel(payment.channel)))
        if pair.own.ended_at is not None:
            late_money.owe_back(pair=pair, payment_id=order_payment_id, act=acts.by_system(at=at))
            return
        fulfilment.paid(pair=pair, at=at)
        pair.save()
        pair.record(kind=EventKind.PAYMENT_CONFIRMED, act=acts.by_system(at=at), where=FEDERATION)


def _keep_accounts(*, payment: gateway_payment_rows.Row, reading: PaymentReading, at: datetime) -> None:
    """What the gateway keeps and what its disputes moved is booked; what else its word says of the money is compared with the books."""
    if reading.currency != "IDR":
        gateway_problems.find(payment, Problem.CURRENCY)
        return
    _keep_charge(payment=payment, charge_rupiah=reading.charge_rupiah, at=at)
    disputes.record(payment=payment, stated=reading.disputes, at=at)
    comparison.reopen_refunds(payment=payment, at=at)
    comparison.take_word(payment=payment, reading=reading)
    comparison.compare(payment)


def _keep_charge(*, payment: gateway_payment_rows.Row, charge_rupiah: int | None, at: datetime) -> None:
    """The gateway says what it keeps, at once or later."""
    if charge_rupiah is None or charge_rupiah == payment.charge_rupiah:
        return
    if payment.charge_rupiah is not None:
        gateway_problems.find(payment, Problem.CHARGE)
        return
    payment.charge_rupiah = charge_rupiah
    gateway_money.charge(gateway=payment.gateway, payment_id=payment.id, charge_rupiah=charge_rupiah, happened_at=at)
