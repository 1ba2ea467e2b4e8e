"""What pages show when they are measured, and what a page weighs as it comes over the wire."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from deploy.bench.support import bench_setup, web_servers

if TYPE_CHECKING:
    from tenants.codes import VillageCode

WIRE_BYTES_MAX = 14_600
_AT = datetime.datetime(2026, 7, 1, 5, 0, tzinfo=datetime.UTC)
_LOADS = re.compile(r'<link rel="stylesheet" href="([^"]+)"|<script[^>]* src="([^"]+)"')
_NAMES = ("Keripik bayam renyah gurih", "Beras Mentik Wangi panen baru", "Gudeg kaleng rasa asli", "Tas enceng gondok anyaman tangan")


@dataclass(frozen=True)
class Stock:
    """What the pages show: addresses by the page's name, the basket of its visitor, goods to add."""

    addresses: dict[str, str]
    basket: str
    goods: list[UUID]
    purchase: str  # its link

    def cookie(self, name: str) -> dict[str, str]:
        """What a visitor of that page must have: nothing, or a basket."""
        return {"basket": self.basket} if name in ("basket", "checkout") else {}


def fill(bench: bench_setup.BenchEnvironment, *, villages: int, goods_each: int = 60, real: int | None = None) -> Stock:
    """A market with real shops (`real` of them, or all), a basket of nine lines from three, and a purchase of such a basket."""
    from deploy.bench.support import bulk_goods
    from federation.buying import baskets
    from tenants.db import context

    with bench.as_owner():
        codes = [bulk_goods.provisioned(number) for number in range(1, (real or villages) + 1)]
        bulk_goods.listed(count=villages, goods_each=goods_each)
    goods = []
    for code in codes[:3]:
        for number in range(9):
            name = f"{_NAMES[number % 4]} nomor {number}"
            at = _AT + datetime.timedelta(minutes=number)
            goods.append(bulk_goods.product(village_code=code, name=name, price_rupiah=1_234 * (number + 1), at=at))
    with context.public():
        tokens = [basket(goods[::3]) for _ in range(2)]
        for token in tokens:
            baskets.choose_home(token=token, account_id=None, village_code=codes[0], at=_AT)
        purchase = _order(tokens[0], home=codes[0])
    addresses = {
        "market": "/",
        "search": "/?q=kripik",
        "village": "/desa/sidamulya-2/",
        "product": f"/barang/{goods[0]}/",
        "basket": "/keranjang/",
        "checkout": "/keranjang/pesan/",
        "purchase": f"/pesanan/{purchase}/",
        "login": "/masuk/",
    }
    return Stock(addresses=addresses, basket=tokens[1], goods=goods, purchase=purchase)


def basket(goods: list[UUID]) -> str:
    """Put two of each into a basket of their own; gives its token."""
    from federation.buying import baskets

    token = ""
    for product in goods:
        token = baskets.add(token=token or None, account_id=None, product_id=product, quantity=2, at=_AT).token
    return token


def _order(token: str, *, home: VillageCode) -> str:
    """Order a basket with the choices that the page offers first; gives the purchase's link."""
    from django.utils import timezone

    from federation.buying import baskets, order_drafts
    from marketplace.checkout import offers, place_order

    selections = {}
    for offer in offers.offer(basket=baskets.find(token=token), account_id=None, home_village=home).sellers:
        choice = next(choice for choice in offer.choices if not choice.refused)
        selections[offer.village_code] = order_drafts.Selection(choice.option, offer.goods_rupiah + choice.fee_rupiah)
    form = place_order.Form(
        form_key=uuid4().hex,
        token=token,
        account_id=None,
        buyer=place_order.Buyer(name="Bu Wati", phone="081290990001", address="Dusun Kaliputih RT 02"),
        home_village=home,
        selections=selections,
        source="",
    )
    return str(place_order.place(form=form, at=timezone.now()).token)


def weigh(served: web_servers.Served, address: str, cookies: dict[str, str], form: bytes = b"") -> int:
    """The bytes of a page (or of a form that comes back) and of what a browser loads with it to show it; pictures come later."""
    answer = web_servers.get(served, address, cookie="; ".join(f"{name}={value}" for name, value in cookies.items()), form=form)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{address}: {answer[:200]!r}")
    loads = {style or script for style, script in _LOADS.findall(web_servers.text(answer))}
    if not loads:
        raise RuntimeError(f"{address} names no style sheet: the weight would be wrong")
    return len(answer) + sum(len(web_servers.get(served, load)) for load in loads)
