"""Whether this process could serve a request now, and what it does without."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tenants import clock, disk_room
from tenants.db import context
from tenants.disk_room import Room
from tenants.http import queue_server
from tenants.schemas import migration_state

_migrated = False  # a database that was migrated stays so while this code runs


def missing() -> list[str]:
    """What is missing to serve: "database", "migrations"; empty when ready."""
    found = []
    try:
        with context.public():
            if not _is_migrated():
                found.append("migrations")
    except DatabaseError:
        connection.close()
        found.append("database")
    return found


def degraded() -> list[str]:
    """What the market goes on without: "queue", "clock" (while it is doubted nothing lapses), "disk" (a tenth is left, or nothing).

    Asks the database, so once that is there.
    """
    cache.get("shared:readiness")
    found = {
        "queue": queue_server.is_away(),
        "clock": clock.doubt() is not None,
        "disk": disk_room.left(folder=Path(settings.DATA)) is not Room.ENOUGH,
    }
    return [name for name, lacks in found.items() if lacks]


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _migrated = all(migration.app_label in migration_state.labels() for migration, _ in plan)
    return _migrated
