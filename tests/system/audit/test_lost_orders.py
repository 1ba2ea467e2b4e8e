"""A village that lost its orders gets them back from the shared rows: their lines say all that its own rows said."""

from __future__ import annotations

from typing import Any

from deploy import audit
from federation.buying import order_lines
from federation.models import SellerOrder
from marketplace.models import Delivery, Order, OrderLine
from marketplace.orders.reversals import BEFORE_HAND_OVER
from tenants import codes
from tenants.db import context
from tests.support import factories

C = codes.schema_of(factories.CIBIRU)
SAME = ("purchase_id", "home_village", "state", "method", "goods_rupiah", "delivery_fee_rupiah", "total_rupiah", "fee_rupiah")
SAME += ("refunded_rupiah", "placed_at", "expires_at", "paid_at", "handed_over_at", "ended_at", "end_reason")
# What the seller alone noted on the way; a lost order forgets it.
NOTED = ("courier", "left_at", "arrived_at", "handed_over_by")


def make_again(shared: SellerOrder) -> None:
    """The seller's rows of an order, from the shared ones."""
    purchase, lines = shared.purchase, order_lines.read(shared.lines)
    order = Order.objects.create(
        id=shared.id,
        code=purchase.code,
        buyer_name=purchase.buyer_name,
        buyer_phone=purchase.buyer_phone,
        buyer_address=purchase.buyer_address,
        margin_rupiah=sum(line.margin_rupiah for line in lines),
        **{name: getattr(shared, name) for name in SAME},
    )
    Delivery.objects.create(
        order=order,
        kind=shared.delivery,
        deliverer=shared.deliverer,
        fee_rupiah=shared.delivery_fee_rupiah,
        carried_by=shared.carried_by,
        handed_over_at=shared.handed_over_at,
    )
    for line in lines:
        OrderLine.objects.create(
            id=line.id,
            order=order,
            product_id=line.product_id,
            consignor_id=line.consignor_id,
            name=line.name,
            unit=line.unit,
            quantity=line.quantity,
            price_rupiah=line.price_rupiah,
            margin_rupiah=line.margin_rupiah,
            reserved=line.quantity - line.refunded if shared.state in BEFORE_HAND_OVER else 0,
            refunded=line.refunded,
            allowance_rupiah=line.allowance_rupiah,
        )


def rows() -> dict[str, list[dict[str, Any]]]:
    """The seller's rows as they are."""
    deliveries = [{name: value for name, value in row.items() if name not in NOTED} for row in Delivery.objects.order_by("pk").values()]
    return {
        "orders": list(Order.objects.order_by("pk").values()),
        "lines": list(OrderLine.objects.order_by("pk").values()),
        "deliveries": deliveries,
    }


def test_lost_orders_are_made_again_from_the_shared_rows(plant):
    with context.inside(factories.CIBIRU):
        before = rows()
    assert len({row["state"] for row in before["orders"]}) > 4  # every way through, and every way back
    plant(f"DELETE FROM {C}.marketplace_orderline; DELETE FROM {C}.marketplace_delivery; DELETE FROM {C}.marketplace_order")  # noqa: S608 - our own words
    lost = {result.name for result in audit.run() if result.count}

    with context.inside(factories.CIBIRU):
        for shared in SellerOrder.objects.select_related("purchase").filter(seller=factories.CIBIRU):
            make_again(shared)

        assert rows() == before
    assert {"order-rows-agree", "order-lines-agree", "reserved-is-live-lines"} <= lost
    assert {result.name for result in audit.run() if result.count} == set()
