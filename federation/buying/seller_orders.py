"""The shared row of each order: finding it, and locking it after the seller's own. Its rules stand where orders are changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import Q, QuerySet

from federation.buying import gateway_payment_rows, order_states
from federation.models import Refund, SellerOrder
from tenants.codes import VillageCode

Row: TypeAlias = SellerOrder


@dataclass(frozen=True, slots=True)
class Place:
    """In which seller's schema an order stands."""

    seller: VillageCode
    order_id: UUID


def locked(*, order_id: UUID, seller: VillageCode) -> Row:
    """The row of an order of this seller, which is there, locked."""
    return SellerOrder.objects.select_for_update().get(id=order_id, seller=seller)


def of_purchase(*, purchase_id: UUID) -> Sequence[Row]:
    """The orders of a purchase, by seller."""
    return list(SellerOrder.objects.filter(purchase_id=purchase_id).order_by("seller"))


def of_seller(*, seller: VillageCode) -> Sequence[Row]:
    """Every order of a seller with its purchase, the oldest first: all that is needed to make its own rows again."""
    return list(SellerOrder.objects.filter(seller=seller).select_related("purchase").order_by("placed_at", "id"))


def held_by(*, holder: VillageCode, purchase_id: UUID) -> Sequence[Row]:
    """The orders of a purchase whose money this party holds, by seller."""
    return list(SellerOrder.objects.filter(purchase_id=purchase_id, holder=holder).order_by("seller"))


def with_part_of(*, village_code: VillageCode, purchase_id: UUID) -> Sequence[Row]:
    """The orders of a purchase that this village sells, receives or takes the money for, by seller: others are not its business."""
    ours = Q(holder=village_code) | Q(seller=village_code) | Q(home_village=village_code)
    return list(SellerOrder.objects.filter(ours, purchase_id=purchase_id).order_by("seller"))


def places_held_by(*, holder: VillageCode, purchase_id: UUID) -> Sequence[Place]:
    """Where the orders of a purchase stand whose money this party holds, by seller."""
    return _places(SellerOrder.objects.filter(purchase_id=purchase_id, holder=holder))


def places_paid_by(*, payment_id: UUID) -> Sequence[Place]:
    """Where the orders stand that a payment paid, by seller."""
    return _places(SellerOrder.objects.filter(allocations__payment_id=payment_id))


def places_of_gateway_payment(*, gateway_payment_id: UUID) -> Sequence[Place]:
    """Where the orders stand that a payment at a gateway is to pay, by seller."""
    return _places(SellerOrder.objects.filter(gateway_shares__gateway_payment_id=gateway_payment_id))


def places_of_refund(*, refund_id: UUID, village_code: VillageCode | None = None) -> Sequence[Place]:
    """Where the order stands of which this goes back, at this counter if one is named; none if there is no such refund."""
    refunds = Refund.objects.filter(id=refund_id)
    if village_code is not None:
        refunds = refunds.filter(village_code=village_code)
    return _places(SellerOrder.objects.filter(id__in=refunds.values("order_id")))


def _places(rows: QuerySet[SellerOrder]) -> list[Place]:
    """Sellers in sorted order: the one in which their orders are locked, everywhere."""
    return [Place(VillageCode(seller), order_id) for seller, order_id in rows.order_by("seller").values_list("seller", "id")]


def lapsing(*, at: datetime, limit: int) -> Sequence[Place]:
    """The unpaid orders whose time is over and that nobody is paying, the most overdue first."""
    unpaid = SellerOrder.objects.filter(expires_at__lte=at, ended_at=None, paid_at=None)
    due = gateway_payment_rows.without_those_being_paid(unpaid).order_by("expires_at")
    return [Place(VillageCode(seller), order_id) for seller, order_id in due.values_list("seller", "id")[:limit]]


def seller_for_home(*, order_id: UUID, home_village: VillageCode) -> VillageCode | None:
    """The seller of an order that this home village hands over."""
    rows = SellerOrder.objects.filter(id=order_id, home_village=home_village, delivery__in=order_states.AT_HOME)
    return _seller(rows)


def seller_for_buyer(*, order_id: UUID, token: str) -> VillageCode | None:
    """The seller of an order of the purchase with this link."""
    return _seller(SellerOrder.objects.filter(id=order_id, purchase__token=token))


def _seller(rows: QuerySet[SellerOrder]) -> VillageCode | None:
    found = rows.values_list("seller", flat=True).first()
    return None if found is None else VillageCode(found)


def coming_to(*, home_village: VillageCode) -> Sequence[Row]:
    """Other sellers' orders that this village hands over, accepted and not handed over yet, the oldest first; with their purchases."""
    rows = SellerOrder.objects.filter(home_village=home_village, delivery__in=order_states.AT_HOME, ended_at=None, handed_over_at=None)
    coming = (order_states.State.ACCEPTED, order_states.State.READY, order_states.State.UNDERWAY)
    return list(rows.filter(state__in=coming).exclude(seller=home_village).select_related("purchase").order_by("placed_at"))
