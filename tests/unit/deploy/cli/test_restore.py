"""`pasarsama restore` as somebody calls it: what cannot be meant is said, and nothing is made. Restores themselves: system/restore."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from deploy.backup import restore_state
from deploy.embedded import servers
from tenants import models
from tests.support import commands

Pasarsama = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("words", [[], ["one"], ["--data", "new"], ["one", "--data", ""], ["one", "--data", "new", "--copy", "half"]])
def test_what_cannot_be_meant_is_said(pasarsama: Pasarsama, folder: Path, words: list[str]) -> None:
    done = pasarsama("restore", *words)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_what_is_no_backup_is_not_restored(pasarsama: Pasarsama, folder: Path) -> None:
    done = pasarsama("restore", str(folder), "--data", str(folder / "new"))

    assert (done.returncode, "no finished backup" in done.stderr) == (2, True)
    assert not (folder / "new").exists()


@pytest.mark.parametrize(
    "words", [["audit"], ["worker"], ["serve"], ["demo", "--fresh"], ["migrate"], ["shell"]], ids=lambda words: words[0]
)
def test_while_one_is_not_done_no_other_command_works_on_the_folder(pasarsama: Pasarsama, folder: Path, words: list[str]) -> None:
    (folder / "data").mkdir()
    (folder / "data" / ".pasarsama").touch()
    at = datetime(2026, 11, 30, tzinfo=UTC)
    state = restore_state.State(
        id=uuid.uuid4(),
        backup=folder / "one",
        copy="base",
        database="",
        step=restore_state.Step.HOLD,
        began_at=at,
        step_at=at,
        process=1,
        words=("restore", str(folder / "one"), "--data", str(folder / "data")),
    )
    restore_state.write(data=folder / "data", state=state)

    done = pasarsama(*words)

    assert done.returncode == 1
    assert f"Go on with: pasarsama restore {folder / 'one'} --data {folder / 'data'}" in done.stderr
    assert restore_state.read(data=folder / "data") == state
    assert not (folder / "data" / "postgres").exists()


@pytest.mark.slow
def test_a_market_is_held_once_for_a_moment_and_only_while_no_command_works_on_it(pasarsama: Pasarsama, folder: Path) -> None:
    moment = datetime.now(UTC) - timedelta(hours=1)
    same = moment.astimezone(timezone(timedelta(hours=7)))
    for words in (("villages", "migrate"), ("villages", "add", "34.02.15.2004", "Panggungharjo")):
        assert pasarsama(*words).returncode == 0

    with servers.Servers(folder / "data"):
        refused = pasarsama("restore", "--hold-at", moment.isoformat())
    assert (refused.returncode, "Another command still uses" in refused.stderr) == (1, True), refused.stderr
    for at in (moment, same):  # killed after it was done, and asked for again
        done = pasarsama("restore", "--hold-at", at.isoformat())
        assert done.returncode == 0, done.stderr

    with commands.asking(folder / "data") as cursor:
        cursor.execute("SELECT backup_at FROM tenants_marketrestore")
        assert cursor.fetchall() == [(moment,)]


@pytest.mark.slow
def test_one_of_ones_own_server_is_held_only_while_nobody_is_connected(pasarsama: Pasarsama, market, tmp_path: Path) -> None:
    environment = {**market.environment, "PASARSAMA_DATA": str(tmp_path / "own")}
    refused = pasarsama("restore", "--hold-at", datetime.now(UTC).isoformat(), **environment)

    assert (refused.returncode, "is in use" in refused.stderr) == (1, True), refused.stderr
    assert models.MarketRestore.objects.count() == 0
