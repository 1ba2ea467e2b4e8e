"""What a reading of a payment changes: orders are paid once, money that comes late, twice or in a wrong sum goes back or to a person."""

from __future__ import annotations

import pytest

from federation.models import GatewayRefund, Payment, Refund
from marketplace.gateway_payments import pay_purchase, payment_round, waiting_problems
from marketplace.gateway_payments.payment_offer import Stage
from marketplace.orders import expiry
from settlement.bank.gateways.gateway_interface import Channel
from settlement.ledger import federation_books
from tests.support import factories
from tests.support.gateways import paying
from tests.support.gateways.paying import bought, of_two, offer, states
from tests.support.gateways.stateful import CHARGE_RUPIAH, NAME
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.shopping import later

CIBIRU, MELATI = factories.CIBIRU, factories.MELATI
DAY = 24 * 60


def test_success_is_booked_once_however_often_it_is_told(market, gateway):
    placed = bought()
    started = paying.start(placed)
    gateway.pay(paying.key_of(started))
    for minutes in range(5, 9):
        assert payment_round.ask_about(gateway=NAME, key=paying.key_of(started), at=later(minutes))
    assert Payment.objects.count() == 1
    assert federation_books.gateway_balances() == {NAME: 20_000 - CHARGE_RUPIAH}
    assert broken_rules() == []


def test_money_that_comes_after_the_order_lapsed_goes_back_whole(market, gateway):
    """A code is paid from a picture of it after the gateway had let it lapse."""
    placed = bought()
    started = paying.start(placed)
    gateway.lapse(paying.key_of(started))
    paying.told(gateway)
    assert expiry.expire_due(at=later(DAY + 1)) == 1
    gateway.pay(paying.key_of(started))
    paying.told(gateway, at=later(DAY + 2))
    [order_id] = dealing.orders_of(placed).values()
    assert dealing.get(order_id).refunded_rupiah == 20_000
    assert broken_rules() == []
    paying.send_refunds(gateway, at=later(DAY + 3))
    assert Refund.objects.get().paid_out_at is not None
    assert gateway.balance_rupiah == -CHARGE_RUPIAH
    assert broken_rules() == []


def test_of_two_payments_the_second_goes_back_whole(market, gateway):
    placed = bought()
    first = paying.start(placed)
    second = paying.start(placed, channel=Channel.QRIS)
    gateway.notifications.clear()
    gateway.pay(paying.key_of(second))
    gateway.pay(paying.key_of(first))  # its page was still open
    paying.told(gateway)
    assert Payment.objects.get().gateway_payment.id == second.payment_id
    refund = GatewayRefund.objects.get()
    assert (refund.gateway_payment_id, refund.refund_id, refund.amount_rupiah) == (first.payment_id, None, 20_000)
    assert broken_rules() == []
    paying.send_refunds(gateway)
    assert federation_books.read().deposits_rupiah == 20_000
    assert broken_rules() == []


def test_an_order_cancelled_while_it_is_paid_gets_its_part_back(market, gateway):
    placed = of_two()
    started = paying.start(placed)
    dealing.cancel(dealing.orders_of(placed)[CIBIRU])
    gateway.pay(paying.key_of(started))
    paying.told(gateway)
    assert dealing.back(dealing.orders_of(placed)[CIBIRU]) == [("F", 20_000, 0, 400)]
    assert dealing.get(dealing.orders_of(placed)[MELATI]).paid_at is not None
    paying.send_refunds(gateway)
    assert federation_books.read().deposits_rupiah == 30_000
    assert broken_rules() == []


def test_what_was_paid_too_much_because_an_order_shrank_goes_back(market, gateway):
    placed = of_two()
    started = paying.start(placed)
    dealing.shorten(dealing.orders_of(placed)[MELATI], 1)
    gateway.pay(paying.key_of(started))
    paying.told(gateway, at=later(8))
    assert Payment.objects.get().amount_rupiah == 40_000
    assert GatewayRefund.objects.get().amount_rupiah == 10_000
    assert broken_rules() == []
    paying.send_refunds(gateway)
    assert federation_books.read().deposits_rupiah == 40_000
    assert broken_rules() == []


def test_another_sum_than_was_asked_for_pays_nothing_and_waits_for_a_person(market, gateway):
    placed = bought()
    started = paying.start(placed)
    gateway.pay(paying.key_of(started), amount_rupiah=20_071)
    paying.told(gateway)
    assert states(placed) == {"placed"}
    assert Payment.objects.count() == 0
    assert offer(placed).stage is Stage.UNDER_REVIEW
    with pytest.raises(pay_purchase.UnderReview):
        paying.start(placed)
    [problem] = waiting_problems.read().payments
    assert (problem.asked_rupiah, problem.received_rupiah, problem.can_send_back) == (20_000, 20_071, True)
    assert broken_rules() == []


def test_a_charge_that_is_known_later_is_booked_then(market, gateway):
    started = paying.start(bought())
    gateway.pay(paying.key_of(started), charge_rupiah=None)
    paying.told(gateway)
    assert federation_books.gateway_balances() == {NAME: 20_000}
    gateway.say_charge(paying.key_of(started))
    paying.told(gateway)
    paying.told(gateway)
    assert federation_books.gateway_balances() == {NAME: 20_000 - CHARGE_RUPIAH}
