"""The backup of the night beside a running market: begun when it is due, told of when it is made or fails, ended with the market."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.supervision import nightly_backup
from tenants import newest_backup


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path


def market(data: Path, monkeypatch: pytest.MonkeyPatch, *, does: str) -> tuple[nightly_backup.NightlyBackup, list[str]]:
    """A market that is open long enough, whose backup is this small program."""
    said: list[str] = []
    monkeypatch.setattr(nightly_backup, "_AFTER_START_SECONDS", 0.0)
    monkeypatch.setattr(nightly_backup, "_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(nightly_backup, "_COMMAND", [sys.executable, "-c", does])
    return nightly_backup.NightlyBackup(data, say=said.append), said


def wait_for(backup: nightly_backup.NightlyBackup, said: list[str]) -> None:
    until = time.monotonic() + 30
    while not said and time.monotonic() < until:
        backup.look()
        time.sleep(0.05)


def test_a_market_that_has_just_opened_is_left_alone_at_first(data: Path) -> None:
    said: list[str] = []
    backup = nightly_backup.NightlyBackup(data, say=said.append)

    backup.look()

    assert not (data / "logs" / "backup.log").exists()


def test_it_is_begun_for_this_folder_and_told_of(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup, said = market(data, monkeypatch, does="import sys; print(sys.argv[-1], 'is backed up')")

    wait_for(backup, said)

    assert said == [f"cadangan / backup: {data} is backed up"]
    assert (data / "logs" / "backup.log").stat().st_mode & 0o077 == 0


def test_one_that_fails_is_told_of_and_tried_again_later(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup, said = market(data, monkeypatch, does="print('penuh', flush=True); raise SystemExit('full')")
    wait_for(backup, said)
    assert said == ["cadangan / backup: GAGAL / FAILED: penuh / full"]

    for _ in range(5):
        backup.look()
    assert backup._process is None

    backup._next_at = 0.0
    backup.look()
    assert backup._process is not None
    backup.stop()


def test_none_is_begun_when_this_night_has_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / newest_backup.MANIFEST).touch()
    newest_backup.write(data=data, folder=data, began_at=datetime.now(UTC))
    backup, _ = market(data, monkeypatch, does="")

    backup.look()

    assert backup._process is None


def test_one_under_way_ends_with_the_market(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup, _ = market(data, monkeypatch, does="import time; time.sleep(60)")
    backup.look()
    process = backup._process
    assert process is not None

    backup.stop()

    assert process.poll() is not None
