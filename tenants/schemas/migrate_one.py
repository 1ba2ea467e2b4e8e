"""Migrations run in one schema by Django's executor, and what they said to the database, kept to be said again elsewhere."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.utils import module_loading

from tenants.db import context
from tenants.schemas import migration_state, table_changes


@dataclasses.dataclass(frozen=True)
class Recording:
    """What migrations said to one schema. `replayable` is False if more happened than statements can tell."""

    migrations: tuple[migration_state.Migration, ...]
    statements: tuple[str, ...]
    replayable: bool

    @property
    def makes_tables(self) -> bool:
        """Whether the application's role needs new privileges after it."""
        return any("CREATE TABLE" in statement.upper() for statement in self.statements)


def run_in(*, schema: str) -> Recording:
    """Run the villages' migrations that a schema lacks, one transaction each as they ask for; picks up where it was stopped."""
    with context.inside_schema(schema):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan([key for key in executor.loader.graph.leaf_nodes() if key[0] in migration_state.labels()])
        kept: list[str] = []
        with context.keeping(kept):
            executor.migrate(None, plan=plan)
    migrations = [migration for migration, _ in plan]
    return Recording(
        migrations=tuple((migration.app_label, migration.name) for migration in migrations),
        statements=tuple(kept),
        replayable=all(_only_statements(migration) for migration in migrations),
    )


@contextlib.contextmanager
def alone(schema: str) -> Iterator[None]:
    """Let one process at a time migrate a schema; the next one waits, and then finds nothing to do. A backup waits, or is waited for."""
    with table_changes.going_on(), context.public(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [lock_name(schema)])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [lock_name(schema)])


def lock_name(schema: str) -> str:
    """The name of the lock that whoever migrates a schema holds."""
    return f"pasarsama migrates {schema}"


def run_in_public() -> tuple[migration_state.Migration, ...]:
    """Run the migrations of the shared tables that are missing, and give their names.

    Higher layers install what stands beside the tables by functions named in settings.PASARSAMA_AFTER_PUBLIC_MIGRATED, called each time,
    once public is at its head; each commits by itself and has little to do where nothing changed.

    :raises migration_state.OtherRelease: if the data were made by a release that this one does not follow
    """
    with alone(context.PUBLIC), context.public():
        migration_state.check()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan([key for key in executor.loader.graph.leaf_nodes() if key[0] not in migration_state.labels()])
        if plan:
            executor.migrate(None, plan=plan)
        for dotted in settings.PASARSAMA_AFTER_PUBLIC_MIGRATED:
            module_loading.import_string(dotted)()
    return tuple((migration.app_label, migration.name) for migration, _ in plan)


def _only_statements(migration: Migration) -> bool:
    return migration.atomic is not False and all(_is_statement(operation) for operation in migration.operations)


def _is_statement(operation: Operation) -> bool:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        return all(_is_statement(inner) for inner in operation.database_operations)
    return operation.reduces_to_sql and not isinstance(operation, operations.RunPython)
