"""News of a purchase for its buyer and for the villages that take part in it; spread by the outbox after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from federation.models import Notice, SellerOrder
from tenants import events

# Whom each topic concerns besides the buyer: the seller, the home village (where it has a part in the order).
TOPICS: dict[str, tuple[str, ...]] = {
    "purchase.placed": ("seller",),
    "payment.confirmed": ("seller",),
    "payment.reversed": ("seller",),
    "order.accepted": (),
    "order.ready": (),
    "order.underway": ("home",),
    "order.arrived": ("seller",),
    "order.delivered": ("seller",),
    "order.cancelled": ("seller", "home"),
    "order.expired": ("seller",),
    "order.shortened": ("home",),
    "order.broken": ("seller",),
    "order.returned": ("home",),
    "refund.granted": ("home",),
    "refund.due": ("holder",),
    "refund.paid_out": ("seller",),
}


def spread(*, entry_id: UUID, village_code: str, payload: dict[str, Any], at: datetime, topic: str) -> None:
    """Write the news for everybody concerned; run twice, it writes once (outbox entry and recipient are unique)."""
    orders = SellerOrder.objects.filter(purchase_id=payload["purchase_id"])
    if "order_id" in payload:
        orders = orders.filter(id=payload["order_id"])
    rows = list(orders.values("id", "seller", "holder", "home_village"))
    one_order = rows[0]["id"] if len(rows) == 1 else None
    news = [Notice(outbox_id=entry_id, purchase_id=payload["purchase_id"], kind=topic, order_id=one_order, at=at)]
    told: set[str] = set()
    for row in rows:
        places = {"seller": row["seller"], "holder": row["holder"], "home": row["home_village"]}
        for place in (places[name] for name in TOPICS[topic]):
            if place and place not in told:
                told.add(place)
                news.append(Notice(outbox_id=entry_id, village_code=place, kind=topic, order_id=row["id"], at=at))
    Notice.objects.bulk_create(news, ignore_conflicts=True)


def _handler(topic: str) -> events.Handler:
    def handle(*, entry_id: UUID, village_code: str, payload: dict[str, Any], at: datetime) -> None:
        spread(entry_id=entry_id, village_code=village_code, payload=payload, at=at, topic=topic)

    return handle


for _topic in TOPICS:
    events.handles(_topic)(_handler(_topic))


def of_village(*, village_code: str, limit: int = 50) -> list[dict[str, Any]]:
    """The latest news of a village, newest first: kind, at, order_id and the purchase's short code."""
    rows = Notice.objects.filter(village_code=village_code).order_by("-at", "-id").values("kind", "at", "order_id")[:limit]
    codes = dict(SellerOrder.objects.filter(id__in=[row["order_id"] for row in rows]).values_list("id", "purchase__code"))
    return [{**row, "code": codes[row["order_id"]] if row["order_id"] else ""} for row in rows]
