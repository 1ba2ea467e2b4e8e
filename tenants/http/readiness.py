"""Whether this process could serve a request now."""

from __future__ import annotations

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tenants.db import context
from tenants.schemas import migration_state

_migrated = False  # a database that was migrated stays so while this code runs


def missing() -> list[str]:
    """What is missing to serve: "database", "migrations", "cache"; empty when ready."""
    found = []
    try:
        with context.public():
            if not _is_migrated():
                found.append("migrations")
    except DatabaseError:
        connection.close()
        found.append("database")
    try:
        cache.get("shared:readiness")
    except Exception:  # whatever the cache's client raises: it does not answer
        found.append("cache")
    return found


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _migrated = all(migration.app_label in migration_state.labels() for migration, _ in plan)
    return _migrated
