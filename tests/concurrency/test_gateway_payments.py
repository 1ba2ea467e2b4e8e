"""Notifications, rounds, the buyer and the shop at the same moment: a payment counts once, and no rupiah is lost or kept."""

from __future__ import annotations

import pytest

from federation.models import GatewayPayment, GatewayRefund, Payment
from marketplace.gateway_payments import pay_purchase, payment_round
from marketplace.orders import expiry
from settlement.bank.gateways.gateway_interface import Channel, RefundState
from settlement.ledger import federation_books
from tests.support import factories
from tests.support.concurrency.threads import Threads
from tests.support.gateways import paying
from tests.support.gateways.stateful import NAME
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.shopping import later

pytestmark = pytest.mark.slow

DAY = 24 * 60


def at_once(*works) -> list[object]:
    """Do all of it in threads, and give what each returned or raised."""
    with Threads() as threads:
        outcomes = [threads.start(work) for work in works]
    return [outcome() for outcome in outcomes]


def no_bugs(outcomes: list[object], *refusals: type[Exception]) -> None:
    assert [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, refusals)] == []


def test_three_notifications_two_rounds_and_the_buyers_return_are_one_payment(market, gateway):
    placed = paying.of_two()
    started = paying.start(placed)
    gateway.pay(paying.key_of(started))

    def notify() -> object:
        return payment_round.ask_about(gateway=NAME, key=paying.key_of(started), at=later(5))

    def look() -> object:
        return payment_round.ask_all(at=later(5))

    def come_back() -> object:
        return payment_round.ask_about_purchase(token=placed.token, at=later(5))

    no_bugs(at_once(notify, look, notify, come_back, look, notify))

    assert Payment.objects.get().amount_rupiah == 50_000
    assert federation_books.read().deposits_rupiah == 50_000
    assert broken_rules() == []


def test_many_presses_of_the_button_are_one_live_payment(market, gateway):
    placed = paying.of_two()

    outcomes = at_once(*[lambda: paying.start(placed)] * 6)

    no_bugs(outcomes)
    assert len({one.payment_id for one in outcomes}) == 1
    assert len(gateway.keys()) == 1


def test_presses_for_different_ways_leave_one_that_can_be_paid(market, gateway):
    placed = paying.of_two()

    outcomes = at_once(*[lambda channel=channel: paying.start(placed, channel=channel) for channel in Channel])

    no_bugs(outcomes, pay_purchase.GatewayDoesNotAnswer, pay_purchase.GatewayRefused, pay_purchase.BeingDecided)
    assert GatewayPayment.objects.filter(state__in=GatewayPayment.LIVE).count() <= 1
    payment_round.ask_all(at=later(4))
    for payment in GatewayPayment.objects.exclude(state__in=GatewayPayment.LIVE):
        assert payment.key not in gateway.keys(waiting=True)
    gateway.pay(paying.key_of(paying.start(placed, channel=Channel.QRIS, at=later(6))))
    paying.told(gateway)
    assert Payment.objects.get().amount_rupiah == 50_000
    assert broken_rules() == []


@pytest.mark.parametrize("_turn", range(3))
def test_an_order_is_either_being_paid_or_lapses(market, gateway, _turn):
    placed = paying.bought()

    outcomes = at_once(lambda: paying.start(placed, at=later(DAY - 10)), lambda: expiry.expire_due(at=later(DAY + 1)))

    no_bugs(outcomes, pay_purchase.NothingToPay)
    lapsed = isinstance(outcomes[0], pay_purchase.NothingToPay)
    assert paying.states(placed) == ({"expired"} if lapsed else {"placed"})
    assert outcomes[1] == lapsed


@pytest.mark.parametrize("_turn", range(3))
def test_money_and_cancellation_at_once_leave_nothing_kept(market, gateway, _turn):
    placed = paying.of_two()
    started = paying.start(placed)
    gateway.pay(paying.key_of(started))
    order_id = dealing.orders_of(placed)[factories.CIBIRU]

    no_bugs(at_once(lambda: paying.told(gateway), lambda: dealing.cancel(order_id), lambda: payment_round.ask_all(at=later(5))))

    assert dealing.get(order_id).refunded_rupiah == 20_000
    assert broken_rules() == []
    paying.send_refunds(gateway)
    assert federation_books.read().deposits_rupiah == 30_000
    assert broken_rules() == []


@pytest.mark.parametrize("_turn", range(3))
def test_money_and_a_smaller_order_at_once_leave_nothing_kept(market, gateway, _turn):
    placed = paying.of_two()
    started = paying.start(placed)
    gateway.pay(paying.key_of(started))
    order_id = dealing.orders_of(placed)[factories.MELATI]

    no_bugs(at_once(lambda: paying.told(gateway), lambda: dealing.shorten(order_id, 1), lambda: payment_round.ask_all(at=later(7))))

    assert broken_rules() == []
    paying.send_refunds(gateway)
    assert federation_books.read().deposits_rupiah == 40_000
    assert broken_rules() == []


def test_two_payments_that_succeed_at_once_pay_once(market, gateway):
    placed = paying.bought()
    first, second = paying.start(placed), paying.start(placed, channel=Channel.QRIS)
    gateway.notifications.clear()
    gateway.pay(paying.key_of(first))
    gateway.pay(paying.key_of(second))

    def notify(started: pay_purchase.Started) -> object:
        return payment_round.ask_about(gateway=NAME, key=paying.key_of(started), at=later(5))

    no_bugs(at_once(*[lambda one=one: notify(one) for one in (first, second) * 3]))

    assert Payment.objects.count() == 1
    assert GatewayRefund.objects.get().amount_rupiah == 20_000
    assert broken_rules() == []


def test_rounds_at_once_send_a_refund_once(market, gateway):
    placed = paying.of_two()
    paying.pay(placed, gateway)
    for order_id in dealing.orders_of(placed).values():
        dealing.cancel(order_id)

    no_bugs(at_once(*[lambda: payment_round.ask_all(at=later(60))] * 5))

    assert len(gateway.refund_keys()) == 2
    for key in gateway.refund_keys():
        gateway.refund_becomes(key, RefundState.SUCCEEDED)
    gateway.notifications.clear()
    no_bugs(at_once(*[lambda key=key: payment_round.ask_about(gateway=NAME, key=key, at=later(61)) for key in gateway.refund_keys() * 3]))
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []
