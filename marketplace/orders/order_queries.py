"""What the back office reads: orders by tab, one order in full, other villages' goods to hand over here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.query import QuerySet

from federation.buying import order_lines, order_payments, seller_orders
from federation.buying.order_states import State
from marketplace.models import Delivery, Order, OrderLine
from marketplace.orders import order_records, refunds, steps
from tenants import texts, villages
from tenants.codes import VillageCode
from tenants.db import context

PAGE = 50
UNPAID = Q(paid_at=None, ended_at=None)
TABS: dict[str, Q] = {
    "new": Q(state=State.PLACED),
    "packing": Q(state=State.ACCEPTED),
    "ready": Q(state__in=[State.READY, State.UNDERWAY]),
    "unpaid": UNPAID & ~Q(state=State.PLACED),
    "all": Q(),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderCardLine:
    """A line as the seller sees it."""

    id: UUID
    product_id: UUID
    name: str
    unit: str
    quantity: int
    price_rupiah: int
    broken: int
    refunded: int
    left_rupiah: int  # see refunds.left_of

    @property
    def pieces_left(self) -> int:
        """The pieces that the buyer has or is to get."""
        return self.quantity - self.refunded


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRefund:
    """Money that goes back for an order."""

    amount_rupiah: int
    reason: str
    made_at: datetime
    paid_out_at: datetime | None


@dataclass(frozen=True)
class OrderCard:
    """An order in a list: what it is, who waits for it, and the one next thing to do."""

    id: UUID
    code: str
    buyer_name: str
    home_village: VillageCode
    home_name: str
    lines: Sequence[OrderCardLine]
    total_rupiah: int
    refunded_rupiah: int
    method: str
    delivery: str
    carried_by: str
    state: str
    paid: bool
    placed_at: datetime
    expires_at: datetime | None
    broken: bool
    next_step: str  # "accept", "pack", "send", "hand_over" or ""
    next_asks_cash: bool

    @property
    def mark(self) -> str:
        """What a form about the order carries, so that it acts on what was shown."""
        return order_records.mark_of(state=self.state, paid=self.paid, total_rupiah=self.total_rupiah, refunded_rupiah=self.refunded_rupiah)


@dataclass(frozen=True)
class OrderDetail:
    """An order in full."""

    card: OrderCard
    buyer_phone: str
    buyer_address: str
    goods_rupiah: int
    delivery_fee_rupiah: int
    fee_rupiah: int
    margin_rupiah: int
    paid_at: datetime | None
    handed_over_at: datetime | None
    end_reason: str
    deliverer: VillageCode
    left_at: datetime | None
    arrived_at: datetime | None
    delivery_left_rupiah: int  # what the seller may still give back of the delivery fee
    refunds: Sequence[OrderRefund]


@dataclass(frozen=True)
class Parcel:
    """Another village's goods that this village, as the buyer's home, hands over."""

    order_id: UUID
    code: str
    seller_name: str
    buyer_name: str
    buyer_phone: str
    buyer_address: str
    lines: Sequence[order_lines.BuyerLine]
    total_rupiah: int
    method: str
    delivery: str
    carried_by: str
    state: str
    paid: bool
    arrived: bool
    next_asks_cash: bool


def tab(*, tab: str, limit: int = PAGE) -> list[OrderCard]:
    """The orders of a tab (TABS), those that wait the longest first; "all" newest first."""
    rows = Order.objects.filter(TABS[tab])
    return _cards(rows.order_by("-placed_at", "-id")[:limit] if tab == "all" else rows.order_by("placed_at", "id")[:limit])


def counts() -> dict[str, int]:
    """How many orders each tab but "all" holds."""
    return Order.objects.aggregate(**{name: Count("id", filter=condition) for name, condition in TABS.items() if name != "all"})


def lines_of(*, order_id: UUID) -> list[OrderCardLine]:
    """The lines of an order by name."""
    return [_line(row) for row in OrderLine.objects.filter(order_id=order_id).order_by("name")]


def _line(row: OrderLine) -> OrderCardLine:
    return OrderCardLine(
        id=row.id,
        product_id=row.product_id,
        name=row.name,
        unit=row.unit,
        quantity=row.quantity,
        price_rupiah=row.price_rupiah,
        broken=row.broken,
        refunded=row.refunded,
        left_rupiah=refunds.left_of(line=row),
    )


def find(*, words: str, limit: int = PAGE) -> list[OrderCard]:
    """Orders by short code or buyer's name, with its accents or without them, newest first."""
    words = texts.looks(words)
    return _cards(Order.objects.filter(Q(code__icontains=words) | Q(buyer_name__unaccent__icontains=words)).order_by("-placed_at")[:limit])


def _cards(rows: QuerySet[Order]) -> list[OrderCard]:
    orders = list(rows)
    ids = [order.id for order in orders]
    lines: dict[UUID, list[OrderCardLine]] = {}
    for row in OrderLine.objects.filter(order_id__in=ids).order_by("name"):
        lines.setdefault(row.order_id, []).append(_line(row))
    ways = {row.order_id: row for row in Delivery.objects.filter(order_id__in=ids)}
    return [_card(order, lines.get(order.id, []), ways[order.id]) for order in orders]


def _card(order: Order, lines: Sequence[OrderCardLine], way: Delivery) -> OrderCard:
    paid = order.paid_at is not None
    alive = order.ended_at is None
    next_step = steps.next_of(state=order.state, delivery=way.kind) if alive else ""
    return OrderCard(
        id=order.id,
        code=order.code,
        buyer_name=order.buyer_name,
        home_village=VillageCode(order.home_village),
        home_name=villages.by_code(code=order.home_village).name if order.home_village else "",
        lines=lines,
        total_rupiah=order.total_rupiah,
        refunded_rupiah=order.refunded_rupiah,
        method=order.method,
        delivery=way.kind,
        carried_by=way.carried_by,
        state=order.state,
        paid=paid,
        placed_at=order.placed_at,
        expires_at=order.expires_at,
        broken=alive and any(line.broken for line in lines),
        next_step=next_step,
        next_asks_cash=next_step == "hand_over" and steps.asks_cash(method=order.method, paid=paid),
    )


def card(*, order_id: UUID) -> OrderCard:
    """One order of the village inside which this runs.

    :raises order_records.NoSuchOrder: if it has none such
    """
    order, way = _found(order_id)
    return _card(order, lines_of(order_id=order_id), way)


def _found(order_id: UUID) -> tuple[Order, Delivery]:
    way = Delivery.objects.select_related("order").filter(order_id=order_id).first()
    if way is None:
        raise order_records.NoSuchOrder
    return way.order, way


def get(*, order_id: UUID) -> OrderDetail:
    """One order of the village inside which this runs, in full.

    :raises order_records.NoSuchOrder: if it has none such
    """
    order, way = _found(order_id)
    delivery_left = (
        0
        if order.state != State.COMPLETED
        else refunds.delivery_left_of(
            order_id=order_id, deliverer=VillageCode(way.deliverer), seller=context.here(), delivery_fee_rupiah=order.delivery_fee_rupiah
        )
    )
    return OrderDetail(
        card=_card(order, lines_of(order_id=order_id), way),
        buyer_phone=order.buyer_phone,
        buyer_address=order.buyer_address,
        goods_rupiah=order.goods_rupiah,
        delivery_fee_rupiah=order.delivery_fee_rupiah,
        fee_rupiah=order.fee_rupiah,
        margin_rupiah=order.margin_rupiah,
        paid_at=order.paid_at,
        handed_over_at=order.handed_over_at,
        end_reason=order.end_reason,
        deliverer=VillageCode(way.deliverer),
        left_at=way.left_at,
        arrived_at=way.arrived_at,
        delivery_left_rupiah=delivery_left,
        refunds=[
            OrderRefund(amount_rupiah=row.amount_rupiah, reason=row.reason, made_at=row.made_at, paid_out_at=row.paid_out_at)
            for row in order_payments.refunds_of(order_id=order_id)
        ],
    )


def parcels(*, village_code: VillageCode) -> list[Parcel]:
    """Other villages' goods on their way to this village, or waiting in it, oldest first; public rows only."""
    return [
        Parcel(
            order_id=order.id,
            code=order.purchase.code,
            seller_name=villages.by_code(code=order.seller).name,
            buyer_name=order.purchase.buyer_name,
            buyer_phone=order.purchase.buyer_phone,
            buyer_address=order.purchase.buyer_address,
            lines=order_lines.for_buyer(order.lines),
            total_rupiah=order.total_rupiah,
            method=order.method,
            delivery=order.delivery,
            carried_by=order.carried_by,
            state=order.state,
            paid=order.paid_at is not None,
            arrived=order.arrived_at is not None,
            next_asks_cash=steps.asks_cash(method=order.method, paid=order.paid_at is not None),
        )
        for order in seller_orders.coming_to(home_village=village_code)
    ]
