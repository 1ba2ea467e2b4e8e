"""What each page of a buyer weighs, asks of the database and costs the processor.

Bytes are those of a first visit without session, as they came over the wire from the web server: the page with its head, and the style
sheets and scripts that it names. Statements are counted with nothing of the page in any cache; the processor's time is the web process's
own, for pages that were not kept.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable

from deploy.bench.support import bench_setup, page_stock, report, visitor, web_servers

_STATEMENTS_MAX = {"market": 3, "search": 3, "product": 3}
_ADD_STATEMENTS_MAX = 6


def run(*, json: bool, quick: bool, villages: int = 0) -> int:
    """Measure, print, and give the exit status; with `villages`, every page of a market of that many beside one of ten."""
    if villages:
        from deploy.bench.support import many_villages

        return many_villages.run(json=json, quick=quick, villages=villages)
    found = report.Report(bench="pages", as_json=json, quick=quick)
    with bench_setup.running(settings="deploy.bench.support.bench_settings") as bench:
        bench.collect_static()
        bench.migrated("bench_pages")
        found.say("filling 10 villages")
        stock = page_stock.fill(bench, villages=3 if quick else 10)
        with web_servers.serving(environment=bench.environment("bench_pages"), log=bench.folder / "logs" / "web.log") as served:
            for name, address in stock.addresses.items():
                about = "HTML, CSS and scripts of a first visit, heads included"
                found.at_most(f"{name}_bytes", page_stock.weigh(served, address, stock.cookie(name)), page_stock.WIRE_BYTES_MAX, about)
        found.say("counting statements and processor time")
        rounds, times = (2, 3) if quick else (15, 20)
        for name, address in stock.addresses.items():
            _look(found, name, address, stock.cookie(name), rounds=rounds, times=times)
        _keep(found, rounds=rounds, times=times)
        for lines in (1, 150):
            _add(found, stock, lines=lines, rounds=rounds, times=times)
    return found.close()


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


def _add(found: report.Report, stock: page_stock.Stock, *, lines: int, rounds: int, times: int) -> None:
    """Put one more product into a basket of so many lines."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM federation_listing WHERE id <> %s ORDER BY id LIMIT %s", [stock.goods[0], lines])
        others = [listing_id for (listing_id,) in cursor.fetchall()]
    if len(others) < lines:
        raise RuntimeError(f"{len(others)} goods are too few for {lines} lines")
    browser = visitor.Visitor()
    browser.cookies["basket"] = page_stock.basket(others)
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
