"""How fast postings are written: the ledger's own verb, each in its durable transaction, against the same rows by a prepared SQL function.

One process and four; each with villages of its own, or all of them selling for one village, whose account must not be a hot spot.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import re
import statistics
import subprocess
import time
import uuid
from multiprocessing.synchronize import Barrier
from typing import Any

from deploy.bench.support import bench_setup, ledger_script, report

SHARE_GOAL, HOT_GOAL = 0.50, 0.80
CASES = {"distinct_1": (1, False), "hot_1": (1, True), "distinct_4": (4, False), "hot_4": (4, True)}  # processes, one seller for all
_MOST_PER_SECOND = 6_000  # postings that a machine may reach, over all clients: so many are reserved before


def run(*, json: bool, quick: bool = False) -> int:
    """Measure and print; the exit status of the report."""
    seconds, rounds = (1, 1) if quick else (2, 5)
    found = report.Report(bench="ledger", as_json=json, quick=quick)
    ours: dict[str, list[float]] = {case: [] for case in CASES}
    theirs: dict[str, list[float]] = {case: [] for case in CASES}
    with bench_setup.running() as bench:
        bench.migrated("ledger")
        _furnish(bench)
        for turn in range(rounds):
            found.say(f"round {turn + 1} of {rounds}")
            for case, (clients, hot) in CASES.items():
                lanes = [("function", theirs, _pgbench), ("verb", ours, _verb)]
                for lane, rates, measure in reversed(lanes) if hot else lanes:  # so that distinct and hot follow each other too
                    word = f"{lane}-{case}-{turn}"
                    _reserve(bench, word, clients=clients, hot=hot, seconds=seconds)
                    rates[case].append(measure(bench, word, clients=clients, hot=hot, seconds=seconds))
    for case in CASES:
        found.figure(f"{case}_function_per_second", statistics.median(theirs[case]), "the same rows by a prepared SQL function, pgbench")
        found.figure(f"{case}_verb_per_second", statistics.median(ours[case]), "sales.post, each committed")
        found.at_least(f"{case}_share", report.ratio(ours[case], theirs[case]), SHARE_GOAL, "median of the rounds' ratios")
    found.at_least("hot_of_distinct", report.ratio(ours["hot_4"], ours["distinct_4"]), HOT_GOAL, "one seller for all four processes")
    return found.close()


def _furnish(bench: bench_setup.BenchEnvironment) -> None:
    from django.db import connection
    from django.utils import timezone

    from settlement.ledger import open_accounts

    with bench.as_owner(), connection.cursor() as cursor:
        for code in ledger_script.VILLAGES:
            open_accounts.open_village(village_code=code, at=timezone.now())
        cursor.execute(ledger_script.WRITE)


def _reserve(bench: bench_setup.BenchEnvironment, word: str, *, clients: int, hot: bool, seconds: int) -> None:
    """Reserve more orders than can be posted in so many seconds."""
    from django.db import connection

    each = _MOST_PER_SECOND * seconds // clients
    with connection.cursor() as cursor:
        for client in range(clients):
            holder, seller = ledger_script.parties(client, hot=hot)
            values: dict[str, str | int] = {"lane": f"{word}-{client}", "first": 1, "last": each, "holder": holder, "seller": seller}
            cursor.execute(ledger_script.RESERVED, values)


def _pgbench(bench: bench_setup.BenchEnvironment, word: str, *, clients: int, hot: bool, seconds: int) -> float:
    """Postings per second of the prepared function."""
    path = bench.folder / "post.sql"
    path.write_text(ledger_script.pgbench(word, hot=hot), encoding="utf-8")
    program = bench.cluster.bin_dir / "pgbench"
    options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-D", "n=0", "-f", str(path)]
    done = subprocess.run(  # noqa: S603 - the server's own program
        [str(program), *options, bench.cluster.url(database=bench.database)], capture_output=True, text=True, check=False
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or done.returncode or re.search(r"number of failed transactions: ([1-9]\d*)", done.stdout):
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])


def _verb(bench: bench_setup.BenchEnvironment, word: str, *, clients: int, hot: bool, seconds: int) -> float:
    """Postings per second of sales.post in processes of their own."""
    context = multiprocessing.get_context("spawn")
    barrier, found = context.Barrier(clients), context.Queue()
    lanes = [context.Process(target=_lane, args=(word, client, hot, seconds, barrier, found)) for client in range(clients)]
    os.environ.update(bench.environment(bench.database))
    for lane in lanes:
        lane.start()
    rates = [found.get(timeout=seconds + 60) for _ in lanes]
    for lane in lanes:
        lane.join()
    return float(sum(rates))


def _lane(word: str, client: int, hot: bool, seconds: int, barrier: Barrier, found: Any) -> None:
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    _post(word, client, 1, hot=hot)  # caches
    barrier.wait()
    began, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < seconds:
        done += 1
        _post(word, client, 1 + done, hot=hot)
    found.put(done / spent)


def _post(word: str, client: int, number: int, *, hot: bool) -> None:
    """Post one reserved order, paid at the counter of its home village."""
    from django.db import transaction
    from django.utils import timezone

    from settlement.ledger import sales
    from tenants.codes import VillageCode

    order_id = uuid.UUID(hashlib.md5(f"{word}-{client}-{number}".encode()).hexdigest())  # noqa: S324 - a number made long
    holder, seller = (VillageCode(code) for code in ledger_script.parties(client, hot=hot))
    sale = sales.Sale(
        order_id=order_id,
        seller=seller,
        holder=holder,
        home=holder,
        goods_rupiah=ledger_script.GOODS_RUPIAH,
        fee_rupiah=ledger_script.FEE_RUPIAH,
        delivery_rupiah=0,
        deliverer=seller,
    )
    with transaction.atomic(durable=True):
        sales.post(sale=sale, payment_id=order_id, happened_at=timezone.now())
