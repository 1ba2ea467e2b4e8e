"""Waits for the body of a request without a thread, until a deadline that moves with each KB."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import tempfile
from collections.abc import AsyncIterable, Callable
from typing import IO

from deploy.web_server import body_limits

_KB = 1024


class Unread(enum.Enum):
    """Why a body was not read; the application finds the value in the request's environment."""

    LATE = "late"
    CROWDED = "crowded"
    NO_ROOM = "no-room"
    BROKEN = "broken"


@dataclasses.dataclass(frozen=True)
class Body:
    """A whole body, or the first `length` bytes of one that is larger than anything here takes."""

    file: IO[bytes]
    length: int


async def read(pieces: AsyncIterable[bytes], *, announced: int | None, seconds: float, begin: Callable[[], bool]) -> Body | Unread:
    """Read a body of `announced` bytes (None: nobody said how many), which has `seconds` and SECONDS_PER_KB for each KB that came.

    `begin` counts one more unfinished body of this address, or says that it has enough.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    is_crowded = False

    def count() -> None:
        nonlocal is_crowded
        if not begin():
            is_crowded = True
            deadline.reschedule(began)  # now

    file = tempfile.SpooledTemporaryFile(max_size=body_limits.BODY_MEMORY_BYTES)  # noqa: SIM115 - handed to the application
    counting = loop.call_later(body_limits.COUNTED_AFTER_SECONDS, count)
    try:
        async with asyncio.timeout_at(began + seconds) as deadline:
            length, ends = 0, 0
            async for piece in pieces:
                length += len(piece)
                ends += not piece
                file.write(piece)
                if length > body_limits.BODY_BYTES_MAX:
                    break
                if not is_crowded:
                    deadline.reschedule(began + seconds + body_limits.SECONDS_PER_KB * length / _KB)
        file.seek(0)  # the last bytes reach the disk only now
    except TimeoutError:
        return Unread.CROWDED if is_crowded else Unread.LATE
    except OSError:
        with contextlib.suppress(OSError):  # what could not be written then cannot be now
            file.close()
        return Unread.NO_ROOM
    finally:
        counting.cancel()
    # granian gives an empty piece at the end, and one more where the connection broke.
    is_whole = ends == 1 if announced is None else length == announced
    if not is_whole and length <= body_limits.BODY_BYTES_MAX:
        return Unread.BROKEN
    return Body(file=file, length=length)
