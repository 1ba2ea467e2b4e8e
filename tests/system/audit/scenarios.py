"""A market in which everything happened once: an order for every way through, and every way back."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta

from federation.models import SellerOrder
from marketplace import shops
from marketplace.models import OrderLine
from marketplace.orders import counter, counter_queries, expiry, reversals, steps
from tenants import events
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.shopping import NOON, later
from tests.system.audit import gateway_scenarios, settling

SUKAMAJU, CIBIRU = factories.SUKAMAJU, factories.CIBIRU
SELLER, CASHIER, COURIER = factories.SARI.principal, factories.DARTO.principal, factories.UJANG.principal
STEPS = (("accept", "placed"), ("pack", "accepted"), ("send", "ready"))


def live(product: uuid.UUID) -> dict[str, uuid.UUID]:
    """Let orders of three pieces of a product of Cibiru go every way; gives them by name."""
    for village, by in ((SUKAMAJU, factories.RATNA.principal), (CIBIRU, SELLER)):
        with context.inside(village):
            fees = {"seller_courier_far_fee_rupiah": 7_000, "home_courier_fee_rupiah": 2_000, "seller_courier_fee_rupiah": 1_000}
            shops.change(settings=dataclasses.replace(shops.settings(), **fees), act=Act(by=by, at=NOON))
    settling.live(product)
    paid_online = gateway_scenarios.live()
    orders = {name: _buy(product, number) for number, name in enumerate(WAYS)}
    for name, way in WAYS.items():
        way(orders[name])
    expiry.expire_due(at=later(25 * 60))
    orders["living"] = _buy(product, 20, delivery="courier_home", at=later(26 * 60))
    orders["outside"] = _buy(product, 21, home="", method="cod_seller", delivery="pickup_seller", at=later(26 * 60))
    orders["own"] = _buy(product, 22, home=CIBIRU, method="cod_seller", delivery="courier_seller", at=later(26 * 60))
    _hand_over(orders["own"])
    _hand_over(orders["outside"], steps_before=STEPS[:2], state="ready")
    _carried(product)
    deliver()
    return orders | paid_online


def _carried(product: uuid.UUID) -> None:
    """A courier takes cash at two doors, and brings what he took at the first one."""
    for number in (23, 24):
        order_id = _buy(product, number, method="cod_home", delivery="courier_home", at=later(26 * 60))
        with context.inside(CIBIRU):
            for step, before in STEPS:
                steps.take(order_id=order_id, step=step, form_state=before, act=Act(by=SELLER, at=later(27 * 60)))
        due = SellerOrder.objects.get(id=order_id).total_rupiah
        act = Act(by=COURIER, at=later(28 * 60), key=uuid.uuid4().hex)
        steps.take_at_home(village_code=SUKAMAJU, order_id=order_id, step="hand_over", cash_rupiah=due, act=act)
        if number == 23:
            act = Act(by=CASHIER, at=later(29 * 60), key=uuid.uuid4().hex)
            counter.hand_in(village_code=SUKAMAJU, courier=COURIER.account_id, amount_rupiah=due, act=act)


def deliver() -> None:
    """Let all news of the test's days arrive."""
    while events.sweep(at=NOON + timedelta(days=9)):
        pass


def _buy(product: uuid.UUID, number: int, *, at=NOON, **wishes: str) -> uuid.UUID:
    wishes = {"phone": f"0812900002{number:02}", "delivery": "courier_seller", **wishes}
    placed = shopping.buy({product: 3}, at=at, **wishes)
    return SellerOrder.objects.get(purchase_id=placed.purchase_id).id


def _pay(order_id: uuid.UUID) -> uuid.UUID:
    row = SellerOrder.objects.select_related("purchase").get(id=order_id)
    due = counter_queries.find(village_code=row.holder, code=row.purchase.code).due_rupiah
    receipt = counter.confirm(
        village_code=row.holder, purchase_id=row.purchase_id, amount_rupiah=due, act=Act(by=CASHIER, at=later(5), key=uuid.uuid4().hex)
    )
    return receipt.payment_id


def _hand_over(order_id: uuid.UUID, *, steps_before=STEPS, state: str = "underway") -> None:
    with context.inside(CIBIRU):
        for step, before in steps_before:
            steps.take(order_id=order_id, step=step, form_state=before, act=Act(by=SELLER, at=later(10)))
        due = SellerOrder.objects.get(id=order_id).total_rupiah
        steps.take(order_id=order_id, step="hand_over", form_state=state, cash_rupiah=due, act=Act(by=SELLER, at=later(40)))


def _complete(order_id: uuid.UUID) -> uuid.UUID:
    payment_id = _pay(order_id)
    _hand_over(order_id)
    return payment_id


def _take_out(order_id: uuid.UUID, pieces: int) -> None:
    with context.inside(CIBIRU):
        line = OrderLine.objects.get(order_id=order_id)
        reversals.shorten(
            order_id=order_id, missing={line.id: pieces}, act=Act(by=SELLER, at=later(6), key=uuid.uuid4().hex, reason="Kurang")
        )


def _take_back(order_id: uuid.UUID, pieces: int) -> None:
    _complete(order_id)
    with context.inside(CIBIRU):
        line = OrderLine.objects.get(order_id=order_id)
        form_key = uuid.uuid4().hex
        reversals.take_back(
            order_id=order_id, pieces={line.id: pieces}, restock=True, act=Act(by=SELLER, at=later(60), key=form_key, reason="Rusak")
        )


def _shorten_paid(order_id: uuid.UUID) -> None:
    _pay(order_id)
    _take_out(order_id, 1)
    _hand_over(order_id)


def _cancel(order_id: uuid.UUID) -> None:
    with context.inside(CIBIRU):
        reversals.cancel(order_id=order_id, act=Act(by=SELLER, at=later(9), reason="Habis"))


def _cancel_paid(order_id: uuid.UUID) -> None:
    _pay(order_id)
    _cancel(order_id)


def _undo(order_id: uuid.UUID) -> None:
    payment_id = _complete(order_id)
    counter.undo(village_code=SUKAMAJU, payment_id=payment_id, act=Act(by=CASHIER, at=later(50), reason="Salah kode"))


def _undo_and_pay_again(order_id: uuid.UUID) -> None:
    _undo(order_id)
    _pay(order_id)


def _nothing(order_id: uuid.UUID) -> None:
    """It expires."""


WAYS = {
    "completed": _complete,
    "shortened": lambda order_id: _take_out(order_id, 1),
    "shortened_paid": _shorten_paid,
    "refunded": lambda order_id: _take_back(order_id, 1),
    "returned": lambda order_id: _take_back(order_id, 3),
    "cancelled": _cancel,
    "cancelled_paid": _cancel_paid,
    "undone": _undo,
    "paid_again": _undo_and_pay_again,
    "expired": _nothing,
}
