"""`kill -9` in each step of a backup: nothing that looks like one is left, and the next call makes it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support import commands
from tests.support.commands import pasarsama

pytestmark = [pytest.mark.slow, pytest.mark.long]
# What stands beside the backup's place when a step has begun.
STEPS = ("base", "base/backup_manifest", "logical", "logical/001.dump", "pictures", "secrets/secrets.json", "BACA-SAYA.txt", "isi.json")


def test_each_step_can_be_killed() -> None:
    with commands.place() as place:
        data, folder = place / "market", place / "cadangan"
        for words in (["villages", "migrate"], ["villages", "add", "34.02.15.2004", "Panggungharjo"]):
            assert pasarsama(*words, "--data", str(data)).returncode == 0
        part = place / ".cadangan.part"
        reached = [_killed_at(part / step, "backup", str(folder), "--data", str(data)) for step in STEPS]
        assert sum(reached) >= len(STEPS) - 1, reached  # the last one may be too quick
        assert reached[-1] or folder.exists()
        if not reached[-1]:
            folder = place / "cadangan-2"

        done = pasarsama("backup", str(folder), "--data", str(data))

        assert done.returncode == 0, done.stderr
        assert not list(place.glob(".*.part"))
        tried = pasarsama("backup", "--try", str(folder))
        assert tried.returncode == 0, tried.stderr


def _killed_at(path: Path, *words: str) -> bool:
    """Kill a backup as soon as a path is there that this very run made."""
    began = time.time()
    return commands.kill_when(lambda _process: path.stat().st_ctime > began, *words)
