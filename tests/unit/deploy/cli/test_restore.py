"""`pasarsama restore` as somebody calls it: what cannot be meant is said, and nothing is made. Restores themselves: system/restore."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

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
