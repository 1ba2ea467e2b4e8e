"""Orders of any number of sellers, ways and payments, moved along and back by their people: for tests of money that returns."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping

from federation.buying import order_states
from federation.models import Payment, Refund, SellerOrder
from marketplace import shops
from marketplace.checkout import place_order
from marketplace.models import OrderLine
from marketplace.orders import counter, counter_queries, refunds, reversals, steps
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.shopping import NOON, later

HOME, CIBIRU, MELATI = factories.SUKAMAJU, factories.CIBIRU, factories.MELATI
SELLER, CASHIER = factories.SARI.principal, factories.DARTO.principal
Way = tuple[str, str]  # method, delivery


def set_fees() -> None:
    """What deliveries cost from now on, another sum by every village and way."""
    for place, village in enumerate(factories.VILLAGES):
        fees = {"seller_courier_far_fee_rupiah": 7_001 + place, "home_courier_fee_rupiah": 2_003, "seller_courier_fee_rupiah": 1_000}
        with context.inside(village):
            shops.change(settings=dataclasses.replace(shops.settings(), **fees), act=Act(by=factories.staff(village), at=NOON))


def buy(goods: Mapping[uuid.UUID, int], *, ways: Mapping[str, Way] | None = None, **wishes: str) -> place_order.Placed:
    """Order goods of one or more sellers; `ways`: how it is paid and brought where a seller's differ from the rest (`wishes`)."""
    token = shopping.basket(goods)
    form = shopping.form(token, **wishes)
    for seller, (method, delivery) in (ways or {}).items():
        other = shopping.form(token, **{**wishes, "method": method, "delivery": delivery})
        form.selections[seller] = other.selections[seller]
    return place_order.place(form=form, at=NOON)


def orders_of(placed: place_order.Placed) -> dict[str, uuid.UUID]:
    """The orders of a purchase by seller."""
    return dict(SellerOrder.objects.filter(purchase_id=placed.purchase_id).values_list("seller", "id"))


def get(order_id: uuid.UUID) -> SellerOrder:
    return SellerOrder.objects.get(id=order_id)


def pay(placed: place_order.Placed, *, where: str = HOME) -> uuid.UUID:
    """Take what is due of a purchase at a counter; gives the payment."""
    due = counter_queries.find(village_code=where, code=placed.code).due_rupiah
    return counter.confirm(
        village_code=where,
        purchase_id=placed.purchase_id,
        amount_rupiah=due,
        act=Act(by=factories.staff(where), at=later(5), key=uuid.uuid4().hex),
    ).payment_id


def undo(payment_id: uuid.UUID, *, where: str = HOME) -> None:
    counter.undo(village_code=where, payment_id=payment_id, act=Act(by=factories.staff(where), at=later(60), reason="Salah kode"))


def send(order_id: uuid.UUID) -> None:
    """Accepted, packed, and on the road unless the buyer comes for it."""
    order = get(order_id)
    with context.inside(order.seller):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            if step != "send" or order.delivery != "pickup_seller":
                steps.take(order_id=order_id, step=step, form_state=state, act=Act(by=factories.staff(order.seller), at=later(10)))


def hand_over(order_id: uuid.UUID) -> None:
    """Sent and given to the buyer by whoever does, with the cash that is due then."""
    send(order_id)
    order = get(order_id)
    cash = None if order.paid_at else order.total_rupiah
    by = factories.staff(order.home_village if order.delivery in order_states.AT_HOME else order.seller)
    if order.delivery in order_states.AT_HOME:
        steps.take_at_home(
            village_code=order.home_village, order_id=order_id, step="hand_over", cash_rupiah=cash, act=Act(by=by, at=later(40))
        )
        return
    with context.inside(order.seller):
        steps.take(order_id=order_id, step="hand_over", form_state=order.state, cash_rupiah=cash, act=Act(by=by, at=later(40)))


def sold(product: uuid.UUID, way: Way, *, pieces: int = 3, **wishes: str) -> uuid.UUID:
    """An order of one product that was paid and handed over."""
    placed = buy({product: pieces}, method=way[0], delivery=way[1], **wishes)
    [order_id] = orders_of(placed).values()
    if way[0] == "counter":
        pay(placed)
    hand_over(order_id)
    return order_id


def line_ids(order_id: uuid.UUID) -> list[uuid.UUID]:
    """An order's lines, the dearest piece first."""
    with context.inside(get(order_id).seller):
        return list(OrderLine.objects.filter(order_id=order_id).order_by("-price_rupiah").values_list("id", flat=True))


def take_back(order_id: uuid.UUID, *pieces: int) -> None:
    """Pieces of each line, the dearest first, come back broken."""
    taken = dict(zip(line_ids(order_id), pieces, strict=False))
    with context.inside(get(order_id).seller):
        reversals.take_back(
            order_id=order_id,
            pieces=taken,
            restock=False,
            act=Act(by=factories.staff(context.here()), at=later(90), key=uuid.uuid4().hex, reason="Rusak"),
        )


def allow(order_id: uuid.UUID, *rupiah: int, delivery: int = 0, form_key: str = "") -> None:
    """Money of each line, the dearest first, goes back; the goods stay with the buyer."""
    amounts = dict(zip(line_ids(order_id), rupiah, strict=False))
    with context.inside(get(order_id).seller):
        refunds.give(
            order_id=order_id,
            amounts_rupiah=amounts,
            delivery_rupiah=delivery,
            act=Act(by=factories.staff(context.here()), at=later(91), key=form_key or uuid.uuid4().hex, reason="Sebagian melempem"),
        )


def shorten(order_id: uuid.UUID, *pieces: int) -> None:
    missing = dict(zip(line_ids(order_id), pieces, strict=False))
    with context.inside(get(order_id).seller):
        reversals.shorten(
            order_id=order_id,
            missing=missing,
            act=Act(by=factories.staff(context.here()), at=later(7), key=uuid.uuid4().hex, reason="Kurang"),
        )


def cancel(order_id: uuid.UUID) -> None:
    with context.inside(get(order_id).seller):
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=later(30), reason="Habis"))


def paid(order_id: uuid.UUID) -> int:
    """What payments in force paid for an order."""
    rows = Payment.objects.filter(allocations__order=order_id, reversal=None)
    return sum(rows.values_list("allocations__amount_rupiah", flat=True).filter(allocations__order=order_id))


def back(order_id: uuid.UUID) -> list[tuple[str, int, int, int]]:
    """(counter, goods, delivery, fee) of an order's refunds, the earliest first."""
    rows = Refund.objects.filter(order_id=order_id, voided_at=None).order_by("id")
    return list(rows.values_list("village_code", "goods_rupiah", "delivery_rupiah", "fee_rupiah"))
