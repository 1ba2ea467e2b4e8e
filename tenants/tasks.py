"""What workers do for this package. Tasks take plain values and read the clock; they may run twice."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_process_shutdown
from django.utils import timezone

from tenants import events, idempotency
from tenants.events import network, old_events

_LAST_CALLS_SECONDS = 20.0  # below the patience of the supervisor


@shared_task  # type: ignore[untyped-decorator]
def deliver_events() -> None:
    """Deliver what happened; sent by each cause's commit, and every minute."""
    events.work()


@shared_task  # type: ignore[untyped-decorator]
def delete_old_events() -> None:
    """Delete events whose deliveries were done a month ago."""
    old_events.delete(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def delete_old_keys() -> None:
    """Delete the keys of requests that came 90 days ago and were not about money."""
    idempotency.delete_old(at=timezone.now())


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def finish_calls(**_: object) -> None:
    """A worker process that ends, or makes room for a fresh one, lets its calls over the network come to an end."""
    network.finish(seconds=_LAST_CALLS_SECONDS)
