"""What a backup costs: time and size, locks beside what a server with default settings has, and restoring with the audit.

Yardsticks of the same run: a single pg_dump of everything for the logical copy, the audit of the market itself for restoring. The market is
the full demonstration, or as many villages as are named: what the audit finds in such made-up books, it must find in each copy.
"""

from __future__ import annotations

import json as json_text
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.backup import copy_loading, postgres_tools, restore_trial
from deploy.bench.support import bench_setup, big_market, report, server_watch
from deploy.console import command_error
from deploy.demo import first_start
from deploy.embedded import database_roles, servers

if TYPE_CHECKING:
    from deploy.backup import make_backup

BACKUP_SECONDS_MAX, RESTORE_SECONDS_MAX = 60, 180  # of the full demonstration on two cores
DEFAULT_LOCKS = 64 * 100  # max_locks_per_transaction times max_connections, where nobody set anything
_QUICK_VILLAGES, _GOODS_EACH, _QUICK_GOODS_EACH = 12, 32, 6
_MB = 1_000_000


def run(*, json: bool, quick: bool, villages: int = 0) -> int:
    """Measure, print, and give the exit status; with `villages`, of a market of that many instead of the demonstration."""
    found = report.Report(bench="backup", as_json=json, quick=quick)
    villages = villages or (_QUICK_VILLAGES if quick else 0)
    with bench_setup.running() as bench:
        _furnish(bench, found, villages=villages, quick=quick)
        bench.use_database(database_roles.DATABASE, as_owner=True)
        found.figure("villages", _count("SELECT count(*) FROM tenants_village"))
        found.figure("tables", _count("SELECT count(*) FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'"))
        found.figure("database_mb", _count("SELECT pg_database_size(current_database())") / _MB)
        made = _back_up(bench, found, promised=not villages)
        _one_pg_dump(bench, found)
        _restore(bench, found, made, promised=not villages)
    return found.close()


def _furnish(bench: bench_setup.BenchEnvironment, found: report.Report, *, villages: int, quick: bool) -> None:
    """Fill the database that is the market's in a backup."""
    if not villages:
        found.say("making the full demonstration")
        first_start.ensure(data=bench.folder, machines=servers.Servers(bench.folder), full=True)
        return
    bench.cluster.drop_database(database_roles.DATABASE)
    goods_each = _QUICK_GOODS_EACH if quick else _GOODS_EACH
    big_market.made(bench, database=database_roles.DATABASE, villages=villages, goods_each=goods_each, say=found.say)


def _back_up(bench: bench_setup.BenchEnvironment, found: report.Report, *, promised: bool) -> make_backup.Made:
    from django.utils import timezone

    from deploy.backup import make_backup

    found.say("backing up")
    watch = server_watch.ServerWatch(
        address=bench.cluster.admin_url(database_roles.DATABASE), clusters=lambda: iter([bench.cluster.cluster])
    )
    steps = _Steps()
    began = time.perf_counter()
    with watch.looking():
        made = make_backup.make(
            folder=bench.folder / "backup",
            data=bench.folder,
            server=bench.cluster,
            facts=make_backup.database_facts(),
            now=timezone.now,
            progress=steps.progress,
        )
    spent = time.perf_counter() - began
    if promised:
        found.at_most("backup_s", spent, BACKUP_SECONDS_MAX, "both copies, pictures, every file checked")
    else:
        found.figure("backup_s", spent, "both copies, pictures, every file checked")
    found.figure("backup_mb", made.manifest.total_bytes / _MB)
    for name in (copy_loading.BASE, copy_loading.LOGICAL, copy_loading.PICTURES):
        size = sum(path.stat().st_size for path in (made.folder / name).rglob("*") if path.is_file())
        found.figure(f"{name}_mb", size / _MB)
    for name in (copy_loading.BASE, copy_loading.LOGICAL):
        found.figure(f"{name}_s", steps.seconds(name))
    found.at_most("locks_peak", watch.locks, DEFAULT_LOCKS, "held at once, beside what a server with default settings has")
    found.say(f"backed up in {spent:.0f} s, {made.manifest.total_bytes / _MB:.0f} MB, {watch.locks} locks at most")
    found.figure("backend_peak_mb", watch.process_kb / 1_024, "memory of its own of the largest process of the server meanwhile")
    return made


def _one_pg_dump(bench: bench_setup.BenchEnvironment, found: report.Report) -> None:
    """The yardstick of the logical copy; it needs locks for everything at once, which even this server may not have."""
    found.say("one pg_dump of everything, to compare with")
    address = bench.cluster.admin_url(database_roles.DATABASE)
    watch = server_watch.ServerWatch(address=address, clusters=lambda: iter(()))
    command = [str(bench.cluster.bin_dir / "pg_dump"), "--format", "custom", "--compress", "1", "--file", str(bench.folder / "one.dump")]
    environment = bench.cluster.tools_environment(database_roles.OWNER)
    began = time.perf_counter()
    try:
        with watch.looking():
            postgres_tools.run(command=command, environment=environment, about=bench.folder)
    except command_error.CommandError as refusal:
        found.say(f"it fails: {refusal}")
    else:
        spent = time.perf_counter() - began
        found.figure("logical_times_one_pg_dump", found.figures["logical_s"] / spent)
    found.figure("one_pg_dump_locks_peak", watch.locks)


def _restore(bench: bench_setup.BenchEnvironment, found: report.Report, made: make_backup.Made, *, promised: bool) -> None:
    """Each copy into a folder of its own, with its migrations and its audit; no more may be broken in it than in the market."""
    found.say("the audit of the market itself")
    began = time.perf_counter()
    broken = _broken(bench)
    audit = time.perf_counter() - began
    found.figure("audit_s", audit, "of the market itself, the whole command")
    for copy in copy_loading.usable(of=made.manifest, has_secrets=True):
        found.say(f"restoring the {copy.value} copy")
        watch = server_watch.ServerWatch(address=None, clusters=_trials)
        began = time.perf_counter()
        with watch.looking():
            tried = restore_trial.try_restoring(folder=made.folder, of=made.manifest, copy=copy, progress=_silently)
        spent = time.perf_counter() - began
        found.say(f"restored and audited in {spent:.0f} s")
        name = f"restore_{copy.value}"
        if promised:
            found.at_most(f"{name}_s", spent, RESTORE_SECONDS_MAX, "migrations and audit included")
        else:
            found.figure(f"{name}_s", spent, "migrations and audit included")
        found.figure(f"{name}_times_audit", spent / audit)
        found.figure(f"{name}_backend_peak_mb", watch.process_kb / 1_024)
        found.at_most(f"{name}_newly_broken", len(set(tried.broken) - broken), 0, "invariants that held in the market")


class _Steps:
    """How long each step of a backup took, by what its progress says."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def progress(self, _done: int, _total: int, what: str) -> None:
        """What a backup calls as it goes on."""
        now = time.perf_counter()
        self._first.setdefault(what, now)
        self._last[what] = now

    def seconds(self, what: str) -> float:
        """From the first word about a step to the last."""
        return self._last[what] - self._first[what]


def _silently(_done: int, _total: int, _what: str) -> None:
    """Progress that nobody watches."""


def _broken(bench: bench_setup.BenchEnvironment) -> set[str]:
    """The invariants that do not hold in the market: books that were made up have some."""
    printed = copy_loading.pasarsama("audit", "--json", data=bench.folder, may_find=True)
    return {one["name"] for one in json_text.loads(printed)["invariants"] if one["count"]}


def _trials() -> Iterator[Path]:
    """The clusters of restores that are under way."""
    return Path(tempfile.gettempdir()).glob("pasarsama-trial-*/postgres")


def _count(statement: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
