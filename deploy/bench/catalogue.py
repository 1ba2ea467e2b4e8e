"""The federated list: does it stay fast with the number of villages, next to a bare Django view, and next to no work at all?

Everything is asked over HTTP on this machine, from another process, of granian as `pasarsama serve` runs it; only what village routing adds
is measured inside one process, because it is far smaller than a request.
"""

from __future__ import annotations

import contextlib
import datetime
import statistics
from collections.abc import Callable

from deploy.bench.support import bench_setup, report, visitor, web_servers

GOODS_EACH = 100
_RATES = ("small", "large", "bare", "cached", "constant")


def run(*, json: bool, quick: bool) -> int:
    """Measure, print, and give the exit status."""
    found = report.Report(bench="catalogue", as_json=json, quick=quick)
    small, large = (3, 10) if quick else (10, 500)
    with bench_setup.running(settings="deploy.bench.support.bench_settings") as bench:
        found.say(f"filling {small} and {large} villages")
        bench.collect_static()
        for count in (small, large):
            _fill(bench, count)
        _compare(found, bench, small=small, large=large, quick=quick)
        bench.use_database(_database(large))
        _route(found, rounds=3 if quick else 21, count=20 if quick else 200)
    return found.close()


def _database(count: int) -> str:
    return f"bench_{count}"


def _fill(bench: bench_setup.BenchEnvironment, count: int) -> None:
    from deploy.bench.support import bulk_goods

    bench.migrated(_database(count))
    with bench.as_owner():
        bulk_goods.provisioned(1)
        bulk_goods.provisioned(2)
        bulk_goods.listed(count=count, goods_each=GOODS_EACH)


def _compare(found: report.Report, bench: bench_setup.BenchEnvironment, *, small: int, large: int, quick: bool) -> None:
    log = bench.folder / "logs" / "web.log"
    with contextlib.ExitStack() as stack:
        ours_small, ours_large = (
            stack.enter_context(
                web_servers.serving(environment={**bench.environment(_database(count)), "PASARSAMA_BENCH_CACHE": cache}, log=log)
            )
            for count, cache in ((small, "2"), (large, "1"))  # 1 is this process's own, which announces the new prices
        )
        bare = stack.enter_context(
            web_servers.serving(
                environment=bench.environment(_database(large)), log=log, application="deploy.bench.support.bare_django:application"
            )
        )
        asker = stack.enter_context(web_servers.asking())
        few, many = (20, 50) if quick else (250, 1_500)
        rounds: dict[str, Callable[[], float]] = {
            "small": lambda: asker.round(ours_small, "/", count=few, unique=True),
            "large": lambda: asker.round(ours_large, "/", count=few, unique=True),
            "bare": lambda: asker.round(bare, "/", count=few),
            "cached": lambda: asker.round(ours_large, "/", count=many),
            "constant": lambda: asker.round(ours_large, "/bench/constant/", count=many),
        }
        for ask in rounds.values():
            ask()  # whatever is done only once
        found.say("asking in turns")
        rates: dict[str, list[float]] = {name: [] for name in _RATES}
        for number in range(3 if quick else 15):
            for name in _RATES if number % 2 else reversed(_RATES):
                rates[name].append(rounds[name]())
        _conclude(found, rates, small=small, large=large)
        bench.use_database(_database(large))
        stale = sum(_stale(ours_large, price) for price in range(20_501, 20_501 + (3 if quick else 20) * 1_000, 1_000))
        found.at_most("stale_after_price_change", stale, 0, "kept pages asked right after a committed price change that show the old price")


def _conclude(found: report.Report, rates: dict[str, list[float]], *, small: int, large: int) -> None:
    figures = {
        "small": (f"uncached_{small}_villages_per_s", "market page, every address new to the page cache"),
        "large": (f"uncached_{large}_villages_per_s", "the same with more villages"),
        "bare": ("bare_django_per_s", "the same rows by one .values() query and a template; no middleware, no tenants"),
        "cached": ("cached_per_s", "market page for a visitor without session, kept"),
        "constant": ("constant_per_s", "a constant behind the same middleware, same server"),
    }
    for name, (figure, about) in figures.items():
        found.figure(figure, statistics.median(rates[name]), about)
    found.at_most(f"slowdown_{small}_to_{large}_villages", report.ratio(rates["small"], rates["large"]), 1.5, "time of a page")
    found.at_least("uncached_to_bare_django", report.ratio(rates["large"], rates["bare"]), 0.6, "requests per second")
    found.at_least("cached_to_constant", report.ratio(rates["cached"], rates["constant"]), 0.5, "requests per second")


def _stale(served: web_servers.Served, price_rupiah: int) -> bool:
    """Whether the market shows another price than the one that was just committed (one that no other product has)."""
    from deploy.bench.support import bulk_goods
    from federation.labels import figures

    at = datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)
    village, name = bulk_goods.code(1), f"Keripik harga {price_rupiah}"
    product = bulk_goods.product(
        village_code=village, name=name, price_rupiah=price_rupiah, at=at + datetime.timedelta(seconds=price_rupiah)
    )
    old, new = figures.rupiah(price_rupiah), figures.rupiah(price_rupiah + 123)
    web_servers.get(served, "/")
    before = web_servers.text(web_servers.get(served, "/"))
    bulk_goods.reprice(village_code=village, product_id=product, price_rupiah=price_rupiah + 123, at=at)
    after = web_servers.text(web_servers.get(served, "/"))
    return not (old in before and new in after and old not in after)


def _route(found: report.Report, *, rounds: int, count: int) -> None:
    """What finding the village and entering its schema costs: the same view with and without, in turns, villages alternating."""
    from tenants import villages

    browser = visitor.Visitor()
    slugs = [village.slug for village in villages.active()[:2]]

    def routed(number: int) -> None:
        browser.get(f"/bench/routed/{slugs[number % 2]}/")

    def unrouted(number: int) -> None:
        browser.get(f"/bench/unrouted/{slugs[number % 2]}/")

    def spend(action: Callable[[int], None]) -> float:
        return visitor.cpu_ms(action, times=count)

    for warm in (routed, unrouted):
        spend(warm)
    added = []
    for number in range(rounds):  # who comes first alternates too
        first, second = (routed, unrouted) if number % 2 else (unrouted, routed)
        spent = {first: spend(first), second: spend(second)}
        added.append(spent[routed] - spent[unrouted])
    found.at_most(
        "routing_cpu_ms",
        statistics.median(added),
        0.2,
        "processor time that a village's page takes more than the same view without a village",
    )
    routed(1)  # what stands before decides whether the first one switches
    sets = visitor.switches(routed, times=10)
    unrouted(1)
    sets -= visitor.switches(unrouted, times=10)
    found.at_most("routing_sets", sets, 1, "SET search_path per request, the former request in another village")
