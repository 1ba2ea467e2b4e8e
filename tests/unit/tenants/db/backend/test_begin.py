"""BEGIN travels with the first statement, and everything that Django promises of transactions still holds."""

from __future__ import annotations

import io

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg2 import extensions, sql

from tenants.db import statements
from tenants.db.backend import begin
from tenants.models import Village
from tests.support import servers

ONE = statements.Statement("SELECT $1", ["integer"])


def _status() -> int:
    return int(connection.connection.info.transaction_status)


def _xid() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        return str(cursor.fetchone()[0])


@pytest.fixture
def sent(market, monkeypatch) -> list[str]:
    """Every message to PostgreSQL, as psycopg2 sends it."""
    connection.ensure_connection()
    messages: list[str] = []

    class Listening(begin.Cursor):
        def execute(self, query, vars=None):
            messages.append(("BEGIN; " if self.connection.begin_waits else "") + str(query))
            super().execute(query, vars)

    monkeypatch.setattr(connection.connection, "cursor_factory", Listening)
    return messages


def test_a_transaction_that_says_nothing_sends_nothing(sent):
    with transaction.atomic(durable=True):
        pass
    assert sent == []


def test_begin_travels_with_the_first_statement(sent):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 0")  # the search_path is set
    sent.clear()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    assert sent == ["BEGIN; SELECT 1", "SELECT 2", "COMMIT"]


def test_statements_of_one_block_are_one_transaction(market):
    with transaction.atomic(durable=True):
        assert _xid() == _xid()
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
    assert _status() == extensions.TRANSACTION_STATUS_IDLE
    assert _xid() != _xid()


def test_a_cursor_of_before_works_inside_the_block(market):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        with transaction.atomic(durable=True):
            cursor.execute("SELECT 2")
            assert _status() == extensions.TRANSACTION_STATUS_INTRANS


@pytest.mark.parametrize(
    "first",
    [
        lambda cursor: cursor.executemany("SELECT %s", [(1,), (2,)]),
        lambda cursor: cursor.callproc("pg_backend_pid"),
        lambda cursor: cursor.copy_expert("COPY (SELECT 1) TO STDOUT", io.StringIO()),
        lambda cursor: cursor.copy_to(io.StringIO(), "tenants_village"),
        lambda cursor: cursor.execute(sql.SQL("SELECT {}").format(sql.Literal(1))),
    ],
)
def test_whatever_is_first_begins(market, first):
    with transaction.atomic(durable=True):
        first(connection.cursor())
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS


def test_a_savepoint_begins_too(market):
    with transaction.atomic(durable=True):
        with pytest.raises(IntegrityError), transaction.atomic():
            Village.objects.create(code="bad", slug="bad", name="bad", schema_name="bad", created_at="2026-01-01T00:00Z")
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
        assert Village.objects.count() == 3


def _change(then: str) -> None:
    with transaction.atomic(durable=True):
        Village.objects.update(name="x")
        connection.cursor().execute(then)


@pytest.mark.parametrize("then", ["SELECT 1 / 0", "SELEKT 1", "SELECT * FROM nowhere"])
def test_what_fails_is_undone_and_the_next_block_works(market, then):
    names = set(Village.objects.values_list("name", flat=True))
    with pytest.raises(DatabaseError):
        _change(then)
    assert _status() == extensions.TRANSACTION_STATUS_IDLE
    assert set(Village.objects.values_list("name", flat=True)) == names
    _change("SELECT 1")
    assert set(Village.objects.values_list("name", flat=True)) == {"x"}


def test_what_cannot_be_read_begins_nothing_and_what_follows_is_still_one_transaction(market):
    connection.cursor().execute("SELECT 1")  # the search_path is set
    with transaction.atomic(durable=True):
        with pytest.raises(DatabaseError):
            connection.cursor().execute("SELEKT 1")
        Village.objects.update(name="x")
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
        transaction.set_rollback(True)
    assert not Village.objects.filter(name="x").exists()


def test_by_hand(market):
    transaction.set_autocommit(False)
    try:
        Village.objects.update(name="x")
        transaction.rollback()
        assert not Village.objects.filter(name="x").exists()
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
        transaction.commit()
        assert _status() == extensions.TRANSACTION_STATUS_IDLE
        Village.objects.update(name="y")
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
        transaction.rollback()
    finally:
        transaction.set_autocommit(True)
    assert not Village.objects.filter(name="y").exists()


def test_prepared_statements_begin_in_the_same_message(market):
    with transaction.atomic(durable=True), statements.pipeline():
        assert statements.query(ONE, 1) == [(1,)]
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
    assert _status() == extensions.TRANSACTION_STATUS_IDLE


def _be_ended() -> None:
    admin = psycopg2.connect(servers.CLUSTER.admin_url())
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    admin.close()


def test_a_lost_connection_in_a_block_is_an_error_and_a_new_one_begins(market):
    with transaction.atomic(durable=True):
        Village.objects.count()
        _be_ended()
        with pytest.raises(DatabaseError):
            Village.objects.count()
        transaction.set_rollback(True)
    with transaction.atomic(durable=True):
        assert Village.objects.count() == 3
        assert _status() == extensions.TRANSACTION_STATUS_INTRANS
