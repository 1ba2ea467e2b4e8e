"""How a buyer may pay and get the goods of one seller: the rules, without the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from federation.models import SellerOrder
from tenants.codes import OUTSIDE

Method = SellerOrder.Method
Delivery = SellerOrder.Delivery
BROUGHT = SellerOrder.BROUGHT


@dataclass(frozen=True)
class Choice:
    """A way to pay and to get the goods; `holder` takes the cash, `deliverer` hands over and earns the fee."""

    method: str
    delivery: str
    fee_rupiah: int
    holder: str
    deliverer: str
    refused: str = ""  # why not now, as a sentence; empty: open to choose


def open_to(*, seller: str, shop: Mapping[str, Any], home: str, home_shop: Mapping[str, Any] | None) -> list[Choice]:
    """Every choice between a seller and a buyer's home village, the usual one first.

    `shop` and `home_shop` are the settings of the two shops (fields of federation.Profile); `home_shop` is None outside the federation.
    Where the buyer is at home at the seller's, the home's own ways fall together with the seller's.
    """
    return [Choice(*way) for way in _open(seller, shop, home, home_shop)]


def find(choice: tuple[str, str], *, seller: str, shop: Mapping[str, Any], home: str, home_shop: Mapping[str, Any] | None) -> Choice | None:
    """The choice of that (method, delivery), if it is among those that `open_to` gives."""
    for method, delivery, fee, holder, deliverer in _open(seller, shop, home, home_shop):
        if (method, delivery) == choice:
            return Choice(*choice, fee, holder, deliverer)
    return None


def _open(seller: str, shop: Mapping[str, Any], home: str, home_shop: Mapping[str, Any] | None) -> Iterator[tuple[str, str, int, str, str]]:
    deliveries = [(Delivery.PICKUP_SELLER, 0, seller)]
    if shop["seller_courier"]:
        fee = shop["seller_courier_fee_rupiah"] if home == seller else shop["seller_courier_far_fee_rupiah"]
        deliveries.append((Delivery.COURIER_SELLER, fee, seller))
    if home != OUTSIDE and home != seller and home_shop is not None:
        if home_shop["home_courier"]:
            deliveries.insert(0, (Delivery.COURIER_HOME, home_shop["home_courier_fee_rupiah"], home))
        if home_shop["home_pickup"]:
            deliveries.insert(0, (Delivery.PICKUP_HOME, 0, home))
    for delivery, fee, deliverer in deliveries:
        if home != OUTSIDE and home_shop is not None:
            yield Method.COUNTER, delivery, fee, home, deliverer
        if deliverer == home != seller:
            yield Method.COD_HOME, delivery, fee, home, deliverer
        if deliverer == seller and shop["takes_cod"]:
            yield Method.COD_SELLER, delivery, fee, seller, deliverer
