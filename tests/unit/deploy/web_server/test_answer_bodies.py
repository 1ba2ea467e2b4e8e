"""Answers too large for memory stand in a file without a name, which is gone in every ending."""

from __future__ import annotations

import asyncio
import errno
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.web_server import answer_bodies, body_limits, rsgi_application
from federation.web import csv_export

LARGE = body_limits.ANSWER_MEMORY_BYTES + 1


def _open_files() -> set[str]:
    return {os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if Path(f"/proc/self/fd/{name}").is_symlink()}


def test_a_page_stays_in_memory() -> None:
    before = _open_files()
    assert answer_bodies.gather([b"a", b"", b"b"]) == b"ab"
    assert answer_bodies.gather(iter([b"x" * body_limits.ANSWER_MEMORY_BYTES])) == b"x" * body_limits.ANSWER_MEMORY_BYTES
    assert _open_files() == before


def test_what_is_larger_stands_in_a_file_that_nobody_else_can_open() -> None:
    parts = [bytes([number % 256]) * 100_000 for number in range(30)]

    stored = answer_bodies.gather(iter(parts))

    assert isinstance(stored, answer_bodies.Stored)
    with stored.file:
        seen = os.fstat(stored.file.fileno())
        assert (seen.st_nlink, seen.st_mode & 0o777) == (0, 0o600)
        assert stored.length == 3_000_000
        assert stored.file.read() == b"".join(parts)


def _broken(error: Exception) -> Iterator[bytes]:
    yield b"x" * LARGE
    yield b"y"
    raise error


def test_an_answer_that_breaks_off_leaves_nothing() -> None:
    before = _open_files()
    with pytest.raises(ValueError, match="the database went away"):
        answer_bodies.gather(_broken(ValueError("the database went away")))
    assert _open_files() == before


@pytest.mark.slow
def test_200_000_rows_take_the_memory_of_few() -> None:
    row = ("2026-11-30T12:00:00+07:00", "Pesanan", "Sukamaju", "Cibiru", 125_000, "0199a2b4-7a10-7c35-8b6f-0a9b2f3c4d5e")
    table = csv_export.response(name="x", header=["a"] * len(row), rows=(row for _ in range(200_000)))
    tracemalloc.start()
    try:
        stored = answer_bodies.gather(table)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(stored, answer_bodies.Stored)
    with stored.file:
        assert stored.length > 20_000_000
    assert most_bytes < 6 * body_limits.ANSWER_MEMORY_BYTES


class _Sender:
    """What granian gives: it opens the file a little later, or never."""

    def __init__(self, *, opens: bool) -> None:
        self.read: list[bytes] = []
        self._opens = opens

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        if self._opens:
            asyncio.get_running_loop().call_later(0.05, self._open, file)

    def _open(self, name: str) -> None:
        self._file = open(name, "rb")  # noqa: SIM115
        asyncio.get_running_loop().call_later(1.5, self._finish)

    def _finish(self) -> None:
        with self._file:
            self.read.append(self._file.read())


@pytest.mark.parametrize("opens", [True, False])
def test_a_stored_answer_has_a_name_only_until_it_is_opened(opens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_bodies, "_OPENED_SECONDS", 3.0 if opens else 0.2)
    before = _open_files()

    async def play() -> list[bytes]:
        stored, sender = answer_bodies.gather([b"x" * LARGE]), _Sender(opens=opens)
        assert isinstance(stored, answer_bodies.Stored)
        sending = asyncio.create_task(answer_bodies.send(stored, sender, status=200, headers=[], folder=tmp_path))
        await asyncio.sleep(0)
        [link] = tmp_path.iterdir()
        assert link.is_symlink()
        await sending
        assert list(tmp_path.iterdir()) == []
        await asyncio.sleep(0.7)
        return sender.read

    read = asyncio.run(play())

    assert read == ([b"x" * LARGE] if opens else [])
    assert _open_files() == before


class _Visitor:
    """What granian gives, as far as an answer from memory needs it."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append((status, body))


def test_an_answer_without_room_is_a_sentence_and_no_file(tmp_path: Path) -> None:
    def table(environment: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/csv")])
        return _broken(OSError(errno.ENOSPC, "No space left on device"))

    before, visitor = _open_files(), _Visitor()
    application = rsgi_application.Application(table, limit=body_limits.Limits(threads=1, seconds=1), folder=tmp_path)

    assert application._answer({}, visitor) is None  # type: ignore[arg-type]

    [(status, body)] = visitor.answers
    assert status == 503
    assert "tidak ada tempat" in body.decode()
    assert _open_files() == before
