"""The embedded servers take PostgreSQL's own copy; `kill -9` in each step leaves what the next call goes on from."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from deploy.backup import restore_state
from deploy.embedded import postgres, valkey

ROOT = Path(__file__).resolve().parents[3]
STEP_SECONDS = 120.0
VILLAGE = "34.02.15.2004"
_OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _OURS and not name.startswith("PASARSAMA_")}

pytestmark = pytest.mark.slow


def pasarsama(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder with a market, and a backup of it."""
    path = Path(tempfile.mkdtemp(prefix="ps-"))
    path.chmod(0o755)
    for words in (["villages", "migrate"], ["villages", "add", VILLAGE, "Panggungharjo"], ["backup", str(path / "one")]):
        done = pasarsama(*words, "--data", str(path / "old"))
        assert done.returncode == 0, done.stderr
    yield path
    for data in path.iterdir():
        with contextlib.suppress(OSError):
            postgres.Postgres(data).stop()
            valkey.Valkey(data).stop()
    shutil.rmtree(path, ignore_errors=True)


def kill_in(step: restore_state.Step, *words: str, data: Path) -> bool:
    """Restore, and `kill -9` the command and its own processes as soon as it is in a step; whether it got there."""
    command = [sys.executable, "-m", "deploy.cli", *words]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, start_new_session=True, stderr=subprocess.PIPE)
    until = time.monotonic() + STEP_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(Exception):
            state = restore_state.read(data=data)
            if state is not None and state.process == process.pid and state.step is step:
                break
        time.sleep(0.005)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def test_each_step_can_be_killed(place: Path) -> None:
    new = place / "new"
    words = ("restore", str(place / "one"), "--data", str(new))

    for step in restore_state.Step:
        assert kill_in(step, *words, data=new), step
        left = restore_state.read(data=new)
        assert left is not None
        for other in (["serve"], ["worker"], ["audit"], ["villages", "list"], ["backup", str(place / "two")]):
            refused = pasarsama(*other, "--data", str(new))
            assert refused.returncode == 1
            assert f"interrupted at the step {left.step.value}" in refused.stderr
            assert f"Go on with: pasarsama {' '.join(words)}" in refused.stderr
    done = pasarsama(*words)

    assert done.returncode == 0, done.stderr
    assert "the audit is clean" in done.stdout
    assert "went on from the step: audit" in done.stdout
    assert "base" in done.stdout
    assert VILLAGE in pasarsama("villages", "list", "--data", str(new)).stdout
    refused = pasarsama(*words)
    assert (refused.returncode, "is in use" in refused.stderr) == (2, True)


def test_the_logical_copy_of_the_same_backup(place: Path) -> None:
    kept = Path(shutil.move(place / "one" / "secrets", place / "kept"))
    try:
        done = pasarsama("restore", str(place / "one"), "--data", str(place / "other"))
    finally:
        shutil.move(kept, place / "one" / "secrets")

    assert done.returncode == 0, done.stderr
    assert "logical" in done.stdout
    assert "Everybody signs in again" in done.stdout
    server = postgres.Postgres(place / "other")
    server.start()
    connection = psycopg2.connect(server.url())
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT code FROM tenants_village")
        assert cursor.fetchall() == [(VILLAGE,)]
    connection.close()
    server.stop()
