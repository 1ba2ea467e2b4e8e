"""Every page of a large market beside the same page of ten villages: what a first visit weighs, and how much longer it takes.

The pages are those of the lists of addresses, so that none is forgotten; what answers no look (a form's target, a file to download, a page
about what the market does not have) is named. Times are the shortest of several looks, both markets in turns, the database's part included.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from deploy.bench import pages
from deploy.bench.support import bench_setup, big_market, report, visitor, web_servers
from deploy.bench.support.big_market import BigMarket

TIMES_MAX = 1.5
SMALL_VILLAGES = 10
PRODUCTS = 60_000
_TURNS, _LOOKS = 4, 5
_WHOLE_FILES = re.compile(r"csv|xlsx")  # streamed whole, as long as what they hold
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_STAFF = ("desk", "office")
_NO_PAGES = ("livez", "readyz")


def run(*, json: bool, quick: bool, villages: int) -> int:
    """Measure, print, and give the exit status."""
    found = report.Report(bench="pages", as_json=json, quick=quick)
    goods_each = 6 if quick else max(1, PRODUCTS // villages)
    with bench_setup.running(settings="deploy.bench.support.bench_settings") as bench:
        bench.collect_static()
        found.say(f"filling {SMALL_VILLAGES} villages and {villages}")
        small = big_market.made(bench, database="bench_small", villages=SMALL_VILLAGES, goods_each=goods_each)
        large = big_market.made(bench, database="bench_large", villages=villages, goods_each=goods_each)
        _weigh(found, bench, large)
        _time(found, bench, small, large, turns=1 if quick else _TURNS)
    return found.close()


def addresses(things: dict[str, object]) -> dict[str, str]:
    """Every address of the resolver by its name, as far as `things` fill it; the others empty."""
    from django.urls import NoReverseMatch, reverse

    found = {}
    for name, text in _routes():
        places = _PLACE.findall(text)
        own = {**things, "code": things["purchase_code"]} if name.startswith("office") else things
        try:
            found[name] = reverse(name, kwargs={place: own[place] for place in places}) if "(?P" not in text else ""
        except (KeyError, NoReverseMatch):
            found[name] = ""
    return {**found, "search": "/?q=kripik", "villages-found": "/desa/?q=sidamulya"}


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
    with web_servers.serving(environment=bench.environment(market.database), log=bench.folder / "logs" / "web.log") as served:
        for name, address in shown.items():
            if name not in _NO_PAGES:
                found.at_most(f"{name}_bytes", pages.weigh(served, address, cookies), pages.WIRE_BYTES_MAX, about)


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
    for name in sorted(best[1], key=lambda name: best[1][name] / best[0][name]):
        before, now = best[0][name] * 1_000, best[1][name] * 1_000
        found.at_most(f"{name}_times", now / before, TIMES_MAX, f"{now:.1f} ms, at {SMALL_VILLAGES} villages {before:.1f} ms")
    found.figure("pages_timed", len(best[1]))
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
        for _ in range(_LOOKS):
            began = time.perf_counter()
            browser.get(f"{address}{'&' if '?' in address else '?'}n={next(fresh)}")  # not one that was kept
            times[name] = min(times.get(name, 1e9), time.perf_counter() - began)
    return closed
