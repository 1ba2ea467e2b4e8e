"""The clock that sends the periodic tasks, by the machine's monotonic clock: Celery's own goes by the wall clock, and after that was set
back it sends nothing until the former time is reached again.
"""

from __future__ import annotations

import time
from typing import Any

from celery import beat


class SteadyScheduler(beat.Scheduler):  # type: ignore[misc]  # Celery has no annotations
    """Sends each task at once when it starts, then whenever its interval has passed. Its plan is in memory."""

    max_interval = 5  # seconds between two looks

    def __init__(self, *args: Any, **options: Any) -> None:
        self._next_at: dict[str, float] = {}  # by time.monotonic()
        super().__init__(*args, **options)

    def tick(self, *_: Any, **__: Any) -> float:
        """Send what is due, and give the seconds until something is."""
        for name, entry in list(self.schedule.items()):
            now = time.monotonic()
            if self._next_at.get(name, now) <= now:
                self._next_at[name] = now + entry.schedule.run_every.total_seconds()
                self.apply_entry(self.reserve(entry), producer=self.producer)
        return max(0.0, min(self.max_interval, *(at - time.monotonic() for at in self._next_at.values())))
