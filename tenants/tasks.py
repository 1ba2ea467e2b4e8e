"""What workers do for this package. Tasks take plain values and read the clock; they may run twice."""

from __future__ import annotations

import uuid

from celery import shared_task
from django.utils import timezone

from tenants import outbox


@shared_task(name="tenants.tasks.deliver_outbox")  # type: ignore[untyped-decorator]  # Celery has no annotations
def deliver_outbox(*, entry_ids: list[str]) -> None:
    for entry_id in entry_ids:
        outbox.deliver(entry_id=uuid.UUID(entry_id), at=timezone.now())


@shared_task(name="tenants.tasks.sweep_outbox")  # type: ignore[untyped-decorator]
def sweep_outbox() -> None:
    outbox.sweep(at=timezone.now())
