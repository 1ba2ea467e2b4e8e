"""Orders whose seller or counter has left: everything that would change them is refused in words, nothing is a fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from federation.buying import order_payments
from federation.models import Refund, SellerOrder
from marketplace.models import OrderLine
from marketplace.orders import counter, order_records, refunds, reversals, steps
from tenants import archived_villages, codes, villages
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import ordering
from tests.support.settlement import leavers
from tests.support.shopping import later

CIBIRU, SUKAMAJU = factories.CIBIRU, factories.SUKAMAJU
ACT = Act(by=ordering.SELLER, at=later(90), key="form-9", reason="Rusak")
AT_COUNTER = dataclasses.replace(ACT, by=factories.RATNA.principal)


@pytest.fixture
def order(market) -> SellerOrder:
    """Two pieces of Cibiru, paid at the counter of Sukamaju and with the buyer."""
    placed = shopping.buy({shopping.product(CIBIRU, price_rupiah=10_000): 2})
    ordering.pay(placed)
    ordering.to_home()
    return ordering.only_order()


def line_of(order: SellerOrder) -> OrderLine:
    with context.inside(CIBIRU):
        return OrderLine.objects.get(order_id=order.id)


def at_seller(verb: Callable[..., object], **terms: object) -> None:
    with context.inside(CIBIRU):
        verb(**terms)


def verbs(order: SellerOrder) -> dict[str, Callable[[], object]]:
    """Whatever anybody may do to an order."""
    line, payment_id = line_of(order).id, order_payments.of_order(order_id=order.id)
    purchase = order.purchase
    there = {"village_code": SUKAMAJU, "act": AT_COUNTER}
    return {
        "take_back": lambda: at_seller(reversals.take_back, order_id=order.id, pieces={line: 1}, restock=True, act=ACT),
        "give": lambda: at_seller(refunds.give, order_id=order.id, amounts_rupiah={line: 5}, delivery_rupiah=0, act=ACT),
        "shorten": lambda: at_seller(reversals.shorten, order_id=order.id, missing={line: 1}, act=ACT),
        "cancel": lambda: at_seller(reversals.cancel, order_id=order.id, act=ACT),
        "expire": lambda: at_seller(reversals.expire, order_id=order.id, at=later(99)),
        "accept": lambda: at_seller(steps.take, order_id=order.id, step="accept", form_state="placed", act=ACT),
        "hand_over": lambda: at_seller(steps.take, order_id=order.id, step="hand_over", form_state="underway", act=ACT),
        "at_home": lambda: steps.take_at_home(village_code=SUKAMAJU, order_id=order.id, step="hand_over", act=AT_COUNTER),
        "buyer": lambda: reversals.cancel_by_buyer(token=purchase.token, order_id=order.id, at=later(99)),
        "undo": lambda: counter.undo(payment_id=payment_id, **there),
        "confirm": lambda: counter.confirm(purchase_id=purchase.id, amount_rupiah=1, **there),
        "confirm_late": lambda: counter.confirm_late(purchase_id=purchase.id, order_id=order.id, **there),
    }


BY_NAME = ["take_back", "give", "shorten", "cancel", "expire", "accept", "hand_over", "at_home", "buyer", "undo", "confirm", "confirm_late"]


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_changes_an_order_of_a_seller_that_left(market, order, name):
    doing = verbs(order)
    assert sorted(doing) == sorted(BY_NAME)
    leavers.leave(market, CIBIRU)

    with pytest.raises(archived_villages.VillageLeft) as refused:
        doing[name]()
    assert "Cibiru" in str(refused.value)
    order.refresh_from_db()
    assert (order.state, order.refunded_rupiah) == ("completed", 0)


@pytest.mark.parametrize("name", ["take_back", "give", "undo", "confirm", "confirm_late"])
def test_no_money_is_owed_at_a_counter_that_left(market, order, name):
    doing = verbs(order)
    leavers.leave(market, SUKAMAJU)

    with pytest.raises(archived_villages.VillageLeft) as refused:
        doing[name]()
    assert "Sukamaju" in str(refused.value)
    order.refresh_from_db()
    assert (order.state, order.refunded_rupiah, Refund.objects.count()) == ("completed", 0, 0)
    assert set(ordering.broken_rules()) <= {"villages-that-left-owe-nothing"}  # it left before it was settled


def test_a_refund_is_not_paid_out_at_a_counter_that_left(market, order):
    verbs(order)["give"]()
    refund = Refund.objects.get()
    leavers.leave(market, SUKAMAJU)

    with pytest.raises(archived_villages.VillageLeft):
        counter.pay_out(village_code=SUKAMAJU, refund_id=refund.id, act=AT_COUNTER)


def test_whoever_waited_for_a_village_that_left_meanwhile_is_told_so(market, order):
    """This process does not know yet that the village has left, and has locked its order."""
    leavers.leave(market, CIBIRU)
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute(f'GRANT UPDATE ON ALL TABLES IN SCHEMA "{codes.schema_of(CIBIRU)}" TO pasarsama')
    villages._snapshot = dataclasses.replace(villages._now(), archived=frozenset())

    with context.inside(CIBIRU), transaction.atomic(), pytest.raises(archived_villages.VillageLeft):
        order_records.locked(order_id=order.id)


def test_a_gateway_is_asked_on_after_a_seller_left(market, order):
    leavers.leave(market, CIBIRU)

    place = order_records.Place(CIBIRU, order.id)

    assert order_records.all_locked_that_can_change(places=[place]) == []
