"""News of a purchase for its buyer and for the villages that take part in it: a subscriber of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from federation.models import Notice, SellerOrder
from tenants import events
from tenants.codes import FEDERATION, OUTSIDE, VillageCode
from tenants.events import EventKind

# Whom each kind concerns besides the buyer: the seller, the holder of the cash, the home village (where it has a part in the order).
CONCERNS: dict[EventKind, tuple[str, ...]] = {
    EventKind.PURCHASE_PLACED: ("seller",),
    EventKind.PAYMENT_CONFIRMED: ("seller",),
    EventKind.PAYMENT_REVERSED: ("seller",),
    EventKind.PAYMENT_LATE: ("seller",),
    EventKind.ORDER_ACCEPTED: (),
    EventKind.ORDER_READY: (),
    EventKind.ORDER_UNDERWAY: ("home",),
    EventKind.ORDER_ARRIVED: ("seller",),
    EventKind.ORDER_DELIVERED: ("seller",),
    EventKind.ORDER_CANCELLED: ("seller", "home"),
    EventKind.ORDER_EXPIRED: ("seller",),
    EventKind.ORDER_SHORTENED: ("home",),
    EventKind.ORDER_BROKEN: ("seller",),
    EventKind.ORDER_RETURNED: ("home",),
    EventKind.REFUND_GRANTED: ("home",),
    EventKind.REFUND_DUE: ("holder",),
    EventKind.REFUND_PAID_OUT: ("seller",),
}


@dataclass(frozen=True)
class VillageNotice:
    """A piece of news for a village's staff; `code` is the purchase's short code, empty where it is about no single order."""

    kind: str  # EventKind
    at: datetime
    order_id: UUID | None
    code: str


def deliver(*, event: events.Event) -> None:
    """Write the news for everybody concerned, each recipient once."""
    about_all = event.kind == EventKind.PURCHASE_PLACED
    orders = SellerOrder.objects.filter(**{"purchase_id" if about_all else "id": event.subject_id})
    rows = list(orders.values("id", "purchase_id", "seller", "holder", "home_village"))
    one_order = rows[0]["id"] if len(rows) == 1 else None
    about = {"event_id": event.id, "kind": event.kind, "at": event.happened_at}
    news = [Notice(**about, purchase_id=rows[0]["purchase_id"], order_id=one_order)]
    reached: set[str] = set()
    for row in rows:
        places = {"seller": row["seller"], "holder": row["holder"], "home": row["home_village"]}
        for place in (places[name] for name in CONCERNS[event.kind]):
            if place not in (OUTSIDE, FEDERATION) and place not in reached:  # the federation's desk shows what waits for it
                reached.add(place)
                news.append(Notice(**about, village_code=place, order_id=row["id"]))
    Notice.objects.bulk_create(news, ignore_conflicts=True)


def of_village(*, village_code: VillageCode, limit: int = 50) -> list[VillageNotice]:
    """The latest news of a village, newest first."""
    rows = Notice.objects.filter(village_code=village_code).order_by("-at", "-id").values_list("kind", "at", "order_id")[:limit]
    codes = dict(SellerOrder.objects.filter(id__in=[order_id for _kind, _at, order_id in rows]).values_list("id", "purchase__code"))
    return [VillageNotice(kind, at, order_id, codes.get(order_id, "") if order_id else "") for kind, at, order_id in rows]
