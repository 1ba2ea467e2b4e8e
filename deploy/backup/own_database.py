"""The database of a server of one's own, before a backup is loaded into it: that it is empty, and emptying it after an interrupted try."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
from psycopg2 import sql

from deploy import env
from deploy.console import command_error

_FOREIGN = (
    "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1 LIMIT 1"
)
_OTHERS = (
    "SELECT usename || ' ' || application_name FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    # Of another role's session its kind is hidden from whoever may not read all of them.
    " AND usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend' LIMIT 1"
)
_ENDING_SECONDS, _LOOK_SECONDS = 3.0, 0.1
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname = 'public', 1"


def address(*, url: str) -> str:
    """Which database it is: host, port and name, without user and password."""
    parts = env.database(url)
    return f"{parts['HOST'] or 'localhost'}:{parts['PORT'] or 5432}/{parts['NAME']}"


def major(*, url: str) -> int:
    """The major version of the server.

    :raises command_error.CommandError: if it does not answer
    """
    with _cursor(url) as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        return int(cursor.fetchone()[0])


def require_empty(*, url: str) -> None:
    """Nothing, if no table is in the database and nobody else is connected to it.

    :raises command_error.CommandError: if not
    """
    with _cursor(url) as cursor:
        cursor.execute(_FOREIGN)
        found = cursor.fetchone()
    if found:
        raise command_error.CommandError(
            f"Basis data {env.without_password(url)} tidak kosong ({found[0]}); buat basis data kosong untuk pemulihan ini.",
            f"The database {env.without_password(url)} is not empty ({found[0]}); make an empty one for this restore.",
            status=command_error.WRONG_USE,
        )
    require_alone(url=url)


def require_alone(*, url: str) -> None:
    """Nothing, if nobody else is connected to the database: no web, no worker. Connections that end at this moment are waited for.

    :raises command_error.CommandError: if somebody is
    """
    until = time.monotonic() + _ENDING_SECONDS
    with _cursor(url) as cursor:
        while True:
            cursor.execute(_OTHERS)
            other = cursor.fetchone()
            if other is None or time.monotonic() > until:
                break
            time.sleep(_LOOK_SECONDS)
    if other:
        raise command_error.CommandError(
            f"Basis data {env.without_password(url)} sedang dipakai ({other[0].strip()}); hentikan dahulu web dan pekerja.",
            f"The database {env.without_password(url)} is in use ({other[0].strip()}); stop web and workers first.",
        )


def clear(*, url: str) -> None:
    """Remove every schema of ours: what an interrupted restore had loaded. One transaction each, since together they need too many locks.

    :raises command_error.CommandError: if somebody else is connected
    """
    require_alone(url=url)
    with _cursor(url) as cursor:
        cursor.execute(_SCHEMAS)
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")  # as every new database has it


@contextlib.contextmanager
def _cursor(url: str) -> Iterator[Any]:
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise command_error.CommandError(
            f"Basis data tidak dapat dihubungi: {reason}", f"The database cannot be reached: {reason}"
        ) from None
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
