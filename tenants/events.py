"""Work that must follow a commit. It is written in the transaction that causes it and done at least once.

The broker is only a nudge: what it loses, the sweep finds. A handler may run twice (its process died before the commit),
so what it does carries a unique key or is written in the same transaction as the mark that it is done.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import kombu.exceptions
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import module_loading

from tenants import models, uuids
from tenants.db import context, statements

log = logging.getLogger(__name__)

_FIRST_DELAY_SECONDS = 30
_LONGEST_DELAY_SECONDS = 3600
_ERROR_CHARACTERS = 500
_GATHER_SECONDS = 0.5
_BATCH = 50

_sweep_comes_at = 0.0  # by time.monotonic(); what is committed before it is covered by a message that is under way


class Handler(Protocol):
    """What `handles` registers; it enters the village itself, where it needs to. `at`: when its cause happened."""

    def __call__(self, *, entry_id: uuid.UUID, village_code: str, payload: dict[str, Any], at: datetime) -> None: ...


_handlers: dict[str, Handler] = {}


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the function that does the work of a topic. Handlers stand where a package's `tasks` module imports them.

    It runs in a transaction together with the mark that the entry is done, and is undone with it when it raises.

    :raises ValueError: if another function handles the topic already
    """

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(topic, handler) is not handler:
            raise ValueError(f"Two handlers for {topic!r}: {_handlers[topic]!r} and {handler!r}")
        return handler

    return register


def add(*, topic: str, payload: dict[str, Any], at: datetime, village_code: str = "", due_at: datetime | None = None) -> uuid.UUID:
    """Write work to be done after the commit, at `due_at` (else at once), and give its id. Workers are nudged by the commit.

    The payload holds ids and plain values, never a name, phone or address.

    :raises RuntimeError: outside a transaction: cause and consequence could be torn apart
    """
    if not connection.in_atomic_block:
        raise RuntimeError("outbox.add() belongs into the transaction of its cause")
    entry_id = uuids.uuid7()
    # Part of the checkout's hot path, where saving a model would cost more than the row.
    statements.execute_later(_ADD, entry_id, topic, village_code, json.dumps(payload), at, due_at or at)
    if due_at is None or due_at <= at:
        wake_worker()
    return entry_id


_ADD = statements.Statement(
    """
INSERT INTO public.tenants_outboxentry (id, topic, village_code, payload, created_at, due_at, attempts, last_error)
VALUES ($1, $2, $3, $4, $5, $6, 0, '')
""",
    ["uuid", "text", "text", "jsonb", "timestamptz", "timestamptz"],
)


def wake_worker() -> None:
    """After the commit, tell the workers that something waits. For callers that write entries in bulk; `add` does it by itself."""
    if not any(hook[1] is _call_a_sweep for hook in connection.run_on_commit):  # (savepoints, function, robust)
        transaction.on_commit(_call_a_sweep, robust=True)


def deliver(*, entry_id: uuid.UUID, at: datetime) -> bool:
    """Do the work of one entry; True if it was done now. Nothing happens if it is done, not due, or in another worker's hands.

    A handler that raises is undone; the error is kept on the entry, which comes up again later: after 30 s, then twice as long each time,
    at most an hour.
    """
    return _deliver(Q(id=entry_id), at=at, at_most=1)[1] == 1


def sweep(*, at: datetime, at_most: int = 500) -> int:
    """Deliver what is due and not done, oldest first; give the number done. Runs every 60 seconds, and after commits."""
    done = 0
    while at_most > 0:
        found, delivered = _deliver(Q(), at=at, at_most=min(at_most, _BATCH))
        at_most -= found
        done += delivered
        if found < _BATCH:
            break
    return done


def _deliver(condition: Q, *, at: datetime, at_most: int) -> tuple[int, int]:
    """Do some entries in one transaction, each in a savepoint of its own: (taken in hand, done)."""
    with context.public(), transaction.atomic(durable=True):
        due = models.OutboxEntry.objects.select_for_update(skip_locked=True).filter(condition, done_at=None, due_at__lte=at)
        entries = list(due.order_by("due_at", "id")[:at_most])
        done = [entry.id for entry in entries if _do(entry, at=at)]
        models.OutboxEntry.objects.filter(id__in=done).update(done_at=at, attempts=F("attempts") + 1)
    return len(entries), len(done)


def _do(entry: models.OutboxEntry, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            _handler_of(entry.topic)(entry_id=entry.id, village_code=entry.village_code, payload=entry.payload, at=entry.created_at)
    except Exception as error:
        # Whatever a handler raises must not stop the entries behind it; it is kept, logged, counted by the audit, tried again.
        entry.attempts += 1
        log.exception("Outbox entry %s (%s) failed, attempt %s", entry.id, entry.topic, entry.attempts)
        entry.last_error = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
        entry.due_at = at + timedelta(seconds=min(_FIRST_DELAY_SECONDS * 2 ** min(entry.attempts - 1, 10), _LONGEST_DELAY_SECONDS))
        entry.save(update_fields=["attempts", "last_error", "due_at"])
        return False
    return True


def _call_a_sweep() -> None:
    """Send one message for all that this process commits within the next half second: the sweep comes at the end of it."""
    global _sweep_comes_at
    moment = time.monotonic()
    if moment < _sweep_comes_at:
        return
    from tenants import tasks  # tasks.py imports this module for its verbs

    try:
        tasks.sweep_outbox.apply_async(countdown=_GATHER_SECONDS, retry=False)
        _sweep_comes_at = moment + _GATHER_SECONDS
    except (kombu.exceptions.OperationalError, OSError):
        log.warning("The broker does not answer; the sweep of the next minute will deliver")


def _handler_of(topic: str) -> Handler:
    if topic not in _handlers:
        module_loading.autodiscover_modules("tasks")  # workers have loaded them; a command or a test may not have
    if topic not in _handlers:
        raise LookupError(f"Nothing handles the topic {topic!r}")
    return _handlers[topic]
