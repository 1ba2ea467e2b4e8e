"""What waits for a person of the federation: money of a wrong sum goes back, a refund that failed is sent again or paid otherwise."""

from __future__ import annotations

import pytest

from federation.buying import gateway_problems
from federation.models import GatewayPayment, GatewayRefund, Refund
from marketplace.gateway_payments import gateway_attention, payment_round, waiting_problems
from marketplace.orders.order_reasons import ReasonMissing
from settlement.bank.gateways.gateway_interface import Channel, RefundState, Terms
from settlement.ledger import federation_books
from tenants.acts import Act
from tenants.people.permissions import Forbidden
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.gateways.stateful import CHARGE_RUPIAH
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import rounds
from tests.support.shopping import later

ACT = Act(by=rounds.MAKER, at=later(130), reason="Transfer dari kas federasi ke rekening pembeli")


def failed_refund(gateway) -> GatewayRefund:
    """A cancelled order of 20,000 whose money the gateway could not send back."""
    placed = dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card")
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.send_refunds(gateway, state=RefundState.FAILED)
    return GatewayRefund.objects.get()


def test_it_is_sent_again_under_a_new_key(market, gateway):
    row = failed_refund(gateway)
    gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)
    assert gateway_problems.count() == 0
    paying.send_refunds(gateway, at=later(140))
    assert len(gateway.refund_keys()) == 2
    assert Refund.objects.get().paid_out_at is not None
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)


def test_it_is_paid_out_of_the_federations_own_cash(market, gateway):
    row = failed_refund(gateway)
    with pytest.raises(gateway_attention.OwnCashTooSmall):
        gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=ACT)
    paying.give_own_cash(30_000)
    gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=ACT)
    assert Refund.objects.get().paid_out_by == ACT.by.account_id
    books = federation_books.read()
    assert (books.own_cash_rupiah, books.deposits_rupiah, books.untaken_rupiah) == (10_000, 0, 20_000)
    assert "fees-are-received-or-claimed" not in broken_rules()
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=ACT)


def test_it_arrived_after_all_before_anybody_decided(market, gateway):
    row = failed_refund(gateway)
    gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
    paying.told(gateway, at=later(125))
    assert gateway_problems.count() == 0
    assert Refund.objects.get().paid_out_at is not None
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)


def test_it_arrived_after_all_when_it_was_sent_again(market, gateway):
    row = failed_refund(gateway)
    gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)
    payment_round.ask_all(at=later(132))
    gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
    paying.told(gateway, at=later(135))
    [problem] = waiting_problems.read().refunds
    assert (problem.refund_attempt_id, *problem.problems, problem.can_decide) == (row.id, "sent-late", False)
    gateway_attention.close_refund(refund_attempt_id=row.id, act=ACT)
    paying.send_refunds(gateway, at=later(140))
    _corrected(row.gateway_payment_id, gateway, difference_rupiah=-20_000)


def test_what_was_to_be_sent_again_stays_when_it_arrived_after_all(market, gateway):
    row = failed_refund(gateway)
    gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)
    gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
    paying.told(gateway, at=later(135))
    payment_round.ask_all(at=later(140))
    assert len(gateway.refund_keys()) == 1
    assert Refund.objects.get().paid_out_at is not None
    assert gateway_problems.count() == 0
    assert broken_rules() == []


def _corrected(payment_id, gateway, *, difference_rupiah: int) -> None:
    """One decision makes the books agree with the gateway."""
    assert broken_rules() == []
    [waiting] = waiting_problems.read().payments
    assert (waiting.payment_id, waiting.difference_rupiah, waiting.can_correct) == (payment_id, difference_rupiah, True)
    gateway_attention.follow_gateway(payment_id=payment_id, act=ACT)
    assert waiting_problems.read().payments == []
    assert federation_books.gateway_balances() == {"uji": gateway.balance_rupiah}
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.follow_gateway(payment_id=payment_id, act=ACT)


def test_it_arrived_after_all_when_the_second_attempt_had_failed_too(market, gateway):
    row = failed_refund(gateway)
    paying.give_own_cash(30_000)
    gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)
    paying.send_refunds(gateway, state=RefundState.FAILED, at=later(140))
    gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
    paying.told(gateway, at=later(145))
    assert waiting_problems.read().refunds == []
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []
    second = GatewayRefund.objects.exclude(id=row.id).get()
    for verb in (gateway_attention.send_refund_again, gateway_attention.pay_refund_by_hand, gateway_attention.close_refund):
        with pytest.raises(gateway_attention.NotWaiting):
            verb(refund_attempt_id=second.id, act=ACT)


def test_what_has_arrived_by_another_attempt_is_only_closed(market, gateway):
    row = failed_refund(gateway)
    gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)
    paying.send_refunds(gateway, at=later(140))
    GatewayRefund.objects.filter(id=row.id).update(problem=gateway_problems.Problem.REFUND_AMOUNT)  # said after it had failed
    [problem] = waiting_problems.read().refunds
    assert not problem.can_decide
    for verb in (gateway_attention.send_refund_again, gateway_attention.pay_refund_by_hand):
        with pytest.raises(gateway_attention.NotWaiting):
            verb(refund_attempt_id=row.id, act=ACT)
    gateway_attention.close_refund(refund_attempt_id=row.id, act=ACT)
    assert gateway_problems.count() == 0


def test_a_refund_that_fails_after_it_succeeded_is_owed_again(market, gateway):
    placed = dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card")
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.send_refunds(gateway)
    row = GatewayRefund.objects.get()
    gateway.refund_becomes(row.key, RefundState.FAILED)
    paying.told(gateway, at=later(125))
    assert Refund.objects.get().paid_out_at is None
    assert federation_books.read().deposits_rupiah == 20_000
    assert broken_rules() == []
    gateway_attention.send_refund_again(refund_attempt_id=row.id, act=ACT)
    paying.send_refunds(gateway, at=later(140))
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []


def test_money_of_a_wrong_sum_goes_back_whole(market, gateway):
    started = paying.start(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"))
    gateway.pay(paying.key_of(started), amount_rupiah=20_071)
    paying.told(gateway)
    gateway_attention.send_money_back(payment_id=started.payment_id, act=ACT)
    assert GatewayPayment.objects.get().problem == ""
    paying.send_refunds(gateway, at=later(140))
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.send_money_back(payment_id=started.payment_id, act=ACT)


def test_what_cannot_be_refunded_there_waits_for_a_person(market, gateway):
    gateway.terms[Channel.VIRTUAL_ACCOUNT] = Terms(refunds=False)
    placed = dealing.buy({shopping.product(factories.CIBIRU): 2}, method="va")
    paying.pay(placed, gateway, channel=Channel.VIRTUAL_ACCOUNT)
    dealing.cancel(*dealing.orders_of(placed).values())
    payment_round.ask_all(at=later(120))
    assert gateway.refund_keys() == []
    [problem] = waiting_problems.read().refunds
    assert list(problem.problems) == ["not-refundable"]


def test_strangers_decide_nothing(market, gateway):
    row = failed_refund(gateway)
    act = Act(by=factories.staff(factories.CIBIRU), at=later(130), reason="x")
    for verb in (gateway_attention.send_refund_again, gateway_attention.pay_refund_by_hand, gateway_attention.close_refund):
        with pytest.raises(Forbidden):
            verb(refund_attempt_id=row.id, act=act)
    for verb in (gateway_attention.send_money_back, gateway_attention.close_payment):
        with pytest.raises(Forbidden):
            verb(payment_id=row.gateway_payment_id, act=act)


def taken_back(gateway) -> GatewayPayment:
    """A payment of 20,000 that the gateway said was made, and then that it failed."""
    placed = dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card")
    payment = paying.pay(placed, gateway)
    gateway.fail(payment.key)
    paying.told(gateway)
    [problem] = waiting_problems.read().payments
    assert (problem.problems, problem.can_send_back, problem.can_write_off) == (("taken-back",), False, True)
    return payment


def test_an_old_reading_that_a_payment_failed_is_forgotten_with_the_next(market, gateway):
    payment = taken_back(gateway)
    gateway.pay(payment.key)
    paying.told(gateway, at=later(10))
    assert gateway_problems.count() == 0
    assert broken_rules() == []


def test_what_a_gateway_took_back_is_written_off_until_the_seller_refunds(market, gateway):
    payment = taken_back(gateway)
    with pytest.raises(ReasonMissing):
        gateway_attention.write_payment_off(payment_id=payment.id, act=Act(by=rounds.MAKER, at=later(130)))
    gateway_attention.write_payment_off(payment_id=payment.id, act=ACT)
    assert federation_books.gateway_balances() == {"uji": -CHARGE_RUPIAH}
    assert broken_rules() == []
    payment_round.ask_about(gateway="uji", key=payment.key, at=later(140))
    assert gateway_problems.count() == 0  # closed is closed, though the gateway says the same again
    dealing.cancel(payment.shares.get().order_id)
    paying.send_refunds(gateway, at=later(150))
    assert gateway.refund_keys() == []
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.write_payment_off(payment_id=payment.id, act=ACT)


def test_what_a_gateway_took_back_is_not_closed_by_looking(market, gateway):
    payment = taken_back(gateway)
    with pytest.raises(ReasonMissing):
        gateway_attention.close_payment(payment_id=payment.id, act=Act(by=rounds.MAKER, at=later(130)))
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.close_payment(payment_id=payment.id, act=ACT)  # what is gone is written off


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_failed_and_goes_after_all_is_found_though_the_gateway_says_nothing(market, gateway, by_hand):
    """It is asked for each day, for as long as a refund may change."""
    row = failed_refund(gateway)
    paying.give_own_cash(30_000)
    if by_hand:
        gateway_attention.pay_refund_by_hand(refund_attempt_id=row.id, act=ACT)
    gateway.refund_becomes(row.key, RefundState.SUCCEEDED)
    gateway.notifications.clear()

    payment_round.ask_all(at=later(130 + 25 * 60))

    row.refresh_from_db()
    assert Refund.objects.get().paid_out_at is not None
    if by_hand:
        assert row.state == "by-hand"
        assert [problem.problems for problem in waiting_problems.read().refunds] == [("sent-late",)]
        assert GatewayPayment.objects.get().difference_rupiah == -20_000
    else:
        assert (row.state, gateway_problems.count()) == ("succeeded", 0)
    assert broken_rules() == []


def test_what_the_gateway_was_never_told_is_not_asked_for(market, gateway):
    gateway.terms = {channel: Terms(refunds=False) for channel in Channel}
    placed = dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card")
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.send_refunds(gateway)
    assert GatewayRefund.objects.values_list("state", "sent_at", "next_read_at").get() == ("failed", None, None)
