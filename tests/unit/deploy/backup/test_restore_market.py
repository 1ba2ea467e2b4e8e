"""A market is restored into an empty database of one's own, also after an interruption. The embedded servers: system/restore."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.utils import timezone

from deploy.backup import copy_loading, make_backup, own_database, restore_checks, restore_market, restore_state
from deploy.console import command_error
from tests.support import factories, servers

VILLAGE = next(iter(factories.VILLAGES))
DATABASE = "restored"


class Killed(BaseException):
    """As if the process had ended."""


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def backup(market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Of a market with a picture; the environment then names an empty database."""
    monkeypatch.setenv("PASARSAMA_POSTGRES_PROGRAMS", str(servers.CLUSTER.bin_dir))
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "pictures")
    (tmp_path / "pictures" / VILLAGE).mkdir(parents=True)
    (tmp_path / "pictures" / VILLAGE / "one-320.webp").write_bytes(b"picture")
    (tmp_path / "data").mkdir()
    with market.as_owner():
        made = make_backup.make(
            folder=tmp_path / "one",
            data=tmp_path / "data",
            facts=make_backup.database_facts(),
            server=None,
            now=timezone.now,
            progress=silently,
        )
    servers.CLUSTER.create_database(DATABASE)
    for name, value in servers.environment(DATABASE).items():
        monkeypatch.setenv(name, value)
    yield made.folder
    servers.CLUSTER.drop_database(DATABASE)


def plan(backup: Path, data: Path, withdrawals_file: Path | None = None) -> restore_checks.Plan:
    return restore_checks.check(
        folder=backup, data=data, copy=None, secrets_file=None, progress=silently, withdrawals_file=withdrawals_file
    )


def ask(statement: str) -> None:
    connection = psycopg2.connect(servers.CLUSTER.owner_url(database=DATABASE))
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def rows(statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(servers.CLUSTER.owner_url(database=DATABASE))
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
    connection.close()
    return found


def test_it_goes_on_after_an_interruption_and_is_what_it_was(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    words = ("restore", str(backup), "--data", str(new))

    def end_after_loading(done: int, total: int, what: str) -> None:
        if what == "logical" and done == total:
            raise Killed

    def end_before_secrets(done: int, total: int, what: str) -> None:
        if what == "secrets":
            raise Killed

    with pytest.raises(Killed):
        restore_market.restore(plan=plan(backup, new), words=words, now=timezone.now, progress=end_before_secrets)
    assert not (new / "secrets.json").exists()
    with pytest.raises(command_error.CommandError, match="interrupted at the step secrets"):
        restore_state.refuse(data=new)
    with pytest.raises(Killed):
        restore_market.restore(plan=plan(backup, new), words=words, now=timezone.now, progress=end_after_loading)
    left = restore_state.read(data=new)
    assert left is not None
    assert (left.step, left.process, left.command) == (restore_state.Step.DATABASE, os.getpid(), f"pasarsama {' '.join(words)}")
    assert rows("SELECT count(*) > 0 FROM tenants_village") == [(True,)]

    withdrawn = tmp_path / "withdrawals.jsonl"
    withdrawn.write_text(json.dumps({"what": "bank-account", "at": timezone.now().isoformat(), "party": VILLAGE}) + "\n{")
    again = plan(backup, new, withdrawn)
    assert again.copy is copy_loading.Copy.LOGICAL
    restored = restore_market.restore(plan=again, words=words, now=timezone.now, progress=silently)

    assert (restored.broken, restored.seal_problem) == ((), "")
    assert restore_state.read(data=new) is None
    assert f"bank-account {VILLAGE}: " in restored.withdrawn
    assert again.known_until is not None
    assert again.unreadable == 1
    assert rows("SELECT party, step FROM settlement_bankaccountstep") == [(VILLAGE, "stopped")]
    assert rows("SELECT count(*) FROM tenants_marketrestore") == [(1,)]
    assert (VILLAGE,) in rows("SELECT code FROM tenants_village")
    picture = new / "pictures" / VILLAGE / "one-320.webp"
    assert (picture.read_bytes(), picture.stat().st_mode & 0o777, picture.stat().st_nlink) == (b"picture", 0o644, 1)
    assert (new / "secrets.json").read_text() != ""
    with pytest.raises(command_error.CommandError, match="in use"):
        plan(backup, new)
    with pytest.raises(command_error.CommandError, match="is not empty"):
        plan(backup, tmp_path / "another")


def test_what_an_interrupted_one_did_not_load_is_not_removed(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = tmp_path / "new"
    words = ("restore", str(backup), "--data", str(new))

    def end_in(step: str) -> restore_market.Progress:
        def end(done: int, total: int, what: str) -> None:
            if what == step:
                raise Killed

        return end

    with pytest.raises(Killed):
        restore_market.restore(plan=plan(backup, new), words=words, now=timezone.now, progress=end_in("secrets"))
    empty = plan(backup, new)
    ask("CREATE TABLE of_another_market AS SELECT 1")
    for begin in (lambda: plan(backup, new), lambda: restore_market.restore(plan=empty, words=words, now=timezone.now, progress=silently)):
        with pytest.raises(command_error.CommandError, match="is not empty \\(public.of_another_market\\)"):
            begin()
        assert rows("SELECT * FROM of_another_market") == [(1,)]
    ask("DROP TABLE of_another_market")

    with pytest.raises(Killed):
        restore_market.restore(plan=plan(backup, new), words=words, now=timezone.now, progress=end_in("database"))
    for name, value in servers.environment("elsewhere").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(command_error.CommandError, match=f"was begun into the database .*/{DATABASE}, and now .*/elsewhere is named"):
        plan(backup, new)
    for name in servers.environment("elsewhere"):
        monkeypatch.delenv(name)
    with pytest.raises(command_error.CommandError, match="and now server bawaan / embedded server is named"):
        plan(backup, new)


def test_one_that_somebody_else_went_on_with_is_not_done_twice(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    old = plan(backup, new)
    new.mkdir()
    state = restore_state.State(
        id=uuid.uuid4(),
        backup=backup,
        copy="logical",
        database=own_database.address(url=os.environ["DATABASE_OWNER_URL"]),
        step=restore_state.Step.AUDIT,
        began_at=timezone.now(),
        step_at=timezone.now(),
        process=1,
        words=("restore",),
    )
    (new / ".pasarsama").touch()
    restore_state.write(data=new, state=state)

    with pytest.raises(command_error.CommandError):
        restore_market.restore(plan=old, words=("restore",), now=timezone.now, progress=silently)

    assert restore_state.read(data=new) == state
