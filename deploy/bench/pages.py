"""What each page of a buyer weighs, asks of the database and costs the processor.

Bytes are those of a first visit without session, as they came over the wire from the web server: the page with its head, and the style
sheets and scripts that it names. Statements are counted with nothing of the page in any cache; the processor's time is the web process's
own, for pages that were not kept.
"""

from __future__ import annotations

import datetime
import itertools
import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from deploy.bench.support import bench_setup, report, visitor, web_servers

if TYPE_CHECKING:
    from tenants.codes import VillageCode

WIRE_BYTES_MAX = 14_600
_STATEMENTS_MAX = {"market": 3, "search": 3, "product": 3}
_ADD_STATEMENTS_MAX = 6
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


def run(*, json: bool, quick: bool, villages: int = 0) -> int:
    """Measure, print, and give the exit status; with `villages`, every page of a market of that many beside one of ten."""
    if villages:
        from deploy.bench import many_villages

        return many_villages.run(json=json, quick=quick, villages=villages)
    found = report.Report(bench="pages", as_json=json, quick=quick)
    with bench_setup.running(settings="deploy.bench.support.bench_settings") as bench:
        bench.collect_static()
        bench.migrated("bench_pages")
        found.say("filling 10 villages")
        stock = fill(bench, villages=3 if quick else 10)
        with web_servers.serving(environment=bench.environment("bench_pages"), log=bench.folder / "logs" / "web.log") as served:
            for name, address in stock.addresses.items():
                about = "HTML, CSS and scripts of a first visit, heads included"
                found.at_most(f"{name}_bytes", weigh(served, address, stock.cookie(name)), WIRE_BYTES_MAX, about)
        found.say("counting statements and processor time")
        rounds, times = (2, 3) if quick else (15, 20)
        for name, address in stock.addresses.items():
            _look(found, name, address, stock.cookie(name), rounds=rounds, times=times)
        _keep(found, rounds=rounds, times=times)
        for lines in (1, 150):
            _add(found, stock, lines=lines, rounds=rounds, times=times)
    return found.close()


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
        tokens = [_basket(goods[::3]) for _ in range(2)]
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


def _basket(goods: list[UUID]) -> str:
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


def _look(found: report.Report, name: str, address: str, cookies: dict[str, str], *, rounds: int, times: int) -> None:
    browser = visitor.Visitor()
    browser.cookies.update(cookies)
    more = "&n" if "?" in address else "?n"
    browser.get(address)  # whatever is done only once in a process
    _forget()
    statements = int(visitor.statements(lambda _: browser.get(address)))
    if name in _STATEMENTS_MAX:
        found.at_most(f"{name}_statements", statements, _STATEMENTS_MAX[name], "SET search_path apart, all caches empty")
    else:
        found.figure(f"{name}_statements", statements)
    # An address of its own each time: what is measured is making the page, not finding it.
    fresh = itertools.count()
    spent = _median(lambda _: browser.get(f"{address}{more}={next(fresh)}"), rounds=rounds, times=times)
    found.figure(f"{name}_cpu_ms", spent)


def _keep(found: report.Report, *, rounds: int, times: int) -> None:
    browser = visitor.Visitor()
    browser.get("/")
    found.figure(
        "market_kept_cpu_ms", _median(lambda _: browser.get("/"), rounds=rounds, times=times), "for the next visitor without session"
    )


def _add(found: report.Report, stock: Stock, *, lines: int, rounds: int, times: int) -> None:
    """Put one more product into a basket of so many lines."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM federation_listing WHERE id <> %s ORDER BY id LIMIT %s", [stock.goods[0], lines])
        others = [listing_id for (listing_id,) in cursor.fetchall()]
    if len(others) < lines:
        raise RuntimeError(f"{len(others)} goods are too few for {lines} lines")
    browser = visitor.Visitor()
    browser.cookies["basket"] = _basket(others)
    form = {"barang": str(stock.goods[0]), "jumlah": "1"}
    _forget()
    statements = int(visitor.statements(lambda _: browser.post("/keranjang/tambah/", form)))
    found.at_most(f"add_to_{lines}_statements", statements, _ADD_STATEMENTS_MAX, f"to a basket of {lines}, BEGIN and COMMIT included")
    spent = _median(lambda _: browser.post("/keranjang/tambah/", form), rounds=rounds, times=times)
    found.figure(f"add_to_{lines}_cpu_ms", spent)


def _median(action: Callable[[int], object], *, rounds: int, times: int) -> float:
    return statistics.median(visitor.cpu_ms(action, times=times) for _ in range(rounds))


def _forget() -> None:
    """Let no cache know anything of a page: neither the page, nor its parts, nor the shops and terms on it."""
    from django.core.cache import cache

    from federation.catalogue import catalogue, catalogue_stamp
    from federation.members import profiles, terms

    catalogue_stamp.renew()
    cache.delete_many([catalogue.SUMMARY_KEY, profiles.NAMES_KEY, terms.SETTINGS_KEY])
