"""The planned purchases and deliveries of goods as one row of steps in the order of time: what the demonstration does."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator

from deploy.demo import demo_purchases
from federation.buying import payment_methods
from federation.buying.payment_methods import ConfirmedBy

# Steps of one instant are taken in this order: cash on delivery is confirmed as the goods change hands.
KINDS = ("restock", "place", "accept", "pay", "pack", "leave", "arrive", "hand_over", "cancel", "expire", "refund", "pay_out")
_INSTANTS = {
    "accept": "accepted_at",
    "pack": "ready_at",
    "leave": "left_at",
    "arrive": "arrived_at",
    "hand_over": "handed_over_at",
    "cancel": "cancelled_at",
    "expire": "expired_at",
}


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing that somebody does. `orders` holds those it concerns: all for "place", those paid together for "pay"."""

    at: datetime.datetime
    kind: str  # one of KINDS
    purchase: demo_purchases.PlannedPurchase | None = None
    orders: tuple[demo_purchases.PlannedOrder, ...] = ()
    restock: demo_purchases.Restock | None = None


def steps(*, purchases: Iterable[demo_purchases.PlannedPurchase], restocks: Iterable[demo_purchases.Restock]) -> list[Step]:
    """Every step, the earliest first; same plan, same order."""
    found = [Step(at=restock.at, kind="restock", restock=restock) for restock in restocks]
    for purchase in purchases:
        found.append(Step(at=purchase.placed_at, kind="place", purchase=purchase, orders=purchase.orders))
        found += _payments(purchase)
        for order in purchase.orders:
            found += _course(purchase, order)
    return sorted(found, key=_turn)


def _payments(purchase: demo_purchases.PlannedPurchase) -> Iterator[Step]:
    """At the counter all orders are paid at once, on delivery each by itself."""
    together: dict[tuple[datetime.datetime, str], list[demo_purchases.PlannedOrder]] = {}
    for order in purchase.orders:
        if order.course.paid_at:
            at_counter = payment_methods.of(method=order.method).confirmed_by is ConfirmedBy.COUNTER
            whose = "" if at_counter else order.seller_code
            together.setdefault((order.course.paid_at, whose), []).append(order)
    for (at, _), orders in together.items():
        yield Step(at=at, kind="pay", purchase=purchase, orders=tuple(orders))


def _course(purchase: demo_purchases.PlannedPurchase, order: demo_purchases.PlannedOrder) -> Iterator[Step]:
    for kind, instant in _INSTANTS.items():
        at = getattr(order.course, instant)
        if at is not None:
            yield Step(at=at, kind=kind, purchase=purchase, orders=(order,))
    if order.course.refund:
        yield Step(at=order.course.refund.at, kind="refund", purchase=purchase, orders=(order,))
        if order.course.refund.paid_out_at:
            yield Step(at=order.course.refund.paid_out_at, kind="pay_out", purchase=purchase, orders=(order,))


def _turn(step: Step) -> tuple[datetime.datetime, int, int, str, str]:
    return (
        step.at,
        KINDS.index(step.kind),
        step.purchase.number if step.purchase else 0,
        step.orders[0].seller_code if step.orders else "",
        step.restock.good.key if step.restock else "",
    )
