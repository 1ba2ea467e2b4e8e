"""How much room is left on the disk of the data folder: whether to warn, and whether to refuse what would be written.

Beside the data lies a ballast, a file that says nothing: a server that died on a full disk needs room to start again, and so does whoever
reads. It is given up then (deploy.supervision.disk_watch). Its bytes never count as room: else orders would eat what it set free.
"""

from __future__ import annotations

import enum
import errno
import os
from pathlib import Path

BALLAST = "ballast"
BALLAST_BYTES = 64 << 20
FULL_BYTES = 32 << 20  # below that nothing new is taken: PostgreSQL writes its log in pieces of 16 MB
LOW_SHARE = 0.10
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Room(enum.Enum):
    """What is left."""

    ENOUGH = "enough"
    LOW = "low"  # somebody should look
    FULL = "full"  # orders would end half written


def left(*, folder: Path) -> Room:
    """What is left on the disk that holds the folder, or will hold it."""
    free, size = _bytes(folder)
    free -= BALLAST_BYTES - ballast_bytes(folder=folder)
    if free < FULL_BYTES:
        return Room.FULL
    return Room.LOW if free < size * LOW_SHARE else Room.ENOUGH


def free_bytes(*, folder: Path) -> int:
    """What anybody could still write there."""
    return _bytes(folder)[0]


def ballast_bytes(*, folder: Path) -> int:
    """What the ballast holds; nothing once it was given up."""
    try:
        return min((folder / BALLAST).stat().st_blocks * 512, BALLAST_BYTES)
    except OSError:
        return 0


def _bytes(folder: Path) -> tuple[int, int]:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
