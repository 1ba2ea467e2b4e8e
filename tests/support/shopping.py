"""Short ways to stock a shop, fill a basket and order, through the real verbs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from federation.buying import baskets
from federation.buying.order_drafts import Selection
from marketplace.checkout import offers, place_order
from marketplace.goods import consignors, products
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tests.support import factories

NOON = datetime.fromisoformat("2026-06-10T12:00:00+07:00")


def later(minutes: int) -> datetime:
    """Minutes after NOON."""
    return NOON + timedelta(minutes=minutes)


def product(
    village: str, *, name: str = "Keripik bayam", price_rupiah: int = 10_000, stock: int = 100, margin_rupiah: int = 500, **fields: object
) -> uuid.UUID:
    """A product on offer in a village, with a consignor of its own."""
    by = factories.staff(village)
    with context.inside(village):
        maker = consignors.add(name=f"Penitip {uuid.uuid4().hex[:8]}", kind="umkm", margin_rupiah=margin_rupiah, act=Act(by=by, at=NOON))
        values = {
            "name": name,
            "description": "",
            "unit": "bungkus",
            "price_rupiah": price_rupiah,
            "category": "jajanan",
            "consignor_id": maker,
            "made_here": True,
            "flagship": False,
            "published": True,
        }
        return products.add(fields=products.ProductFields(**{**values, **fields}), stock=stock, act=Act(by=by, at=NOON))  # type: ignore[arg-type]


def basket(goods: Mapping[uuid.UUID, int], *, account_id: uuid.UUID | None = None, at: datetime = NOON) -> str:
    """A guest's or an account's basket with these pieces; gives its token."""
    token: str | None = None
    for product_id, quantity in goods.items():
        token = baskets.add(token=token, account_id=account_id, product_id=product_id, quantity=quantity, at=at).token
    assert token is not None
    return token


def offered(token: str, *, home: str, account_id: uuid.UUID | None = None, **who: bool) -> Sequence[offers.SellerOffer]:
    """What the checkout page offers for a basket, by seller."""
    basket = baskets.find(token=token, account_id=account_id)
    return offers.offer(basket=basket, account_id=account_id, home_village=VillageCode(home), **who).sellers


def form(
    token: str,
    *,
    home: str = factories.SUKAMAJU,
    method: str = "counter",
    delivery: str = "pickup_home",
    phone: str = "081290990001",
    source: str = "",
    form_key: str | None = None,
    name: str = "Bu Wati",
    account_id: uuid.UUID | None = None,
) -> place_order.Form:
    """The checkout form as the page fills it; with home == seller, what falls together is chosen there."""
    selections = {}
    for offer in offered(token, home=home, account_id=account_id):
        wish = (method, delivery)
        if offer.village_code == home and delivery in ("pickup_home", "courier_home"):
            wish = ("counter" if method == "counter" else "cod_seller", "pickup_seller" if delivery == "pickup_home" else "courier_seller")
        choice = next(c for c in offer.choices if (c.method, c.delivery) == wish)
        selections[offer.village_code] = Selection(choice.option, offer.goods_rupiah + choice.fee_rupiah, offer.shown)
    return place_order.Form(
        form_key=form_key or uuid.uuid4().hex,
        token=token,
        account_id=account_id,
        buyer=place_order.Buyer(name=name, phone=phone, address="Dusun Kaliputih RT 02"),
        home_village=home,
        selections=selections,
        source=source,
    )


def buy(goods: Mapping[uuid.UUID, int], *, account_id: uuid.UUID | None = None, at: datetime = NOON, **wishes: str) -> place_order.Placed:
    """Fill a basket and order it."""
    return place_order.place(form=form(basket(goods, account_id=account_id, at=at), account_id=account_id, **wishes), at=at)  # type: ignore[arg-type]
