"""Bodies on their way: what finds no room on the disk is told so by the application, wherever in it the room ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.web_server import request_bodies
from deploy.web_server.request_bodies import Unread

PIECE = 1_000


async def pieces(length: int) -> AsyncIterator[bytes]:
    for _turn in range(length // PIECE):
        yield b"x" * PIECE


def read(length: int) -> request_bodies.Body | Unread:
    return asyncio.run(request_bodies.read(pieces(length), announced=length, seconds=30, begin=lambda: True))


def test_a_whole_body_is_read_from_its_beginning() -> None:
    body = read(300_000)

    assert isinstance(body, request_bodies.Body)
    with body.file:
        assert (body.length, len(body.file.read())) == (300_000, 300_000)


@pytest.mark.parametrize("length", [5_000, 50_000], ids=["its-last-bytes", "amidst"])
def test_one_without_room_says_so(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(request_bodies.tempfile, "SpooledTemporaryFile", lambda **_limits: open("/dev/full", "r+b"))  # noqa: SIM115

    assert read(length) is Unread.NO_ROOM
