"""What workers do for this package. Tasks take plain values and ask for the time; they may run twice."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_process_shutdown

from tenants import clock, events, idempotency
from tenants.events import network, old_events

_LAST_CALLS_SECONDS = 20.0  # below the patience of the supervisor


@shared_task  # type: ignore[untyped-decorator]
def deliver_events() -> None:
    """Deliver what happened; sent by each cause's commit, and every minute."""
    events.work()


@shared_task  # type: ignore[untyped-decorator]
def delete_old_events() -> None:
    """Delete events whose deliveries were done a month ago."""
    if (at := clock.trusted()) is not None:
        old_events.delete(at=at)


@shared_task  # type: ignore[untyped-decorator]
def delete_old_keys() -> None:
    """Delete the keys of requests that came 90 days ago and were not about money."""
    if (at := clock.trusted()) is not None:
        idempotency.delete_old(at=at)


@shared_task  # type: ignore[untyped-decorator]
def canary() -> None:
    """Nothing; that a worker takes it shows that it takes tasks."""


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def finish_calls(**_: object) -> None:
    """A worker process that ends, or makes room for a fresh one, lets its calls over the network come to an end."""
    network.finish(seconds=_LAST_CALLS_SECONDS)
