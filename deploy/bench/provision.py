"""Villages: what one more costs when there are hundreds, what migrating all of them costs, and how large a connection grows that met all.

Migrating is measured as a person does it, the whole command from its start to its end: ours, then django-tenants' own over the same
villages with a migration of the same kind, then ours once more.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg2
from psycopg2 import sql

from deploy.bench.support import bench_setup, report, server_watch
from deploy.console import command_error
from deploy.supervision import market_processes

_DATABASE = "bench_villages"
_STOCK = {"PASARSAMA_BENCH_ENGINE": "django_tenants.postgresql_backend"}
_ENOUGH = 50  # villages over which a median is taken


def run(*, json: bool, quick: bool) -> int:
    """Measure, print, and give the exit status."""
    found = report.Report(bench="provision", as_json=json, quick=quick)
    count = 20 if quick else 500
    with bench_setup.running(settings="deploy.bench.support.bench_settings") as bench:
        bench.migrated(_DATABASE)
        _provision(found, bench, count=count)
        _remember(found, bench)
        _migrate(found, bench, count=count + _ENOUGH)
    return found.close()


def _provision(found: report.Report, bench: bench_setup.BenchEnvironment, *, count: int) -> None:
    from django.db import connection

    from deploy.bench.support import bulk_goods

    found.say(f"provisioning {count} villages")
    spent = []
    with bench.as_owner():
        for number in range(1, count + 1):
            began = time.perf_counter()
            code = bulk_goods.provisioned(number)
            spent.append((time.perf_counter() - began) * 1_000)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", ["v_" + code.replace(".", "")])
            tables = cursor.fetchone()[0]
        imported = _import_ms(first=count + 1, count=_ENOUGH)
    found.figure("villages", count + _ENOUGH)
    found.figure("tables_a_village", tables, "django_migrations included")
    found.figure(
        "provision_first_ms", statistics.median(spent[:_ENOUGH]), f"median of the first {_ENOUGH}: schema, shop, accounts, opening"
    )
    found.at_most("provision_ms", statistics.median(spent[-_ENOUGH:]), 100, f"median of the last {_ENOUGH}, when all others are there")
    found.figure("provision_ms_a_table", statistics.median(spent[-_ENOUGH:]) / tables, "the same, by tables")
    found.at_most("import_ms_a_table", imported / tables, 3.5, f"`villages import` of {_ENOUGH} more, by villages and tables")


def _import_ms(*, first: int, count: int) -> float:
    """What a village of a file costs, in a file of so many."""
    from deploy.bench.support import bulk_goods
    from tenants import acts
    from tenants.schemas import import_villages

    lines = [f"{bulk_goods.code(number)},Sidamulya {number}" for number in range(first, first + count)]
    began = time.perf_counter()
    result = import_villages.import_csv(data="\n".join(["kode,nama", *lines]).encode(), act=acts.by_command_line(at=bulk_goods.START))
    spent = (time.perf_counter() - began) * 1_000 / count
    if result.made != count:
        raise command_error.CommandError(f"{result.made} desa, bukan {count}.", f"{result.made} villages instead of {count}.")
    return spent


def _remember(found: report.Report, bench: bench_setup.BenchEnvironment) -> None:
    """What one connection of the application holds after it has used every table of every village."""
    connection = psycopg2.connect(bench.cluster.url(database=_DATABASE))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'v\\_%' ORDER BY 1, 2")
        tables = cursor.fetchall()
        before = server_watch.private_kb(connection.info.backend_pid)
        for schema, table in tables:
            cursor.execute(sql.SQL("SELECT * FROM {}.{} LIMIT 1").format(sql.Identifier(schema), sql.Identifier(table)))
        grown = server_watch.private_kb(connection.info.backend_pid) - before
    connection.close()
    villages = len({schema for schema, _ in tables})
    found.figure("backend_mb", (before + grown) / 1_024, "memory of its own of a connection that used every table of every village")
    found.figure("backend_kb_a_village", grown / villages, "so connections are recycled now and then")


def _migrate(found: report.Report, bench: bench_setup.BenchEnvironment, *, count: int) -> None:
    ours = ["-m", "deploy.cli", "villages", "migrate"]
    stock = ["-m", "django", "migrate_schemas", "--skip-checks", "--verbosity", "0"]
    found.say("migrating with nothing to do")
    idle = statistics.median(_seconds(bench, ours, {}) for _ in range(3))
    found.at_most("migrate_nothing_s", idle, 2, "`pasarsama villages migrate`, the whole command")
    found.say("adding a column everywhere: ours, stock migrate_schemas, ours")
    _make_fair(bench)
    first = _seconds(bench, ours, _one_more_column(bench, 1))
    theirs = _seconds(bench, stock, _one_more_column(bench, 2) | _STOCK)
    second = _seconds(bench, ours, _one_more_column(bench, 3))
    _check_columns(bench, columns=3, villages=count)
    found.figure("add_column_s", statistics.mean([first, second]), "`pasarsama villages migrate` with one more migration")
    found.figure("stock_add_column_s", theirs, "django-tenants' migrate_schemas with its own backend and one more migration")
    found.at_least("add_column_times_faster", theirs / statistics.mean([first, second]), 20)


def _make_fair(bench: bench_setup.BenchEnvironment) -> None:
    """Give django-tenants what it would find in villages of its own making, and the server what its own housekeeping knows after a while.

    It stamps every app's migrations in every village; without these stamps it would first run all of them again, as if they were missing.
    """
    from django.db import connection

    from tenants import models
    from tenants.schemas import migration_state

    with bench.as_owner(), connection.cursor() as cursor:
        for schema in models.Village.objects.values_list("schema_name", flat=True):
            cursor.execute(
                f"INSERT INTO {connection.ops.quote_name(schema)}.django_migrations (app, name, applied)"  # noqa: S608 - quoted
                " SELECT app, name, applied FROM public.django_migrations WHERE NOT app = ANY (%s)",
                [sorted(migration_state.labels())],
            )
    housekeeping = psycopg2.connect(bench.cluster.admin_url(database=_DATABASE))
    housekeeping.autocommit = True
    with housekeeping.cursor() as superuser:
        for catalogue in ("class", "attribute", "namespace", "constraint", "index", "depend", "attrdef"):
            superuser.execute(f"VACUUM ANALYZE pg_catalog.pg_{catalogue}")
    housekeeping.close()


def _seconds(bench: bench_setup.BenchEnvironment, words: list[str], extra: Mapping[str, str]) -> float:
    """How long a command takes as the owner, from its start to its end."""
    environment = {**os.environ, **market_processes.beat().environment, **bench.environment(_DATABASE, as_owner=True), **extra}
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(bench.folder / "python")])
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    spent = time.perf_counter() - began
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise command_error.CommandError(f"{' '.join(words)} gagal: {reason}", f"{' '.join(words)} failed: {reason}")
    return spent


def _one_more_column(bench: bench_setup.BenchEnvironment, number: int) -> dict[str, str]:
    """A copy of the villages' migrations with `number` more at their end, each of which adds a column; says where settings find it."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    folder = bench.folder / "python" / f"bench_migrations_{number}"
    source = Path(apps.get_app_config("marketplace").path) / "migrations"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (_, head), *_ = [leaf for leaf in MigrationLoader(None).graph.leaf_nodes() if leaf[0] == "marketplace"]
    for turn in range(1, number + 1):
        name = f"9{turn:03}_add_a_column"
        (folder / f"{name}.py").write_text(_MIGRATION.format(before=head, turn=turn), encoding="utf-8")
        head = name
    return {"PASARSAMA_BENCH_MIGRATIONS": folder.name}


_MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "{before}")]
    operations = [migrations.AddField("product", "bench_{turn}", models.CharField(max_length=20, default=""))]
"""


def _check_columns(bench: bench_setup.BenchEnvironment, *, columns: int, villages: int) -> None:
    from django.db import connection

    bench.use_database(_DATABASE, as_owner=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema LIKE 'v\\_%%' AND table_name = 'marketplace_product'"
            " AND column_name LIKE 'bench\\_%%'"
        )
        there = cursor.fetchone()[0]
    if there != columns * villages:
        raise command_error.CommandError(f"{there} kolom, bukan {columns * villages}.", f"{there} columns instead of {columns * villages}.")
