"""What the tests of the foundations share: folders that an unprivileged server can enter, and the command as a user calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.embedded import postgres, valkey

ROOT = Path(__file__).resolve().parents[3]
_OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path below the temporary folder; servers left running in it are ended."""
    path = Path(tempfile.mkdtemp(prefix="ps-"))
    path.chmod(0o755)
    yield path
    for data in (path, path / "data"):
        postgres.Postgres(data).stop()
        valkey.Valkey(data).stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., postgres.Postgres]]:
    """Start a PostgreSQL in the folder (fast unless told otherwise); it is stopped by the one that started it."""
    started: list[postgres.Postgres] = []

    def call(*, fast: bool = True) -> postgres.Postgres:
        server = postgres.Postgres(folder, fast=fast)
        started.append(server)
        server.start()
        return server

    yield call
    for server in started:
        server.stop()


@pytest.fixture
def pasarsama(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `pasarsama WORDS...` with this folder as the default for data, and give what it said."""

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name not in _OURS and not name.startswith("PASARSAMA_")}
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *words],
            cwd=ROOT,
            env={**inherited, "PASARSAMA_DATA": str(folder / "data"), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call
