"""How a buyer may pay and get the goods of one seller: the rules, without the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from federation.buying import order_drafts
from federation.models import SellerOrder
from tenants.codes import OUTSIDE, VillageCode

Method = SellerOrder.Method
Delivery = SellerOrder.Delivery
BROUGHT = SellerOrder.BROUGHT


class SellerShop(Protocol):
    """What a seller's shop offers: fields of federation.Profile, and of marketplace.Shop."""

    @property
    def takes_cod(self) -> bool: ...
    @property
    def seller_courier(self) -> bool: ...
    @property
    def seller_courier_fee_rupiah(self) -> int: ...
    @property
    def seller_courier_far_fee_rupiah(self) -> int: ...


class HomeShop(Protocol):
    """What the shop of the buyer's home village does for goods of others."""

    @property
    def home_pickup(self) -> bool: ...
    @property
    def home_courier(self) -> bool: ...
    @property
    def home_courier_fee_rupiah(self) -> int: ...


def open_to(*, seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None) -> list[order_drafts.Choice]:
    """Every choice between a seller and a buyer's home village, the usual one first; `home_shop` is None outside the federation.

    Where the buyer is at home at the seller's, the home's own ways fall together with the seller's.
    """
    return [order_drafts.Choice(*way) for way in _open(seller, shop, home, home_shop)]


def find(
    *, method: str, delivery: str, seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None
) -> order_drafts.Choice | None:
    """The choice of that method and delivery, if it is among those that `open_to` gives."""
    for way in _open(seller, shop, home, home_shop):
        if way[0] == method and way[1] == delivery:
            return order_drafts.Choice(method, delivery, *way[2:])
    return None


def _open(
    seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None
) -> Iterator[tuple[Method, Delivery, int, VillageCode, VillageCode]]:
    """The fields of each choice; a tuple, because a checkout looks at several and makes one."""
    deliveries: list[tuple[Delivery, int, VillageCode]] = [(Delivery.PICKUP_SELLER, 0, seller)]
    if shop.seller_courier:
        fee = shop.seller_courier_fee_rupiah if home == seller else shop.seller_courier_far_fee_rupiah
        deliveries.append((Delivery.COURIER_SELLER, fee, seller))
    if home != OUTSIDE and home != seller and home_shop is not None:
        if home_shop.home_courier:
            deliveries.insert(0, (Delivery.COURIER_HOME, home_shop.home_courier_fee_rupiah, home))
        if home_shop.home_pickup:
            deliveries.insert(0, (Delivery.PICKUP_HOME, 0, home))
    for delivery, fee, deliverer in deliveries:
        if home != OUTSIDE and home_shop is not None:
            yield Method.COUNTER, delivery, fee, home, deliverer
        if deliverer == home != seller:
            yield Method.COD_HOME, delivery, fee, home, deliverer
        if deliverer == seller and shop.takes_cod:
            yield Method.COD_SELLER, delivery, fee, seller, deliverer
