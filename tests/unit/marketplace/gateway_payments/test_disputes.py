"""Disputes: booked by the money that moved, never twice; while one holds the money nothing else of the payment goes back."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from federation.buying import gateway_problems
from federation.buying.gateway_problems import Problem
from federation.models import GatewayDispute, GatewayPayment, GatewayRefund, Refund
from federation.reports import waiting
from federation.reports.waiting import WaitingKind
from marketplace.gateway_payments import gateway_attention, waiting_problems
from settlement.bank.gateways.gateway_interface import Dispute, DisputeState
from settlement.ledger import federation_books, parties
from tenants.acts import Act
from tests.support import factories
from tests.support.gateways import paying
from tests.support.gateways.paying import bought
from tests.support.gateways.stateful import CHARGE_RUPIAH, NAME
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import books, rounds
from tests.support.shopping import later

SUM, FEE = 20_000, 15_000


@pytest.fixture
def payment(market, gateway) -> GatewayPayment:
    """20,000 rupiah for an order that is handed over."""
    placed = bought()
    payment = paying.pay(placed, gateway)
    dealing.hand_over(*dealing.orders_of(placed).values())
    return payment


def opened(payment, gateway) -> Dispute:
    number = gateway.dispute(payment.key, amount_rupiah=SUM, fee_rupiah=FEE)
    paying.told(gateway, at=later(60))
    return Dispute(id=number, state=DisputeState.OPEN, withdrawn_rupiah=SUM, fee_rupiah=FEE)


def becomes(payment, gateway, dispute, **changes) -> Dispute:
    dispute = dataclasses.replace(dispute, **changes)
    gateway.dispute_becomes(payment.key, dispute)
    paying.told(gateway, at=later(70))
    return dispute


def order_of(payment):
    return payment.shares.get().order


def cost(account: str) -> int:
    found = books.sums(account)
    return found.get("debit_posted", 0) - found.get("credit_posted", 0)


def test_one_that_was_won_waits_at_the_desk_until_its_money_comes_back(payment, gateway):
    dispute = becomes(payment, gateway, opened(payment, gateway), state=DisputeState.WON)

    def waits(days: int) -> list[tuple[int, int]]:
        found = waiting.items(at=later(70) + timedelta(days=days))
        return [(item.count, item.rupiah) for item in found if item.kind is WaitingKind.DISPUTES]

    assert (waits(13), waits(15)) == ([], [(1, SUM)])
    assert not GatewayPayment.objects.get().problem
    becomes(payment, gateway, dispute, returned_rupiah=SUM)
    assert waits(15) == []


def test_an_inquiry_moves_nothing(payment, gateway):
    gateway.dispute(payment.key, amount_rupiah=SUM, inquiry=True)
    paying.told(gateway, at=later(60))
    assert GatewayDispute.objects.get().state == "inquiry"
    assert federation_books.read().disputed_rupiah == 0
    assert broken_rules() == []


def test_it_is_booked_when_it_opens_once_and_the_fee_apart(payment, gateway):
    opened(payment, gateway)
    gateway.notifications.extend([("payment", payment.key)] * 3)
    paying.told(gateway, at=later(61))
    assert federation_books.read().disputed_rupiah == SUM
    assert federation_books.gateway_balances() == {NAME: -CHARGE_RUPIAH - FEE}
    assert gateway.balance_rupiah == -CHARGE_RUPIAH - FEE
    assert broken_rules() == []


def test_won_the_money_is_back_and_the_fee_only_if_it_says_so(payment, gateway):
    dispute = becomes(payment, gateway, opened(payment, gateway), state=DisputeState.WON)
    assert federation_books.read().disputed_rupiah == SUM  # won, and not given back yet
    becomes(payment, gateway, dispute, returned_rupiah=SUM)
    assert federation_books.read().disputed_rupiah == 0
    assert cost(parties.GATEWAY_COST) == CHARGE_RUPIAH + FEE
    assert broken_rules() == []


def test_lost_it_is_the_federations_cost_until_the_seller_refunds(payment, gateway):
    becomes(payment, gateway, opened(payment, gateway), state=DisputeState.LOST)
    assert cost(parties.DISPUTE_COST) == SUM
    assert broken_rules() == []
    dealing.take_back(order_of(payment).id, 2)
    paying.send_refunds(gateway)
    assert gateway.refund_keys() == []
    assert GatewayRefund.objects.get().state == "by-dispute"
    assert Refund.objects.get().paid_out_at is not None
    assert cost(parties.DISPUTE_COST) == 0
    assert broken_rules() == []


def test_while_it_is_open_no_refund_goes_and_after_it_is_won_it_does(payment, gateway):
    dispute = opened(payment, gateway)
    dealing.take_back(order_of(payment).id, 1)
    paying.send_refunds(gateway)
    assert gateway.refund_keys() == []
    assert Refund.objects.get().paid_out_at is None
    assert broken_rules() == []
    becomes(payment, gateway, dispute, state=DisputeState.WON, returned_rupiah=SUM)
    paying.send_refunds(gateway)
    assert len(gateway.refund_keys()) == 1
    assert Refund.objects.get().paid_out_at is not None
    assert broken_rules() == []


def test_a_refund_that_went_before_is_not_settled_again_by_a_dispute(payment, gateway):
    dealing.take_back(order_of(payment).id, 1)
    paying.send_refunds(gateway)
    number = gateway.dispute(payment.key, amount_rupiah=SUM // 2)
    paying.told(gateway, at=later(125))
    becomes(payment, gateway, Dispute(id=number, state=DisputeState.OPEN, withdrawn_rupiah=SUM // 2), state=DisputeState.LOST)
    assert cost(parties.DISPUTE_COST) == SUM // 2
    dealing.take_back(order_of(payment).id, 1)
    paying.send_refunds(gateway)
    assert {row.state for row in GatewayRefund.objects.all()} == {"succeeded", "by-dispute"}
    assert cost(parties.DISPUTE_COST) == 0
    assert broken_rules() == []


@pytest.mark.parametrize(
    ("changes", "left_rupiah"),
    [({"state": DisputeState.WON, "returned_rupiah": 1}, SUM - 1), ({"state": DisputeState.LOST, "returned_rupiah": SUM}, 0)],
)
def test_what_is_odd_is_booked_as_the_gateway_says_and_goes_to_a_person(payment, gateway, changes, left_rupiah):
    becomes(payment, gateway, opened(payment, gateway), **changes)
    [problem] = waiting_problems.read().payments
    assert (list(problem.problems), problem.difference_rupiah) == (["dispute"], 0)
    assert federation_books.read().disputed_rupiah == left_rupiah
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert broken_rules() == []


@pytest.mark.parametrize("changes", [{"withdrawn_rupiah": SUM - 1}, {"fee_rupiah": 0}, {"fee_returned_rupiah": FEE + 1}])
def test_what_contradicts_the_books_goes_to_a_person_and_is_not_booked(payment, gateway, changes):
    becomes(payment, gateway, opened(payment, gateway), **changes)
    [problem] = waiting_problems.read().payments
    assert problem.difference_rupiah == gateway.balance_rupiah - federation_books.gateway_balances()[NAME]
    assert list(problem.problems) == ["dispute"]
    assert federation_books.read().disputed_rupiah == SUM
    assert broken_rules() == []


def test_what_was_lost_stays_lost_until_the_money_is_given_back(payment, gateway):
    dispute = becomes(payment, gateway, opened(payment, gateway), state=DisputeState.LOST)
    dispute = becomes(payment, gateway, dispute, state=DisputeState.WON)
    assert gateway_problems.count() == 1
    assert cost(parties.DISPUTE_COST) == SUM
    becomes(payment, gateway, dispute, returned_rupiah=SUM)
    assert cost(parties.DISPUTE_COST) == 0
    assert federation_books.read().disputed_rupiah == 0
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert broken_rules() == []


def test_a_dispute_that_grows_is_booked_as_far_as_it_grew(payment, gateway):
    number = gateway.dispute(payment.key, amount_rupiah=5_000)
    paying.told(gateway, at=later(60))
    dispute = becomes(payment, gateway, Dispute(id=number, state=DisputeState.OPEN, withdrawn_rupiah=5_000), withdrawn_rupiah=SUM)
    assert federation_books.read().disputed_rupiah == SUM
    becomes(payment, gateway, dispute, state=DisputeState.LOST)
    assert (federation_books.read().disputed_rupiah, cost(parties.DISPUTE_COST)) == (0, SUM)
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert broken_rules() == []


def test_money_withdrawn_after_the_dispute_was_lost_is_lost(payment, gateway):
    dispute = becomes(payment, gateway, Dispute(id="dp_late", state=DisputeState.LOST))
    becomes(payment, gateway, dispute, withdrawn_rupiah=SUM)
    assert (federation_books.read().disputed_rupiah, cost(parties.DISPUTE_COST)) == (0, SUM)
    assert broken_rules() == []


def test_a_buyer_who_has_a_refund_and_a_lost_dispute_goes_to_a_person(payment, gateway):
    dealing.take_back(order_of(payment).id, 2)
    paying.send_refunds(gateway)
    becomes(payment, gateway, opened(payment, gateway), state=DisputeState.LOST)
    [problem] = waiting_problems.read().payments
    assert (list(problem.problems), problem.difference_rupiah) == (["twice"], 0)
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert broken_rules() == []
    gateway_attention.close_payment(payment_id=payment.id, act=Act(by=rounds.MAKER, at=later(200), reason="Pembeli membayar kembali"))
    assert gateway_problems.count() == 0
    assert broken_rules() == []


def test_a_lost_dispute_settles_refunds_as_far_as_its_money_reaches_and_the_buyer_has_no_more_than_was_paid(market, gateway):
    """20,000 and 30,000 are paid, 30,000 are lost by a dispute, and then both sellers take all back, the smaller order first."""
    placed = paying.of_two()
    payment, orders = paying.pay(placed, gateway), dealing.orders_of(placed)
    for order_id in orders.values():
        dealing.hand_over(order_id)
    number = gateway.dispute(payment.key, amount_rupiah=30_000)
    lost = Dispute(id=number, state=DisputeState.LOST, withdrawn_rupiah=30_000)
    becomes(payment, gateway, lost)
    dealing.take_back(orders[factories.CIBIRU], 2)
    paying.send_refunds(gateway, at=later(150))
    dealing.take_back(orders[factories.MELATI], 3)
    paying.send_refunds(gateway, at=later(160))
    assert dict(GatewayRefund.objects.values_list("amount_rupiah", "state")) == {20_000: "by-dispute", 30_000: "failed"}
    [problem] = waiting_problems.read().refunds
    assert (problem.problems, problem.by_hand_rupiah) == ((Problem.NOT_REFUNDABLE,), 20_000)
    paying.give_own_cash(50_000)
    before = federation_books.read().own_cash_rupiah
    act = Act(by=rounds.MAKER, at=later(170), reason="Sisanya ditransfer ke pembeli")
    gateway_attention.pay_refund_by_hand(refund_attempt_id=problem.refund_attempt_id, act=act)
    assert before - federation_books.read().own_cash_rupiah == 20_000
    assert federation_books.read().deposits_rupiah == 0
    assert gateway_problems.count() == 0
    assert broken_rules() == []


def test_what_was_paid_by_hand_beside_a_dispute_that_is_given_back_is_lacking_to_the_buyer(market, gateway):
    """Of 30,000 that go back the buyer has 10,000 by a lost dispute, and 20,000 by hand; then the gateway gives the 10,000 back."""
    placed = paying.of_two()
    payment, orders = paying.pay(placed, gateway), dealing.orders_of(placed)
    for order_id in orders.values():
        dealing.hand_over(order_id)
    number = gateway.dispute(payment.key, amount_rupiah=30_000)
    lost = becomes(payment, gateway, Dispute(id=number, state=DisputeState.LOST, withdrawn_rupiah=30_000))
    dealing.take_back(orders[factories.CIBIRU], 2)
    paying.send_refunds(gateway, at=later(150))
    dealing.take_back(orders[factories.MELATI], 3)
    paying.send_refunds(gateway, at=later(160))
    paying.give_own_cash(50_000)
    [failed] = waiting_problems.read().refunds
    by_hand = Act(by=rounds.MAKER, at=later(170), reason="Sisanya ditransfer ke pembeli")
    gateway_attention.pay_refund_by_hand(refund_attempt_id=failed.refund_attempt_id, act=by_hand)

    becomes(payment, gateway, lost, state=DisputeState.WON, returned_rupiah=30_000)

    [problem] = waiting_problems.read().payments
    assert (problem.problems, problem.lacking_rupiah, problem.difference_rupiah) == ((Problem.OWED_AGAIN,), 10_000, 0)
    assert broken_rules() == []


def test_what_was_won_in_part_is_given_up_by_a_person_and_holds_no_refund(payment, gateway):
    """Until then the rest is held, and the buyer's refund with it."""
    dispute = becomes(payment, gateway, opened(payment, gateway), state=DisputeState.WON, returned_rupiah=12_000)
    dealing.take_back(order_of(payment).id, 1)
    paying.send_refunds(gateway)
    assert gateway.refund_keys() == []
    assert federation_books.read().disputed_rupiah == 8_000

    close(payment)

    assert (federation_books.read().disputed_rupiah, cost(parties.DISPUTE_COST)) == (0, 8_000)
    assert gateway_problems.count() == 0
    paying.told(gateway, at=later(210))
    paying.send_refunds(gateway, at=later(220))
    assert Refund.objects.get().paid_out_at is not None
    assert (gateway_problems.count(), broken_rules()) == (0, [])
    becomes(payment, gateway, dispute, returned_rupiah=SUM)  # the rest comes all the same
    assert (federation_books.read().disputed_rupiah, cost(parties.DISPUTE_COST)) == (0, 0)
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert broken_rules() == []


def test_what_was_given_up_and_comes_in_parts_is_a_difference_for_a_person(payment, gateway):
    dispute = becomes(payment, gateway, opened(payment, gateway), state=DisputeState.WON, returned_rupiah=12_000)
    close(payment)
    becomes(payment, gateway, dispute, returned_rupiah=15_000)
    [problem] = waiting_problems.read().payments
    assert problem.difference_rupiah == 3_000
    assert broken_rules() == []


def close(payment) -> None:
    act = Act(by=rounds.MAKER, at=later(200), reason="Gerbang tidak mengembalikan sisanya")
    gateway_attention.close_payment(payment_id=payment.id, act=act)
