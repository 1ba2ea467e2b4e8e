"""Whether this process could serve a request now, and what it does without."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tenants import clock, disk_room, newest_backup, wal_archive
from tenants.db import context
from tenants.disk_room import Room
from tenants.http import queue_server
from tenants.schemas import migration_state

_migrated = False  # a database that was migrated stays so while this code runs


def missing() -> list[str]:
    """What is missing to serve: "database", "migrations", "recovery" (the server still restores, and is read only); empty when ready."""
    found = []
    try:
        with context.public():
            if is_restoring():
                found.append("recovery")
            if not _is_migrated():
                found.append("migrations")
    except DatabaseError:
        connection.close()
        found.append("database")
    return found


def degraded() -> list[str]:
    """What the market goes on without: "queue", "clock" (while it is doubted nothing lapses), "disk" (a tenth is left, or nothing),
    "backup" (the newest misses a night), "archive" (PostgreSQL's log is to be sent away, and is not).

    Asks the database, so once that is there.
    """
    cache.get("shared:readiness")
    newest = newest_backup.read(data=Path(settings.DATA))
    archive = wal_archive.read()
    found = {
        "queue": queue_server.is_away(),
        "clock": clock.doubt() is not None,
        "disk": disk_room.left(folder=Path(settings.DATA)) is not Room.ENOUGH,
        "backup": newest is not None and newest.is_old(at=timezone.now()),
        "archive": archive is not None and archive.is_behind,
    }
    return [name for name, lacks in found.items() if lacks]


def backup_age_hours() -> int | None:
    """How old the newest backup is, in whole hours; None if there was never one."""
    newest = newest_backup.read(data=Path(settings.DATA))
    return None if newest is None else int(newest.age(at=timezone.now()).total_seconds() // 3600)


def archive_age_minutes() -> int | None:
    """How old the newest archived log is, in whole minutes; None if there is none, or the server archives nothing."""
    archive = wal_archive.read()
    return None if archive is None or archive.age is None else int(archive.age.total_seconds() // 60)


def is_restoring() -> bool:
    """Whether the server replays a log (it is being restored, or stopped half-way): nothing can be written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return bool(cursor.fetchone()[0])


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _migrated = all(migration.app_label in migration_state.labels() for migration, _ in plan)
    return _migrated
