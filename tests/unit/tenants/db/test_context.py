"""The one door between schemas: what it opens, what it never lets through."""

from __future__ import annotations

import random
import threading
import time

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from marketplace.models import Shop
from tenants import codes
from tenants.db import context
from tests.support import factories
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU


def _path() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return str(cursor.fetchone()[0])


def _canaries() -> None:
    for code, name in factories.VILLAGES.items():
        with context.inside(code):
            Shop.objects.update(about=f"canary of {name}")


def test_inside_restores_the_former_place(market):
    with context.inside(SUKAMAJU):
        with context.inside(CIBIRU):
            assert context.current() == CIBIRU
            with context.public():
                assert context.current() is None
        assert context.here() == SUKAMAJU
        assert _path() == "v_3402902001, public"
    assert context.current() is None
    assert _path() == "public"
    with pytest.raises(RuntimeError):
        context.here()


def test_an_exception_inside_restores_it_too(market):
    with pytest.raises(ZeroDivisionError), context.inside(SUKAMAJU):
        raise ZeroDivisionError
    assert _path() == "public"


@pytest.mark.parametrize("text", ["", "F", "34.02", "public", 'x"; DROP SCHEMA public', "34.02.90.20011"])
def test_only_a_village_can_be_entered(text):
    with pytest.raises(ValueError, match="not the code"), context.inside(text):
        pass


def test_a_switch_is_one_statement_and_none_when_nothing_changes(market):
    list(Shop.objects.none())
    _path()
    with CaptureQueriesContext(connection) as said:
        with context.inside(SUKAMAJU):
            Shop.objects.values_list("about", flat=True).get()
            Shop.objects.count()
        with context.inside(SUKAMAJU):  # the same again: nothing to say
            Shop.objects.count()
        with context.inside(CIBIRU):
            pass  # nothing asked there: nothing said
    assert [query["sql"] for query in said if query["sql"].startswith("SET")] == ['SET search_path = "v_3402902001", "public"']


def test_a_failed_switch_is_raised_and_nothing_of_the_former_village_is_read(market, monkeypatch):
    # The trap as measured: with the switch failing, django-tenants' backend went on and gave the former village's rows.
    _canaries()
    with context.inside(SUKAMAJU):
        Shop.objects.get()
        with context.inside(CIBIRU):
            monkeypatch.setattr(connection, "path", lambda: ["v_3402902002", "no\x00such"])
            with pytest.raises((DatabaseError, ValueError)):
                Shop.objects.values_list("about", flat=True).get()
            monkeypatch.undo()
            assert Shop.objects.values_list("about", flat=True).get() == "canary of Cibiru"


def test_a_switch_in_a_failed_transaction_is_raised(market):
    _canaries()
    with pytest.raises(DatabaseError), transaction.atomic(), context.inside(SUKAMAJU):  # noqa: PT012 - what is under test is what happens on the way out
        Shop.objects.get()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        except DatabaseError:
            with context.inside(CIBIRU):
                Shop.objects.get()
    with context.inside(CIBIRU):
        assert Shop.objects.values_list("about", flat=True).get() == "canary of Cibiru"


def test_a_savepoint_taken_back_does_not_leave_a_stale_path(market):
    _canaries()
    with transaction.atomic(), context.inside(SUKAMAJU):
        assert Shop.objects.values_list("about", flat=True).get() == "canary of Sukamaju"
        with pytest.raises(ZeroDivisionError), context.inside(CIBIRU), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
            assert Shop.objects.values_list("about", flat=True).get() == "canary of Cibiru"
            raise ZeroDivisionError
        assert Shop.objects.values_list("about", flat=True).get() == "canary of Sukamaju"
    # The SET of a rolled back transaction is gone as well.
    with pytest.raises(ZeroDivisionError), transaction.atomic(), context.inside(CIBIRU):  # noqa: PT012 - what is under test is what happens on the way out
        Shop.objects.get()
        raise ZeroDivisionError
    with context.inside(CIBIRU):
        assert Shop.objects.values_list("about", flat=True).get() == "canary of Cibiru"


def test_a_savepoint_is_taken_back_although_a_switch_waits(market):
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic(), context.inside(SUKAMAJU), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")  # leaving `inside` now wants public back, which a failed transaction refuses
        assert _path() == "public"


def test_a_missing_table_does_not_fall_through_to_public(market):
    with market.as_owner():  # noqa: SIM117 - two thoughts
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE v_3402902003.marketplace_shop RENAME TO elsewhere")
    with pytest.raises(DatabaseError, match="does not exist"), context.inside(MELATI):
        Shop.objects.count()


def test_a_village_without_schema_shows_no_rows_of_another(market):
    with context.inside(SUKAMAJU):
        Shop.objects.get()
    with pytest.raises(DatabaseError, match="does not exist"), context.inside("34.02.90.2999"):
        Shop.objects.get()


def test_eight_threads_in_interleaved_villages_never_meet(market):
    _canaries()
    names = list(factories.VILLAGES.items())
    wrong: list[str] = []
    barrier = threading.Barrier(8)

    def walk(seed: int) -> None:
        source = random.Random(seed)  # noqa: S311 - which village comes next is no secret
        barrier.wait()
        try:
            for _ in range(60):
                (outer, outer_name), (inner, inner_name) = source.sample(names, 2)
                with context.inside(outer):
                    for place, name in ((outer, outer_name), (inner, inner_name), (outer, outer_name)):
                        with context.inside(place):
                            time.sleep(source.random() / 1000)
                            about = Shop.objects.values_list("about", flat=True).get()
                            if about != f"canary of {name}":
                                wrong.append(f"{name}: {about}")
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=walk, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_cached_value_of_one_village_is_not_seen_in_another(market):
    with context.inside(SUKAMAJU):
        cache.set("word", "Sukamaju")
        cache.set("shared:word", "everybody")
    with context.inside(MELATI):
        assert cache.get("word") is None
        assert cache.get("shared:word") == "everybody"
    assert cache.get("word") is None


def test_sessions_are_one_entry_wherever_they_are_loaded(market):
    key = "django.contrib.sessions.cached_db5k1e"
    with context.inside(SUKAMAJU):
        inside = context.cache_key(key, "", 1)
    assert inside == context.cache_key(key, "", 1)


def test_schema_and_code_belong_together():
    assert codes.schema_of(SUKAMAJU) == "v_3402902001"
    assert codes.code_of("v_3402902001") == SUKAMAJU
    assert codes.code_of("public") is None
    assert codes.code_of(codes.TEMPLATE_SCHEMA) is None


def test_foreign_keys_are_checked_at_once(market):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE condeferrable AND NOT condeferred) FROM pg_constraint WHERE contype = 'f'")
        every, immediate = cursor.fetchone()
    assert every == immediate > 10
