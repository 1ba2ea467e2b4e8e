"""Threads of the test's own process, as a web process has them: each with a connection of its own that ends with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

from django.db import connection

PATIENCE_SECONDS = 60.0


class Threads:
    """Starts work in threads; the block ends when all of them have."""

    def __init__(self) -> None:
        self._running: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for thread in self._running:
            thread.join(PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in self._running)

    def start(self, work: Callable[[], object]) -> Callable[[], object]:
        """Begin some work; gives a function that waits for it and gives what it returned or raised."""
        found: list[object] = []

        def run() -> None:
            try:
                found.append(work())
            except Exception as error:
                found.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run, daemon=True)
        self._running.append(thread)
        thread.start()

        def outcome() -> object:
            thread.join(PATIENCE_SECONDS)
            return found[0]

        return outcome
