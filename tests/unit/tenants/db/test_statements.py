"""What is prepared once runs again without being planned, in its own village only, and survives whatever happens to its connection."""

from __future__ import annotations

import contextlib
import datetime
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.models import Shop
from tenants.db import context, statements
from tests.support import factories
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU

ABOUT = statements.Statement("SELECT about FROM marketplace_shop WHERE id = $1", ["integer"])
TELL = statements.Statement("UPDATE marketplace_shop SET about = $1", ["text"])
WHERE = statements.Statement("SELECT current_schema()", [])
WRONG = statements.Statement("UPDATE marketplace_shop SET id = $1", ["integer"])  # the shop's row is number 1


@contextlib.contextmanager
def talking():
    with transaction.atomic(), statements.pipeline():
        yield


def about(village: str) -> str:
    with context.inside(village):
        return str(statements.query(ABOUT, 1)[0][0])


def say(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def known() -> dict[str, int]:
    """What PostgreSQL has prepared on this connection: text -> how often it ran by the plan that is kept."""
    return dict(say("SELECT name || ' ' || statement, generic_plans FROM pg_prepared_statements"))  # type: ignore[arg-type]


@pytest.fixture
def canaries(market):
    for code, name in factories.VILLAGES.items():
        with context.inside(code):
            Shop.objects.update(about=f"canary of {name}")


def test_a_statement_is_prepared_once_per_village_and_planned_once(canaries):
    for _ in range(3):
        with talking():
            assert about(CIBIRU) == "canary of Cibiru"
            assert about(SUKAMAJU) == "canary of Sukamaju"
    assert sorted(known().values()) == [3, 3]


def test_what_is_prepared_in_one_village_never_runs_in_another(canaries):
    """The statement is one object, the search_path is switched by others in between, and each still finds its own rows only."""
    with talking():
        for village in (CIBIRU, MELATI, CIBIRU, SUKAMAJU, MELATI):
            assert about(village) == f"canary of {factories.VILLAGES[village]}"
            with context.inside(MELATI):
                assert Shop.objects.get().about == "canary of Melati"
    with talking(), pytest.raises(DatabaseError, match="marketplace_shop"):
        statements.query(ABOUT, 1)  # outside of all villages there is no such table


def test_what_is_told_waits_and_goes_with_what_is_asked_in_its_own_village(canaries, django_queries):
    with talking():
        about(SUKAMAJU)
        for village in (SUKAMAJU, CIBIRU):
            with context.inside(village):
                statements.execute_later(TELL, f"canary of {factories.VILLAGES[village]}")
    say("SELECT 1")
    with django_queries() as caught, talking():
        with context.inside(CIBIRU):
            statements.execute_later(TELL, "lebih baru")
        assert about(SUKAMAJU) == "canary of Sukamaju"
        with context.inside(SUKAMAJU):
            statements.execute_later(TELL, "juga baru")
    said = [query["sql"].count("EXECUTE") for query in caught]
    assert said == [0, 2, 1, 0]  # BEGIN, one told with one asked, one told at the end, COMMIT
    assert [about(village) for village in (CIBIRU, SUKAMAJU, MELATI)] == ["lebih baru", "juga baru", "canary of Melati"]


def test_anything_else_on_the_connection_comes_after_what_waits(canaries):
    with talking(), context.inside(CIBIRU):
        statements.execute_later(TELL, "baru")
        assert Shop.objects.get().about == "baru"
        statements.execute_later(TELL, "lebih baru")
        with transaction.atomic():
            assert Shop.objects.get().about == "lebih baru"


def test_one_within_another_is_part_of_it(canaries, django_queries):
    with talking():
        about(SUKAMAJU)
    with django_queries() as caught, talking():
        with context.inside(CIBIRU), statements.pipeline():
            statements.execute_later(TELL, "baru")
        assert about(SUKAMAJU) == "canary of Sukamaju"
    assert [query["sql"].count("EXECUTE") for query in caught if "EXECUTE" in query["sql"]] == [2]
    assert about(CIBIRU) == "baru"


def _tell_and_fail() -> None:
    with talking(), context.inside(CIBIRU):
        statements.query(ABOUT, 1)
        statements.execute_later(TELL, "baru")
        raise ZeroDivisionError


def test_what_waits_when_an_error_comes_is_never_sent(canaries):
    with pytest.raises(ZeroDivisionError):
        _tell_and_fail()
    assert about(CIBIRU) == "canary of Cibiru"
    with talking():
        assert about(CIBIRU) == "canary of Cibiru"


def _tell_wrong_and_ask() -> None:
    with context.inside(CIBIRU):
        statements.execute_later(WRONG, 2)
    about(SUKAMAJU)


def test_an_error_of_what_was_told_reaches_the_one_who_asks(canaries):
    with pytest.raises(IntegrityError, match="shop_is_one"), talking():
        _tell_wrong_and_ask()
    assert say("SHOW search_path") == [("public",)]
    with talking():
        assert about(SUKAMAJU) == "canary of Sukamaju"


def test_it_survives_a_rollback(canaries):
    with pytest.raises(ZeroDivisionError):
        _tell_and_fail()
    with talking():
        assert about(CIBIRU) == "canary of Cibiru"
        with pytest.raises(DatabaseError), transaction.atomic():
            say("SELECT 1 / 0")
        assert about(CIBIRU) == "canary of Cibiru"
    assert sorted(known().values()) == [0, 3]


def test_a_new_connection_prepares_anew(canaries):
    with talking():
        about(CIBIRU)
    connection.close()
    with talking():
        assert about(CIBIRU) == "canary of Cibiru"
    assert list(known().values()) == [1]


@pytest.mark.parametrize("lost", ["DISCARD ALL", "DEALLOCATE ALL"])
def test_what_was_discarded_is_noticed_and_the_next_try_succeeds(canaries, lost):
    with talking():
        about(CIBIRU)
    say(lost)
    connection.search_path_set_schemas = None  # DISCARD takes it back, too
    with pytest.raises(statements.Outdated), talking():
        about(CIBIRU)
    with talking():
        assert about(CIBIRU) == "canary of Cibiru"


def test_a_migration_that_adds_a_column_changes_nothing(canaries, market):
    with talking():
        about(CIBIRU)
    with _migrating(market):
        say("ALTER TABLE marketplace_shop ADD COLUMN motto varchar(100) NOT NULL DEFAULT ''")
    with talking():
        assert about(CIBIRU) == "canary of Cibiru"


def test_a_migration_that_changes_a_type_is_noticed_and_the_next_try_succeeds(canaries, market):
    """PostgreSQL's 'cached plan must not change result type'."""
    with talking():
        about(CIBIRU)
    with _migrating(market):
        say("ALTER TABLE marketplace_shop ALTER COLUMN about TYPE varchar(500)")
    with pytest.raises(statements.Outdated), talking():
        about(CIBIRU)
    with talking():
        assert about(CIBIRU) == "canary of Cibiru"


@contextlib.contextmanager
def _migrating(market):
    """As the owner, while the application's connection stays open as another thread's does."""
    kept, connection.connection = connection.connection, None
    with market.as_owner(), context.inside(CIBIRU):
        yield
        connection.close()
    connection.connection = kept
    connection.search_path_set_schemas = None


def test_beyond_its_bound_the_statement_used_longest_ago_makes_room(canaries, monkeypatch):
    monkeypatch.setattr(statements, "STATEMENTS_MAX", 2)
    with talking():
        about(CIBIRU), about(SUKAMAJU), about(CIBIRU), about(MELATI)
        assert len(known()) == 2
        about(CIBIRU)
        assert sorted(known().values()) == [1, 3]  # Melati's, and Cibiru's that was used again and stayed
        assert about(SUKAMAJU) == "canary of Sukamaju"
        assert len(known()) == 2


def test_outside_of_together_statements_run_as_any_other(canaries):
    assert about(CIBIRU) == "canary of Cibiru"
    with context.inside(MELATI):
        statements.execute_later(TELL, "100 % segar")
        assert statements.query(WHERE) == [("v_3402902003",)]
    assert about(MELATI) == "100 % segar"
    assert known() == {}


VALUES = statements.Statement("SELECT $1, $2::text[], $3, $4, $5", ["uuid", "text[]", "timestamptz", "bigint", "text"])


def test_values_arrive_as_they_were(market):
    key, at = uuid.uuid4(), datetime.datetime.fromisoformat("2026-06-10T12:00:00.123456+07:00")
    with talking():
        assert statements.query(VALUES, key, statements.array(["a"]), at, 2**62, None) == [(key, ["a"], at, 2**62, None)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12), max_size=4))
def test_an_array_holds_any_texts(market, texts):
    with talking():
        assert statements.query(VALUES, uuid.UUID(int=0), statements.array(texts), None, 1, "%s; $1 '")[0][1::3] == (texts, "%s; $1 '")
