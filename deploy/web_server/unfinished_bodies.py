"""How many unfinished bodies an address has, over all web processes.

Each is a byte of one file, locked while the body lasts. The kernel gives the locks of a dead process back, so that no crash leaves a count.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

_ADDRESS_BYTES = 5


class UnfinishedBodies:
    """At most `most` an address. Not for several threads: the loop alone asks."""

    def __init__(self, path: Path, *, most: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._most = most
        self._ours: set[int] = set()  # a process meets no resistance at its own locks

    def begin(self, address: str) -> int | None:
        """Give a place, or None when the address has as many as it may."""
        first = int.from_bytes(hashlib.blake2b(address.encode(), digest_size=_ADDRESS_BYTES).digest()) * self._most
        for place in range(first, first + self._most):
            if place not in self._ours and self._lock(place):
                self._ours.add(place)
                return place
        return None

    def end(self, place: int) -> None:
        """Give a place back."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
        self._ours.remove(place)

    @contextlib.contextmanager
    def counting(self, address: str) -> Iterator[Callable[[], bool]]:
        """Give what begins a place, or says that there is none; it is given back at the end."""
        places: list[int | None] = []

        def begin() -> bool:
            places.append(self.begin(address))
            return places[-1] is not None

        try:
            yield begin
        finally:
            for place in places:
                if place is not None:
                    self.end(place)

    def close(self) -> None:
        """Give all back."""
        os.close(self._file)
        self._ours.clear()

    def _lock(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True
