"""A copy of the database by pg_dump that any PostgreSQL from its version on can read: public, then the villages in batches, of one moment.

One pg_dump of many villages needs more locks than a default server has, so there are several, and a snapshot that one connection exports
and holds lets all of them see the same moment. Without it there is no copy. Makers of tables wait (tenants.schemas.table_changes).
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from deploy.backup import manifest, postgres_tools
from deploy.console import command_error
from tenants.db import context
from tenants.schemas import table_changes

SCHEMAS_MAX = 100  # of one pg_dump: its locks fit a server with default settings, also beside a market that works
_LOCK_WAIT = "120s"
_EXTENSIONS = (
    "SELECT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY 1"
)
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1"


@dataclasses.dataclass(frozen=True)
class Copied:
    """What was copied: the schemas of each file, and the extensions that must be there before, with their schemas."""

    batches: dict[str, tuple[str, ...]]
    extensions: dict[str, str]


def take(*, programs_folder: Path, folder: Path, progress: manifest.Progress) -> Copied:
    """Copy every schema into files of a new folder. Runs as the owner; waits for whoever makes tables, and lets them wait.

    :raises command_error.CommandError: if the snapshot cannot be had, is lost on the way, or pg_dump fails
    """
    folder.mkdir(mode=0o700)
    with _held_still(progress) as holder:
        schemas, extensions = _read(holder)
        snapshot = _ask(holder, "SELECT pg_export_snapshot()")
        batches = _batches(schemas)
        done = 0
        for name, batch in batches.items():
            progress(done, len(schemas), "logical")
            path = folder / name
            command = [str(programs_folder / "pg_dump"), "--format", "custom", "--compress", "1", "--file", str(path), "--no-password"]
            command += ["--snapshot", snapshot, "--lock-wait-timeout", _LOCK_WAIT, "--strict-names"]
            command += [f'--schema="{schema}"' for schema in batch]
            postgres_tools.run(command=command, environment=environment(), about=folder)
            path.chmod(0o600)
            _ask(holder, "SELECT 1")  # the snapshot and the tables' rest end with this connection
            done += len(batch)
        progress(done, len(schemas), "logical")
    return Copied(batches=batches, extensions=extensions)


def environment() -> dict[str, str]:
    """libpq's variables for the database that settings name, password included."""
    return postgres_tools.environment(database=settings.DATABASES["default"])


def _batches(schemas: list[str]) -> dict[str, tuple[str, ...]]:
    """File names and their schemas: public alone and first, since others read its functions and types."""
    others = [schema for schema in schemas if schema != context.PUBLIC]
    parts = [others[start : start + SCHEMAS_MAX] for start in range(0, len(others), SCHEMAS_MAX)]
    return {"000.dump": (context.PUBLIC,)} | {f"{number:03}.dump": tuple(part) for number, part in enumerate(parts, start=1)}


@contextlib.contextmanager
def _held_still(progress: manifest.Progress) -> Iterator[Any]:
    """A connection of its own that nobody's time limit ends, in a transaction that sees one moment, with nobody making tables."""
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"):
                cursor.execute(f"SET {name} = 0")
            cursor.execute(table_changes.TRY_TO_HOLD_OFF)
            if not cursor.fetchone()[0]:
                progress(0, 1, "menunggu migrasi / waiting for a migration")
                cursor.execute(table_changes.HOLD_OFF)
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield holder
    except DatabaseError as error:
        reason = (str(error).strip().splitlines() or ["?"])[0]
        raise command_error.CommandError(
            f"Potret basis data (snapshot) hilang, jadi tidak ada cadangan: {reason}",
            f"The database's snapshot was lost, so there is no backup: {reason}",
        ) from None
    finally:
        with contextlib.suppress(DatabaseError):
            holder.close()


def _read(holder: Any) -> tuple[list[str], dict[str, str]]:
    with holder.cursor() as cursor:
        cursor.execute(_SCHEMAS)
        schemas = [name for (name,) in cursor.fetchall()]
        cursor.execute(_EXTENSIONS)
        return schemas, dict(cursor.fetchall())


def _ask(holder: Any, statement: str) -> str:
    with holder.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
