"""The servers of one test run and the database of one test: ours, started from nothing, gone afterwards."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib import parse

import psycopg2

from deploy.embedded import database_roles, folders, postgres, valkey

_MEMORY = "/dev/shm"
_MEMORY_BYTES_MIN = 4 << 30


def _in_memory() -> str | None:
    """Where files never reach a disk, if there is room and programs may run: databases are copied there in a tenth of the time."""
    try:
        place = os.statvfs(_MEMORY)
    except OSError:
        return None
    roomy = place.f_bavail * place.f_frsize >= _MEMORY_BYTES_MIN
    return _MEMORY if roomy and not place.f_flag & os.ST_NOEXEC and os.access(_MEMORY, os.W_OK) else None


# The names and passwords are known before the servers run, so that settings can be read at once and no test that
# needs no database waits for one.
FOLDER = folders.claim(Path(tempfile.mkdtemp(prefix="pasarsama-tests-", dir=_in_memory())))
_programs = os.environ.get("PASARSAMA_TEST_POSTGRES", "").strip()
CLUSTER = postgres.Postgres(FOLDER, bin_dir=Path(_programs) if _programs else None, fast=True)
QUEUE = valkey.Valkey(FOLDER, fast=True)
TEMPLATE = "market_template"


def environment(database: str = database_roles.DATABASE) -> dict[str, str]:
    """The variables by which settings (of this or of another process) find a test's database."""
    return {
        "DATABASE_URL": CLUSTER.url(database=database),
        "DATABASE_OWNER_URL": CLUSTER.owner_url(database=database),
        "BROKER_URL": QUEUE.url(),
        "PASARSAMA_DATA": str(FOLDER / "data"),
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
    }


def start() -> None:
    """Start PostgreSQL and Valkey; they end with this process."""
    CLUSTER.start()
    with contextlib.closing(psycopg2.connect(CLUSTER.admin_url("postgres"))) as admin:
        admin.autocommit = True
        with admin.cursor() as cursor:
            # A database that serves many tests would be analysed in the midst of one of them; long runs need it now and then.
            cursor.execute("ALTER SYSTEM SET autovacuum_naptime = '10min'")
            cursor.execute("SELECT pg_reload_conf()")
    QUEUE.start()


def stop() -> None:
    """End both and remove their folder; twice is harmless."""
    QUEUE.stop()
    CLUSTER.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


atexit.register(stop)


def point_at(url: str) -> None:
    """Make Django's connections, of every thread, use this address from their next statement on."""
    from django.db import connections

    parts = parse.urlsplit(url)
    wanted = {
        "NAME": parse.unquote(parts.path.lstrip("/")),
        "USER": parse.unquote(parts.username or ""),
        "PASSWORD": parse.unquote(parts.password or ""),
    }
    settings = connections.settings["default"]
    if {name: settings[name] for name in wanted} != wanted:
        connections.close_all()
        settings.update(wanted)


@contextlib.contextmanager
def as_owner(database: str) -> Iterator[None]:
    """Work as the role that owns, migrates and provisions."""
    point_at(CLUSTER.owner_url(database=database))
    try:
        yield
    finally:
        point_at(CLUSTER.url(database=database))
