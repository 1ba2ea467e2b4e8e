"""A test's database has the template's rows again when the next test gets it, or it is another database."""

from __future__ import annotations

import contextlib
import threading

import psycopg2
import pytest
from django.db import connection

from tests.support import databases, factories, servers, shopping


@pytest.fixture
def lend(template):
    """A block with a database of this test's own making; afterwards `name` of the next one, which is checked."""

    @contextlib.contextmanager
    def lent():
        with databases.lent(template=template) as copy:
            yield copy
        with databases.lent(template=template) as following:
            following.check()
            names.append((copy.name, following.name))

    names: list[tuple[str, str]] = []
    lent.names = names
    return lent


def said(statement: str, url: str) -> None:
    """Say something in a connection of its own, triggers and foreign keys asleep where it is a superuser's."""
    with contextlib.closing(psycopg2.connect(url)) as another:
        another.autocommit = True
        with another.cursor() as cursor:
            cursor.execute(statement)


def by_superuser(copy: databases.Copy, statement: str) -> None:
    said(statement, servers.CLUSTER.admin_url(copy.name))


ROWS = {
    "a changed row": "UPDATE federation_federation SET unpaid_per_address_max = 77",
    "a removed row": "DELETE FROM tenants_membership",
    "a village's row": "DELETE FROM v_3402902001.marketplace_shop",
    "an append-only row less": "SET session_replication_role = replica; DELETE FROM tenants_activityentry",
    "an append-only row more": "SET session_replication_role = replica; INSERT INTO tenants_activityentry SELECT (jsonb_populate_record("
    "e, jsonb_build_object('id', gen_random_uuid()))).* FROM tenants_activityentry e LIMIT 1",
    "a row of what was installed": "UPDATE django_migrations SET name = 'another'",
    "sequences": "SELECT nextval(oid) FROM pg_class WHERE relkind = 'S'",
    "the template of villages": "INSERT INTO village_template.django_migrations (app, name, applied) VALUES ('a', 'b', now())",
}


@pytest.mark.parametrize("statement", ROWS.values(), ids=ROWS)
def test_rows_are_put_back(lend, statement):
    with lend() as copy:
        by_superuser(copy, statement)
        with pytest.raises(AssertionError):
            copy.check()
    ((former, following),) = lend.names
    assert former == following, "it was not this database that was cleaned"


def test_what_the_application_wrote_is_put_back(lend):
    with lend() as copy:
        shopping.product(factories.CIBIRU, name="Keripik", stock=3)
        with pytest.raises(AssertionError):
            copy.check()
    assert len(set(lend.names[0])) == 1


TOUCHED = {
    "a table": "CREATE TABLE public.another (id int)",
    "a village's table": "ALTER TABLE v_3402902001.marketplace_shop ADD another int",
    "a schema": "CREATE SCHEMA v_3402909999",
    "a function": "ALTER FUNCTION settlement_uuid7() COST 7",
    "a trigger": "ALTER TABLE tenants_activityentry DISABLE TRIGGER ALL",
    "an index": "CREATE INDEX another ON tenants_user (name)",
    "a privilege": "GRANT UPDATE ON tenants_activityentry TO pasarsama",
    "a column's privilege": "GRANT UPDATE (id) ON tenants_activityentry TO pasarsama",
    "a schema's privilege": "GRANT CREATE ON SCHEMA public TO pasarsama",
    "a default privilege": "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO pasarsama",
    "a policy": "CREATE POLICY another ON tenants_user",
    "an emptied table": "TRUNCATE tenants_membership",
    "statistics": "ANALYZE tenants_user",
    "a setting": "ALTER DATABASE {database} SET work_mem = '7MB'",
    "a role's setting": "ALTER ROLE pasarsama IN DATABASE {database} SET work_mem = '7MB'",
    "who may connect": "REVOKE CONNECT ON DATABASE {database} FROM PUBLIC",
    "a sequence's step": "ALTER SEQUENCE django_migrations_id_seq INCREMENT 7",
    "a large object": "SELECT lo_create(0)",
    "counters": "UPDATE tenants_user SET name = 'another'; SELECT pg_stat_force_next_flush(); SELECT pg_stat_reset()",
}


@pytest.mark.parametrize("statement", TOUCHED.values(), ids=TOUCHED)
def test_a_database_of_another_shape_is_not_given_out_again(lend, statement):
    with lend() as copy:
        by_superuser(copy, statement.format(database=copy.name))
    ((former, following),) = lend.names
    assert former != following


def test_nor_is_one_to_which_somebody_is_connected(lend, monkeypatch):
    monkeypatch.setattr(databases, "_LEAVE_SECONDS", 0.1)
    with lend() as copy:
        another = psycopg2.connect(servers.CLUSTER.url(database=copy.name))
    another.close()
    assert len(set(lend.names[0])) == 2


def test_nor_is_one_that_served_long(lend, monkeypatch):
    monkeypatch.setattr(databases, "_TIMES_MAX", 1)
    with lend():
        pass
    assert len(set(lend.names[0])) == 2


def test_what_a_thread_wrote_last_is_seen(lend):
    def write(url: str) -> None:
        said("UPDATE federation_federation SET unpaid_per_address_max = 78", url)

    with lend() as copy:
        thread = threading.Thread(target=write, args=[servers.CLUSTER.url(database=copy.name)])
        thread.start()
        thread.join()
    assert len(set(lend.names[0])) == 1


def test_the_connection_is_as_a_new_one(template):
    def ask(question: str) -> object:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]

    with databases.lent(template=template):
        backend = ask("SELECT pg_backend_pid()")
        usual = ask("SHOW statement_timeout")
        ask("SELECT set_config('statement_timeout', '77s', false), pg_advisory_lock(77)")
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = v_3402902001; PREPARE another AS SELECT 1; LISTEN another")
            cursor.execute("DECLARE another CURSOR WITH HOLD FOR SELECT 1")
    with databases.lent(template=template):
        assert ask("SELECT pg_backend_pid()") == backend
        assert ask("SHOW statement_timeout") == usual
        assert ask("SELECT current_schema()") == "public"
        assert ask("SELECT count(*) FROM pg_prepared_statements WHERE name = 'another'") == 0
        assert ask("SELECT count(*) FROM pg_cursors WHERE name = 'another'") == 0
        assert ask("SELECT count(*) FROM pg_listening_channels()") == 0
        assert ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0


def test_one_in_the_middle_of_a_transaction_is_closed(template):
    with databases.lent(template=template) as copy:
        connection.ensure_connection()
        backend = connection.connection.info.backend_pid
        connection.connection.begins = connection.connection.begin_waits = True
    with databases.lent(template=template) as following, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != backend
        assert following is copy
