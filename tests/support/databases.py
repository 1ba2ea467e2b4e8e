"""The database of a test: a copy of a template, which a test gives back with the template's rows, so that the next one needs no copy.

What a test changed is seen in PostgreSQL's own counters of rows added, changed and removed, which no role and no trigger escapes. They
count in the catalogues too: a database in which a table, function, trigger or privilege was so much as touched is dropped, and so is one
to which somebody is still connected. PASARSAMA_CHECK_TEST_DATABASES=1 compares every row with the template's after each test.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import io
import itertools
import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
from django.db import connection, connections
from psycopg2 import extensions, sql

from tenants.db import statements
from tests.support import servers

CHECKED = os.environ.get("PASARSAMA_CHECK_TEST_DATABASES") == "1"
_TIMES_MAX = 100  # how often one copy is given out: rows that were removed stay in its files
_CHANGES_MAX = 5_000  # more than these take longer to put back than a new copy does to make
_LEAVE_SECONDS = 1.0  # what a connection that was closed has to be gone
_CATALOGUES = 16_384  # objects below this number are PostgreSQL's own

_ROWS_CHANGED = """
SELECT oid::bigint, pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid)
FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND NOT relisshared
"""
_SEQUENCES = "SELECT seqrelid::bigint, pg_sequence_last_value(seqrelid) FROM pg_sequence"
_SET = "SELECT setval(seqrelid, coalesce(%(value)s, seqstart), %(was_called)s) FROM pg_sequence WHERE seqrelid = %(oid)s"
# The rest of what a database is, and since when the counters count: a killed server begins them from nothing. A test may ask for deadlocks.
_SURROUNDINGS = """
SELECT (SELECT row(datdba, datconnlimit, datallowconn, datistemplate, datacl)::text FROM pg_database WHERE datname = current_database()),
  (SELECT array_agg(s::text ORDER BY s::text) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase
   WHERE datname = current_database()),
  (SELECT row(stats_reset, deadlocks)::text FROM pg_stat_database WHERE datname = current_database()),
  (SELECT max(backend_start) FROM pg_stat_activity WHERE backend_type = 'checkpointer')
"""
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> %s"
_TABLES = """
SELECT c.oid::bigint, c.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
WHERE c.oid >= %s AND relkind IN ('r', 'm') GROUP BY c.oid
"""
_EVERYTHING = """
SELECT c.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
WHERE relkind IN ('r', 'm', 'S') AND NOT relisshared AND attname <> ALL (%s) GROUP BY c.oid
"""
_MEASURED = ("relpages", "reltuples", "relallvisible", "relallfrozen", "relfrozenxid", "relminmxid", "log_cnt")
# As DISCARD ALL, apart from the plans: those of functions are what is dear to make.
_AS_NEW = """
RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; DISCARD SEQUENCES; DISCARD TEMP;
SELECT pg_advisory_unlock_all(); SELECT pg_stat_force_next_flush()
"""


class NotAsBefore(Exception):  # noqa: N818 - it says what the database is
    """The database cannot be given to another test."""


@dataclasses.dataclass(frozen=True)
class _Table:
    name: str
    columns: str
    rows: str  # as COPY writes them; empty for most tables


@dataclasses.dataclass(frozen=True)
class _Counters:
    changes: dict[int, int]
    sequences: dict[int, int | None]
    surroundings: tuple[Any, ...]


class Copy:
    """One copy of a template, for one test after the other."""

    def __init__(self, *, template: str) -> None:
        self.name = f"{template}_{os.getpid()}_{next(_numbers)}"
        self._template = template
        self._times = 0
        servers.CLUSTER.create_database(self.name, template=template)
        self._admin = psycopg2.connect(servers.CLUSTER.admin_url(self.name))
        self._admin.autocommit = True
        with self._admin.cursor() as cursor:
            cursor.execute("SET statement_timeout = '30s'")
            self._tables = _tables(cursor, template)
            self._clean = _counted(cursor)

    def give_back(self) -> None:
        """Put everything back as the template has it.

        :raises NotAsBefore: if that is not possible, or dearer than another copy
        """
        self._times += 1
        if self._times >= _TIMES_MAX:
            raise NotAsBefore("it has served long enough")
        try:
            with self._admin.cursor() as cursor:
                self._alone(cursor)
                now = _counted(cursor)
                if now != self._clean:
                    self._put_back(cursor, now)
                    self._clean = _counted(cursor)
        except psycopg2.Error as error:
            raise NotAsBefore(str(error)) from error
        if CHECKED:
            self.check()

    def check(self) -> None:
        """Hold every row of every table, every sequence and the catalogues against the template's.

        :raises AssertionError: with the name of what differs
        """
        if self._template not in _contents:
            with contextlib.closing(psycopg2.connect(servers.CLUSTER.admin_url(self._template))) as first, first.cursor() as cursor:
                _contents[self._template] = _content(cursor)
        with self._admin.cursor() as cursor:
            now, before = _content(cursor), _contents[self._template]
        assert {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)} == set()

    def drop(self) -> None:
        """Give it up; PostgreSQL removes it when the next copy is made, as it would wait for connections that were just closed."""
        self._admin.close()
        _dropped.append(self.name)

    def _alone(self, cursor: Any) -> None:
        """Wait until only the connection of this thread is left, which is then as a new one."""
        kept = _renewed(self.name)
        until = time.monotonic() + _LEAVE_SECONDS
        while True:
            cursor.execute(_OTHERS, [kept])
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise NotAsBefore("somebody is still connected")
            time.sleep(0.002)

    def _put_back(self, cursor: Any, now: _Counters) -> None:
        if now.surroundings != self._clean.surroundings or now.changes.keys() != self._clean.changes.keys():
            raise NotAsBefore("it is another database")
        changed = {oid: count - self._clean.changes[oid] for oid, count in now.changes.items() if count != self._clean.changes[oid]}
        if any(oid < _CATALOGUES for oid in changed) or now.sequences.keys() != self._clean.sequences.keys():
            raise NotAsBefore("tables, functions, privileges or the like were changed")
        if sum(changed.values()) > _CHANGES_MAX:
            raise NotAsBefore("too many rows were changed")
        tables = [self._tables[oid] for oid in changed]
        cursor.execute("BEGIN; SET LOCAL session_replication_role = replica")
        for table in tables:
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.SQL(table.name)))
            if table.rows:
                cursor.copy_expert(f"COPY {table.name} ({table.columns}) FROM STDIN", io.StringIO(table.rows))
        for oid, value in self._clean.sequences.items():
            if now.sequences[oid] != value:
                cursor.execute(_SET, {"oid": oid, "value": value, "was_called": value is not None})
        cursor.execute("COMMIT")


_numbers = itertools.count(1)
_ready: dict[str, list[Copy]] = collections.defaultdict(list)
_dropped: list[str] = []


@contextlib.contextmanager
def lent(*, template: str) -> Iterator[Copy]:
    """Have a database that is as the template for a while; this thread's connection works in it, as the application's role."""
    copy = _ready[template].pop() if _ready[template] else _new(template)
    servers.point_at(servers.CLUSTER.url(database=copy.name))
    if connection.connection is not None and not connection.is_usable():  # its server was started again meanwhile
        connections.close_all()
    try:
        yield copy
    finally:
        try:
            with contextlib.suppress(NotAsBefore):
                copy.give_back()
                _ready[template].append(copy)
        finally:
            if copy not in _ready[template]:
                connections.close_all()
                copy.drop()


def _new(template: str) -> Copy:
    copy = Copy(template=template)
    while _dropped:
        servers.CLUSTER.drop_database(_dropped.pop())
    return copy


def _counted(cursor: Any) -> _Counters:
    cursor.execute("SELECT pg_stat_force_next_flush()")
    cursor.execute(_ROWS_CHANGED)
    changes = dict(cursor.fetchall())
    cursor.execute(_SEQUENCES)
    sequences = dict(cursor.fetchall())
    cursor.execute(_SURROUNDINGS)
    return _Counters(changes=changes, sequences=sequences, surroundings=cursor.fetchone())


_of_template: dict[str, dict[int, _Table]] = {}


def _tables(cursor: Any, template: str) -> dict[int, _Table]:
    """The template's rows, from the first copy of it: objects have the same numbers in all copies."""
    if template not in _of_template:
        cursor.execute(_TABLES, [_CATALOGUES])
        _of_template[template] = {
            oid: _Table(name, columns, _copied_out(cursor, f"{name} ({columns})")) for oid, name, columns in cursor.fetchall()
        }
    return _of_template[template]


def _copied_out(cursor: Any, what: str) -> str:
    out = io.StringIO()
    cursor.copy_expert(f"COPY {what} TO STDOUT", out)
    return out.getvalue()


_contents: dict[str, dict[str, list[str]]] = {}


def _content(cursor: Any) -> dict[str, list[str]]:
    """The rows of all tables, catalogues and sequences, without what VACUUM notes about them."""
    cursor.execute(_EVERYTHING, [list(_MEASURED)])
    parts = [(name, f"(SELECT {columns} FROM {name})") for name, columns in cursor.fetchall()]  # noqa: S608 - names by the catalogues
    return {name: sorted(_copied_out(cursor, part).splitlines()) for name, part in parts}


def _renewed(database: str) -> int:
    """Make this thread's connection as a new one, where it stands as one would find it; otherwise close it. Gives its process, or 0."""
    raw = connection.connection
    if raw is None:
        return 0
    info = raw.info
    usual = (
        not raw.closed
        and (info.dbname, info.user) == (database, connection.settings_dict["USER"])
        and info.transaction_status == extensions.TRANSACTION_STATUS_IDLE
        and not (connection.in_atomic_block or connection.needs_rollback or connection.errors_occurred or connection.run_on_commit)
        and raw.autocommit
        and connection.autocommit
        and not raw.begins
        and not raw.begin_waits
    )
    if usual:
        try:
            with raw.cursor() as cursor:
                cursor.execute(_AS_NEW)
        except psycopg2.Error:
            usual = False
    if not usual:
        connection.close()
        return 0
    connection.search_path_set_schemas = None
    connection.queries_log.clear()
    statements._known.pop(raw, None)
    return int(info.backend_pid)
