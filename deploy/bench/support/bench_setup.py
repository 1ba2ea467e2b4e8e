"""Where a bench takes place: PostgreSQL and Valkey of its own in a temporary folder, as durable as the market's, gone afterwards."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from urllib import parse

from deploy.console import command_error
from deploy.embedded import folders, postgres, servers, valkey

_PREFIX = "pasarsama-bench-"


class BenchEnvironment:
    """The servers of one bench and the database at which Django looks."""

    def __init__(self, *, folder: Path, cluster: postgres.Postgres, queue: valkey.Valkey) -> None:
        self.folder = folder
        self.cluster = cluster
        self.queue = queue
        self.database = ""

    def environment(self, database: str, *, as_owner: bool = False) -> dict[str, str]:
        """The variables by which another process finds a database of this bench."""
        return {
            "DATABASE_URL": self.cluster.url(database=database),
            "DATABASE_OWNER_URL": self.cluster.owner_url(database=database),
            "BROKER_URL": self.queue.url(),
            "PASARSAMA_DATA": str(self.folder),
            "PASARSAMA_SECRET_KEY": folders.secret(self.folder, "secret_key"),
            "PASARSAMA_AS_OWNER": "1" if as_owner else "0",
            "PASARSAMA_HOSTS": "localhost,127.0.0.1",
        }

    def use_database(self, database: str, *, as_owner: bool = False) -> None:
        """Make Django of this process use a database, as the application's role or as the owner's."""
        from django.core.cache import cache
        from django.db import connections

        from federation.catalogue import catalogue_stamp
        from tenants import villages

        parts = parse.urlsplit(self.cluster.owner_url(database=database) if as_owner else self.cluster.url(database=database))
        connections.close_all()
        connections.settings["default"].update(
            NAME=database, USER=parse.unquote(parts.username or ""), PASSWORD=parse.unquote(parts.password or "")
        )
        if database != self.database:
            cache.clear()
            villages.forget()
            catalogue_stamp.renew()
        self.database = database

    @contextlib.contextmanager
    def as_owner(self) -> Iterator[None]:
        """Work as the role that owns, migrates and provisions."""
        self.use_database(self.database, as_owner=True)
        try:
            yield
        finally:
            self.use_database(self.database)

    def migrated(self, database: str) -> None:
        """Make a database with all tables, and look at it."""
        from tenants.schemas import migrate_all

        self.cluster.create_database(database)
        self.use_database(database)
        with self.as_owner():
            migrate_all.migrate_all()

    def collect_static(self) -> None:
        """Put style sheets where the web finds them, compressed and under names with their digests."""
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)


@contextlib.contextmanager
def running(*, settings: str = "deploy.settings", extra: Mapping[str, str] | None = None) -> Iterator[BenchEnvironment]:
    """Start the servers, set Django up, and remove everything at the end, also after Ctrl-C and SIGTERM.

    What the caller's environment says of databases and of Pasarsama is left aside: a bench never meets real data.
    """
    _clear_left_overs()
    for name in [name for name in os.environ if name.startswith("PASARSAMA_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o755)  # when root measures, the servers' user passes through
    former = signal.signal(signal.SIGTERM, _end)
    machines = servers.Servers(folder)
    assert machines.postgres is not None  # noqa: S101 - for the type checker: both were asked for
    assert machines.valkey is not None  # noqa: S101
    try:
        with machines:
            bench = BenchEnvironment(folder=machines.data, cluster=machines.postgres, queue=machines.valkey)
            os.environ.update(bench.environment("pasarsama"), DJANGO_SETTINGS_MODULE=settings, **(extra or {}))
            _wake(machines.data / "logs" / "bench.log")
            yield bench
            _sleep()
    finally:
        signal.signal(signal.SIGTERM, former)
        shutil.rmtree(folder, ignore_errors=True)


def _wake(log: Path) -> None:
    import django

    django.setup()
    # Written as in service, but not between the lines of the result.
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(open(log, "a", encoding="utf-8"))  # noqa: SIM115 - as long as the process


def _sleep() -> None:
    from django.db import connections

    connections.close_all()


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


def _clear_left_overs() -> None:
    """Stop and remove what a bench left behind that was killed; one that runs holds its folder's lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        users = folder / "users.lock"
        if not users.is_file() or folder.stat().st_uid != os.geteuid():
            continue
        with contextlib.suppress(OSError, command_error.CommandError):
            with open(users, "a", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            servers.Servers(folder).clear()
            shutil.rmtree(folder)
