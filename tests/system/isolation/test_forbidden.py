"""Every use case of a shop refuses, by itself, who may not: a hand-made request gets no further than a button that was never shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from federation.models import Payment, SellerOrder
from marketplace import shops
from marketplace.checkout import errors, place_order
from marketplace.goods import consignors, products, stock
from marketplace.orders import counter, refunds, reversals, steps
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.models import ActivityEntry
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal, Role
from tests.support import desks, factories, shopping
from tests.support.factories import CIBIRU, SUKAMAJU
from tests.support.shopping import NOON

SOME = uuid.UUID(int=7)
FIELDS = products.ProductFields(
    name="a",
    description="",
    unit="b",
    price_rupiah=1,
    category="jajanan",
    consignor_id=SOME,
    made_here=True,
    flagship=False,
    published=True,
)
SETTINGS = shops.ShopSettings(**dict.fromkeys((field.name for field in fields(shops.ShopSettings)), 1))
HERE = VillageCode(CIBIRU)
Verb = Callable[..., object]

# What is asked, the verb, and terms that go no further than the question.
VERBS: list[tuple[Permission, Verb, dict[str, Any]]] = [
    (Permission.CHANGE_GOODS, products.add, {"fields": FIELDS}),
    (Permission.CHANGE_GOODS, products.add_many, {"items": []}),
    (Permission.CHANGE_GOODS, products.change, {"product_id": SOME, "version": 1, "fields": FIELDS}),
    (Permission.CHANGE_GOODS, consignors.add, {"name": "a", "kind": "umkm", "margin_rupiah": 1}),
    (Permission.CHANGE_GOODS, consignors.change, {"consignor_id": SOME, "name": "a", "kind": "umkm", "margin_rupiah": 1}),
    (Permission.CHANGE_STOCK, stock.receive, {"product_id": SOME, "quantity": 1}),
    (Permission.CHANGE_STOCK, stock.count, {"product_id": SOME, "counted": 1}),
    (Permission.CHANGE_STOCK, stock.break_, {"product_id": SOME, "quantity": 1}),
    (Permission.CHANGE_SHOP, shops.change, {"settings": SETTINGS}),
    (Permission.ACCEPT_ORDERS, steps.take, {"order_id": SOME, "step": "accept", "form_state": "placed"}),
    (Permission.PACK_ORDERS, steps.take, {"order_id": SOME, "step": "pack", "form_state": "accepted"}),
    (Permission.SEND_ORDERS, steps.take, {"order_id": SOME, "step": "send", "form_state": "ready"}),
    (Permission.HAND_OVER, steps.take, {"order_id": SOME, "step": "hand_over", "form_state": "underway"}),
    (Permission.HANDLE_PARCELS, steps.take_at_home, {"village_code": HERE, "order_id": SOME, "step": "arrived"}),
    (Permission.CANCEL_ORDERS, reversals.cancel, {"order_id": SOME}),
    (Permission.CANCEL_ORDERS, reversals.shorten, {"order_id": SOME, "missing": {}}),
    (Permission.REFUND, reversals.take_back, {"order_id": SOME, "pieces": {}, "restock": True}),
    (Permission.REFUND, refunds.give, {"order_id": SOME, "amounts_rupiah": {}, "delivery_rupiah": 1}),
    (Permission.TAKE_CASH, counter.confirm, {"village_code": HERE, "purchase_id": SOME, "amount_rupiah": 1}),
    (Permission.UNDO_PAYMENTS, counter.undo, {"village_code": HERE, "payment_id": SOME}),
    (Permission.TAKE_CASH, counter.hand_in, {"village_code": HERE, "courier": SOME, "amount_rupiah": 1}),
    (Permission.PAY_OUT_REFUNDS, counter.pay_out, {"village_code": HERE, "refund_id": SOME}),
]


@pytest.mark.parametrize(("permission", "verb", "terms"), VERBS, ids=[f"{verb.__qualname__}-{one}" for one, verb, _ in VERBS])
def test_who_may_not_is_refused_and_nothing_changes(market, permission, verb, terms):
    strangers = [Principal(SOME), factories.TINI.principal, factories.OPERATOR.principal, permissions.COMMAND_LINE]
    others = [factories.staff(CIBIRU, role) for role in Role.values if permission not in permissions.ROLES[role]]
    before = ActivityEntry.objects.count()
    with context.inside(CIBIRU):
        for by in (*strangers, *others):
            with pytest.raises(permissions.Forbidden):
                verb(**terms, act=Act(by=by, at=NOON, key="k", reason="a"))
    assert ActivityEntry.objects.count() == before


def _underway(delivery: str, *, method: str = "cod_seller") -> SellerOrder:
    """An order of Cibiru, ready for whoever hands it over."""
    _placed, order_id = desks.placed(method=method, delivery=delivery)
    with context.inside(CIBIRU):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            if step != "send" or delivery != "pickup_seller":
                steps.take(order_id=order_id, step=step, form_state=state, act=Act(by=factories.staff(CIBIRU), at=NOON))
    return SellerOrder.objects.get(id=order_id)


def _hand_over(order: SellerOrder, *, by: Principal, with_cash: bool = True) -> None:
    cash = order.total_rupiah if with_cash else None
    with context.inside(CIBIRU):
        steps.take(order_id=order.id, step="hand_over", form_state=order.state, cash_rupiah=cash, act=Act(by=by, at=NOON))


def test_service_hands_over_but_takes_no_cash(market):
    order = _underway("courier_seller")
    with pytest.raises(permissions.Forbidden):
        _hand_over(order, by=factories.staff(CIBIRU, "service"))
    order.refresh_from_db()
    assert (order.state, Payment.objects.count()) == ("underway", 0)
    _hand_over(order, by=factories.staff(CIBIRU, "service"), with_cash=False)
    order.refresh_from_db()
    assert (order.state, order.paid_at) == ("delivered", None)


def test_a_courier_takes_cash_at_the_door_and_nowhere_else(market):
    courier = factories.staff(CIBIRU, "courier")
    fetched, brought = _underway("pickup_seller"), _underway("courier_seller")
    with pytest.raises(permissions.Forbidden):
        _hand_over(fetched, by=courier)
    assert Payment.objects.count() == 0
    _hand_over(brought, by=courier)
    assert Payment.objects.get().amount_rupiah == brought.total_rupiah


def test_the_homes_courier_takes_cash_by_the_same_rule(market):
    courier, fetched, brought = factories.UJANG.principal, *(_underway(way, method="cod_home") for way in ("pickup_home", "courier_home"))
    terms = {"village_code": VillageCode(SUKAMAJU), "step": "hand_over", "act": Act(by=courier, at=NOON)}
    with pytest.raises(permissions.Forbidden):
        steps.take_at_home(order_id=fetched.id, cash_rupiah=fetched.total_rupiah, **terms)
    assert Payment.objects.count() == 0
    steps.take_at_home(order_id=brought.id, cash_rupiah=brought.total_rupiah, **terms)
    assert Payment.objects.get().amount_rupiah == brought.total_rupiah


@pytest.mark.parametrize("helper", [Principal(SOME), factories.UJANG.principal, factories.SARI.principal, factories.TINI.principal])
def test_nobody_but_who_minds_its_cash_orders_on_a_villages_credit(market, helper):
    form = shopping.form(shopping.basket({shopping.product(CIBIRU): 1}), home=SUKAMAJU)
    with pytest.raises(errors.NotYourVillage):
        place_order.place(form=place_order.Form(**{**vars(form), "ordered_by": helper}), at=NOON)
    assert not SellerOrder.objects.exists()
