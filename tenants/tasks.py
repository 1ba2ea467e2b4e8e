"""What workers do for this package. Tasks take plain values and read the clock; they may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tenants import events


@shared_task(name="tenants.tasks.sweep_outbox")  # type: ignore[untyped-decorator]
def sweep_outbox() -> None:
    events.sweep(at=timezone.now())
