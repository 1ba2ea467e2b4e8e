"""How fast purchases are placed: the use case against the same rows under pgbench, then whole HTTP requests."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import time
from multiprocessing.synchronize import Barrier
from typing import Any

from deploy.bench.support import bench_setup, checkout_http, checkout_script, report, web_servers

PROCESSES = 4
PER_SECOND_MAX = 400  # baskets that lie ready for each client, more than any has ordered
STATEMENTS_GOAL = 20
SHARE_GOAL = 0.60
HTTP_SHARE_GOAL = 0.60


def run(*, json: bool, quick: bool = False) -> int:
    """Measure and print; the exit status of the report."""
    seconds, rounds = (1, 1) if quick else (4, 9)
    found = report.Report(bench="checkout", as_json=json, quick=quick)
    with bench_setup.running() as bench:
        bench.migrated("checkout")
        _furnish(bench, each=seconds * rounds * PER_SECOND_MAX, http_each=seconds * rounds * checkout_http.PER_SECOND_MAX + 100)
        ours, theirs, answered = [], [], []
        log = bench.folder / "logs" / "web.log"
        with web_servers.serving(environment=bench.environment(bench.database), log=log) as served:
            for turn in range(rounds):
                found.say(f"round {turn + 1} of {rounds}")
                theirs.append(_pgbench(bench, seconds=seconds, first=turn * seconds * PER_SECOND_MAX))
                ours.append(_use_case(bench, seconds=seconds, first=turn * seconds * PER_SECOND_MAX))
                first = turn * seconds * checkout_http.PER_SECOND_MAX
                answered.append(checkout_http.measure(served=served, seconds=seconds, first=first, form=checkout_script.form))
        over_http = [round_.per_second for round_ in answered]
        found.figure("pgbench_per_second", statistics.median(theirs), "the same rows by prepared SQL, 4 clients")
        found.figure("use_case_per_second", statistics.median(ours), "place_order.place, 4 processes")
        found.at_least("share_of_pgbench", report.ratio(ours, theirs), SHARE_GOAL, "median of the rounds' ratios")
        found.at_most("statements", _statements(), STATEMENTS_GOAL, "SQL statements of a checkout over 3 sellers, search_path included")
        found.figure("http_per_second", statistics.median(over_http), "the same over HTTP, 8 buyers at a time")
        found.at_least("http_share_of_use_case", report.ratio(over_http, ours), HTTP_SHARE_GOAL, "median of the rounds' ratios")
        found.figure("http_p50_ms", statistics.median(round_.p50_ms for round_ in answered))
        found.figure("http_p95_ms", statistics.median(round_.p95_ms for round_ in answered))
    return found.close()


def _furnish(bench: bench_setup.BenchEnvironment, *, each: int, http_each: int) -> None:
    """Ten villages with goods that never run out and limits never reached, and the baskets of every lane."""
    from django.db import connection, transaction
    from django.utils import timezone

    from settlement.ledger import limits
    from tenants import acts
    from tenants.db import context
    from tenants.schemas import provisioning

    with bench.as_owner():
        for number, code in enumerate(checkout_script.VILLAGES, start=1):
            provisioning.provision(code=code, name=f"Desa {number}", act=acts.by_command_line(at=timezone.now()))
            with context.inside(code), connection.cursor() as cursor:
                cursor.execute(checkout_script.stock(code))
            limits.set_limit(
                village_code=code,
                limit_rupiah=checkout_script.LIMIT_RUPIAH,
                guest_limit_rupiah=checkout_script.LIMIT_RUPIAH,
                act=acts.by_command_line(at=timezone.now(), reason="bench"),
            )
        with connection.cursor() as cursor:
            lanes = (
                ("pgbench", PROCESSES, each),
                ("usecase", PROCESSES, each),
                ("statements", 1, 20),
                ("http", checkout_http.CONNECTIONS, http_each),
            )
            for lane, clients, baskets in lanes:
                with transaction.atomic():
                    cursor.execute(checkout_script.baskets(lane, clients, baskets))
            # So many new rows call for autovacuum, which would come in the middle of a round, whichever side it hits. Tables that are
            # empty yet stay unvacuumed, as in a new market: else plans would be made as if they stayed empty.
            cursor.execute("VACUUM (ANALYZE) federation_basket, federation_basketline")


def _pgbench(bench: bench_setup.BenchEnvironment, *, seconds: int, first: int) -> float:
    """Purchases per second of the prepared checkout_script."""
    folder = bench.folder / "scripts"
    folder.mkdir(exist_ok=True)
    files = []
    for number, text in enumerate(checkout_script.scripts()):
        path = folder / f"{number}.sql"
        path.write_text(text, encoding="utf-8")
        files += ["-f", str(path)]
    program = bench.cluster.bin_dir / "pgbench"
    options = ["-n", "-M", "prepared", "-c", str(PROCESSES), "-j", "2", "-T", str(seconds), "-D", f"n={first}"]
    done = subprocess.run(  # noqa: S603 - the server's own program
        [str(program), *options, *files, bench.cluster.url(database=bench.database)], capture_output=True, text=True, check=False
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    failed = re.search(r"number of failed transactions: ([1-9]\d*)", done.stdout)
    if found is None or failed:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])


def _use_case(bench: bench_setup.BenchEnvironment, *, seconds: int, first: int) -> float:
    """Purchases per second of place_order.place in processes of their own."""
    context = multiprocessing.get_context("spawn")
    barrier, found = context.Barrier(PROCESSES), context.Queue()
    lanes = [context.Process(target=_lane, args=(client, first, seconds, barrier, found)) for client in range(PROCESSES)]
    os.environ.update(bench.environment(bench.database))
    for lane in lanes:
        lane.start()
    rates = [found.get(timeout=seconds + 60) for _ in lanes]
    for lane in lanes:
        lane.join()
    return float(sum(rates))


def _lane(client: int, first: int, seconds: int, barrier: Barrier, found: Any) -> None:
    import django

    django.setup()
    from django.utils import timezone

    from marketplace.checkout import place_order

    forms = [checkout_script.form("usecase", client, first + number) for number in range(1, seconds * PER_SECOND_MAX)]
    place_order.place(form=forms[0], at=timezone.now())  # connection and caches
    barrier.wait()
    begun, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < seconds:
        done += 1
        place_order.place(form=forms[done], at=timezone.now())
    found.put(done / spent)


def _statements() -> int:
    """Every statement that PostgreSQL gets for one checkout, BEGIN, SET and COMMIT included."""
    import sqlparse
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from marketplace.checkout import place_order

    number = 1
    place_order.place(form=checkout_script.form("statements", 0, number), at=timezone.now())
    with CaptureQueriesContext(connection) as caught:
        again = checkout_script.form("statements", 0, number + 10)  # the same sellers: everything is prepared
        place_order.place(form=again, at=timezone.now())
    messages = [query["sql"] for query in caught if query["sql"] != "BEGIN"]  # it travels with the first statement, and is counted there
    return sum(len(sqlparse.split(sql)) for sql in messages)  # a message may hold several


def main() -> int:
    """Alone: `python -m deploy.bench.checkout [--quick] [--json]`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    return run(json=arguments.json, quick=arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
