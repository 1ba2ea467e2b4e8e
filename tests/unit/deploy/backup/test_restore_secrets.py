"""Which secrets a restored market has; their refusals stand in test_restore_checks.py."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.backup import manifest, restore_secrets
from tests.unit.deploy.backup.conftest import SECRETS


def test_they_are_written_for_their_owner_alone_and_a_missing_key_is_made(tmp_path: Path) -> None:
    restore_secrets.put(data=tmp_path, found=restore_secrets.Secrets(values=SECRETS))
    assert json.loads((tmp_path / "secrets.json").read_text()) == SECRETS
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0

    restore_secrets.put(data=tmp_path, found=restore_secrets.Secrets(values={}))
    assert len(json.loads((tmp_path / "secrets.json").read_text())["secret_key"]) > 50


def test_nothing_is_lost_where_the_environment_gives_the_same_key(
    make_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder()
    shutil.rmtree(folder / "secrets")
    kept = manifest.read(folder=folder)

    monkeypatch.setenv("PASARSAMA_SECRET_KEY", SECRETS["secret_key"])
    assert restore_secrets.find(folder=folder, of=kept, file=None) == restore_secrets.Secrets(values={"secret_key": SECRETS["secret_key"]})
    monkeypatch.setenv("PASARSAMA_SECRET_KEY", "a new one")
    found = restore_secrets.find(folder=folder, of=kept, file=None)
    assert (found.values, bool(found.lost)) == ({"secret_key": "a new one"}, True)
