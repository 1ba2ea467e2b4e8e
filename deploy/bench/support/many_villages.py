"""Every page of a large market beside the same page of ten villages: what a first visit weighs, and how much longer it takes.

The pages are those of the lists of addresses, so that none is forgotten; what answers no look (a form's target, a file to download, a page
about what the market does not have) is named. Of cycles there are a closed one, one that collects its money, and the open one; pages on
which a home is chosen are looked at with words typed, too. Times are the shortest of several looks, both markets in turns, the database's
part included. The villages are imported from a file, as by `pasarsama villages import`, and what that takes is measured.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from deploy.bench.support import bench_setup, big_market, page_stock, report, visitor, web_servers
from deploy.bench.support.big_market import BigMarket

TIMES_MAX = 1.5
SMALL_VILLAGES = 10
PRODUCTS = 60_000
IMPORT_SECONDS_MAX, IMPORTED = 60, 1_852
IMPORT_MS_A_TABLE_MAX = 3.5
_TURNS, _LOOKS = 4, 5
_WHOLE_FILES = re.compile(r"csv|xlsx")  # streamed whole, as long as what they hold
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_STAFF = ("desk", "office")
_NO_PAGES = ("livez", "readyz")
_LOOKED_FOR = {"cari_desa": "sidamulya", "cari": "1"}
# Forms that come back with villages to pick from, by the page on which they stand.
_CHOOSING = {
    "basket": ("/keranjang/desa/", _LOOKED_FOR),
    "register": ("/daftar/", {"name": "Bu Wati", "phone": "0812 9099 0001", "password": "kebun-teh-hijau-7", **_LOOKED_FOR}),
    "checkout": ("/keranjang/pesan/", {"name": "Bu Wati", "phone": "0812 9099 0001", "memilih_desa": "1", **_LOOKED_FOR}),
}


def run(*, json: bool, quick: bool, villages: int) -> int:
    """Measure, print, and give the exit status."""
    found = report.Report(bench="pages", as_json=json, quick=quick)
    goods_each = 6 if quick else -(-PRODUCTS // villages)
    with bench_setup.running(settings="deploy.bench.support.bench_settings") as bench:
        bench.collect_static()
        small = big_market.made(bench, database="bench_small", villages=SMALL_VILLAGES, goods_each=goods_each, say=found.say)
        large = big_market.made(bench, database="bench_large", villages=villages, goods_each=goods_each, say=found.say)
        seconds, tables = large.import_seconds, large.tables_a_village
        found.at_most("import_s", seconds, IMPORT_SECONDS_MAX * villages / IMPORTED, f"{villages} villages out of a file")
        found.at_most("import_ms_a_table", seconds * 1_000 / villages / tables, IMPORT_MS_A_TABLE_MAX, f"{tables} tables a village")
        _weigh(found, bench, large)
        _time(found, bench, small, large, turns=1 if quick else _TURNS)
    return found.close()


def addresses(things: dict[str, object]) -> dict[str, str]:
    """Every address of the resolver by its name, as far as `things` fill it; the others empty."""
    found = {}
    for name, text in _routes():
        found[name] = _filled(name, text, things)
        if {"number", "cycle"} & set(_PLACE.findall(text)):
            for state in ("collecting", "open"):
                found[f"{name}-{state}"] = _filled(name, text, {**things, "number": things[state], "cycle": things[state]})
    return {**found, "search": "/?q=kripik", "villages-found": "/desa/?q=sidamulya"}


def _filled(name: str, text: str, things: dict[str, object]) -> str:
    from django.urls import NoReverseMatch, reverse

    own = {**things, "code": things["purchase_code"]} if name.startswith("office") else things
    try:
        return reverse(name, kwargs={place: own[place] for place in _PLACE.findall(text)}) if "(?P" not in text else ""
    except (KeyError, NoReverseMatch):
        return ""


def _routes() -> Iterator[tuple[str, str]]:
    from django.urls import URLPattern, get_resolver

    def below(patterns: Sequence[Any], before: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            text = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or text, text
            else:
                yield from below(pattern.url_patterns, text)

    return below(get_resolver("deploy.urls").url_patterns, "")


def _weigh(found: report.Report, bench: bench_setup.BenchEnvironment, market: BigMarket) -> None:
    """The bytes of each page that a buyer can open."""
    bench.use_database(market.database)
    browser, cookies = visitor.Visitor(), {"basket": market.stock.basket}
    browser.cookies.update(cookies)
    buyers = {name: address for name, address in addresses(market.things).items() if not name.startswith(_STAFF)}
    shown = {name: address for name, address in buyers.items() if _opens(browser, address)}
    about = "HTML, CSS and scripts of a first visit, heads included"
    found.say(f"weighing {len(shown)} buyers' pages")
    with web_servers.serving(environment=bench.environment(market.database), log=bench.folder / "logs" / "web.log") as served:
        for name, address in shown.items():
            if name not in _NO_PAGES:
                found.at_most(f"{name}_bytes", page_stock.weigh(served, address, cookies), page_stock.WIRE_BYTES_MAX, about)
        for name, (address, fields) in _CHOOSING.items():
            weight = page_stock.weigh(served, address, {**cookies, "csrf": visitor.CSRF}, visitor.body(fields))
            about = "villages looked for, to pick from; otherwise the same"
            found.at_most(f"{name}_choosing_bytes", weight, page_stock.WIRE_BYTES_MAX, about)


def _opens(browser: visitor.Visitor, address: str) -> bool:
    """Whether an address shows a page.

    :raises RuntimeError: if the page is broken
    """
    try:
        if address:
            browser.get(address)
        return bool(address)
    except RuntimeError as error:
        if f"{address}: 500" in str(error):
            raise
        return False


def _time(found: report.Report, bench: bench_setup.BenchEnvironment, small: BigMarket, large: BigMarket, *, turns: int) -> None:
    """The shortest time of each page in both markets, and their ratio."""
    best: tuple[dict[str, float], dict[str, float]] = ({}, {})
    closed: set[str] = set()
    for turn in range(turns):
        found.say(f"looking at every page, turn {turn + 1} of {turns}")
        for market, times in zip((small, large), best, strict=True):
            closed |= _look(bench, market, times)
        _choose(bench, large, best[1])
    best[0].update({f"{name}_choosing": best[0][name] for name in _CHOOSING})  # the same pages with their whole list of ten
    alone = set(best[0]) ^ set(best[1])
    found.at_most("pages_in_one_market", len(alone), 0, ", ".join(sorted(alone)))
    for name in sorted(set(best[1]) - alone, key=lambda name: best[1][name] / best[0][name]):
        before, now = best[0][name] * 1_000, best[1][name] * 1_000
        found.at_most(f"{name}_times", now / before, TIMES_MAX, f"{now:.1f} ms, at {SMALL_VILLAGES} villages {before:.1f} ms")
    found.figure("pages_timed", len(set(best[1]) - alone))
    found.say(f"no page to look at (a form's target, a download, or what nobody has here): {', '.join(sorted(closed - set(best[1])))}")


def _look(bench: bench_setup.BenchEnvironment, market: BigMarket, times: dict[str, float]) -> set[str]:
    from django.conf import settings

    bench.use_database(market.database)
    fresh, closed = itertools.count(), set()
    for name, address in addresses(market.things).items():
        browser, at_work = visitor.Visitor(), name.startswith(_STAFF)
        browser.cookies.update({settings.SESSION_COOKIE_NAME: market.session} if at_work else {"basket": market.stock.basket})
        if name in _NO_PAGES or _WHOLE_FILES.search(name) or not _opens(browser, address):
            closed.add(name)
            continue
        more = "&n" if "?" in address else "?n"
        _shortest(times, name, lambda: browser.get(f"{address}{more}={next(fresh)}"))  # noqa: B023 - called here; not a page that was kept
    return closed


def _choose(bench: bench_setup.BenchEnvironment, market: BigMarket, times: dict[str, float]) -> None:
    """The pages on which a home is looked for."""
    bench.use_database(market.database)
    browser = visitor.Visitor()
    browser.cookies["basket"] = market.stock.basket
    for name, (address, fields) in _CHOOSING.items():
        browser.post_again(address, fields)
        _shortest(times, f"{name}_choosing", lambda: browser.post_again(address, fields))  # noqa: B023 - called here


def _shortest(times: dict[str, float], name: str, look: Callable[[], object]) -> None:
    for _ in range(_LOOKS):
        began = time.perf_counter()
        look()
        times[name] = min(times.get(name, 1e9), time.perf_counter() - began)
