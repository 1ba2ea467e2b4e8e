"""A payment that nobody decides long after its time is named at the desk, and given up there, so that its orders lapse."""

from __future__ import annotations

import pytest
from django.test import override_settings

from federation.buying import gateway_problems
from federation.models import GatewayPayment, SellerOrder
from marketplace.gateway_payments import gateway_attention, overdue_payments, payment_round, waiting_problems
from marketplace.orders import expiry
from marketplace.orders.order_reasons import ReasonMissing
from settlement.ledger import federation_books
from tenants.acts import Act
from tenants.people.permissions import Forbidden
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import rounds
from tests.support.shopping import later

HOURS = 60
LONG_AFTER = 3 * 24 * HOURS
ACT = Act(by=rounds.MAKER, at=later(LONG_AFTER + 5), reason="Gerbang sudah tutup")


@pytest.fixture
def started(market, gateway):
    """A payment that was begun, at a gateway that is not heard of again."""
    started = paying.start(paying.bought())
    gateway.does_not_hear("read", "cancel")
    return started


def problems() -> list[str]:
    return [word for problem in waiting_problems.read().payments for word in problem.problems]


def test_it_is_named_a_day_after_its_time_and_not_before(started):
    expires_at = GatewayPayment.objects.get().expires_at
    payment_round.ask_all(at=expires_at + payment_round.OVERDUE_AFTER / 2)
    assert problems() == []
    payment_round.ask_all(at=expires_at + payment_round.OVERDUE_AFTER)
    assert problems() == ["undecided"]


def test_so_is_one_at_a_gateway_that_is_used_no_more(started):
    with override_settings(PAYMENT_GATEWAYS={}):
        payment_round.ask_all(at=later(LONG_AFTER))
    assert problems() == ["undecided"]


def test_given_up_its_orders_lapse_and_their_goods_are_free(started, gateway):
    payment_round.ask_all(at=later(LONG_AFTER))
    with pytest.raises(gateway_attention.NotWaiting):
        gateway_attention.close_payment(payment_id=started.payment_id, act=ACT)
    expiry.expire_due(at=later(LONG_AFTER))
    assert SellerOrder.objects.get().ended_at is None
    with pytest.raises(ReasonMissing):
        overdue_payments.give_up(payment_id=started.payment_id, act=Act(by=rounds.MAKER, at=ACT.at))
    overdue_payments.give_up(payment_id=started.payment_id, act=ACT)
    expiry.expire_due(at=later(LONG_AFTER + 6))
    assert SellerOrder.objects.get().state == "expired"
    assert gateway_problems.count() == 0
    assert broken_rules() == []
    with pytest.raises(gateway_attention.NotWaiting):
        overdue_payments.give_up(payment_id=started.payment_id, act=ACT)


def test_money_that_comes_after_that_goes_back(started, gateway):
    payment_round.ask_all(at=later(LONG_AFTER))
    overdue_payments.give_up(payment_id=started.payment_id, act=ACT)
    expiry.expire_due(at=later(LONG_AFTER + 6))
    gateway.pay(paying.key_of(started))
    gateway.does_not_hear()
    payment_round.ask_all(at=later(LONG_AFTER + 10))
    assert GatewayPayment.objects.get().state == "succeeded"
    paying.send_refunds(gateway, at=later(LONG_AFTER + 20))
    assert federation_books.read().deposits_rupiah == 0
    assert broken_rules() == []


def test_once_the_gateway_answers_nobody_needs_to_decide(started, gateway):
    payment_round.ask_all(at=later(LONG_AFTER))
    gateway.does_not_hear()
    payment_round.ask_all(at=later(LONG_AFTER + 5))
    assert problems() == []
    assert GatewayPayment.objects.get().state == "cancelled"


def test_what_the_bank_has_not_decided_is_named_too_and_paid_when_it_has(market, gateway):
    placed = paying.bought()
    key = paying.key_of(paying.start(placed))
    gateway.process(key)
    paying.told(gateway)
    payment_round.ask_all(at=later(LONG_AFTER))
    payment_round.ask_all(at=later(LONG_AFTER + 5))
    assert problems() == ["undecided"]
    gateway.pay(key)
    paying.told(gateway, at=later(LONG_AFTER + 10))
    assert problems() == []
    assert paying.states(placed) == {"placed"}
    assert SellerOrder.objects.get().paid_at is not None


def test_strangers_give_nothing_up_and_a_payment_in_time_is_not_given_up(started):
    stranger = Act(by=factories.staff(factories.CIBIRU), at=ACT.at, reason="x")
    with pytest.raises(Forbidden):
        overdue_payments.give_up(payment_id=started.payment_id, act=stranger)
    with pytest.raises(gateway_attention.NotWaiting):
        overdue_payments.give_up(payment_id=started.payment_id, act=ACT)


def test_the_audit_names_it_when_the_market_goes_on_for_a_week_without_it(started, gateway):
    gateway.does_not_hear()
    assert "gateway-payments-end" not in broken_rules()
    GatewayPayment.objects.update(expires_at=later(-8 * 24 * HOURS))
    dealing.buy({shopping.product(factories.MELATI): 1}, phone="081290990009")
    assert broken_rules() == ["gateway-payments-end"]
