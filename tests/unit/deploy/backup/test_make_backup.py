"""A backup while the market works: of one moment, verified, and never half there."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deploy.backup import logical_copy, make_backup, manifest, picture_copy
from deploy.cli import backup
from deploy.cli.support import environment
from deploy.console import command_error
from deploy.embedded import servers as embedded
from tenants import newest_backup
from tenants.db import context
from tenants.schemas import migrate_one
from tests.support import factories, servers

VILLAGE = next(iter(factories.VILLAGES))


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASARSAMA_POSTGRES_PROGRAMS", str(servers.CLUSTER.bin_dir))
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "data" / "pictures")
    (tmp_path / "data" / "pictures" / VILLAGE).mkdir(parents=True)
    (tmp_path / "data" / "pictures" / VILLAGE / "one-320.webp").write_bytes(b"picture")
    (tmp_path / "data" / "pictures" / VILLAGE / "tmpabc").write_bytes(b"half a pict")
    return tmp_path / "data"


def make(data: Path, name: str, progress: manifest.Progress = silently) -> make_backup.Made:
    return make_backup.make(
        folder=data.parent / name, data=data, facts=make_backup.database_facts(), server=None, now=timezone.now, progress=progress
    )


def rows_of(dump: Path, table: str) -> str:
    """What a logical file holds of a table, as text."""
    program = servers.CLUSTER.bin_dir / "pg_restore"
    done = subprocess.run(
        [str(program), "--data-only", "--table", table, "--file", "-", str(dump)], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_it_is_whole_and_says_so(market, data: Path) -> None:
    before = timezone.now()
    with market.as_owner():
        made = make(data, "one")

    kept = manifest.read(folder=made.folder)
    manifest.verify(folder=made.folder, manifest=kept, progress=silently)
    schemas = {schema for batch in kept.batches.values() for schema in batch}
    assert {f"v_{code.replace('.', '')}" for code in factories.VILLAGES} | {"public", "village_template"} == schemas
    assert kept.extensions == {"pg_trgm": "public", "unaccent": "public"}
    assert {"tenants.0001_initial", "marketplace.0001_initial"} <= set(kept.migrations)
    assert before <= kept.began_at <= kept.ended_at
    assert not kept.has_base
    assert newest_backup.read(data=data) == newest_backup.NewestBackup(folder=made.folder, began_at=kept.began_at)
    assert VILLAGE in rows_of(made.folder / "logical" / "000.dump", "tenants_village")
    assert [path.name for path in (made.folder / "pictures").rglob("*") if path.is_file()] == ["one-320.webp"]
    for path in [made.folder, *made.folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_all_of_it_is_of_one_moment(market, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logical_copy, "SCHEMAS_MAX", 1)
    asked: list[str] = []

    def sell_meanwhile(done: int, total: int, what: str) -> None:
        if what == "logical" and done == 1 and not asked:  # public is copied, the villages are not
            asked.append(what)
            other = psycopg2.connect(market.owner_url)
            with other, other.cursor() as cursor:
                schema = f"v_{VILLAGE.replace('.', '')}"
                cursor.execute(f"UPDATE {schema}.marketplace_shop SET about = 'after the moment'")  # noqa: S608 - our own words
                assert cursor.rowcount == 1
            other.close()

    with market.as_owner():
        made = make(data, "one", sell_meanwhile)

    assert asked
    for name in made.manifest.batches:
        assert "after the moment" not in rows_of(made.folder / "logical" / name, "marketplace_shop")


def test_pictures_that_were_copied_before_are_links(market, data: Path) -> None:
    with market.as_owner():
        first = make(data, "one")
        (data / "pictures" / VILLAGE / "two-320.webp").write_bytes(b"another")
        second = make(data, "two")

    name = f"pictures/{VILLAGE}/one-320.webp"
    assert (first.folder / name).stat().st_ino == (second.folder / name).stat().st_ino
    assert f"pictures/{VILLAGE}/two-320.webp" in second.manifest.files
    assert second.manifest.files[name] == first.manifest.files[name]
    assert second.bytes == second.manifest.total_bytes - len(b"picture")
    manifest.verify(folder=second.folder, manifest=second.manifest, progress=silently)


def test_a_picture_that_changed_is_copied(tmp_path: Path) -> None:
    for folder, content in (("pictures", b"longer picture"), ("before", b"picture")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.webp").write_bytes(content)

    linked = picture_copy.take(pictures=tmp_path / "pictures", folder=tmp_path / "now", before=tmp_path / "before", progress=silently)

    assert linked == set()
    assert (tmp_path / "now" / "one.webp").read_bytes() == b"longer picture"


def test_without_its_snapshot_there_is_no_backup(market, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logical_copy, "SCHEMAS_MAX", 1)

    def end_the_holder(done: int, total: int, what: str) -> None:
        if what == "logical" and done == 1:
            other = psycopg2.connect(market.owner_url)
            with other, other.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    " AND state = 'idle in transaction'"
                )
                assert cursor.rowcount == 1
            other.close()

    with market.as_owner(), pytest.raises(command_error.CommandError):
        make(data, "one", end_the_holder)

    assert sorted(path.name for path in data.parent.iterdir()) == ["data"]
    assert newest_backup.read(data=data) is None


def test_a_migration_waits_for_a_backup_and_a_backup_for_a_migration(market, data: Path) -> None:
    went: list[str] = []
    migration = threading.Thread(target=lambda: (_migrate(), went.append("migrated")))

    def migrate_meanwhile(done: int, total: int, what: str) -> None:
        if what == "logical" and not migration.ident:
            migration.start()
            migration.join(0.5)
            assert went == []
        elif what == "sha256" and "copied" not in went:
            migration.join(20)
            went.append("copied")

    with market.as_owner():
        make(data, "one", migrate_meanwhile)
    assert went == ["migrated", "copied"]

    seen: list[str] = []
    with market.as_owner():
        other = psycopg2.connect(market.owner_url)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(hashtext('pasarsama changes tables'))")  # as whoever migrates holds it

        def end_the_migration(done: int, total: int, what: str) -> None:
            if "migration" in what:
                seen.append(what)
                other.close()

        make(data, "two", end_the_migration)
    assert seen


def _migrate() -> None:
    try:
        with migrate_one.alone(context.PUBLIC):
            pass
    finally:
        connection.close()


def test_a_folder_with_something_in_it_is_left_alone(market, data: Path) -> None:
    (data.parent / "one").mkdir()
    (data.parent / "one" / "mine").write_text("mine")

    with market.as_owner(), pytest.raises(command_error.CommandError, match="not empty"):
        make(data, "one")

    assert (data.parent / "one" / "mine").read_text() == "mine"


def test_what_a_killed_one_left_is_removed_and_a_second_one_beside_it_refused(market, data: Path) -> None:
    (data.parent / ".one.part" / "logical").mkdir(parents=True)
    refused: list[str] = []

    def begin_another(done: int, total: int, what: str) -> None:
        if what == "logical" and not refused:
            with pytest.raises(command_error.CommandError, match="Another backup is running") as error:
                make(data, "two")
            refused.append(str(error.value))

    with market.as_owner():
        made = make(data, "one", begin_another)

    assert refused
    assert made.folder.exists()
    assert not (data.parent / ".one.part").exists()


def test_tools_of_another_version_are_not_used(market, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = data.parent / "bin"
    older.mkdir()
    (older / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    (older / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PASARSAMA_POSTGRES_PROGRAMS", str(older))
    monkeypatch.setenv("PATH", str(older))
    monkeypatch.setattr("deploy.backup.postgres_tools._DEBIAN", str(older))

    with market.as_owner(), pytest.raises(command_error.CommandError, match="is needed, as the server is"):
        make(data, "one")


def test_one_of_the_night_asks_the_database_once_what_it_is(market, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASARSAMA_BACKUPS", str(data.parent / "backups"))
    none = embedded.Servers(data, with_postgres=False, with_valkey=False)

    with market.as_owner(), CaptureQueriesContext(connection) as asked:
        assert backup._backup(None, environment.Installation(data=data, servers=none)) == 0

    assert len([query for query in asked if "pg_control_system" in query["sql"]]) == 1
    assert newest_backup.read(data=data)


def test_another_market_that_writes_to_the_same_place_is_waited_for(market, data: Path) -> None:
    other = data.parent / "other"
    other.mkdir()
    refused: list[str] = []

    def begin_there(done: int, total: int, what: str) -> None:
        if what == "logical" and not refused:
            with pytest.raises(command_error.CommandError, match="Another backup is running") as error:
                make_backup.make(
                    folder=data.parent / "one",
                    data=other,
                    facts=make_backup.database_facts(),
                    server=None,
                    now=timezone.now,
                    progress=silently,
                )
            refused.append(str(error.value))

    with market.as_owner():
        made = make(data, "one", begin_there)

    assert refused
    manifest.verify(folder=made.folder, manifest=manifest.read(folder=made.folder), progress=silently)


def test_a_symbolic_link_is_no_place(market, data: Path) -> None:
    (data.parent / "one").symlink_to(data.parent / "elsewhere")

    with market.as_owner(), pytest.raises(command_error.CommandError, match="symbolic link"):
        make(data, "one")
