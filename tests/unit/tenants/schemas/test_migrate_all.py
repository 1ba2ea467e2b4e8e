"""All villages at once: skipped at the head, brought there by what one of them was told, gone on after a failure."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap

import psycopg2
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from marketplace.models import Shop
from tenants import acts, codes, models, villages
from tenants.db import context, privileges
from tenants.schemas import migrate_all, migrate_one, migration_state, provisioning
from tests.support import factories
from tests.support.factories import CIBIRU, MELATI, START, SUKAMAJU
from tests.support.tenants import catalogues, migrating

ALL = (SUKAMAJU, CIBIRU, MELATI)


def _columns(code):
    return {row[1] for row in catalogues.known(codes.schema_of(code))["columns"] if row[0] == "marketplace_shop"}


def _about(code):
    with context.inside(code):
        return Shop.objects.values_list("about", flat=True).get()


def _assert_alike():
    template = catalogues.known(codes.TEMPLATE_SCHEMA)
    for village in models.Village.objects.all():
        assert catalogues.known(village.schema_name) == template
        assert catalogues.stamps(village.schema_name) == sorted(migration_state.wanted())
        assert village.migration_head == migration_state.current()


def test_at_the_head_no_village_is_opened(market, django_queries):
    with market.as_owner():
        with django_queries() as said:
            result = migrate_all.migrate()
        assert (result.at_head, result.done, result.failed) == (3, (), ())
        assert not [query["sql"] for query in said if "v_34" in query["sql"]]
        assert migrate_all.status() == (3, 0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_new_column_reaches_every_village(market, tmp_path, jobs, monkeypatch):
    monkeypatch.setattr(migrate_all, "_VILLAGES_PER_TASK", 1)
    seen = []
    with market.as_owner(), migrating.brought(tmp_path, migrating.COLUMN) as names:
        assert migrate_all.status() == (3, 3)
        result = migrate_all.migrate(jobs=jobs, progress=lambda done, total, code: seen.append((done, total, code)))
        assert result.done == ALL
        assert result.failed == ()
        assert sorted(code for _, _, code in seen) == list(ALL)
        assert [(done, total) for done, total, _ in seen] == [(1, 3), (2, 3), (3, 3)]
        _assert_alike()
        assert ("marketplace", names[0]) in catalogues.stamps("v_3402902001")
        assert migrate_all.migrate() == migrate_all.Migrated(at_head=3, done=(), failed=())
    assert "extra_1" in _columns(MELATI)


def test_several_migrations_with_a_table_and_sql_are_replayed_once(market, tmp_path, monkeypatch):
    # No village runs Django's migrate_one: all of it is replayed from what the template was told.
    executed = []
    run_in = migrate_one.run_in
    monkeypatch.setattr(migrate_one, "run_in", lambda *, schema: executed.append(schema) or run_in(schema=schema))
    with market.as_owner(), migrating.brought(tmp_path, migrating.TABLE, migrating.COLUMN):
        assert migrate_all.migrate_all(jobs=1).done == ALL
        _assert_alike()
        assert privileges.deviations() == []
        new = provisioning.provision(code="34.02.90.2004", name="Baru", act=acts.by_command_line(at=START))
        _assert_alike()
    assert executed == [codes.TEMPLATE_SCHEMA]
    assert [_about(code) for code in ALL] == ["!", "!", "!"]
    with context.inside(CIBIRU), connection.cursor() as cursor:
        cursor.execute("DELETE FROM marketplace_extra")
    assert new.new


def test_python_runs_in_every_village(market, tmp_path):
    with market.as_owner(), migrating.brought(tmp_path, migrating.PYTHON, migrating.COLUMN):
        assert migrate_all.migrate(jobs=1).done == ALL
        _assert_alike()
    assert _about(CIBIRU) == "filled in v_3402902002"


def test_one_village_fails_the_others_go_on_and_the_next_run_resumes(market, tmp_path, caplog):
    with context.inside(CIBIRU):
        Shop.objects.update(about="bad")
    with market.as_owner(), migrating.brought(tmp_path, migrating.COLUMN, migrating.RULE):
        result = migrate_all.migrate(jobs=1)
        assert result.done == (SUKAMAJU, MELATI)
        assert [failed.village_code for failed in result.failed] == [CIBIRU]
        assert "no_bad_words" in result.failed[0].reason
        assert "extra_1" not in _columns(CIBIRU)  # both or none
        assert migrate_all.status() == (3, 1)
        with context.inside(CIBIRU):
            Shop.objects.update(about="good")
        assert migrate_all.migrate(jobs=1).done == (CIBIRU,)
        _assert_alike()
    assert CIBIRU in caplog.text


def test_a_locked_village_is_listed_and_does_not_hold_up_the_rest(market, tmp_path, monkeypatch):
    monkeypatch.setattr(migrate_all, "_LOCK_SECONDS", 1)
    with market.as_owner(), migrating.brought(tmp_path, migrating.COLUMN):
        with contextlib.closing(psycopg2.connect(market.url)) as buyer, buyer.cursor() as cursor:
            cursor.execute("SELECT * FROM v_3402902001.marketplace_shop")  # a transaction that goes on and on
            result = migrate_all.migrate(jobs=1)
        assert [failed.village_code for failed in result.failed] == [SUKAMAJU]
        assert "lock timeout" in result.failed[0].reason
        assert migrate_all.migrate(jobs=1).done == (SUKAMAJU,)


def test_a_village_migrated_by_other_means_is_only_recorded(market, tmp_path):
    with market.as_owner(), migrating.brought(tmp_path, migrating.TABLE):
        migrate_one.run_in(schema=codes.schema_of(CIBIRU))
        assert migrate_all.migrate(jobs=1).done == ALL
        _assert_alike()
    assert _about(CIBIRU) == "!"  # not twice


def test_a_suspended_and_an_archived_village_migrate_too(market, tmp_path):
    with market.as_owner():
        for code in (SUKAMAJU, CIBIRU):
            villages.suspend(code=code, act=acts.by_command_line(at=START, reason="x"))
        villages.archive(code=CIBIRU, act=acts.by_command_line(at=START + villages.SEEN_EVERYWHERE_AFTER, reason="x"))
        with migrating.brought(tmp_path, migrating.TABLE):
            assert migrate_all.migrate(jobs=1).done == ALL
            assert privileges.deviations() == []
    with pytest.raises(DatabaseError, match="permission denied"), context.inside(CIBIRU), connection.cursor() as cursor:
        cursor.execute("DELETE FROM marketplace_extra")


def test_the_applications_role_cannot_migrate(market, tmp_path):
    with migrating.brought(tmp_path, migrating.COLUMN), pytest.raises(DatabaseError, match="permission denied"):
        migrate_all.migrate(jobs=1)
    assert "extra_1" not in _columns(SUKAMAJU)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_in_the_middle_it_resumes(market, tmp_path, jobs):
    for number in range(5):
        market.add_village(code=f"34.02.90.30{number:02}", name=f"Desa {number}")
    with market.as_owner(), migrating.brought(tmp_path, migrating.COLUMN):
        script = f"""
            import os, signal, sys
            sys.path.insert(0, {str(tmp_path)!r})
            from django.conf import settings
            settings.MIGRATION_MODULES = {settings.MIGRATION_MODULES!r}
            import django; django.setup()
            from tenants.schemas import migrate_all
            migrate_all._VILLAGES_PER_TASK = 1
            replay, count = migrate_all._replay, []
            def dying(village, recording):
                count.append(village)
                if len(count) == 2:
                    os.kill(os.getpid(), signal.SIGKILL)
                return replay(village, recording)
            migrate_all._replay = dying
            print(len(migrate_all.migrate(jobs={jobs}).failed))
        """
        environment = {**market.environment, "PASARSAMA_AS_OWNER": "1"}
        died = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", textwrap.dedent(script)], env=environment, cwd=settings.ROOT, check=False, capture_output=True, text=True
        )
        if jobs == 1:
            assert died.returncode == -9
        else:  # a killed worker is reported, the run itself lives
            assert int(died.stdout) > 0, died.stderr
        lacking = migrate_all.status()[1]
        assert 0 < lacking < 8
        assert len(migrate_all.migrate(jobs=2).done) == lacking
        _assert_alike()


def test_two_runs_at_once_are_as_one(market, tmp_path):
    with market.as_owner(), migrating.brought(tmp_path, migrating.TABLE):
        provisioning.ensure_template()
        children = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                connection.connection = None  # the parent's
                status = 1
                try:
                    result = migrate_all.migrate(jobs=1)
                    status = len(result.failed)
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
        _assert_alike()
    assert [_about(code) for code in ALL] == ["!", "!", "!"]


def test_a_head_is_the_same_for_the_same_migrations(market):
    assert models.Village.objects.values_list("migration_head", flat=True).distinct().get() == migration_state.current()
    with transaction.atomic():
        assert migration_state.missing(schema="no_such_schema") == migration_state.wanted()
    assert factories.START == START
