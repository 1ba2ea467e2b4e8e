"""What cannot end well is refused before anything is touched: the target is as it was, or is not there."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.backup import copy_loading, restore_checks, restore_state
from deploy.console import command_error

Make = Callable[..., Path]


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture(autouse=True)
def no_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PASARSAMA_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def check(folder: Path, data: Path, *, copy: copy_loading.Copy | None = None, secrets_file: Path | None = None) -> restore_checks.Plan:
    return restore_checks.check(folder=folder, data=data, copy=copy, secrets_file=secrets_file, progress=silently)


def refuses(match: str, folder: Path, data: Path, **words: object) -> None:
    before = there(data)
    with pytest.raises(command_error.CommandError, match=match):
        check(folder, data, **words)
    assert there(data) == before


def there(data: Path) -> list[str] | None:
    """What is in a folder, but for the lock by which it is asked whether a restore runs."""
    return sorted(path.name for path in data.iterdir() if path.name != restore_state.LOCK) if data.is_dir() else None


def test_a_sound_one_is_planned(make_folder: Make, tmp_path: Path) -> None:
    plan = check(make_folder(), tmp_path / "new")

    assert (plan.copy, plan.state, plan.secrets.lost) == (copy_loading.Copy.BASE, None, ())
    assert not (tmp_path / "new").exists()


def test_what_is_no_new_folder_is_refused(make_folder: Make, tmp_path: Path) -> None:
    market = tmp_path / "market"
    (market / "postgres").mkdir(parents=True)
    refuses("is in use \\(postgres\\)", make_folder(), market)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    refuses("symbolic link", make_folder(), tmp_path / "link")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letters").touch()
    refuses("is in use \\(letters\\)", make_folder(), tmp_path / "mine")


def test_one_of_a_newer_release_or_server_is_refused(make_folder: Make, tmp_path: Path) -> None:
    refuses("made by release 9.9", make_folder(release="9.9", migrations=("settlement.0999_later",)), tmp_path / "new")
    refuses("made with PostgreSQL 99", make_folder(server="99.1"), tmp_path / "new")
    refuses("made with PostgreSQL 98", make_folder(tools="pg_dump (PostgreSQL) 98.1"), tmp_path / "new")


def test_another_key_is_said_before_a_damage(make_folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder()
    kept = tmp_path / "kept.json"
    shutil.copyfile(folder / "secrets" / "secrets.json", kept)
    (folder / "logical" / "000.dump").write_text("another")
    (folder / "secrets" / "secrets.json").write_text(json.dumps({"secret_key": "of another market", "postgres": "a password"}))

    refuses("Another key: .*secret_key", folder, tmp_path / "new")
    refuses("is damaged: logical/000.dump", folder, tmp_path / "new", secrets_file=kept)
    monkeypatch.setenv("PASARSAMA_SECRET_KEY", "of another market")
    refuses("Another key: PASARSAMA_SECRET_KEY", folder, tmp_path / "new", secrets_file=kept)


def test_every_file_is_looked_at(make_folder: Make, tmp_path: Path) -> None:
    folder = make_folder()
    (folder / "pictures" / "34.02" / "one-320.webp").write_text("another")

    refuses("is damaged: pictures/34.02/one-320.webp", folder, tmp_path / "new")


def test_without_secrets_the_logical_copy_is_taken_and_what_is_lost_is_named(make_folder: Make, tmp_path: Path) -> None:
    folder = make_folder()
    kept = tmp_path / "kept.json"
    shutil.move(folder / "secrets" / "secrets.json", kept)
    (folder / "secrets").rmdir()

    plan = check(folder, tmp_path / "new")
    assert plan.copy is copy_loading.Copy.LOGICAL
    assert any("signs in again" in english for _, english in plan.secrets.lost)
    refuses("use --copy logical", folder, tmp_path / "new", copy=copy_loading.Copy.BASE)
    plan = check(folder, tmp_path / "new", secrets_file=kept)
    assert (plan.copy, plan.secrets.lost) == (copy_loading.Copy.BASE, ())


def test_a_full_disk_is_said_beforehand(make_folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=300_000_000))

    refuses("not enough room", folder, tmp_path / "new")


def test_one_that_was_interrupted_goes_on_with_the_same_backup_and_copy(make_folder: Make, tmp_path: Path) -> None:
    folder, new = make_folder(), tmp_path / "new"
    (new / "postgres").mkdir(parents=True)
    state = restore_state.State(
        id=uuid.uuid4(),
        backup=folder,
        copy="logical",
        database="",
        step=restore_state.Step.DATABASE,
        began_at=datetime(2026, 11, 30, tzinfo=UTC),
        step_at=datetime(2026, 11, 30, tzinfo=UTC),
        process=1,
        words=("restore", str(folder), "--data", str(new)),
    )
    restore_state.write(data=new, state=state)

    assert check(folder, new).state == state
    assert check(folder, new).copy is copy_loading.Copy.LOGICAL
    refuses(f"Go on with: pasarsama restore {folder}", folder, new, copy=copy_loading.Copy.BASE)
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    refuses(f"Go on with: pasarsama restore {folder}", other, new)
