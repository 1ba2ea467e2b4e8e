"""The stock of goods that came back: what orders took since, and what they still wait for. Only counting tells what is on the shelf."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from federation.buying import seller_orders
from marketplace.models import OrderLine, Product, StockMovement
from tenants.acts import Act

_HANDED_OVER = "diserahkan sebelum dipulihkan"
_NOT_COUNTED = "dipulihkan, belum dihitung"
Kind = StockMovement.Kind


def count_again(*, orders: Sequence[seller_orders.Row], act: Act) -> dict[str, int]:
    """Let movements, pieces on hand and reserved pieces agree again; gives the number of goods to be counted: all of them."""
    sold = set(StockMovement.objects.filter(kind=Kind.SOLD).values_list("order_id", flat=True))
    left_since = {row.id: row.handed_over_at for row in orders if row.handed_over_at is not None and row.id not in sold}
    lines = OrderLine.objects.filter(order_id__in=left_since, quantity__gt=0)
    StockMovement.objects.bulk_create(
        StockMovement(
            product_id=product_id, kind=Kind.SOLD, quantity=-quantity, order_id=order_id, reason=_HANDED_OVER, at=left_since[order_id]
        )
        for order_id, product_id, quantity in lines.values_list("order_id", "product_id", "quantity")
    )
    on_hand = dict(StockMovement.objects.values_list("product_id").annotate(Sum("quantity")))
    reserved = dict(OrderLine.objects.values_list("product_id").annotate(Sum("reserved")))
    goods, missing = list(Product.objects.all()), []
    for product in goods:
        product.reserved = reserved.get(product.id, 0)
        product.on_hand = on_hand.get(product.id, 0)
        if short := max(0, product.reserved - product.on_hand):
            product.on_hand += short
            missing.append(StockMovement(product=product, kind=Kind.COUNTED, quantity=short, reason=_NOT_COUNTED, at=act.at))
    StockMovement.objects.bulk_create(missing)
    Product.objects.bulk_update(goods, ["on_hand", "reserved"], batch_size=500)
    return {"to_count": len(goods)}
