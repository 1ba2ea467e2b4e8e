"""Buyers who order without a break at a steady pace, in processes of their own, and note how long each checkout took."""

from __future__ import annotations

import multiprocessing
import os
import queue
import time
from typing import Any

from deploy.bench.support import bench_setup, checkout_script

PROCESSES = 4
PACE_SECONDS = 0.08  # from one order of a process to its next: fifty orders a second in all, which a small machine stands
_LANE = "closing"

Took = tuple[float, float]  # when a checkout began (time.monotonic) and how many seconds it took


def furnish(*, each: int) -> None:
    """Ten villages with goods that never run out, limits never reached, and `each` baskets for every process. Runs as the owner."""
    from django.db import connection, transaction
    from django.utils import timezone

    from settlement.ledger import limits
    from tenants import acts
    from tenants.db import context
    from tenants.schemas import provisioning

    for number, code in enumerate(checkout_script.VILLAGES, start=1):
        provisioning.provision(code=code, name=f"Desa {number}", act=acts.by_command_line(at=timezone.now()))
        with context.inside(code), connection.cursor() as cursor:
            cursor.execute(checkout_script.stock(code))
        rupiah = checkout_script.LIMIT_RUPIAH
        limits.set_limit(
            village_code=code,
            limit_rupiah=rupiah,
            guest_limit_rupiah=rupiah,
            act=acts.by_command_line(at=timezone.now(), reason="bench"),
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(checkout_script.baskets(_LANE, PROCESSES, each))


class Buyers:
    """Start with `with`; `took` gives all checkouts once they have stopped.

    :raises RuntimeError: if a buyer met an error
    """

    def __init__(self, bench: bench_setup.BenchEnvironment) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._stop, self._ready = self._context.Event(), self._context.Barrier(PROCESSES + 1)
        self._found = self._context.Queue()
        self._processes = [
            self._context.Process(target=_buy, args=(number, self._ready, self._stop, self._found), daemon=True)
            for number in range(PROCESSES)
        ]
        os.environ.update(bench.environment(bench.database))

    def __enter__(self) -> Buyers:
        for process in self._processes:
            process.start()
        self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def took(self) -> list[Took]:
        """Every checkout, in no order."""
        found: list[Took] = []
        for _process in self._processes:
            try:
                taken = self._found.get(timeout=60)
            except queue.Empty:
                raise RuntimeError("a buyer does not answer") from None
            if isinstance(taken, str):
                raise RuntimeError(f"a buyer met {taken}")
            found += taken
        for process in self._processes:
            process.join()
        return found


def _buy(client: int, ready: Any, stop: Any, found: Any) -> None:
    import django

    django.setup()
    from django.utils import timezone

    from marketplace.checkout import place_order

    try:
        place_order.place(form=checkout_script.form(_LANE, client, 1), at=timezone.now())  # connection and caches
        ready.wait(60)
        noted: list[Took] = []
        due = time.monotonic()
        while not stop.is_set():
            began = time.monotonic()
            place_order.place(form=checkout_script.form(_LANE, client, 2 + len(noted)), at=timezone.now())
            noted.append((began, time.monotonic() - began))
            due = max(due + PACE_SECONDS, began)  # who was held up does not hurry afterwards
            time.sleep(max(0.0, due - time.monotonic()))
        found.put(noted)
    except Exception as error:
        found.put(f"{type(error).__name__}: {error}")
