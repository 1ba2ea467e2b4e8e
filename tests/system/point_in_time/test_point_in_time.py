"""RUNNING's page about restoring to a moment is played: its files, its commands, on Debian's PostgreSQL with Debian's pgBackRest.

Each village of the market is a row and a schema of its own: one is there before the moment, one comes after it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from deploy.embedded import database_roles, processes, system_users
from deploy.supervision import preflight
from tenants import wal_archive
from tenants.http import readiness
from tests.support import factories
from tests.system.point_in_time import debian_server, running_page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("point_in_time")]  # one server for all

SUKAMAJU, CIBIRU, MELATI = factories.VILLAGES
CONFIGURATION = ("/etc/pgbackrest.conf", "/etc/postgresql/15/main/conf.d/wal-archive.conf")
WRITE_SOMETHING = f"COMMENT ON DATABASE {database_roles.DATABASE} IS '{{}}'"


@pytest.fixture(scope="module")
def server(cluster) -> Iterator[debian_server.DebianServer]:
    """With one village, archiving as the page says, and its first backup."""
    majors = sorted(int(path.name) for path in Path("/usr/lib/postgresql").glob("*") if (path / "bin" / "postgres").exists())
    if not majors or not shutil.which("pgbackrest") or not shutil.which("pg_createcluster"):
        reason = "Debian's postgresql and pgbackrest are not installed, so no restore to a moment is played"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="ps-pitr-"))
    folder.chmod(0o755)
    made = debian_server.DebianServer(folder, major=majors[0])
    try:
        made.create({name: running_page.file(name) for name in CONFIGURATION})
        made.run("pasarsama villages migrate")
        add(made, SUKAMAJU)
        made.run(running_page.preparing())
        yield made
    finally:
        made.run(f"pg_ctlcluster {made.major} {debian_server.NAME} stop -m immediate || true")
        shutil.rmtree(folder, ignore_errors=True)


def add(server: debian_server.DebianServer, code: str) -> None:
    server.run(f"pasarsama villages add {code} {factories.VILLAGES[code]}")


def villages(server: debian_server.DebianServer) -> set[str]:
    """The villages that the market knows, each with its shop's tables."""
    with server.connect() as cursor:
        cursor.execute(
            "SELECT village.code FROM tenants_village AS village JOIN pg_namespace ON nspname = schema_name"
            " JOIN pg_class ON relnamespace = pg_namespace.oid AND relname = 'marketplace_order'"
        )
        return {code for (code,) in cursor.fetchall()}


def moment(server: debian_server.DebianServer) -> str:
    """Now, by the server's clock."""
    return hours_from_now(server, 0)


def hours_from_now(server: debian_server.DebianServer, hours: int) -> str:
    with server.connect() as cursor:
        cursor.execute("SELECT (clock_timestamp() + make_interval(hours => %s))::text", [hours])
        return str(cursor.fetchall()[0][0])


def restore(server: debian_server.DebianServer, target: str, *, ends_well: bool = True) -> str:
    script = running_page.restoring()
    assert script.count(running_page.MOMENT) == 1
    return server.run(script.replace(running_page.MOMENT, target), ends_well=ends_well)


def is_down(server: debian_server.DebianServer) -> bool:
    return not (server.cluster / "postmaster.pid").exists()


@contextlib.contextmanager
def looked_at_by_the_market(server: debian_server.DebianServer) -> Iterator[None]:
    """This process asks that server, as the application."""
    known = dict(connections.settings["default"])
    place = {
        "HOST": str(server.folder / "sockets"),
        "PORT": debian_server.PORT,
        "USER": database_roles.APPLICATION,
        "PASSWORD": debian_server.PASSWORD,
        "NAME": database_roles.DATABASE,
    }
    connections.close_all()
    connections.settings["default"].update(place)
    try:
        yield
    finally:
        connections.close_all()
        connections.settings["default"].update(known)


def test_the_market_is_restored_to_a_moment_and_to_no_other(server) -> None:
    too_early, too_late = hours_from_now(server, -1), hours_from_now(server, 1)
    weekly, daily = commands(running_page.file("/etc/cron.d/pasarsama-wal"))
    assert f"sudo -u postgres {weekly}\n" in running_page.preparing()
    server.run(f"sudo -u postgres {daily}")
    before = moment(server)
    add(server, CIBIRU)
    after = moment(server)
    server.do(WRITE_SOMETHING.format("the last on this timeline"))

    said = restore(server, too_early, ends_well=False)
    assert "unable to find backup set" in said
    assert is_down(server)

    restore(server, too_late, ends_well=False)
    assert "recovery ended before configured recovery target was reached" in server.log()
    assert processes.wait(lambda: is_down(server), seconds=30)

    restore(server, before)
    assert villages(server) == {SUKAMAJU}
    assert running_page.afterwards().count(running_page.MOMENT) == 1
    assert ", 0 broken" in server.run(running_page.afterwards().replace(running_page.MOMENT, before))
    assert server.ask("SELECT count(*) FROM settlement_moneyhold") == "1"
    add(server, MELATI)

    server.run(re.sub(r" --(type|target)\S*", "", running_page.restoring()))  # all that there is
    assert villages(server) == {SUKAMAJU, MELATI}

    restore(server, after)  # from before the first restore: that way back stays open
    assert villages(server) == {SUKAMAJU, CIBIRU}
    assert len(list(server.cluster.parent.glob("main.*"))) == 5


def test_what_is_archived_is_told_and_what_is_not(server) -> None:
    with looked_at_by_the_market(server):
        segment = archive_one(server, "one")
        archive = wal_archive.read()
        assert archive is not None
        assert (archive.age is not None, archive.is_behind) == (True, False)
        assert readiness.archive_age_minutes() == 0
        repeat(server, f"pg_wal/{segment}", ends_well=True)
        other = server.folder / segment
        content = (server.cluster / "pg_wal" / segment).read_bytes()
        other.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        system_users.give(path=other, account=server.account)
        repeat(server, str(other), ends_well=False)

        (server.folder / "repository").rename(server.folder / "away")
        server.do(WRITE_SOMETHING.format("two"))
        server.do("SELECT pg_switch_wal()")
        assert processes.wait(lambda: "archive" in readiness.degraded(), seconds=60)

        (server.folder / "away").rename(server.folder / "repository")
        archive_one(server, "three")
        assert "archive" not in readiness.degraded()


def test_a_server_that_still_restores_serves_nobody(server) -> None:
    signal = server.cluster / "standby.signal"
    server.write(signal, "")
    server.run(f"pg_ctlcluster {server.major} {debian_server.NAME} restart")
    try:
        with looked_at_by_the_market(server):
            assert "recovery" in readiness.missing()
            assert ["read only" in english for _, english in preflight.database_faults()] == [True]
    finally:
        signal.unlink()
        server.run(f"pg_ctlcluster {server.major} {debian_server.NAME} restart")
    with looked_at_by_the_market(server):
        assert readiness.missing() == []


def commands(crontab: str) -> list[str]:
    """What cron runs as postgres."""
    lines = [re.fullmatch(r"([\d*-]+ ){4}[\d*-]+ +postgres +(.*)", line) for line in crontab.splitlines()]
    return [line[2] for line in lines if line]


def archive_one(server: debian_server.DebianServer, words: str) -> str:
    """Have one more segment archived."""
    server.do(WRITE_SOMETHING.format(words))
    segment = server.ask("SELECT pg_walfile_name(pg_switch_wal())")
    server.wait_for("SELECT last_archived_wal FROM pg_stat_archiver", segment)
    return segment


def repeat(server: debian_server.DebianServer, path: str, *, ends_well: bool) -> None:
    """Archive a segment once more, as PostgreSQL does after a crash."""
    line = re.search(r"^archive_command = '(.*)'$", running_page.file(CONFIGURATION[1]), re.MULTILINE)
    assert line
    server.run(f"cd {server.cluster}; sudo -u postgres {line[1].replace('%p', path)}", ends_well=ends_well)
