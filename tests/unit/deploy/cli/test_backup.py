"""`pasarsama backup` as somebody calls it: what cannot be meant is said, and nothing is made. Backups themselves: unit/deploy/backup."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Pasarsama = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize(
    "words", [[], ["--nightly", "one"], [""], ["a" * 250], ["--try"], ["--nightly", "--try", "one"]], ids=lambda words: " ".join(words)[:20]
)
def test_what_cannot_be_meant_is_said(pasarsama: Pasarsama, folder: Path, words: list[str]) -> None:
    done = pasarsama("backup", *words)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (folder / "data").exists()


def test_what_is_no_backup_cannot_be_tried(pasarsama: Pasarsama, folder: Path) -> None:
    done = pasarsama("backup", "--try", str(folder))

    assert (done.returncode, "no finished backup" in done.stderr) == (2, True)


def test_a_folder_without_a_market_is_not_backed_up(pasarsama: Pasarsama, folder: Path) -> None:
    done = pasarsama("backup", str(folder / "one"))

    assert (done.returncode, "There is no market" in done.stderr) == (2, True)
    assert not (folder / "one").exists()
