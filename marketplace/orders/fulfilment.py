"""Paid and handed over, in either order: then the ledger posts what was reserved and the turnover is written."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from federation.buying import order_payments
from federation.models import Refund, SellerOrder
from federation.reports import turnover
from marketplace.orders.order_records import OrderRecords, State
from settlement.ledger import sales
from tenants.codes import VillageCode


def sale_of(*, order: SellerOrder) -> sales.Sale:
    """The order as the ledger sees it now: what was refunded before counts no more."""
    goods_back, delivery_back, fee_back = order_payments.refunded(order_id=order.id)
    return sales.Sale(
        order_id=order.id,
        seller=VillageCode(order.seller),
        holder=VillageCode(order.holder),
        home=VillageCode(order.home_village),
        goods_rupiah=order.goods_rupiah - goods_back,
        fee_rupiah=order.fee_rupiah - fee_back,
        delivery_rupiah=order.delivery_fee_rupiah - delivery_back,
        deliverer=VillageCode(order.deliverer),
        by_guest=False,
    )


def complete(*, twins: OrderRecords, at: datetime) -> None:
    """If the order is paid and handed over, post it and write its turnover; the caller saves the rows."""
    own, shared = twins.own, twins.shared
    if own.paid_at is None or own.handed_over_at is None or own.state == State.COMPLETED:
        return
    own.state, own.ended_at, own.expires_at = State.COMPLETED, at, None
    sale, payment_id = sale_of(order=shared), order_payments.of_order(order_id=own.id)
    sales.post(sale=sale, payment_id=payment_id, happened_at=at)
    turnover.write(
        reference=f"order:{own.id}:{payment_id}",
        order=shared,
        goods_rupiah=sale.goods_rupiah,
        delivery_rupiah=sale.delivery_rupiah,
        fee_rupiah=sale.fee_rupiah,
        at=at,
    )


def reopen(*, twins: OrderRecords, payment_id: UUID, at: datetime) -> None:
    """Take back the posting of an order whose payment turned out wrong: it is with the buyer, and unpaid."""
    sale = sale_of(order=twins.shared)
    sales.unpost(order_id=twins.own.id, payment_id=payment_id, happened_at=at)
    turnover.write(
        reference=f"unpaid:{twins.own.id}:{payment_id}",
        order=twins.shared,
        goods_rupiah=-sale.goods_rupiah,
        delivery_rupiah=-sale.delivery_rupiah,
        fee_rupiah=-sale.fee_rupiah,
        at=at,
    )
    twins.own.state, twins.own.ended_at = State.DELIVERED, None


def give_back(*, twins: OrderRecords, refund: Refund, at: datetime) -> None:
    """A refund of an order that was posted: the ledger and the turnover take their parts back."""
    sales.refund(
        order_id=twins.own.id,
        refund_id=refund.id,
        goods_rupiah=refund.goods_rupiah,
        delivery_rupiah=refund.delivery_rupiah,
        fee_rupiah=refund.fee_rupiah,
        happened_at=at,
    )
    turnover.write(
        reference=f"refund:{refund.id}",
        order=twins.shared,
        goods_rupiah=-refund.goods_rupiah,
        delivery_rupiah=-refund.delivery_rupiah,
        fee_rupiah=-refund.fee_rupiah,
        at=at,
    )
