"""The embedded servers: made, joined, killed and found again. Every test starts real ones."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis

from deploy.console import command_error
from deploy.embedded import database_roles, folders, postgres, processes, servers, valkey

Start = Callable[..., postgres.Postgres]
ROOT = Path(__file__).resolve().parents[4]


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def started_elsewhere(what: str, data: Path) -> subprocess.Popen[bytes]:
    """Let another process start something and wait; give it once the thing is up."""
    code = f"import pathlib, sys, time; from deploy.embedded import postgres, servers; data = pathlib.Path(sys.argv[1]); thing = {what}"
    code += "; thing.start(); print('up', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code, str(data)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    return child


def test_what_was_committed_survives_a_kill_of_everything(folder: Path) -> None:
    machines = servers.Servers(folder)
    machines.start()
    assert machines.postgres is not None
    assert machines.valkey is not None
    ask(machines.postgres.owner_url(), "CREATE TABLE kept AS SELECT 42 AS answer")
    queue = redis.Redis.from_url(machines.valkey.url())
    queue.set("kept", "42")
    queue.execute_command("WAITAOF", 1, 0, 2000)
    queue.close()

    for server in (machines.postgres, machines.valkey):
        pid = server.running()
        assert pid
        os.kill(pid, signal.SIGKILL)
        assert processes.wait(lambda server=server: not server.running(), seconds=5)
    revived = machines.revive()

    assert revived == ["Postgres", "Valkey"]
    assert ask(machines.postgres.owner_url(), "SELECT answer FROM kept") == [(42,)]
    queue = redis.Redis.from_url(machines.valkey.url())
    assert queue.get("kept") == b"42"
    queue.close()
    machines.stop()
    assert machines.postgres.running() is None
    assert machines.valkey.running() is None


def test_servers_of_a_killed_command_are_joined_and_the_last_to_leave_stops_them(folder: Path) -> None:
    child = started_elsewhere("servers.Servers(data)", folder)
    left = postgres.Postgres(folder)
    pid = left.running()
    first, second = servers.Servers(folder), servers.Servers(folder)
    first.start()
    child.kill()
    child.communicate()
    second.start()
    first.stop()

    assert first.postgres is not None
    assert first.postgres.running() == pid  # still the one the killed command started, and somebody is using it
    second.stop()
    assert left.running() is None


def test_it_is_durable_unless_a_test_gives_that_up(folder: Path, start: Start) -> None:
    names = "fsync", "full_page_writes", "synchronous_commit"
    question = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    server = start(fast=False)
    durable = ask(server.url(), question)
    locks = ask(server.url(), "SELECT current_setting('max_locks_per_transaction')::int, current_setting('listen_addresses')")
    server.stop()
    throwaway = start()

    assert durable == [("on", "on", "on")]
    assert locks == [(512, "")]
    assert ask(throwaway.url(), question) == [("off", "off", "off")]


def test_the_servers_log_keeps_an_error_without_its_row(folder: Path, start: Start) -> None:
    server = start()
    with pytest.raises(psycopg2.errors.UniqueViolation, match="Bu Wati"):
        ask(server.owner_url("postgres"), "CREATE TEMP TABLE people (name text UNIQUE); INSERT INTO people VALUES ('Bu Wati'), ('Bu Wati')")
    written = (folder / "logs" / "postgres.log").read_text(encoding="utf-8")
    assert "duplicate key value" in written
    assert "Bu Wati" not in written


def test_a_database_is_cloned_and_the_applications_role_cannot_make_or_drop(folder: Path, start: Start) -> None:
    server = start()
    server.create_database("template_market")
    ask(server.owner_url("template_market"), "CREATE TABLE ledger AS SELECT 'Sukamaju' AS name")

    server.create_database("copy", template="template_market")

    assert ask(server.owner_url("copy"), "SELECT name FROM ledger") == [("Sukamaju",)]
    for statement in ("DROP TABLE ledger", "CREATE TABLE mine (id int)", "CREATE SCHEMA mine", "CREATE DATABASE mine", "CREATE ROLE mine"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(server.url(database="copy"), statement)
    with pytest.raises(psycopg2.OperationalError, match="password"):
        ask(server.url().replace(folders.secret(folder, database_roles.APPLICATION), "guessed"), "SELECT 1")
    server.drop_database("copy")
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        ask(server.owner_url("copy"), "SELECT 1")


def test_a_throwaway_server_is_gone_afterwards_even_when_its_owner_is_killed(folder: Path) -> None:
    with postgres.throwaway() as server:
        data, pid = server.data, server.running()
        assert ask(server.url(), "SELECT 1") == [(1,)]
    assert not data.exists()
    assert not Path(f"/proc/{pid}").exists()

    child = started_elsewhere("postgres.Postgres(data, fast=True)", folder)
    child.kill()
    child.communicate()

    assert processes.wait(lambda: not processes.all_in(folder / "postgres"), seconds=10)


def test_a_killed_server_that_nobody_asked_after_is_no_hindrance(folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its parent asks how it ended, its number is taken, and PostgreSQL would see a server beside it."""
    server = start()
    assert server._child is not None
    os.kill(server._child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, server._child.pid, os.WEXITED | os.WNOWAIT)
    with monkeypatch.context() as unasked:
        unasked.setattr(server._child, "poll", lambda: None)
        server.start()
    assert ask(server.owner_url(), "SELECT 42") == [(42,)]


def test_a_stale_pid_file_of_another_program_is_no_hindrance(folder: Path, start: Start) -> None:
    server = start()
    server.stop()
    # After a restart of the machine the old number may be anybody's; here it is this very process.
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'postgres'}\n", encoding="utf-8")

    assert server.running() is None
    server.start()
    assert ask(server.url(), "SELECT 1") == [(1,)]


def refusal(data: Path, **options: object) -> command_error.CommandError:
    with pytest.raises(command_error.CommandError) as refused:
        postgres.Postgres(data, **options).start()  # type: ignore[arg-type]
    assert "\n" in str(refused.value)  # Indonesian and English
    return refused.value


def test_what_is_damaged_is_named(folder: Path, start: Start) -> None:
    start().stop()
    version, passwords = folder / "postgres" / "PG_VERSION", folder / "secrets.json"
    rightful = version.read_text(encoding="ascii"), passwords.read_text(encoding="utf-8")

    version.write_text("14\n", encoding="ascii")
    assert "were made by PostgreSQL 14" in refusal(folder).english
    version.unlink()
    assert "damaged" in refusal(folder).english
    version.write_text(rightful[0], encoding="ascii")

    passwords.unlink()
    assert "secrets.json are damaged" in refusal(folder).english
    assert postgres.Postgres(folder).running() is None  # started to find that out, and stopped again
    passwords.write_text("{", encoding="utf-8")
    assert "secrets.json are damaged" in refusal(folder).english
    passwords.write_text(rightful[1], encoding="utf-8")

    (folder / "postgres" / "global" / "pg_control").write_bytes(b"\0" * 8192)
    assert "damaged" in refusal(folder).english


def test_a_killed_initdb_is_begun_anew(folder: Path, start: Start) -> None:
    folders.claim(folder)
    (folder / "postgres.new" / "base").mkdir(parents=True)
    server = start()
    assert not (folder / "postgres.new").exists()
    assert ask(server.url(), "SELECT 1") == [(1,)]


def test_somebody_elses_folder_is_left_alone(folder: Path) -> None:
    (folder / "letters.txt").write_text("dear", encoding="utf-8")
    assert "holds other files" in refusal(folder).english
    assert [entry.name for entry in folder.iterdir()] == ["letters.txt"]
    with pytest.raises(command_error.CommandError, match="not removed"):
        folders.empty(folder)


def test_what_processes_say_is_for_the_owner_alone(folder: Path) -> None:
    former = os.umask(0)
    try:
        folders.claim(folder)
        (folder / "logs" / "web.log").touch(mode=0o644)  # of an earlier release
        with folders.log(folder, "web") as old, folders.log(folder, "worker") as new:
            assert {stat.S_IMODE(os.fstat(file.fileno()).st_mode) for file in (old, new)} == {0o600}
    finally:
        os.umask(former)
    assert stat.S_IMODE((folder / "logs").stat().st_mode) == 0o700


def test_a_folder_too_deep_for_a_socket_is_named(folder: Path) -> None:
    assert "too long for a socket" in refusal(folder / ("d" * 90)).english
    assert "too long for a socket" in refusal(folder / ("d" * 300)).english


def test_a_disk_without_room_is_named(folder: Path) -> None:
    with pytest.raises(command_error.CommandError, match="not enough room"):
        folders.claim(folder, room_mb=10**9)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_disk_that_fills_up_is_named(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", str(folder)], check=True)
    try:
        data = folders.claim(folder, room_mb=1)
        server = valkey.Valkey(data)
        assert server.running() is None
        (data / "filler").write_bytes(b"\0" * 1_000_000)
        with pytest.raises(command_error.CommandError, match="not enough room"):
            postgres.Postgres(data).start()
        assert "No space left" not in str(refusal(data))
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
def test_an_unwritable_folder_is_named(folder: Path) -> None:
    folder.chmod(0o555)
    try:
        assert "may not be written" in refusal(folder / "data").english
    finally:
        folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's servers are the user's own")
def test_servers_of_root_run_without_privileges(folder: Path) -> None:
    machines = servers.Servers(folder)
    machines.start()
    assert machines.postgres is not None
    assert machines.valkey is not None
    for server in (machines.postgres, machines.valkey):
        status = Path(f"/proc/{server.running()}/status").read_text(encoding="utf-8")
        uids, groups = (next(line for line in status.splitlines() if line.startswith(name)) for name in ("Uid:", "Groups:"))
        assert "0" not in uids.split()[1:]
        assert "0" not in groups.split()[1:]
    machines.stop()

    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert "everybody may enter" in refusal(closed / "data").english


def test_one_command_clears_only_what_nobody_uses(folder: Path) -> None:
    machines = servers.Servers(folder)
    with machines:
        with pytest.raises(command_error.CommandError, match="still uses"):
            servers.Servers(folder).clear()
        (folder / "pictures").mkdir()
    machines.clear(keep=("serve.lock",))

    assert {entry.name for entry in folder.iterdir()} == {folders.MARK, "servers.lock", "users.lock"}
