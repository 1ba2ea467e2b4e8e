"""A purchase is paid at a gateway: begun once, paid once, ended by the gateway's word; what does not fit goes back or to a person."""

from __future__ import annotations

import pytest

from federation.members import terms
from federation.models import GatewayPayment, Refund
from marketplace.checkout import errors
from marketplace.gateway_payments import pay_purchase, payment_round, readings, waiting_problems
from marketplace.gateway_payments.payment_offer import Stage
from marketplace.orders import expiry
from settlement.bank.gateways.gateway_interface import Channel, RefundState, Terms
from settlement.ledger import federation_books
from tenants import trade_holds
from tenants.acts import Act
from tenants.people import permissions
from tests.support import factories, holding, shopping
from tests.support.gateways import paying
from tests.support.gateways.paying import bought, of_two, offer, states
from tests.support.gateways.stateful import CHARGE_RUPIAH, NAME
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.shopping import NOON, later

CIBIRU, MELATI = factories.CIBIRU, factories.MELATI
DAY = 24 * 60


def payment_of(started: pay_purchase.Started) -> GatewayPayment:
    return GatewayPayment.objects.get(id=started.payment_id)


def test_without_a_gateway_nothing_is_offered(market):
    [seller] = shopping.offered(shopping.basket({shopping.product(CIBIRU): 1}), home=factories.SUKAMAJU)
    assert {choice.method for choice in seller.choices} == {"counter", "cod_home", "cod_seller"}


def test_all_orders_at_the_gateway_are_one_payment(market, gateway):
    placed = dealing.buy(
        {shopping.product(CIBIRU): 2, shopping.product(MELATI): 3, shopping.product(factories.SUKAMAJU): 1},
        method="counter",
        ways={CIBIRU: ("card", "pickup_home"), MELATI: ("qris", "pickup_home")},
    )
    assert offer(placed).stage is Stage.TO_PAY
    assert offer(placed).amount_rupiah == 50_000
    assert offer(placed).channels == list(Channel)
    paying.pay(placed, gateway, channel=Channel.WALLET)
    orders = {seller: dealing.get(order_id) for seller, order_id in dealing.orders_of(placed).items()}
    assert {seller for seller, order in orders.items() if order.paid_at} == {CIBIRU, MELATI}
    assert orders[CIBIRU].method == orders[MELATI].method == "wallet"
    assert offer(placed).stage is Stage.PAID
    assert offer(placed).amount_rupiah == 0
    assert federation_books.gateway_balances() == {NAME: 50_000 - CHARGE_RUPIAH}
    assert gateway.balance_rupiah == 50_000 - CHARGE_RUPIAH
    dealing.pay(placed)
    assert broken_rules() == []


def test_pressing_twice_is_one_payment(market, gateway):
    placed = bought()
    first, second = paying.start(placed), paying.start(placed)
    assert first == second
    assert first.url
    assert len(gateway.keys()) == 1


def test_another_channel_cancels_the_first_payment_there(market, gateway):
    placed = bought()
    first = paying.start(placed)
    second = paying.start(placed, channel=Channel.QRIS)
    assert payment_of(first).state == "cancelled"
    assert gateway.keys(waiting=True) == [second.payment_id.hex]
    assert offer(placed).chosen is Channel.QRIS


def test_a_payment_that_is_being_decided_is_not_begun_again(market, gateway):
    placed = bought()
    gateway.process(paying.key_of(paying.start(placed)))
    with pytest.raises(pay_purchase.BeingDecided):
        paying.start(placed, channel=Channel.QRIS)
    assert offer(placed).stage is Stage.PROCESSING
    with pytest.raises(pay_purchase.BeingDecided):
        paying.start(placed)


def test_after_a_failed_payment_there_is_a_new_one_under_a_new_key(market, gateway):
    placed = bought()
    first = paying.start(placed)
    gateway.fail(paying.key_of(first))
    paying.told(gateway)
    assert offer(placed).stage is Stage.FAILED
    second = paying.start(placed)
    assert first.payment_id != second.payment_id
    gateway.pay(paying.key_of(second))
    paying.told(gateway)
    assert dealing.paid(*dealing.orders_of(placed).values()) == 20_000
    assert broken_rules() == []


def test_a_lost_notification_loses_nothing(market, gateway):
    placed = bought()
    gateway.pay(paying.key_of(paying.start(placed)))
    gateway.notifications.clear()
    payment_round.ask_all(at=later(4))
    assert offer(placed).stage is Stage.PAID
    assert broken_rules() == []


def test_a_notification_about_something_else_is_none_of_ours(market, gateway):
    assert not payment_round.ask_about(gateway=NAME, key="0" * 32, at=NOON)
    assert not payment_round.ask_about(gateway=NAME, key="'; --", at=NOON)
    assert not payment_round.ask_about(gateway="another", key="0" * 32, at=NOON)
    assert gateway.calls == []


@pytest.mark.parametrize("arrives", [True, False])
def test_a_start_without_an_answer_goes_on_under_the_same_key(market, gateway, arrives):
    placed = bought()
    (gateway.does_not_answer if arrives else gateway.does_not_hear)("start")
    with pytest.raises(pay_purchase.GatewayDoesNotAnswer):
        paying.start(placed)
    gateway.does_not_answer()
    gateway.does_not_hear()
    started = paying.start(placed)
    assert [call for call in gateway.calls if call.startswith("start")] == [f"start {started.payment_id.hex}"] * 2
    assert len(gateway.keys()) == 1


def test_a_refused_start_says_so_and_another_way_remains(market, gateway):
    placed = bought()
    gateway.refuses("start")
    with pytest.raises(pay_purchase.GatewayRefused):
        paying.start(placed)
    gateway.refuses()
    assert paying.start(placed, channel=Channel.QRIS).url


def test_an_order_does_not_lapse_while_it_may_be_paid(market, gateway):
    placed = bought()
    started = paying.start(placed)
    gateway.process(paying.key_of(started))
    assert expiry.expire_due(at=later(DAY + 1)) == 0
    payment_round.ask_all(at=later(DAY + 1))
    assert expiry.expire_due(at=later(DAY + 2)) == 0
    gateway.pay(paying.key_of(started))
    paying.told(gateway, at=later(DAY + 3))
    assert states(placed) == {"placed"}
    assert offer(placed).stage is Stage.PAID


def test_at_its_time_the_payment_is_cancelled_at_the_gateway_before_the_order_lapses(market, gateway):
    placed = bought()
    started = paying.start(placed)
    assert expiry.expire_due(at=later(DAY + 1)) == 0
    payment_round.ask_all(at=later(DAY + 1))
    assert f"cancel {started.payment_id.hex}" in gateway.calls
    assert expiry.expire_due(at=later(DAY + 1)) == 1
    assert states(placed) == {"expired"}
    assert broken_rules() == []


def test_a_silent_gateway_holds_an_order_until_it_says_that_nobody_paid(market, gateway):
    placed = bought()
    paying.start(placed)
    gateway.does_not_hear("cancel")
    payment_round.ask_all(at=later(DAY + 1))
    assert expiry.expire_due(at=later(DAY + 1)) == 0
    gateway.does_not_hear()
    payment_round.ask_all(at=later(DAY + 3))
    assert expiry.expire_due(at=later(DAY + 3)) == 1


def test_an_order_without_any_payment_lapses_as_others_do(market, gateway):
    bought()
    assert expiry.expire_due(at=later(DAY + 1)) == 1


def test_a_payment_for_more_than_is_due_by_now_is_cancelled_by_the_round(market, gateway):
    placed = of_two()
    started = paying.start(placed)
    dealing.shorten(dealing.orders_of(placed)[MELATI], 1)
    payment_round.ask_all(at=later(8))
    assert payment_of(started).state == "cancelled"
    assert paying.start(placed).amount_rupiah == 40_000


def test_too_little_time_or_nothing_due_begins_nothing(market, gateway):
    placed = bought()
    with pytest.raises(pay_purchase.NothingToPay):
        paying.start(placed, at=later(DAY - 1))
    paying.pay(placed, gateway)
    with pytest.raises(pay_purchase.NothingToPay):
        paying.start(placed, at=later(6))
    with pytest.raises(pay_purchase.NoSuchPurchase):
        pay_purchase.start(token="none", channel=Channel.CARD, return_url="https://x.test/", at=NOON)


def test_a_failed_refund_is_owed_until_a_person_sends_it_again(market, gateway):
    placed = bought()
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.send_refunds(gateway, state=RefundState.FAILED)
    assert Refund.objects.get().paid_out_at is None
    assert broken_rules() == []
    [problem] = waiting_problems.read().refunds
    assert problem.can_decide


def killed(**_terms: object) -> None:
    raise KeyboardInterrupt


def test_a_process_that_dies_after_the_call_goes_on_with_its_payment(market, gateway, monkeypatch):
    placed = bought()
    with monkeypatch.context() as patched:
        patched.setattr(readings, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            paying.start(placed)
    assert GatewayPayment.objects.get().state == "starting"
    started = paying.start(placed)
    assert gateway.keys() == [paying.key_of(started)]
    gateway.pay(paying.key_of(started))
    paying.told(gateway)
    assert broken_rules() == []


def test_a_key_that_the_gateway_may_have_forgotten_is_looked_up_and_never_sent_again(market, gateway):
    terms.change(values={"counter_hold_hours": 48}, act=Act(by=permissions.COMMAND_LINE, at=NOON, reason="Uji"))
    placed = bought()
    gateway.does_not_hear("start")
    with pytest.raises(pay_purchase.GatewayDoesNotAnswer):
        paying.start(placed)
    gateway.does_not_hear()
    with pytest.raises(pay_purchase.GatewayDoesNotAnswer):
        paying.start(placed, at=later(DAY))
    assert gateway.keys() == []
    assert paying.start(placed, channel=Channel.QRIS, at=later(DAY + 1)).url


def test_more_than_a_channel_takes_at_once_is_refused_at_the_checkout(market, gateway):
    gateway.terms[Channel.CARD] = Terms(largest_rupiah=49_999)
    with pytest.raises(errors.TooMuchAtOnce):
        paying.of_two()
    gateway.terms[Channel.CARD] = Terms(largest_rupiah=50_000)
    placed = paying.of_two()
    gateway.terms[Channel.QRIS] = Terms(largest_rupiah=49_999)
    assert Channel.QRIS not in offer(placed).channels
    with pytest.raises(pay_purchase.ChannelNotOffered):
        paying.start(placed, channel=Channel.QRIS)


def test_no_payment_is_begun_for_sellers_that_are_held_after_a_restore(market, gateway):
    ways = {CIBIRU: ("qris", "pickup_home"), MELATI: ("qris", "pickup_home")}
    placed = dealing.buy({shopping.product(CIBIRU): 1, shopping.product(MELATI): 2}, method="counter", ways=ways)
    holding.hold()
    assert offer(placed).stage is Stage.HELD
    with pytest.raises(trade_holds.TradeHeld):
        paying.start(placed)
    holding.release(MELATI)
    assert offer(placed).amount_rupiah == 20_000
    paying.pay(placed, gateway)
    orders = {seller: dealing.get(order_id) for seller, order_id in dealing.orders_of(placed).items()}
    assert [seller for seller, order in orders.items() if order.paid_at] == [MELATI]
    assert offer(placed).stage is Stage.HELD
    holding.release(CIBIRU)
    assert offer(placed).amount_rupiah == 10_000
    paying.pay(placed, gateway)
    assert offer(placed).stage is Stage.PAID
    assert broken_rules() == []


def test_a_payment_that_was_begun_before_the_restore_goes_on(market, gateway):
    placed = bought()
    started = paying.start(placed)
    holding.hold()
    seen = offer(placed)
    assert (seen.stage, seen.outdated, bool(seen.url)) == (Stage.WAITING, False, True)
    assert paying.start(placed) == started
    with pytest.raises(trade_holds.TradeHeld):  # by another channel it would be a new one
        paying.start(placed, channel=Channel.QRIS)
    assert payment_of(started).is_live
