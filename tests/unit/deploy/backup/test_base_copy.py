"""The embedded server's own copy: whole, for the superuser alone, and every damage is seen. One real server for all of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from deploy.backup import base_copy
from deploy.console import command_error
from deploy.embedded import database_roles, postgres


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def take(server: postgres.Postgres, folder: Path, environment: dict[str, str] | None = None) -> Path:
    given = environment or server.tools_environment(database_roles.SUPERUSER, "postgres")
    base_copy.take(bin_dir=server.bin_dir, server=given, folder=folder, expected_bytes=1, progress=silently)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Postgres]:
    path = Path(tempfile.mkdtemp(prefix="ps-"))
    path.chmod(0o755)
    server = postgres.Postgres(path)  # as in a real market: a fast one cannot be copied
    server.start()
    ask(server.owner_url(), "CREATE TABLE kept AS SELECT 42 AS answer")
    yield server
    server.stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def copy(server: postgres.Postgres) -> Path:
    return take(server, server.data / "copy")


def test_it_starts_elsewhere_with_what_was_committed(folder: Path, server: postgres.Postgres, copy: Path) -> None:
    restored = postgres.Postgres(folder / "data")
    (folder / "data").mkdir()
    shutil.copyfile(server.data / "secrets.json", folder / "data" / "secrets.json")

    restored.adopt_cluster(lambda cluster: base_copy.unpack(bin_dir=server.bin_dir, folder=copy, cluster=cluster))
    restored.start()
    try:
        assert ask(restored.owner_url(), "SELECT answer, pg_is_in_recovery() FROM kept") == [(42, False)]
    finally:
        restored.stop()


@pytest.mark.parametrize("name", ["base.tar.gz", "backup_manifest"])
def test_every_damage_is_seen(folder: Path, server: postgres.Postgres, copy: Path, name: str) -> None:
    damaged = Path(shutil.copytree(copy, folder / "copy"))
    content = bytearray((damaged / name).read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / name).write_bytes(content)

    with pytest.raises(command_error.CommandError):
        base_copy.verify(bin_dir=server.bin_dir, folder=damaged)


def test_it_is_for_the_superuser_alone(folder: Path, server: postgres.Postgres) -> None:
    ask(server.admin_url(), f"ALTER ROLE {database_roles.OWNER} REPLICATION")  # even then
    password = psycopg2.extensions.parse_dsn(server.owner_url())["password"]
    other = {**server.tools_environment(database_roles.SUPERUSER, "postgres"), "PGUSER": database_roles.OWNER, "PGPASSWORD": password}

    with pytest.raises(command_error.CommandError, match="no pg_hba.conf entry for replication"):
        take(server, folder / "copy", other)

    assert not (folder / "copy").exists()


def test_indexes_are_built_again_where_this_machine_sorts_by_another_version(server: postgres.Postgres) -> None:
    state = "SELECT datcollversion = pg_database_collation_actual_version(oid) FROM pg_database WHERE datname = current_database()"
    name = server.tools_environment(database_roles.SUPERUSER)["PGDATABASE"]
    ask(server.owner_url(), "CREATE TABLE sorted (word text PRIMARY KEY)")
    before = ask(server.owner_url(), "SELECT relfilenode FROM pg_class WHERE relname = 'sorted_pkey'")
    ask(server.admin_url(name), "UPDATE pg_database SET datcollversion = '0' WHERE datname = current_database()")

    for _ in range(2):
        base_copy.renew_collation(bin_dir=server.bin_dir, server=server.tools_environment(database_roles.SUPERUSER))
        base_copy.check_indexes(bin_dir=server.bin_dir, server=server.tools_environment(database_roles.SUPERUSER))
        after = ask(server.owner_url(), "SELECT relfilenode FROM pg_class WHERE relname = 'sorted_pkey'")
        assert after != before
        assert ask(server.owner_url(), state) == [(True,)]
