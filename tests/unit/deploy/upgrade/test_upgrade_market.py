"""A market of the release before, upgraded: it is new and sound afterwards, or exactly what it was."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone

from deploy.audit import examination
from deploy.backup import make_backup, manifest
from deploy.cli.support import environment
from deploy.console import command_error
from deploy.embedded import servers as embedded
from deploy.upgrade import upgrade_market, upgrade_state
from tenants import newest_backup, villages
from tenants.http import readiness
from tenants.schemas import migrate_all, migration_state
from tests.support import servers
from tests.system.upgrade import releases, rows

OLDER = "market_of_release_before"
AGE_ALONE = ("cycles-move", "seals-keep-up")  # nobody did anything about it since its rows were kept
COUNT = "SELECT count(*), sum(amount_rupiah) FROM settlement_transfer"


_numbers = itertools.count(1)


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def of_before(template: str) -> str:
    """The template of a market that a release before made; gives its name."""
    servers.CLUSTER.create_database(OLDER)
    with servers.as_owner(OLDER):
        release = releases.kept()[0]
        releases.migrate_to(release)
        with connection.cursor() as cursor:
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO pasarsama")
        rows.load(release.rows_path, schemas=["public", *release.schemas])
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS village_template")
    connections.close_all()
    return OLDER


@pytest.fixture
def older(of_before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A market of the release before, as its owner sees it; gives the database's name."""
    monkeypatch.setenv("PASARSAMA_POSTGRES_PROGRAMS", str(servers.CLUSTER.bin_dir))
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "data" / "pictures")
    (tmp_path / "data" / "pictures").mkdir(parents=True)
    known = examination.run

    def but_for_time(**words: object) -> list[examination.Result]:
        return [result for result in known(**words) if result.name not in AGE_ALONE]  # type: ignore[arg-type]

    monkeypatch.setattr(examination, "run", but_for_time)
    database = f"market_older_{next(_numbers)}"  # nobody else is connected to it, as is to a database that is lent
    servers.CLUSTER.create_database(database, template=of_before)
    with servers.as_owner(database):
        monkeypatch.setattr(settings, "DATABASE_OWNER_URL", servers.CLUSTER.owner_url(database=database))
        readiness._migrated = False
        cache.clear()
        villages.forget()
        yield database
    connections.close_all()
    servers.CLUSTER.drop_database(database)
    villages.forget()


def upgrade(folder: Path) -> Path:
    machines = embedded.Servers(folder, with_postgres=False, with_valkey=False)
    return upgrade_market.upgrade(data=folder, machines=machines, now=timezone.now, progress=silently)


def application_reads(database: str) -> bool:
    """Whether the application's role gets in, and finds what it may read."""
    try:
        with contextlib.closing(psycopg2.connect(servers.CLUSTER.url(database=database))) as own, own.cursor() as cursor:
            cursor.execute("SELECT FROM tenants_village")
    except psycopg2.OperationalError:
        return False
    return True


def books() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        count, total = cursor.fetchone()
        return count, total


def test_it_is_new_and_sound_and_open(older: str, tmp_path: Path) -> None:
    assert upgrade_market.is_needed()
    before = books()

    backup = upgrade(tmp_path / "data")

    assert not upgrade_market.is_needed()
    assert books() == before
    assert migrate_all.lagging() == []
    assert application_reads(older)
    assert upgrade_state.read(data=tmp_path / "data") is None
    assert manifest.read(folder=backup).release == releases.version()
    newest = newest_backup.read(data=tmp_path / "data")
    assert newest is not None
    assert newest.folder == backup


def test_nothing_is_changed_where_the_books_were_wrong_before(older: str, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE settlement_position SET debit_posted_rupiah = debit_posted_rupiah + 1 WHERE account = (SELECT min(code) FROM"
                       " settlement_account WHERE kind = 'clearing')")  # fmt: skip
    had = migration_state.everywhere()

    with pytest.raises(upgrade_market.NotClean, match="position-is-its-transfers"):
        upgrade(tmp_path / "data")

    assert migration_state.everywhere() == had
    assert application_reads(older)
    assert upgrade_state.read(data=tmp_path / "data") is None
    assert not list((tmp_path / "data").glob("backups/*"))


def spoil() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE federation_purchase SET total_rupiah = total_rupiah + 1")


def fail() -> None:
    spoil()
    raise KeyError("a row that nobody thought of")


@pytest.mark.parametrize(("also", "named"), [(spoil, "purchase"), (fail, "KeyError")])
def test_what_goes_wrong_is_kept_and_the_market_is_as_it_was(
    older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, also: Callable[[], None], named: str
) -> None:
    before, had = books(), migration_state.everywhere()
    migrate = migrate_all.migrate_all

    def badly(**words: object) -> migrate_all.Migrated:
        done = migrate(**words)  # type: ignore[arg-type]
        also()
        return done

    monkeypatch.setattr(migrate_all, "migrate_all", badly)
    with pytest.raises(upgrade_market.PutBack, match=named) as failed:
        upgrade(tmp_path / "data")

    assert f"install release {releases.version()} again" in str(failed.value)
    assert migration_state.everywhere() == had
    assert books() == before
    assert [result.name for result in examination.run(at_rest=True, before_upgrade=True) if result.count] == []
    assert application_reads(older)
    assert upgrade_state.read(data=tmp_path / "data") is None
    [kept] = (tmp_path / "data").glob("failed-upgrade-*")
    assert list(kept.glob("logical/*.dump"))


def test_whoever_is_in_is_named_and_may_stay(older: str, tmp_path: Path) -> None:
    other = psycopg2.connect(servers.CLUSTER.url(database=older), application_name="a worker")
    try:
        with pytest.raises(command_error.CommandError, match="a worker"):
            upgrade(tmp_path / "data")
        assert application_reads(older)
    finally:
        other.close()


def test_nobody_starts_meanwhile_and_what_was_interrupted_goes_on(older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"

    def die(**_: object) -> migrate_all.Migrated:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(migrate_all, "migrate_all", die)
        with pytest.raises(KeyboardInterrupt):
            upgrade(data)
    assert not application_reads(older)
    state = upgrade_state.read(data=data)
    assert state is not None
    assert state.backup.exists()
    upgrade_state.write(data=data, state=upgrade_state.State(**{**state.__dict__, "process": 1}))
    with pytest.raises(command_error.CommandError, match="interrupted at the step migrate"), environment.started(data=data):
        pass

    upgrade(data)

    assert application_reads(older)
    assert upgrade_state.read(data=data) is None


def test_one_that_was_killed_when_its_backup_had_its_name_goes_on_with_that(older: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    state = upgrade_market._begin(data, timezone.now())
    make_backup.make(folder=state.backup, data=data, facts=make_backup.database_facts(), server=None, now=timezone.now, progress=silently)
    upgrade_state.write(data=data, state=dataclasses.replace(state, step=upgrade_state.Step.BACKUP))

    assert upgrade(data) == state.backup
    assert application_reads(older)
