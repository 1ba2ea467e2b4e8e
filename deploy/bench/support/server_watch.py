"""How many locks and how much memory PostgreSQL's processes need while something else works: looked at several times a second."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2

from deploy.embedded import processes

_EVERY_SECONDS = 0.05
# All of them: how many of a process stand beside the table that all share depends on the version and its settings.
_LOCKS = "SELECT count(*) FROM pg_locks WHERE pid <> pg_backend_pid()"


class ServerWatch:
    """The peaks of what was seen: locks of the server at `address`, and the memory of its own of one process of those below `clusters`."""

    def __init__(self, *, address: str | None, clusters: Callable[[], Iterator[Path]]) -> None:
        self.locks = 0
        self.process_kb = 0
        self._address, self._clusters = address, clusters

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        """Look from now on, in a thread, until the block ends."""
        over = threading.Event()
        connection = psycopg2.connect(self._address) if self._address else None
        thread = threading.Thread(target=self._look, args=(over, connection), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            if connection is not None:
                connection.close()

    def _look(self, over: threading.Event, connection: psycopg2.extensions.connection | None) -> None:
        if connection is not None:
            connection.autocommit = True
        while not over.wait(_EVERY_SECONDS):
            if connection is not None:
                with connection.cursor() as cursor:
                    cursor.execute(_LOCKS)
                    ((locks,),) = cursor.fetchall()
                self.locks = max(self.locks, locks)
            for cluster in self._clusters():
                self.process_kb = max([self.process_kb, *(private_kb(pid) for pid in processes.all_in(cluster))])


def private_kb(pid: int) -> int:
    """The memory of its own of a process, in KB; nothing if it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon:")), 0)
