"""Refunds go by the gateway that took the money, once each, within what it allows, whatever dies or falls silent in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from federation.buying.gateway_problems import Problem
from federation.models import GatewayRefund, Refund
from marketplace.gateway_payments import payment_round, refund_attempts, waiting_problems
from settlement.after_restore import beginning
from settlement.bank.gateways.gateway_interface import Channel, RefundState, Terms
from settlement.ledger import federation_books
from tenants import acts
from tests.support import factories
from tests.support.gateways import paying
from tests.support.gateways.stateful import NAME
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import restoring
from tests.support.shopping import later

HOUR = 60


@pytest.fixture
def order_id(market, gateway):
    """An order of 20,000, paid by card, then cancelled."""
    placed = paying.bought()
    paying.pay(placed, gateway)
    [order_id] = dealing.orders_of(placed).values()
    dealing.cancel(order_id)
    return order_id


def look(minutes: int) -> None:
    payment_round.ask_all(at=later(minutes))


def sent(gateway) -> list[str]:
    """The keys under which the gateway was told to send money."""
    return [call.split()[1] for call in gateway.calls if call.startswith("refund ")]


def test_it_is_booked_when_it_succeeded_and_not_before(order_id, gateway):
    look(40)
    assert GatewayRefund.objects.get().state == "pending"
    assert federation_books.read().deposits_rupiah == 20_000
    gateway.refund_becomes(*gateway.refund_keys(), RefundState.REQUIRES_ACTION)
    paying.told(gateway, at=later(41))
    assert GatewayRefund.objects.get().state == "action"
    assert Refund.objects.get().paid_out_at is None
    gateway.refund_becomes(*gateway.refund_keys(), RefundState.SUCCEEDED)
    paying.told(gateway, at=later(42))
    assert Refund.objects.get().paid_out_at == later(42)
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []


@pytest.mark.parametrize("arrives", [True, False])
def test_without_an_answer_it_goes_on_under_the_same_key(order_id, gateway, arrives):
    (gateway.does_not_answer if arrives else gateway.does_not_hear)("refund", "read_refund")
    look(40)
    look(42)
    gateway.does_not_answer()
    gateway.does_not_hear()
    look(44)
    assert len(set(sent(gateway))) == 1
    assert len(gateway.refund_keys()) == 1
    assert GatewayRefund.objects.get().state == "pending"


def test_a_process_that_dies_after_the_call_leaves_one_refund(order_id, gateway, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(refund_attempts, "record", lambda **_terms: 1 / 0)
        look(40)
    assert GatewayRefund.objects.get().state == "waiting"
    look(60)
    assert len(gateway.refund_keys()) == 1
    assert GatewayRefund.objects.get().state == "pending"
    assert broken_rules() == []


def test_what_the_gateway_may_have_forgotten_is_looked_up_and_never_sent_again(order_id, gateway):
    gateway.does_not_hear("refund")
    look(40)
    gateway.does_not_hear()
    before = len(sent(gateway))
    GatewayRefund.objects.update(next_read_at=later(40 + 24 * HOUR))
    look(40 + 24 * HOUR)
    assert len(sent(gateway)) == before
    [problem] = waiting_problems.read().refunds
    assert list(problem.problems) == ["refund-failed"]
    assert broken_rules() == []


def test_a_refusal_goes_to_a_person(order_id, gateway):
    gateway.refuses("refund")
    look(40)
    assert [problem.problems[0].value for problem in waiting_problems.read().refunds] == ["refund-failed"]
    assert federation_books.read().deposits_rupiah == 20_000
    assert broken_rules() == []


def test_a_refusal_after_a_call_without_an_answer_is_not_certain_until_that_call_has_ended(order_id, gateway):
    """The first call may arrive after the second was refused; money sent again under a new key would then go twice."""
    gateway.does_not_hear("refund")
    look(40)
    gateway.does_not_hear()
    gateway.refuses("refund")
    look(42)
    assert GatewayRefund.objects.get().state == "waiting"
    assert waiting_problems.read().refunds == []
    look(53)
    assert GatewayRefund.objects.get().state == "failed"
    assert len(waiting_problems.read().refunds) == 1
    assert len(set(sent(gateway))) == 1


def test_a_refusal_is_not_certain_where_another_call_began_meanwhile(order_id, gateway):
    [row] = GatewayRefund.objects.all()
    first = refund_attempts.prepare(refund_attempt_id=row.id, gateway=gateway, at=later(40))
    second = refund_attempts.prepare(refund_attempt_id=row.id, gateway=gateway, at=later(41))
    refund_attempts.record_refusal(refund_attempt_id=row.id, instruction=first, problem=Problem.REFUND_FAILED, at=later(41))
    refund_attempts.record_refusal(refund_attempt_id=row.id, instruction=second, problem=Problem.REFUND_FAILED, at=later(41))
    assert GatewayRefund.objects.get().state == "waiting"
    third = refund_attempts.prepare(refund_attempt_id=row.id, gateway=gateway, at=later(51))
    refund_attempts.record_refusal(refund_attempt_id=row.id, instruction=third, problem=Problem.REFUND_FAILED, at=later(51))
    assert GatewayRefund.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("terms", "pieces", "sends"),
    [
        (Terms(refunds=False), 2, False),
        (Terms(partial_refunds=False), 1, False),
        (Terms(partial_refunds=False), 2, True),
        (Terms(refund_within=timedelta(minutes=30)), 2, False),
        (Terms(refund_within=timedelta(hours=30)), 2, True),
        (Terms(), 1, True),
    ],
)
def test_what_a_gateway_allows_is_asked_before_it_is_called(market, gateway, terms, pieces, sends):
    placed = paying.bought()
    paying.pay(placed, gateway)
    [order_id] = dealing.orders_of(placed).values()
    dealing.hand_over(order_id)
    dealing.take_back(order_id, pieces)
    gateway.terms[Channel.CARD] = terms
    look(120)
    assert bool(gateway.refund_keys()) == sends
    assert len(waiting_problems.read().refunds) == (not sends)
    assert broken_rules() == []


def test_parts_are_sent_apart_and_add_up(market, gateway):
    placed = paying.of_two()
    paying.pay(placed, gateway)
    orders = dealing.orders_of(placed)
    dealing.shorten(orders[factories.MELATI], 1)
    dealing.cancel(orders[factories.CIBIRU])
    paying.send_refunds(gateway)
    assert sorted(GatewayRefund.objects.values_list("amount_rupiah", flat=True)) == [10_000, 20_000]
    assert federation_books.gateway_balances() == {NAME: gateway.balance_rupiah}
    assert federation_books.read().deposits_rupiah == 20_000
    assert broken_rules() == []


def test_a_notification_of_a_refund_is_read_again_and_not_believed(order_id, gateway):
    look(40)
    [key] = gateway.refund_keys()
    assert payment_round.ask_about(gateway=NAME, key=key, at=later(41))
    assert GatewayRefund.objects.get().state == "pending"


def test_after_a_restore_no_refund_is_sent_until_the_money_is_released_and_then_it_is_looked_up_first(order_id, gateway):
    with transaction.atomic(durable=True):
        beginning.begin(backup_at=later(30), restored_at=later(39), act=acts.by_command_line(at=later(39)))
    look(40)
    assert GatewayRefund.objects.get().sent_at is None
    assert sent(gateway) == []
    row = GatewayRefund.objects.get()
    gateway.refund(refund_attempts._order(row))  # as the lost market had done
    before = len(sent(gateway))
    restoring.release(at=later(41))
    look(42)
    assert len(sent(gateway)) == before
    assert GatewayRefund.objects.get().state == "pending"
