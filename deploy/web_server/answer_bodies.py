"""Keeps the body of an answer until its visitor has it: a small one in memory, a larger one in a file that has no name.

The kernel gives such a file back once nobody has it open, however the process ended; nobody else can open it meanwhile. granian takes
files by name (what it is given in pieces it holds in memory, as fast as it gets them). The name is a link to our open file, for as long
as it takes granian to open it.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol

from deploy.web_server import body_limits

_OPENED_SECONDS = 20.0
_SETTLED_SECONDS = 1.0  # whoever read the link before it was removed has opened the file by then


@dataclasses.dataclass(frozen=True)
class Stored:
    """A body in a file, from its beginning on."""

    file: IO[bytes]
    length: int


class Connection(Protocol):
    """What granian sends a file by, as fast as its visitor reads."""

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None: ...


def gather(parts: Iterable[bytes]) -> bytes | Stored:
    """Take all that an application gives, whoever reads it and how slowly.

    :raises OSError: if there is no room for it
    """
    held: list[bytes] = []
    length = 0
    turn = iter(parts)
    for part in turn:
        held.append(part)
        length += len(part)
        if length > body_limits.ANSWER_MEMORY_BYTES:
            return _store(held, turn, length)
    return b"".join(held)


def _store(held: list[bytes], others: Iterable[bytes], length: int) -> Stored:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed on to whoever sends it
    try:
        file.writelines(held)
        held.clear()
        for part in others:
            file.write(part)
            length += len(part)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Stored(file, length)


async def send(body: Stored, connection: Connection, *, status: int, headers: list[tuple[str, str]], folder: Path) -> None:
    """Give the body to granian, by a link in a folder of our own, and close the file on our side."""
    with body.file:
        link = folder / uuid.uuid4().hex
        link.symlink_to(f"/proc/{os.getpid()}/fd/{body.file.fileno()}")
        try:
            connection.response_file(status, headers, str(link))
            await _opened_by_another(body.file)
        finally:
            link.unlink(missing_ok=True)
        # Not before: our number is another file's at once, and that would be sent.
        await asyncio.sleep(_SETTLED_SECONDS)


async def _opened_by_another(file: IO[bytes]) -> None:
    """Wait until the process has the file open twice. One that was sent meanwhile, or never will be, is waited for in vain."""
    own, pause = os.fstat(file.fileno()), 0.01
    loop = asyncio.get_running_loop()
    until = loop.time() + _OPENED_SECONDS
    while loop.time() < until and _times_open(own) < 2:
        await asyncio.sleep(pause)
        pause = min(2 * pause, 1.0)


def _times_open(own: os.stat_result) -> int:
    found = 0
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found += os.path.samestat(os.stat(f"/proc/self/fd/{name}"), own)
    return found
