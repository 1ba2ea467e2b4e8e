"""The embedded servers take PostgreSQL's own copy; `kill -9` in each step leaves what the next call goes on from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from deploy.backup import restore_state
from deploy.embedded import postgres
from tests.support import commands, outgoing
from tests.support.commands import pasarsama

VILLAGE = "34.02.15.2004"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder with a market, and a backup of it."""
    with commands.place() as path:
        for words in (["villages", "migrate"], ["villages", "add", VILLAGE, "Panggungharjo"], ["backup", str(path / "one")]):
            done = pasarsama(*words, "--data", str(path / "old"))
            assert done.returncode == 0, done.stdout + done.stderr
        yield path


def test_each_step_can_be_killed(place: Path) -> None:
    new = place / "new"
    words = ("restore", str(place / "one"), "--data", str(new))

    for step in list(restore_state.Step)[1:]:  # the first is over before anybody sees it: unit/deploy/backup/test_restore_market.py
        assert commands.kill_in(step, *words, state=lambda: restore_state.read(data=new)), step
        left = restore_state.read(data=new)
        assert left is not None
        for other in (["serve"], ["worker"], ["audit"], ["villages", "list"], ["backup", str(place / "two")]):
            refused = pasarsama(*other, "--data", str(new))
            assert refused.returncode == 1
            assert f"interrupted at the step {left.step.value}" in refused.stderr
            assert f"Go on with: pasarsama {' '.join(words)}" in refused.stderr
    done = pasarsama(*words)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the audit is clean" in done.stdout
    assert "went on from the step: audit" in done.stdout
    assert "base" in done.stdout
    assert VILLAGE in pasarsama("villages", "list", "--data", str(new)).stdout
    refused = pasarsama(*words)
    assert (refused.returncode, "is in use" in refused.stderr) == (2, True)


def test_the_logical_copy_of_the_same_backup(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in outgoing.environment(tmp_path).items():
        monkeypatch.setitem(commands.ENVIRONMENT, name, value)
    kept = Path(shutil.move(place / "one" / "secrets", place / "kept"))
    try:
        done = pasarsama("restore", str(place / "one"), "--data", str(place / "other"))
    finally:
        shutil.move(kept, place / "one" / "secrets")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "logical" in done.stdout
    assert "Everybody signs in again" in done.stdout
    assert outgoing.outside(tmp_path) == []
    server = postgres.Postgres(place / "other")
    server.start()
    connection = psycopg2.connect(server.url())
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT code FROM tenants_village")
        assert cursor.fetchall() == [(VILLAGE,)]
    connection.close()
    server.stop()
