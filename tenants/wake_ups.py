"""Messages that wake a worker, sent by a thread of their own: whoever asks for one goes on at once, also when the broker is away or hangs.

A lost message costs a minute: every task that is woken is also sent by the clock.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from typing import Any

import celery
import kombu.exceptions

GATHER_SECONDS = 0.5  # one message for all that this process asks for meanwhile
_LAST_SECONDS = 1.0  # what a process that ends waits for its last messages

log = logging.getLogger(__name__)


class _Sender:
    """The thread of this process; a forked one begins without."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked: dict[tuple[str, tuple[tuple[str, Any], ...]], None] = {}
        self._sending = self._hurried = False
        self._thread: threading.Thread | None = None

    def ask(self, task: str, values: dict[str, Any]) -> None:
        with self._changed:
            self._asked[task, tuple(sorted(values.items()))] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def finish(self, seconds: float) -> bool:
        with self._changed:
            self._hurried = True
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: not self._asked and not self._sending, seconds)
            finally:
                self._hurried = False

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._asked))
                self._changed.wait_for(lambda: self._hurried, GATHER_SECONDS)
                asked, self._asked, self._sending = self._asked, {}, True
            for task, values in asked:
                _send(task, dict(values))
            with self._changed:
                self._sending = False
                self._changed.notify_all()


def send(*, task: str, **values: int | str) -> None:
    """Wake a worker for this task, soon. Asked for again before it is sent, it is sent once."""
    _sender.ask(task, values)


def finish(*, seconds: float) -> bool:
    """Send what was asked for without gathering more, and wait until it is; False when the time is over."""
    return _sender.finish(seconds)


def _send(task: str, values: dict[str, Any]) -> None:
    try:
        celery.current_app.send_task(task, kwargs=values, retry=False)
    except (kombu.exceptions.KombuError, OSError) as error:
        log.warning("The broker does not answer (%s); the sweep of the next minute will do %s", error, task)
    except Exception:  # the thread goes on, whatever one message meets
        log.exception("No worker could be woken for %s", task)


def _begin_again() -> None:
    global _sender
    _sender = _Sender()


def _end() -> None:
    if not finish(seconds=_LAST_SECONDS):
        log.warning("The broker does not answer in time; the sweep of the next minute will do what waits")


_sender = _Sender()
os.register_at_fork(after_in_child=_begin_again)
atexit.register(_end)
