"""Events whose deliveries are all done go after a month; what their subscribers made of them stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tenants import models, uuids
from tenants.db import context
from tenants.events import subscribers
from tenants.models import EventDelivery

KEEP_FOR = timedelta(days=30)
_UNKNOWN_FOR = timedelta(hours=1)
_BATCH = 500
State = EventDelivery.State


def delete(*, at: datetime, batches_max: int = 200) -> int:
    """Delete old events with their deliveries, in batches of 500, and give the number of events.

    One that has a delivery that is not finished, or was finished within the last 30 days, stays with all of them. What waits for a
    subscriber that is listed no more is left to a person, who skips it.
    """
    _leave_unknown_to_a_person(at=at)
    deleted = 0
    for _ in range(batches_max):
        found = _delete_batch(at=at)
        deleted += found
        if found < _BATCH:
            break
    return deleted


def _delete_batch(*, at: datetime) -> int:
    late = ~Q(state__in=EventDelivery.FINISHED) | Q(finished_at__gt=at - KEEP_FOR)
    alive = EventDelivery.objects.filter(late, event_id=OuterRef("id"))
    with context.public(), transaction.atomic(durable=True):
        written_before = models.Event.objects.filter(id__lt=uuids.lowest(at=at - KEEP_FOR))  # by the primary key: no index of its own
        old = written_before.select_for_update(skip_locked=True).filter(~Exists(alive), fanned_out_at__lte=at - KEEP_FOR)
        ids = [event.id for event in old.order_by("id").only("id")[:_BATCH]]
        EventDelivery.objects.filter(event_id__in=ids).delete()
        models.Event.objects.filter(id__in=ids).delete()
    return len(ids)


def _leave_unknown_to_a_person(*, at: datetime) -> None:
    known = [subscriber.name for subscriber in subscribers.listed()]
    unclaimed = Q(lease_until=None) | Q(lease_until__lte=at)
    with context.public():
        late = EventDelivery.objects.filter(unclaimed, state__in=[State.WAITING, State.CLAIMED], due_at__lte=at - _UNKNOWN_FOR)
        late.exclude(subscriber__in=known).update(
            state=State.NEEDS_PERSON, lease_until=None, last_error="No subscriber has this name any more"
        )
