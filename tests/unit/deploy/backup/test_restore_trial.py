"""A backup is tried by restoring it: what is wrong in the market that it holds is named, and nothing of the trial is left."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from deploy.backup import copy_loading, make_backup, manifest, restore_trial
from deploy.console import command_error
from deploy.embedded import folders, programs
from tests.support import outgoing, servers


def silently(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def backup(market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a market in whose books somebody changed a row."""
    monkeypatch.setenv("PASARSAMA_POSTGRES_PROGRAMS", str(servers.CLUSTER.bin_dir))
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "pictures")
    monkeypatch.setattr(tempfile, "tempdir", str(Path(tempfile.mkdtemp(prefix="ps-"))))
    Path(tempfile.gettempdir()).chmod(0o755)
    (tmp_path / "data").mkdir()
    with market.as_owner():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE settlement_position SET debit_posted_rupiah = debit_posted_rupiah + 1 WHERE account LIKE 'clearing:%'")
            assert cursor.rowcount
        made = make_backup.make(
            folder=tmp_path / "one",
            data=tmp_path / "data",
            facts=make_backup.database_facts(),
            server=None,
            now=timezone.now,
            progress=silently,
        )
    yield made.folder
    shutil.rmtree(tempfile.gettempdir())


def test_it_is_restored_and_audited_and_nothing_is_left(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sockets").mkdir()
    for name, value in outgoing.environment(tmp_path / "sockets").items():
        monkeypatch.setenv(name, value)
    kept = manifest.read(folder=backup)
    if kept.major > programs.postgres_major():
        pytest.skip("made by a newer PostgreSQL than the wheel's")

    for name in ("pasarsama-trial-killed", "pasarsama-trial-runs"):
        (Path(tempfile.gettempdir()) / name).mkdir()
        (Path(tempfile.gettempdir()) / name / "secrets.json").touch()
    with folders.alone_in(Path(tempfile.gettempdir()) / "pasarsama-trial-runs"):
        tried = restore_trial.try_restoring(folder=backup, of=kept, copy=copy_loading.Copy.LOGICAL, progress=silently)

    assert tried.broken == ("accounts-balanced", "position-is-its-transfers", "open-obligations-are-the-balance")
    assert [path.name for path in Path(tempfile.gettempdir()).glob("pasarsama-trial-*")] == ["pasarsama-trial-runs"]
    assert outgoing.outside(tmp_path / "sockets") == []


def test_one_that_cannot_be_restored_is_said_so_and_nothing_is_left(backup: Path) -> None:
    path = backup / "logical" / "001.dump"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(command_error.CommandError, match="pg_restore failed"):
        restore_trial.try_restoring(folder=backup, of=manifest.read(folder=backup), copy=copy_loading.Copy.LOGICAL, progress=silently)

    assert not list(Path(tempfile.gettempdir()).glob("pasarsama-trial-*"))
