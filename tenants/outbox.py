"""Work that must follow a commit. It is written in the transaction that causes it and done at least once.

The broker is only a nudge: what it loses, the sweep finds. A handler may run twice (its process died before the commit),
so what it does carries a unique key or is written in the same transaction as the mark that it is done.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

import kombu.exceptions
from django.db import connection, transaction
from django.utils import module_loading

from tenants import context, models, uuids

log = logging.getLogger(__name__)

_FIRST_DELAY_SECONDS = 30
_LONGEST_DELAY_SECONDS = 3600
_ERROR_CHARACTERS = 500


class Handler(Protocol):
    """What `handles` registers; it enters the village itself, where it needs to."""

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
    entry = models.OutboxEntry(
        id=uuids.uuid7(), topic=topic, payload=payload, village_code=village_code, created_at=at, due_at=due_at or at
    )
    entry.save(force_insert=True)
    if entry.due_at <= at:
        nudge(entry_ids=[entry.id])
    return entry.id


def nudge(*, entry_ids: Iterable[uuid.UUID]) -> None:
    """Tell the workers after the commit that these entries wait: one message per transaction, however many entries.

    For callers that write entries in bulk; `add` does it by itself.
    """
    for hook in connection.run_on_commit:
        waiting = hook[1]  # (savepoints, function, robust)
        if isinstance(waiting, _Nudge):
            waiting.entry_ids.extend(entry_ids)
            return
    transaction.on_commit(_Nudge(entry_ids), robust=True)


def deliver(*, entry_id: uuid.UUID, at: datetime) -> bool:
    """Do the work of one entry; True if it was done now. Nothing happens if it is done, not due, or in another worker's hands.

    A handler that raises is undone; the error is kept on the entry, which comes up again later: after 30 s, then twice as long each time,
    at most an hour.
    """
    with context.public(), transaction.atomic(durable=True):
        entry = models.OutboxEntry.objects.select_for_update(skip_locked=True).filter(id=entry_id, done_at=None, due_at__lte=at).first()
        if entry is None:
            return False
        entry.attempts += 1
        try:
            with transaction.atomic():
                _handler_of(entry.topic)(entry_id=entry.id, village_code=entry.village_code, payload=entry.payload, at=at)
        except Exception as error:
            # Whatever a handler raises must not stop the entries behind it; it is kept, logged, counted by the audit, tried again.
            log.exception("Outbox entry %s (%s) failed, attempt %s", entry.id, entry.topic, entry.attempts)
            entry.last_error = f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]
            entry.due_at = at + timedelta(seconds=min(_FIRST_DELAY_SECONDS * 2 ** min(entry.attempts - 1, 10), _LONGEST_DELAY_SECONDS))
            entry.save(update_fields=["attempts", "last_error", "due_at"])
            return False
        entry.done_at = at
        entry.save(update_fields=["attempts", "done_at"])
        return True


def waiting() -> list[tuple[uuid.UUID, datetime]]:
    """What is not done, oldest first: (id, when it was written)."""
    with context.public():
        return list(models.OutboxEntry.objects.filter(done_at=None).order_by("created_at", "id").values_list("id", "created_at"))


def sweep(*, at: datetime, at_most: int = 500) -> int:
    """Deliver what is due and not done, oldest first; give the number done. Runs every 60 seconds."""
    with context.public():
        due = models.OutboxEntry.objects.filter(done_at=None, due_at__lte=at).order_by("due_at", "id")
        waiting = list(due.values_list("id", flat=True)[:at_most])
    return sum(deliver(entry_id=entry_id, at=at) for entry_id in waiting)


class _Nudge:
    """What runs at the commit. Ids of entries that a savepoint took back are harmless: nothing is found for them."""

    def __init__(self, entry_ids: Iterable[uuid.UUID]) -> None:
        self.entry_ids = list(entry_ids)

    def __call__(self) -> None:
        from tenants import tasks  # tasks.py imports this module for its verbs

        try:
            tasks.deliver_outbox.apply_async(kwargs={"entry_ids": [str(entry_id) for entry_id in self.entry_ids]}, retry=False)
        except (kombu.exceptions.OperationalError, OSError):
            log.warning("The broker does not answer; the sweep will deliver %s outbox entries", len(self.entry_ids))


def _handler_of(topic: str) -> Handler:
    if topic not in _handlers:
        module_loading.autodiscover_modules("tasks")  # workers have loaded them; a command or a test may not have
    if topic not in _handlers:
        raise LookupError(f"Nothing handles the topic {topic!r}")
    return _handlers[topic]
