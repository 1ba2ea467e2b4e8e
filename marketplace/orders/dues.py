"""What a village's counter still takes for an order: the rules, without the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from federation.buying import payment_methods, seller_orders
from federation.buying.order_states import State
from federation.buying.payment_methods import ConfirmedBy, Tender
from tenants.codes import VillageCode


@dataclass(frozen=True)
class Due:
    """What is still to be taken in one form."""

    tender: Tender
    rupiah: int


def is_payable(*, order: seller_orders.Row, village_code: VillageCode) -> bool:
    """Whether the counter of this village takes the order's money now.

    What is paid on delivery is taken by whoever hands over; the counter takes it only if that was missed.
    """
    if order.holder != village_code or order.paid_at is not None or order.ended_at is not None:
        return False
    match payment_methods.of(method=order.method).confirmed_by:
        case ConfirmedBy.COUNTER | ConfirmedBy.SELLER:
            return True
        case ConfirmedBy.DELIVERER:
            return order.state == State.DELIVERED
        case ConfirmedBy.GATEWAY:
            return False
        case other:
            assert_never(other)


def may_come_late(*, order: seller_orders.Row, village_code: VillageCode) -> bool:
    """Whether the order ended unpaid while its buyer may have sent the money to this village's account."""
    ended_unpaid = order.holder == village_code and order.paid_at is None and order.state in (State.EXPIRED, State.CANCELLED)
    return ended_unpaid and payment_methods.of(method=order.method).confirmed_by is ConfirmedBy.SELLER


def of_orders(*, orders: Iterable[seller_orders.Row], village_code: VillageCode) -> list[Due]:
    """What this counter takes for these orders now, each form in one sum."""
    sums: dict[Tender, int] = {}
    for order in orders:
        if is_payable(order=order, village_code=village_code):
            tender = payment_methods.of(method=order.method).tender
            sums[tender] = sums.get(tender, 0) + order.total_rupiah
    return [Due(tender, rupiah) for tender, rupiah in sorted(sums.items())]
