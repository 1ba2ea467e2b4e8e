"""Checkout over HTTP: eight buyers at a time send their form to the server as it is run, each over a connection that stays open."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib import parse

from deploy.bench.support import bench_setup, web_servers

CONNECTIONS = 8
CSRF = "x" * 32  # sent as cookie and as field: what Django compares


@dataclass(frozen=True)
class Figures:
    """Purchases per second of all connections together, and how long one request took."""

    per_second: float
    p50_ms: float
    p95_ms: float


def measure(*, bench: bench_setup.BenchEnvironment, seconds: int, form: Callable[[str, int, int], Any]) -> Figures:
    """Place purchases for some seconds; every answer must lead to the buyer's page."""
    from django.db import connection

    with connection.cursor() as cursor:  # all of it comes from one network address
        cursor.execute("UPDATE federation_federation SET unpaid_per_address_max = 1000000000")
    environment = bench.environment(bench.database)
    with web_servers.serving(environment=environment, log=bench.folder / "logs" / "web.log") as served:
        _Buyer(served.port, 0, form, 2).once()  # connections and caches
        buyers = [_Buyer(served.port, client, form, 20) for client in range(CONNECTIONS)]
        until = time.perf_counter() + seconds
        threads = [threading.Thread(target=buyer.until, args=(until,)) for buyer in buyers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if wrong := [buyer.wrong for buyer in buyers if buyer.wrong]:
        raise RuntimeError(f"checkout over HTTP: {wrong[0]}")
    spent = sorted(took for buyer in buyers for took in buyer.took)
    return Figures(len(spent) / seconds, statistics.median(spent) * 1000, spent[int(len(spent) * 0.95)] * 1000)


class _Buyer:
    """One connection with baskets of its own."""

    def __init__(self, port: int, client: int, form: Callable[[str, int, int], Any], first: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.client, self.number, self.form = client, first, form
        self.took: list[float] = []
        self.wrong = ""

    def until(self, until: float) -> None:
        while time.perf_counter() < until and not self.wrong:
            self.once()

    def once(self) -> None:
        self.number += 1
        form = self.form("http", self.client, self.number)
        fields = {"kunci": form.form_key, "desa": form.home_village, "csrfmiddlewaretoken": CSRF}
        fields |= {"name": form.buyer.name, "phone": form.buyer.phone, "address": form.buyer.address}
        for seller, selection in form.selections.items():
            fields[f"cara-{seller}"] = f"{selection.way.method}:{selection.way.delivery}:0"
            fields[f"seharga-{seller}"] = str(selection.expected_rupiah)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"basket={form.token}; csrf={CSRF}"}
        began = time.perf_counter()
        self.connection.request("POST", "/keranjang/pesan/", parse.urlencode(fields), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        self.took.append(time.perf_counter() - began)
        if answer.status != 302 or not (answer.headers["Location"] or "").startswith("/pesanan/"):
            self.wrong = f"{answer.status} {answer.headers['Location']} {body[:2000]!r}"
