"""Deliveries of events: made for every subscriber, found when they are due, and what becomes of one that failed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tenants import clock, models
from tenants.db import context
from tenants.events import subscribers
from tenants.events.subscribers import Subscriber, UnknownKind
from tenants.models import EventDelivery

log = logging.getLogger(__name__)

State = EventDelivery.State
UNFINISHED = (State.WAITING, State.CLAIMED, State.NEEDS_PERSON)
_BATCH = 200
_ERROR_CHARACTERS = 500


def make(*, at: datetime) -> int:
    """Make the deliveries of events that have none yet, the oldest first, and give the number of events.

    Rows are claimed, never read from a mark onwards: a cause that commits late is found by the next call.
    """
    with context.public(), transaction.atomic(durable=True):
        return make_some(at=at)


def make_some(*, at: datetime) -> int:
    """The same in the caller's transaction."""
    waiting = models.Event.objects.select_for_update(skip_locked=True, no_key=True).filter(fanned_out_at=None)
    events = list(waiting.order_by("recorded_at", "id")[:_BATCH])
    EventDelivery.objects.bulk_create(_of(event, subscriber) for event in events for subscriber in subscribers.of_kind(event.kind))
    models.Event.objects.filter(id__in=[event.id for event in events]).update(fanned_out_at=at)
    return len(events)


def _of(event: models.Event, subscriber: Subscriber) -> EventDelivery:
    return EventDelivery(
        event=event,
        subscriber=subscriber.name,
        subject_id=event.subject_id,
        recorded_at=event.recorded_at,
        due_at=event.happened_at + subscriber.delay,
    )


def due(*, subscriber: Subscriber, at: datetime) -> QuerySet[EventDelivery]:
    """What a subscriber has to get now: due and waiting, or claimed by a worker whose lease ended.

    Of a subscriber that keeps the order, only the first of each subject that is not finished, and only when no earlier event of the
    subject still waits for its delivery to be made.
    """
    # A lease that ends much later than one that begins now was written by a clock that has been set back since.
    lapsed = Q(lease_until__lte=at) | Q(lease_until__gt=at + getattr(subscriber, "lease", timedelta(0)) + clock.APART_MAX)
    state = Q(state=State.WAITING) | Q(lapsed, state=State.CLAIMED)
    # The first condition says nothing new, and the order is the index's: so PostgreSQL reads no more than what is taken.
    found = EventDelivery.objects.filter(state__in=[State.WAITING, State.CLAIMED]).filter(state, subscriber=subscriber.name, due_at__lte=at)
    if subscriber.in_order:
        earlier = Q(recorded_at__lt=OuterRef("recorded_at")) | Q(recorded_at=OuterRef("recorded_at"), event_id__lt=OuterRef("event_id"))
        of_subject = {"subject_id": OuterRef("subject_id")}
        unfinished = EventDelivery.objects.filter(earlier, **of_subject, subscriber=subscriber.name, state__in=UNFINISHED)
        unmade = models.Event.objects.filter(**of_subject, fanned_out_at=None, recorded_at__lte=OuterRef("recorded_at"))
        found = found.filter(~Exists(unfinished), ~Exists(unmade))
    return found.order_by("due_at", "recorded_at", "id")


def after_failure(*, subscriber: Subscriber, attempts: int, error: BaseException, at: datetime, chance: float) -> Mapping[str, object]:
    """The columns of a delivery that failed for this many times: it waits longer each time, at last for a person.

    One whose event has a kind that is no longer there needs a person at once: no later attempt can deliver it.
    """
    columns: dict[str, object] = {"attempts": attempts, "lease_until": None, "last_error": describe(error)}
    if attempts >= subscriber.retries.attempts_max or isinstance(error, UnknownKind):
        return {**columns, "state": State.NEEDS_PERSON}
    due_at = at + subscriber.retries.pause(attempts=attempts, chance=chance)
    return {**columns, "state": State.WAITING, "due_at": due_at}


def describe(error: BaseException, /) -> str:
    """An error's class and text, at most 500 characters that PostgreSQL can store, whatever the error holds."""
    try:
        text = str(error)
    except Exception as unreadable:
        # Somebody else's exception class: a fault in it must not keep the failure from being written.
        text = f"(its text cannot be read: {type(unreadable).__name__})"
    storable = f"{type(error).__name__}: {text}".encode("utf-8", "replace").decode()
    return storable.replace("\0", "?")[:_ERROR_CHARACTERS]
