"""Our commands on folders of their own, as people type them; and `kill -9` in the midst of one."""

from __future__ import annotations

import contextlib
import enum
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg2

from deploy.embedded import postgres, valkey

ROOT = Path(__file__).resolve().parents[2]
STEP_SECONDS = 120.0
_OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _OURS and not name.startswith("PASARSAMA_")}


class State(Protocol):
    """What a command writes down of how far it is."""

    @property
    def step(self) -> enum.Enum: ...
    @property
    def process(self) -> int: ...


def pasarsama(*words: str) -> subprocess.CompletedProcess[str]:
    """One of our commands, with servers of its own."""
    return python("deploy.cli", *words)


def python(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A module run as a process that knows nothing of the tests' servers."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """A folder for folders of markets; their servers are stopped at the end, and all of it is gone."""
    path = Path(tempfile.mkdtemp(prefix="ps-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        for data in path.iterdir():
            with contextlib.suppress(OSError):
                postgres.Postgres(data).stop()
                valkey.Valkey(data).stop()
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def asking(data: Path) -> Iterator[Any]:
    """A cursor of the owner in a folder's database, whose server runs meanwhile; what was said is committed."""
    server = postgres.Postgres(data)
    server.start()
    connection = psycopg2.connect(server.owner_url())
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
        server.stop()


def kill_in(step: enum.Enum, *words: str, state: Callable[[], State | None]) -> bool:
    """Run a command, and `kill -9` it and its own processes as soon as it is in a step; whether it got there."""

    def is_there(process: int) -> bool:
        now = state()
        return now is not None and now.process == process and now.step is step

    return kill_when(is_there, *words)


def kill_when(is_there: Callable[[int], bool], *words: str) -> bool:
    """Run a command, and `kill -9` it and its own processes as soon as `is_there` says so of its number; whether that came."""
    command = [sys.executable, "-m", "deploy.cli", *words]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + STEP_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(Exception):
            if is_there(process.pid):
                break
        time.sleep(0.005)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _, said = process.communicate()
    if process.returncode != -signal.SIGKILL:
        print(said.decode())
    return process.returncode == -signal.SIGKILL
