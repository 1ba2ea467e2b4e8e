"""What the page of a product's stock reads: what moved, and which orders lack pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from federation.buying import order_states
from marketplace.models import OrderLine, StockMovement


@dataclass(frozen=True)
class BrokenOrder:
    """An order that cannot be filled any more, and by how many pieces."""

    order_id: UUID
    code: str
    buyer_name: str
    short_by: int


def broken_orders(*, product_id: UUID) -> list[BrokenOrder]:
    """The open orders that lack pieces of a product because some broke, the oldest first."""
    lines = OrderLine.objects.filter(product_id=product_id, broken__gt=0, order__state__in=order_states.OPEN)
    rows = lines.order_by("order__placed_at").values_list("order_id", "order__code", "order__buyer_name", "broken")
    return [BrokenOrder(*row) for row in rows]


def movements(*, product_id: UUID, limit: int = 50) -> list[dict[str, Any]]:
    """The latest movements of a product, newest first."""
    rows = StockMovement.objects.filter(product_id=product_id).order_by("-at", "-id")
    return [dict(row) for row in rows.values("kind", "quantity", "order_id", "reason", "by", "at")[:limit]]
