"""Orders that came back: all that the shared rows say of them, and made again where the export has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Model

from federation.buying import order_lines, order_states, seller_orders
from marketplace.models import Delivery, Order, OrderLine

_RESERVING = (order_states.State.PLACED, order_states.State.ACCEPTED, order_states.State.READY, order_states.State.UNDERWAY)
_BOTH: tuple[str, ...] = ("purchase_id", "home_village", "state", "method", "goods_rupiah", "delivery_fee_rupiah", "total_rupiah")
_BOTH += ("fee_rupiah", "refunded_rupiah", "placed_at", "expires_at", "paid_at", "handed_over_at", "ended_at", "end_reason")


def take_shared(*, orders: Sequence[seller_orders.Row]) -> dict[str, int]:
    """Write every order as its shared row has it, with lines and delivery; gives how many were made again, and how many of the export
    nobody here knows: those are dropped, they stand in the folder."""
    ids = {row.id for row in orders}
    before = set(Order.objects.values_list("id", flat=True))
    unknown = before - ids
    for rows in (OrderLine.objects.filter(order_id__in=unknown), Delivery.objects.filter(order_id__in=unknown)):
        rows.delete()
    Order.objects.filter(id__in=unknown).delete()
    _write(Order, [_order(row) for row in orders])
    OrderLine.objects.update(reserved=0)
    broken = dict(OrderLine.objects.values_list("id", "broken"))
    lines = [line for row in orders for line in _lines(row, broken)]
    gone = broken.keys() - {line.id for line in lines}  # taken out of their orders since
    OrderLine.objects.filter(id__in=gone).update(quantity=0, margin_rupiah=0, refunded=0, allowance_rupiah=0)
    _write(OrderLine, lines)
    _write(Delivery, [_delivery(row) for row in orders], keep=("courier", "left_at", "handed_over_by"))
    return {"orders": len(ids - before), "unknown_orders": len(unknown)}


def _order(row: seller_orders.Row) -> Order:
    buyer = row.purchase
    margin = sum(line.margin_rupiah for line in order_lines.read(row.lines))
    return Order(
        id=row.id,
        code=buyer.code,
        buyer_name=buyer.buyer_name,
        buyer_phone=buyer.buyer_phone,
        buyer_address=buyer.buyer_address,
        margin_rupiah=margin,
        **{name: getattr(row, name) for name in _BOTH},
    )


def _lines(row: seller_orders.Row, broken: dict[UUID, int]) -> list[OrderLine]:
    """The lines of an order; it reserves their pieces while it waits for them."""
    found = []
    for line in order_lines.read(row.lines):
        left = line.quantity - line.refunded
        lost = min(broken.get(UUID(line.id), 0), left)
        found.append(
            OrderLine(
                id=UUID(line.id),
                order_id=row.id,
                product_id=UUID(line.product_id),
                consignor_id=UUID(line.consignor_id),
                name=line.name,
                unit=line.unit,
                quantity=line.quantity,
                price_rupiah=line.price_rupiah,
                margin_rupiah=line.margin_rupiah,
                reserved=left - lost if row.state in _RESERVING else 0,
                broken=lost,
                refunded=line.refunded,
                allowance_rupiah=line.allowance_rupiah,
            )
        )
    return found


def _delivery(row: seller_orders.Row) -> Delivery:
    return Delivery(
        order_id=row.id,
        kind=row.delivery,
        deliverer=row.deliverer,
        fee_rupiah=row.delivery_fee_rupiah,
        carried_by=row.carried_by,
        arrived_at=row.arrived_at,
        handed_over_at=row.handed_over_at,
    )


def _write(kind: type[Model], rows: Iterable[Model], keep: Sequence[str] = ()) -> None:
    """Write rows whether they are there or not; of those that are, what `keep` names stays as it is."""
    key = kind._meta.pk.name
    changing = [field.name for field in kind._meta.concrete_fields if field.name not in (key, *keep)]
    kind._default_manager.bulk_create(rows, batch_size=500, update_conflicts=True, unique_fields=[key], update_fields=changing)
