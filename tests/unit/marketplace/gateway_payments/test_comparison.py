"""The books follow the gateway: what no rule explains waits as a difference, and one decision makes both agree again."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.db import transaction

from federation.buying import gateway_problems
from federation.models import GatewayPayment, GatewayRefund, Refund
from marketplace.gateway_payments import gateway_attention, pay_purchase, payment_round, waiting_problems
from settlement.bank.gateways.gateway_interface import Dispute, DisputeState, KeyReused, RefundState
from settlement.ledger import federation_books, taken_over
from tenants.acts import Act
from tenants.codes import VillageCode
from tests.support import factories
from tests.support.gateways import paying
from tests.support.gateways.stateful import CHARGE_RUPIAH, NAME
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import rounds
from tests.support.shopping import later

SUM = 20_000


def act(minutes: int = 130) -> Act:
    return Act(by=rounds.MAKER, at=later(minutes), reason="Diperiksa di gerbang")


def failed_refund(gateway) -> GatewayRefund:
    """A cancelled order of 20,000 whose money the gateway could not send back."""
    placed = paying.bought()
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.send_refunds(gateway, state=RefundState.FAILED)
    return GatewayRefund.objects.get()


def paid(gateway) -> GatewayPayment:
    return paying.pay(paying.bought(), gateway)


def difference() -> int:
    [waiting] = waiting_problems.read().payments
    return waiting.difference_rupiah


def correct(payment_id, gateway) -> None:
    """One decision, and the books agree with the gateway."""
    assert broken_rules() == []
    gateway_attention.follow_gateway(payment_id=payment_id, act=act(5_000))
    assert waiting_problems.read().payments == []
    agree(gateway)


def agree(gateway) -> None:
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert broken_rules() == []


def change(gateway, key, **changes) -> None:
    """The gateway says something else of a payment."""
    payment = gateway._payments[key]
    payment.reading = dataclasses.replace(payment.reading, **changes)


def test_paid_by_hand_and_sent_after_all_the_difference_waits(market, gateway):
    row = failed_refund(gateway)
    paying.give_own_cash(30_000)
    gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=act())
    gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
    paying.told(gateway, at=later(140))
    assert [list(refund.problems) for refund in waiting_problems.read().refunds] == [["sent-late"]]
    assert difference() == -SUM
    correct(row.gateway_payment_id, gateway)
    gateway_attention.close_refund(refund_attempt_id=row.id, act=act(150))
    assert gateway_problems.count() == 0


@pytest.mark.parametrize("state", [DisputeState.OPEN, DisputeState.LOST])
def test_nothing_is_paid_by_hand_that_a_dispute_holds_or_gave(market, gateway, state):
    row = failed_refund(gateway)
    paying.give_own_cash(30_000)
    gateway.dispute_becomes(row.gateway_payment.key, Dispute(id="dp", state=state, withdrawn_rupiah=SUM))
    paying.told(gateway, at=later(125))
    with pytest.raises(gateway_attention.BuyerMayHaveIt):
        gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=act())
    assert federation_books.read().own_cash_rupiah == 30_000
    agree(gateway)
    if state is DisputeState.LOST:
        gateway_attention.send_refund_again(refund_attempt_id=row.id, act=act())
        payment_round.ask_all(at=later(140))
        assert Refund.objects.get().paid_out_at is not None
        assert gateway_problems.count() == 0
        agree(gateway)


def test_own_cash_that_a_take_over_reserved_is_not_spent_by_hand(market, gateway):
    row = failed_refund(gateway)
    paying.give_own_cash(30_000)
    with transaction.atomic(durable=True):
        taken_over.bear(take_over_id=uuid.uuid4(), amount_rupiah=15_000, counter=VillageCode(factories.SUKAMAJU), happened_at=later(120))

    with pytest.raises(gateway_attention.OwnCashTooSmall):
        gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=act())


def test_by_hand_only_what_a_lost_dispute_did_not_give(market, gateway):
    row = failed_refund(gateway)
    paying.give_own_cash(30_000)
    gateway.dispute_becomes(row.gateway_payment.key, Dispute(id="dp", state=DisputeState.LOST, withdrawn_rupiah=5_000))
    paying.told(gateway, at=later(125))
    assert [refund.by_hand_rupiah for refund in waiting_problems.read().refunds] == [15_000]
    gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=act())
    books = federation_books.read()
    assert (books.own_cash_rupiah, books.deposits_rupiah) == (15_000, 0)
    assert gateway_problems.count() == 0
    agree(gateway)


def test_nothing_is_sent_or_paid_by_hand_of_what_the_gateway_took_back(market, gateway):
    payment = paid(gateway)
    gateway.fail(payment.key)
    gateway.balance_rupiah -= SUM
    paying.told(gateway, at=later(10))
    dealing.cancel(payment.shares.get().order_id)
    payment_round.ask_all(at=later(60))
    assert gateway.refund_keys() == []
    gateway_attention.write_payment_off(payment_id=payment.id, act=act(70))
    agree(gateway)
    payment_round.ask_all(at=later(200))
    assert GatewayRefund.objects.get().state == "by-dispute"
    assert gateway_problems.count() == 0
    agree(gateway)


def test_money_under_a_reused_key_in_another_sum_can_go_back(market, gateway, monkeypatch):
    placed = paying.bought()
    start = gateway.start

    def start_another(order):
        start(dataclasses.replace(order, amount_rupiah=15_000))
        raise KeyReused

    monkeypatch.setattr(gateway, "start", start_another)
    with pytest.raises(pay_purchase.GatewayRefused):
        paying.start(placed)
    payment = GatewayPayment.objects.get()
    gateway.pay(payment.key)
    paying.told(gateway, at=later(10))
    [waiting] = waiting_problems.read().payments
    assert (list(waiting.problems), waiting.can_send_back) == (["key", "amount"], True)
    gateway_attention.close_payment(payment_id=payment.id, act=act(20))  # the key
    gateway_attention.send_money_back(payment_id=payment.id, act=act(20))
    paying.send_refunds(gateway)
    assert gateway_problems.count() == 0
    assert federation_books.read().deposits_rupiah == 0
    agree(gateway)


def test_a_write_off_leaves_what_an_open_dispute_took(market, gateway):
    payment = paid(gateway)
    number = gateway.dispute(payment.key, amount_rupiah=SUM)
    paying.told(gateway, at=later(60))
    gateway.fail(payment.key)
    paying.told(gateway, at=later(61))
    gateway_attention.write_payment_off(payment_id=payment.id, act=act())
    agree(gateway)
    gateway.dispute_becomes(payment.key, Dispute(id=number, state=DisputeState.LOST, withdrawn_rupiah=SUM))
    paying.told(gateway, at=later(140))
    assert federation_books.read().disputed_rupiah == 0
    assert gateway_problems.count() == 0
    agree(gateway)


def test_nothing_is_written_off_while_a_refund_is_under_way(market, gateway):
    payment = paid(gateway)
    dealing.cancel(payment.shares.get().order_id)
    payment_round.ask_all(at=later(60))
    gateway.fail(payment.key)
    paying.told(gateway, at=later(101))
    with pytest.raises(gateway_attention.RefundUnderWay):
        gateway_attention.write_payment_off(payment_id=payment.id, act=act(110))
    gateway.refund_becomes(GatewayRefund.objects.get().key, RefundState.SUCCEEDED)
    paying.told(gateway, at=later(120))
    gateway_attention.write_payment_off(payment_id=payment.id, act=act())
    assert gateway_problems.count() == 0
    assert federation_books.gateway_balances() == {NAME: -CHARGE_RUPIAH}
    agree(gateway)


def test_what_was_written_off_is_there_again_when_the_gateway_says_paid(market, gateway):
    payment = paid(gateway)
    gateway.fail(payment.key)
    gateway.balance_rupiah -= SUM
    paying.told(gateway, at=later(61))
    gateway_attention.write_payment_off(payment_id=payment.id, act=act(70))
    agree(gateway)
    change(gateway, payment.key, state=gateway.state_of(payment.key).SUCCEEDED)
    gateway.balance_rupiah += SUM
    payment_round.ask_about(gateway=NAME, key=payment.key, at=later(80))
    assert gateway_problems.count() == 0
    agree(gateway)
    gateway.fail(payment.key)
    gateway.balance_rupiah -= SUM
    paying.told(gateway, at=later(90))
    gateway_attention.write_payment_off(payment_id=payment.id, act=act(100))
    agree(gateway)


def test_a_refund_that_a_write_off_settled_is_owed_again_when_the_money_is_there(market, gateway):
    payment = paid(gateway)
    gateway.fail(payment.key)
    gateway.balance_rupiah -= SUM
    paying.told(gateway, at=later(10))
    gateway_attention.write_payment_off(payment_id=payment.id, act=act(20))
    dealing.cancel(payment.shares.get().order_id)
    payment_round.ask_all(at=later(60))
    assert GatewayRefund.objects.get().state == "by-dispute"
    change(gateway, payment.key, state=gateway.state_of(payment.key).SUCCEEDED)
    gateway.balance_rupiah += SUM
    payment_round.ask_about(gateway=NAME, key=payment.key, at=later(80))
    agree(gateway)
    assert Refund.objects.get().paid_out_at is None
    assert federation_books.read().deposits_rupiah == SUM
    gateway_attention.send_refund_again(refund_attempt_id=GatewayRefund.objects.get().id, act=act(90))
    paying.send_refunds(gateway)
    assert Refund.objects.get().paid_out_at is not None
    assert federation_books.read().deposits_rupiah == 0
    assert gateway_problems.count() == 0
    agree(gateway)


@pytest.mark.parametrize("sent", [19_000, 21_000])
def test_a_refund_in_another_sum_arrived_and_the_difference_waits(market, gateway, sent):
    payment = paid(gateway)
    dealing.cancel(payment.shares.get().order_id)
    payment_round.ask_all(at=later(100))
    row = GatewayRefund.objects.get()
    refund = gateway._refunds[row.key]
    refund.reading = dataclasses.replace(refund.reading, amount_rupiah=sent, state=RefundState.SUCCEEDED)
    gateway.balance_rupiah -= sent
    payment_round.ask_about(gateway=NAME, key=row.key, at=later(110))
    gateway_attention.close_refund(refund_attempt_id=row.id, act=act(120))
    assert difference() == SUM - sent
    correct(payment.id, gateway)


def test_another_charge_or_sum_of_a_later_reading_is_a_difference_that_goes_with_it(market, gateway):
    payment = paid(gateway)
    change(gateway, payment.key, charge_rupiah=4_000, amount_rupiah=19_000)
    payment_round.ask_about(gateway=NAME, key=payment.key, at=later(20))
    gateway_attention.close_payment(payment_id=payment.id, act=act(21))
    assert difference() == -2_500
    change(gateway, payment.key, charge_rupiah=CHARGE_RUPIAH, amount_rupiah=SUM)
    payment_round.ask_about(gateway=NAME, key=payment.key, at=later(30))
    assert gateway_problems.count() == 0
    agree(gateway)


def test_a_currency_that_was_closed_is_booked_when_it_turns_out_to_be_rupiah(market, gateway):
    started = paying.start(paying.bought())
    key = paying.key_of(started)
    change(gateway, key, currency="USD")
    gateway.pay(key)
    paying.told(gateway)
    assert broken_rules() == []
    gateway_attention.close_payment(payment_id=started.payment_id, act=act(6))
    assert broken_rules() == []
    change(gateway, key, currency="IDR")
    payment_round.ask_about(gateway=NAME, key=key, at=later(8))
    assert GatewayPayment.objects.get().received_rupiah == SUM
    assert gateway_problems.count() == 0
    agree(gateway)


def test_success_with_nothing_is_closed_by_looking(market, gateway):
    started = paying.start(paying.bought())
    gateway.pay(paying.key_of(started), amount_rupiah=0, charge_rupiah=0)
    paying.told(gateway)
    assert broken_rules() == []
    gateway_attention.close_payment(payment_id=started.payment_id, act=act(6))
    assert gateway_problems.count() == 0
    assert broken_rules() == []
