"""Checkout over HTTP: eight buyers at a time send their forms to the server as it is run.

Every buyer has a network address (127.0.0.0/8 is this machine's own), a connection and a phone for each purchase, and orders as often as
the federation lets one address leave unpaid; then the next buyer comes. So nobody waits for another one's lock, as in a market.
"""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib import parse

from deploy.bench.support import http_caller, web_servers

CONNECTIONS = 8
PER_ADDRESS = 10  # purchases: Federation.unpaid_per_address_max, as it comes
PER_SECOND_MAX = 120  # forms that lie ready for each connection, more than any has sent
CSRF = "x" * 32  # sent as cookie and as field: what Django compares
MakeForm = Callable[[str, int, int], Any]


@dataclass(frozen=True)
class Figures:
    """Purchases per second of all connections together, and how long one request took, in ms."""

    per_second: float
    took_ms: list[float]

    @property
    def p50_ms(self) -> float:
        return statistics.median(self.took_ms)

    @property
    def p95_ms(self) -> float:
        return sorted(self.took_ms)[int(len(self.took_ms) * 0.95)]


def measure(*, served: web_servers.Served, seconds: int, first: int, form: MakeForm) -> Figures:
    """Place purchases for some seconds, from the baskets of number `first` on; every answer must lead to the buyer's page."""
    lanes = [_Lane(served.port, client, first, seconds * PER_SECOND_MAX, form) for client in range(CONNECTIONS)]
    for lane in lanes:
        lane.once()  # connections and caches
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=lane.until, args=(until,)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong := [lane.wrong for lane in lanes if lane.wrong]:
        raise RuntimeError(f"checkout over HTTP: {wrong[0]}")
    took = [ms for lane in lanes for ms in lane.took_ms[1:]]
    return Figures(len(took) / seconds, took)


class _Lane:
    """One buyer after the other, each over a connection of its own. What is sent lies ready before the clock runs."""

    def __init__(self, port: int, client: int, first: int, count: int, form: MakeForm) -> None:
        self._port = port
        self._requests = [_request(form("http", client, first + number)) for number in range(1, count + 1)]
        self._addresses = _addresses(client, first // PER_ADDRESS)
        self._line: http_caller.Line | None = None
        self.took_ms: list[float] = []
        self.wrong = ""

    def until(self, until: float) -> None:
        while time.perf_counter() < until and not self.wrong:
            self.once()
        if self._line is not None:
            self._line.close()

    def once(self) -> None:
        request = self._requests[len(self.took_ms)]
        began = time.perf_counter()
        if self._line is None or len(self.took_ms) % PER_ADDRESS == 0:
            if self._line is not None:
                self._line.close()
            self._line = http_caller.Line(self._port, source=next(self._addresses))
        self._line.send(request)
        answer = self._line.receive()
        self.took_ms.append((time.perf_counter() - began) * 1000)
        if not answer.startswith(b"HTTP/1.1 302") or b"\r\nlocation: /pesanan/" not in answer.lower():
            self.wrong = repr(answer[:2000])


def _addresses(client: int, first: int) -> Iterator[str]:
    """Addresses that no other connection has, and this one not before."""
    return (f"127.{client + 1}.{number // 250}.{number % 250 + 1}" for number in itertools.count(first))


def _request(form: Any) -> bytes:
    """The checkout form as a browser sends it. Django is set up."""
    from marketplace.pages.buying import checkout_changes

    fields = {"kunci": form.form_key, "desa": form.home_village, "csrfmiddlewaretoken": CSRF}
    fields |= {"name": form.buyer.name, "phone": form.buyer.phone, "address": form.buyer.address}
    for seller, selection in form.selections.items():
        fields[f"cara-{seller}"] = f"{selection.option.method}:{selection.option.delivery}:0"
        fields[f"isi-{seller}"] = checkout_changes.write(selection.shown)
    body = parse.urlencode(fields).encode()
    head = [
        "POST /keranjang/pesan/ HTTP/1.1",
        "Host: localhost",
        "User-Agent: pasarsama-bench",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Cookie: basket={form.token}; csrf={CSRF}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body
