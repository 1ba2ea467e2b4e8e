"""Whether the server of queue and cache answers, as this process knows it, and how long anybody may wait for it.

After one failure (a lost connection, a time-out, a refusal to write) nobody in this process asks it again: a thread does, twice a second.
What is cached there may be out of date by then, since what was changed meanwhile could not be announced. So the thread's question is an
order to forget everything cached. A server that hangs has it before it, so that it forgets before it answers whoever did not notice; this
process believes the cache again when the order was carried out.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import redis
from django.core.cache import caches
from django.core.signals import request_finished, request_started

CALL_SECONDS = 1.0  # what one question may take
PAGE_SECONDS = 2.0  # and all questions of one page
ASK_AGAIN_SECONDS = 0.5
_WATCH_SECONDS = 30.0  # how long the thread waits for an answer; the order stays with the server also after that

log = logging.getLogger(__name__)


class Away(Exception):  # noqa: N818 - a state, which callers go on with
    """The server does not answer, or not in the time that this page has left for it."""


class _Server:
    """What this process knows; a forked one begins without a thread, so it begins by asking."""

    def __init__(self) -> None:
        self.is_away = False
        self._lock = threading.Lock()
        self._returned = threading.Event()

    def failed(self, error: BaseException) -> None:
        """Ask no more from now on, and let a thread find out when it is back."""
        with self._lock:
            if self.is_away:
                return
            self.is_away = True
            self._returned = threading.Event()
            threading.Thread(target=self._watch, args=(self._returned,), name="queue server", daemon=True).start()
        log.warning("The queue server does not answer (%s: %s); going on without it.", type(error).__name__, error)

    def believe(self) -> None:
        """Take it for present again."""
        with self._lock:
            self.is_away = False
            self._returned.set()

    def _watch(self, returned: threading.Event) -> None:
        while not returned.is_set():
            try:
                with _limited(_WATCH_SECONDS):
                    caches["default"].forget_all()  # type: ignore[attr-defined]
            except (redis.RedisError, OSError):
                returned.wait(ASK_AGAIN_SECONDS)
            else:
                if not returned.is_set():
                    self.believe()
                    log.warning("The queue server answers again; everything cached there was forgotten.")


_server = _Server()
_here = threading.local()  # .left_seconds of this thread's page, where it makes one; .until of the question under way (time.monotonic())


def is_away() -> bool:
    """Whether it did not answer when it was last asked."""
    return _server.is_away


def believe() -> None:
    """Take it for present: for tests, which point at other servers."""
    _server.believe()


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """Ask it something inside, within the time that this question and this page have.

    :raises Away: if it does not answer, did not a moment ago, or was too slow for this page already
    """
    seconds = min(CALL_SECONDS, getattr(_here, "left_seconds", CALL_SECONDS))
    if _server.is_away or seconds <= 0:
        raise Away
    began = time.monotonic()
    try:
        with _limited(seconds):
            yield
    except (redis.RedisError, OSError) as error:
        _server.failed(error)
        raise Away from error
    finally:
        if hasattr(_here, "left_seconds"):
            _here.left_seconds -= time.monotonic() - began


def left_seconds() -> float:
    """What the question under way may still take."""
    return max(getattr(_here, "until", time.monotonic() + CALL_SECONDS) - time.monotonic(), 0.001)


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    _here.until = time.monotonic() + seconds
    try:
        yield
    finally:
        del _here.until


def _begin_page(**_: Any) -> None:
    _here.left_seconds = PAGE_SECONDS


def _end_page(**_: Any) -> None:
    if hasattr(_here, "left_seconds"):
        del _here.left_seconds


def _begin_again() -> None:
    global _server
    _server = _Server()


request_started.connect(_begin_page, dispatch_uid="queue_server")
request_finished.connect(_end_page, dispatch_uid="queue_server")
os.register_at_fork(after_in_child=_begin_again)
