"""What is posted and counted of an order, by the module that its payment method names: one function for each event.

Paid and handed over, in either order, the sale is posted. The callers change and save the order's rows.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from federation.buying import order_payments, payment_methods, seller_orders
from federation.buying.order_states import State
from federation.reports import turnover
from marketplace.orders.order_records import OrderRecords
from settlement.ledger.postings import Postings
from settlement.ledger.sales import Sale
from tenants.codes import VillageCode


def sale_of(*, order: seller_orders.Row) -> Sale:
    """The order as the ledger sees it now: what was refunded before counts no more."""
    goods_back, delivery_back, fee_back = order_payments.refunded(order_id=order.id)
    return Sale(
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


def paid(*, pair: OrderRecords, at: datetime) -> None:
    """The money is with its holder. If the goods are with the buyer too, the order is completed."""
    pair.own.paid_at, pair.own.expires_at = at, None
    if pair.own.handed_over_at is None:
        _postings(pair).secure(order_id=pair.own.id)
    else:
        _complete(pair, at=at)


def handed_over(*, pair: OrderRecords, at: datetime) -> None:
    """The goods are with the buyer. If they are paid, the order is completed."""
    if pair.own.paid_at is not None:
        _complete(pair, at=at)


def _complete(pair: OrderRecords, *, at: datetime) -> None:
    own, shared = pair.own, pair.shared
    if own.state == State.COMPLETED:
        return
    own.state, own.ended_at, own.expires_at = State.COMPLETED, at, None
    sale, payment_id = sale_of(order=shared), order_payments.of_order(order_id=own.id)
    _postings(pair).post(sale=sale, payment_id=payment_id, happened_at=at)
    turnover.write(
        reference=f"order:{own.id}:{payment_id}",
        order=shared,
        goods_rupiah=sale.goods_rupiah,
        delivery_rupiah=sale.delivery_rupiah,
        fee_rupiah=sale.fee_rupiah,
        at=at,
    )


def reopen(*, pair: OrderRecords, payment_id: UUID, at: datetime) -> None:
    """The payment of a completed order turned out wrong: it is with the buyer, and unpaid."""
    sale = sale_of(order=pair.shared)
    _postings(pair).unpost(order_id=pair.own.id, payment_id=payment_id, happened_at=at)
    turnover.write(
        reference=f"unpaid:{pair.own.id}:{payment_id}",
        order=pair.shared,
        goods_rupiah=-sale.goods_rupiah,
        delivery_rupiah=-sale.delivery_rupiah,
        fee_rupiah=-sale.fee_rupiah,
        at=at,
    )
    pair.own.state, pair.own.ended_at = State.DELIVERED, None


def give_back(*, pair: OrderRecords, refund: order_payments.RefundRow, at: datetime) -> None:
    """Money of a completed order is owed back to its buyer."""
    _postings(pair).refund(
        order_id=pair.own.id,
        refund_id=refund.id,
        goods_rupiah=refund.goods_rupiah,
        delivery_rupiah=refund.delivery_rupiah,
        fee_rupiah=refund.fee_rupiah,
        happened_at=at,
    )
    turnover.write(
        reference=f"refund:{refund.id}",
        order=pair.shared,
        goods_rupiah=-refund.goods_rupiah,
        delivery_rupiah=-refund.delivery_rupiah,
        fee_rupiah=-refund.fee_rupiah,
        at=at,
    )


def release(*, pair: OrderRecords, at: datetime) -> None:
    """The order ended before it was completed: nothing is held for it any more."""
    _postings(pair).void(order_id=pair.own.id, happened_at=at)


def _postings(pair: OrderRecords) -> Postings:
    return payment_methods.of(method=pair.shared.method).postings
