"""Deliveries inside the database: the effect and the mark that it is done stand in one transaction."""

from __future__ import annotations

import logging
import random
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tenants.db import context
from tenants.events import deliveries, subscribers
from tenants.events.subscribers import Chance, DatabaseSubscriber
from tenants.models import EventDelivery

log = logging.getLogger(__name__)

_BATCH = 50


def sweep(*, at: datetime, at_most: int = 500, chance: Chance = random.random) -> int:
    """Make the deliveries of new events and do those inside the database that are due; give the number done.

    Runs after commits, and every minute for what nobody woke it for. `at_most` bounds the events and each subscriber's deliveries.
    """
    made = at_most
    while made > 0 and (found := deliveries.make(at=at)):
        made -= found
    listed = [subscriber for subscriber in subscribers.listed() if isinstance(subscriber, DatabaseSubscriber)]
    return sum(_deliver(subscriber, at=at, at_most=at_most, chance=chance) for subscriber in listed)


def _deliver(subscriber: DatabaseSubscriber, *, at: datetime, at_most: int, chance: Chance) -> int:
    """Do what one subscriber has to get; what fails is due later than `at`, so this ends. What stops it is logged and stops no other."""
    delivered = 0
    try:
        while at_most > 0:
            taken, done = _deliver_batch(subscriber, at=at, at_most=min(at_most, _BATCH), chance=chance)
            if not taken:
                break
            at_most -= taken
            delivered += done
    except Exception:
        # The batch is rolled back and due again in the next sweep; the subscribers behind this one get theirs now.
        log.exception("Deliveries for %s stopped", subscriber.name)
    return delivered


def _deliver_batch(subscriber: DatabaseSubscriber, *, at: datetime, at_most: int, chance: Chance) -> tuple[int, int]:
    """Do some deliveries in one transaction, each in a savepoint of its own: (taken in hand, done)."""
    with context.public(), transaction.atomic(durable=True):
        due = deliveries.due(subscriber=subscriber, at=at).select_for_update(skip_locked=True, of=("self",))
        rows = list(due.select_related("event")[:at_most])
        done = [row.id for row in rows if _do(row, subscriber, at=at, chance=chance)]
        EventDelivery.objects.filter(id__in=done).update(
            state=EventDelivery.State.DONE, attempts=F("attempts") + 1, finished_at=at, lease_until=None
        )
    return len(rows), len(done)


def _do(row: EventDelivery, subscriber: DatabaseSubscriber, *, at: datetime, chance: Chance) -> bool:
    try:
        with transaction.atomic():
            subscriber.deliver(event=subscribers.event(row=row.event))
    except Exception as error:
        # Whatever a subscriber raises must not stop the deliveries behind it: it is logged, kept, and tried again.
        attempts = row.attempts + 1
        log.exception("Event %s (%s) for %s failed, attempt %s", row.event_id, row.event.kind, subscriber.name, attempts)
        failed = deliveries.after_failure(subscriber=subscriber, attempts=attempts, error=error, at=at, chance=chance())
        EventDelivery.objects.filter(id=row.id).update(**failed)
        return False
    return True
