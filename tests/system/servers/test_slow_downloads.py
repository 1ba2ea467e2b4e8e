"""Answers that are larger than a page wait for their readers on the disk, at the web server as `serve` starts it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench.support import web_servers
from tests.support import senders

pytestmark = pytest.mark.slow


ROWS_BYTES = 40 * 2**20  # of 200,000 rows


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[web_servers.Served]:
    log = tmp_path / "web.log"
    with web_servers.serving(environment={}, log=log, application="tests.support.echoing:application", workers=2) as served:
        yield served


def test_slow_downloads_cost_room_on_the_disk_and_no_memory(echo):
    """Large tables, made at once and read by nobody; all files are gone with their visitors."""
    workers = _children(echo.pid)
    before = sum(map(_memory_bytes, workers))
    readers = [senders.Sender(echo.port, receive_bytes=4096) for _ in range(8)]
    for reader in readers:
        reader.head(method="GET", path=f"/many/{ROWS_BYTES}")
    until = time.monotonic() + 30
    while time.monotonic() < until and _unnamed_bytes(workers) < 8 * ROWS_BYTES:
        time.sleep(0.1)
    assert _unnamed_bytes(workers) >= 8 * ROWS_BYTES
    assert sum(map(_memory_bytes, workers)) - before < 60 * 2**20
    for reader in readers[1:]:
        reader.close()
    assert ROWS_BYTES < _read(readers[0], at_least=ROWS_BYTES + 50) < ROWS_BYTES + 1_000  # with its head
    until = time.monotonic() + 30
    while time.monotonic() < until and _unnamed_bytes(workers):
        time.sleep(0.1)
    assert not _unnamed_bytes(workers)


def _read(sender: senders.Sender, *, at_least: int) -> int:
    """How many bytes came, until so many are there."""
    found = 0
    while found < at_least and (part := sender.line.recv(2**20)):
        found += len(part)
    return found


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _unnamed_bytes(pids: list[int]) -> int:
    """What processes keep in files without a name in the folder for temporary files."""
    found: dict[int, int] = {}
    for path in (path for pid in pids for path in Path(f"/proc/{pid}/fd").iterdir()):
        with contextlib.suppress(OSError):
            name, seen = os.readlink(path), path.stat()
            if name.startswith(tempfile.gettempdir()) and not seen.st_nlink:
                found[seen.st_ino] = seen.st_size
    return sum(found.values())
