"""What a cause writes: one row, in its own transaction."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tenants import uuids, wake_ups
from tenants.codes import AT_FEDERATION, VillageCode
from tenants.db import statements
from tenants.events.kinds import EventKind
from tenants.events.subscribers import Payload


def add(
    *, kind: EventKind, subject_id: UUID | str, at: datetime, village_code: VillageCode = AT_FEDERATION, payload: Payload | None = None
) -> UUID:
    """Write that something happened, in the transaction that makes it happen, and give the event's id. The commit wakes a worker.

    `subject_id`: whom it is about, as `EventKind` says; `village_code`: where, empty for the federation; `at`: when.

    :raises RuntimeError: outside a transaction: cause and event could be torn apart
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is written in the transaction of its cause.")
    event_id = uuids.uuid7()
    # Part of the checkout's hot path, where saving a model would cost more than the row.
    statements.execute_later(_ADD, event_id, kind.value, str(subject_id), village_code, json.dumps(payload or {}), at)
    wake_worker()
    return event_id


# The database's clock, read while the cause holds the lock of its subject, gives the events of one subject their order, whatever the
# clocks of web servers say.
_ADD = statements.Statement(
    """
INSERT INTO public.tenants_event (id, kind, subject_id, village_code, payload, happened_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp())
""",
    ["uuid", "text", "uuid", "text", "jsonb", "timestamptz"],
)


def wake_worker() -> None:
    """After the commit, tell a worker that something is due; `add` does it by itself."""
    if not any(hook[1] is _send_wake_up for hook in connection.run_on_commit):  # (savepoints, function, robust)
        transaction.on_commit(_send_wake_up, robust=True)


def _send_wake_up() -> None:
    """One message for all that this process commits within half a second: the sweep comes after it."""
    wake_ups.send(task="tenants.tasks.deliver_events")  # by its name: tasks.py imports this package for its verbs
