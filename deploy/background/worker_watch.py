"""A worker that takes nothing ends itself, and its supervisor starts another.

After the broker was away a worker may be connected, alive and deaf (celery/celery#8030, #8091, #10205). So each sends itself a task now
and then; when it has nothing to do and took none of three in a row, it is deaf.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

import celery
from celery import signals
from celery.worker import state

CANARY = "tenants.tasks.canary"
EVERY_SECONDS = 20.0
MISSED_MAX = 3
_LAST_SECONDS = 20.0  # for an orderly end

log = logging.getLogger(__name__)
_missed = 0


@signals.worker_ready.connect  # type: ignore[untyped-decorator]  # Celery has no annotations
def begin(**_: Any) -> None:
    """Watch the worker that is ready now."""
    threading.Thread(target=_watch, name="worker watch", daemon=True).start()


@signals.task_received.connect  # type: ignore[untyped-decorator]
def hear(**_: Any) -> None:
    """It took a task, whichever."""
    global _missed
    _missed = 0


def _watch() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_SECONDS):
        if look():
            log.error("The worker took none of %s tasks that it sent itself; it ends, to be started again", MISSED_MAX)
            os.kill(os.getpid(), signal.SIGTERM)
            pause.wait(_LAST_SECONDS)
            os._exit(1)


def look() -> bool:
    """Whether the worker is deaf by now; sends it another task to take, if it is not."""
    global _missed
    if state.active_requests or state.reserved_requests:
        _missed = 0
    if _missed >= MISSED_MAX:
        return True
    try:
        celery.current_app.send_task(CANARY, retry=False)
    except Exception as error:  # the broker is away: nobody could take anything
        log.warning("The broker does not answer (%s)", error)
        _missed = 0
    else:
        _missed += 1
    return False
