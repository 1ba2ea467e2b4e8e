"""A transaction's BEGIN travels with its first statement: one round trip less for each, and none for a transaction that does nothing.

psycopg2 sends BEGIN by itself, as a message of its own, before the first statement of a connection that is not in autocommit.
Ours stays in autocommit as psycopg2 sees it; whether a transaction is to begin stands in `begin_waits`, and COMMIT and ROLLBACK
are sent as statements.
"""

from __future__ import annotations

from typing import Any

from psycopg2 import extensions


class Connection(extensions.connection):  # type: ignore[misc]  # psycopg2 has no annotations
    """psycopg2's connection, which begins its transactions late."""

    begins = False  # Django wants a transaction around what comes
    begin_waits = False  # and nothing of it was sent yet

    def commit(self) -> None:
        self._end("COMMIT", super().commit)

    def rollback(self) -> None:
        self._end("ROLLBACK", super().rollback)

    def _end(self, statement: str, by_driver: Any) -> None:
        if not self.autocommit:  # while Django prepares a new connection
            by_driver()
        elif not self.begin_waits:
            with self.cursor() as cursor:
                cursor.execute(statement)
            self.begin_waits = self.begins


class Cursor(extensions.cursor):  # type: ignore[misc]
    """psycopg2's cursor, which begins the transaction that waits."""

    connection: Connection

    def execute(self, query: Any, vars: Any = None) -> None:
        connection = self.connection
        if not connection.begin_waits:
            super().execute(query, vars)
            return
        connection.begin_waits = False
        try:
            if isinstance(query, str):
                super().execute("BEGIN; " + query, vars)
            else:  # one composed of psycopg2.sql
                super().execute("BEGIN")
                super().execute(query, vars)
        finally:
            # What PostgreSQL cannot even read did not begin anything.
            connection.begin_waits = connection.info.transaction_status == extensions.TRANSACTION_STATUS_IDLE

    def executemany(self, query: Any, vars_list: Any) -> None:
        self._begin()
        super().executemany(query, vars_list)

    def callproc(self, procname: Any, parameters: Any = None) -> Any:
        self._begin()
        return super().callproc(procname, parameters)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        self._begin()
        super().copy_expert(sql, file, size)

    def copy_from(self, *args: Any, **more: Any) -> None:
        self._begin()
        super().copy_from(*args, **more)

    def copy_to(self, *args: Any, **more: Any) -> None:
        self._begin()
        super().copy_to(*args, **more)

    def _begin(self) -> None:
        if self.connection.begin_waits:
            self.connection.begin_waits = False
            super().execute("BEGIN")
