"""Looks how much room the disk has, says so when that changes, and keeps the ballast (tenants.disk_room)."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from tenants import disk_room
from tenants.disk_room import Room

_EVERY_SECONDS = 2.0
_LAST_BYTES = 8 << 20  # PostgreSQL could not even read any more
_SENTENCES = {
    Room.ENOUGH: "disk: ruangnya cukup lagi / there is room again",
    Room.LOW: "disk: tinggal kurang dari 10 % ruang untuk {data}; kosongkan sebagian / less than 10 % of the room for {data} is left",
    Room.FULL: (
        "disk: penuh; pesanan ditolak dan pasar hanya bisa dibaca sampai ada ruang lagi untuk {data} / full; orders are refused and the "
        "market can only be read until there is room again for {data}"
    ),
}


class DiskWatch:
    """The room of one data folder. `say` gets a sentence for each change; without `keeps_ballast` there is nothing to give up."""

    def __init__(self, data: Path, *, say: Callable[[str], None], keeps_ballast: bool) -> None:
        self._data, self._say, self._keeps_ballast = data, say, keeps_ballast
        self._known = Room.ENOUGH
        self._looked_at = 0.0

    def look(self) -> None:
        """To be called again and again; it looks every two seconds."""
        if self._looked_at and time.monotonic() - self._looked_at < _EVERY_SECONDS:
            return
        self._looked_at = time.monotonic()
        room = disk_room.left(folder=self._data)
        if room is not self._known:
            self._known = room
            self._say(_SENTENCES[room].format(data=self._data))
        if room is not Room.FULL:
            self._keep_ballast()
        elif disk_room.free_bytes(folder=self._data) < _LAST_BYTES:
            give_ballast_up(data=self._data)

    def make_room(self) -> None:
        """A server has to start again: if the disk is full, on the room of the ballast."""
        if disk_room.left(folder=self._data) is Room.FULL:
            give_ballast_up(data=self._data)

    def _keep_ballast(self) -> None:
        path = self._data / disk_room.BALLAST
        if not self._keeps_ballast or path.exists():
            return
        if disk_room.free_bytes(folder=self._data) < disk_room.BALLAST_BYTES + disk_room.FULL_BYTES:
            return
        try:
            with open(path, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, disk_room.BALLAST_BYTES)
        except OSError:
            path.unlink(missing_ok=True)


def give_ballast_up(*, data: Path) -> None:
    """Set the ballast's room free."""
    (data / disk_room.BALLAST).unlink(missing_ok=True)
