"""How a buyer may pay and get the goods of one seller: the rules, without the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from federation.buying import order_drafts, payment_methods
from federation.buying.order_states import Delivery
from settlement.bank.gateways import registry
from tenants.codes import OUTSIDE, VillageCode


class SellerShop(Protocol):
    """What a seller's shop offers: fields of federation.Profile, and of marketplace.Shop."""

    @property
    def takes_cod(self) -> bool: ...
    @property
    def takes_transfer(self) -> bool: ...
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


class DeliveryOption(NamedTuple):
    """One option to get the goods; a tuple, because a checkout looks at several and uses one."""

    delivery: Delivery
    fee_rupiah: int
    deliverer: VillageCode


def open_to(*, seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None) -> list[order_drafts.Choice]:
    """Every choice between a seller and a buyer's home village, the usual one first; `home_shop` is None outside the federation.

    Where the buyer is at home at the seller's, the home's own options are the same as with the seller's.
    """
    return [
        _choice(method, row, option, seller=seller, home=home)
        for option in _deliveries(seller, shop, home, home_shop)
        for method, row in payment_methods.METHODS.items()
        if row.offered(_circumstances(option, seller=seller, shop=shop, home=home, home_shop=home_shop))
    ]


def find(
    *, option: order_drafts.CheckoutOption, seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None
) -> order_drafts.Choice | None:
    """The choice of that option, if it is among those that `open_to` gives."""
    row = payment_methods.METHODS.get(option.method)  # type: ignore[call-overload]  # what a form sent may be no method at all
    found = next((each for each in _deliveries(seller, shop, home, home_shop) if each.delivery == option.delivery), None)
    if row is None or found is None:
        return None
    if not row.offered(_circumstances(found, seller=seller, shop=shop, home=home, home_shop=home_shop)):
        return None
    return _choice(option.method, row, found, seller=seller, home=home)


def _deliveries(seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None) -> Iterator[DeliveryOption]:
    """The options to get the goods, the usual one first."""
    if home != OUTSIDE and home != seller and home_shop is not None:
        if home_shop.home_pickup:
            yield DeliveryOption(Delivery.PICKUP_HOME, 0, home)
        if home_shop.home_courier:
            yield DeliveryOption(Delivery.COURIER_HOME, home_shop.home_courier_fee_rupiah, home)
    yield DeliveryOption(Delivery.PICKUP_SELLER, 0, seller)
    if shop.seller_courier:
        fee = shop.seller_courier_fee_rupiah if home == seller else shop.seller_courier_far_fee_rupiah
        yield DeliveryOption(Delivery.COURIER_SELLER, fee, seller)


def _circumstances(
    option: DeliveryOption, *, seller: VillageCode, shop: SellerShop, home: VillageCode, home_shop: HomeShop | None
) -> payment_methods.Circumstances:
    return payment_methods.Circumstances(
        seller=seller,
        home=home,
        home_is_member=home_shop is not None,
        deliverer=option.deliverer,
        takes_cod=shop.takes_cod,
        takes_transfer=shop.takes_transfer,
        gateways=registry.terms(),
    )


def _choice(
    method: str, row: payment_methods.PaymentMethod, option: DeliveryOption, *, seller: VillageCode, home: VillageCode
) -> order_drafts.Choice:
    return order_drafts.Choice(method, option.delivery, option.fee_rupiah, row.holder.of(seller=seller, home=home), option.deliverer)
