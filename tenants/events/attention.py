"""Deliveries that failed too often and need a person, who sends them again or skips them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_noop

from tenants import activity_log, codes
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.events import causes, subscribers
from tenants.models import EventDelivery
from tenants.people import permissions
from tenants.people.permissions import Permission

State = EventDelivery.State


class NoSuchDelivery(DomainError):
    """No delivery has this id."""

    kind = Kind.NOT_FOUND
    code = "no-such-delivery"
    sentence = gettext_noop("Kiriman ini tidak ada.")


class NeedsNobody(DomainError):
    """It was sent again or skipped meanwhile."""

    kind = Kind.CONFLICT
    code = "delivery-needs-nobody"
    sentence = gettext_noop("Kiriman ini sudah tidak menunggu keputusan: mungkin baru saja dikirim lagi atau dilewati.")


class ReasonMissing(DomainError):
    """Whoever decides says why."""

    kind = Kind.INVALID
    code = "reason-missing"
    sentence = gettext_noop("Tulis alasannya, supaya pemeriksa mengerti.")


@dataclass(frozen=True, kw_only=True)
class StuckDelivery:
    """A delivery that needs a person: what happened, for whom it is, how often it was tried, and why it failed."""

    id: UUID
    subscriber: str
    subscriber_label: str
    kind: str
    subject_id: UUID
    village_code: VillageCode
    happened_at: datetime
    attempts: int
    last_error: str


@dataclass(frozen=True, kw_only=True)
class StuckSubscriber:
    """A subscriber with the number of its deliveries that need a person."""

    name: str
    label: str
    count: int


def count() -> int:
    """How many deliveries need a person."""
    return _stuck().count()


def by_subscriber() -> list[StuckSubscriber]:
    """Whose deliveries need a person, the most first."""
    rows = _stuck().values_list("subscriber").annotate(count=Count("id")).order_by("-count", "subscriber")
    return [StuckSubscriber(name=name, label=_label(name), count=found) for name, found in rows]


def listed(*, limit: int = 50) -> list[StuckDelivery]:
    """The deliveries that need a person, the oldest first."""
    return [_view(row) for row in _stuck().select_related("event").order_by("recorded_at", "id")[:limit]]


def get(*, delivery_id: UUID) -> StuckDelivery:
    """One of them.

    :raises NoSuchDelivery: if there is none such
    :raises NeedsNobody: if it does not wait for a person
    """
    row = EventDelivery.objects.select_related("event").filter(id=delivery_id).first()
    if row is None:
        raise NoSuchDelivery
    if row.state != State.NEEDS_PERSON:
        raise NeedsNobody
    return _view(row)


def resend(*, delivery_id: UUID, act: Act) -> None:
    """Let workers try a delivery again, as often as at first.

    :raises NoSuchDelivery: if there is none such
    :raises NeedsNobody: if it does not wait for a person
    :raises ReasonMissing: without a reason
    :raises reasons.TooLong: beyond 300 characters
    :raises permissions.Forbidden: unless `act.by` decides about deliveries
    """
    permissions.require(act.by, Permission.DECIDE_DELIVERIES, codes.FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with context.public(), transaction.atomic(durable=True):
        _send_again([_locked(delivery_id)], act=act)


def skip(*, delivery_id: UUID, act: Act) -> None:
    """Give a delivery up for good; what waits behind it goes on.

    :raises NoSuchDelivery: if there is none such
    :raises NeedsNobody: if it does not wait for a person
    :raises ReasonMissing: without a reason
    :raises reasons.TooLong: beyond 300 characters
    :raises permissions.Forbidden: unless `act.by` decides about deliveries
    """
    permissions.require(act.by, Permission.DECIDE_DELIVERIES, codes.FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with context.public(), transaction.atomic(durable=True):
        EventDelivery.objects.filter(id=_locked(delivery_id)).update(state=State.SKIPPED, finished_at=act.at)
        activity_log.record(action="delivery.skipped", subject_id=delivery_id, act=act)
        causes.wake_worker()


def resend_all(*, subscriber: str, act: Act) -> int:
    """Let workers try all of a subscriber's again, after an outage; give the number.

    :raises ReasonMissing: without a reason
    :raises reasons.TooLong: beyond 300 characters
    :raises permissions.Forbidden: unless `act.by` decides about deliveries
    """
    permissions.require(act.by, Permission.DECIDE_DELIVERIES, codes.FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with context.public(), transaction.atomic(durable=True):
        found = list(_stuck().filter(subscriber=subscriber).select_for_update().order_by("id").values_list("id", flat=True))
        _send_again(found, act=act)
    return len(found)


def _send_again(delivery_ids: list[UUID], *, act: Act) -> None:
    EventDelivery.objects.filter(id__in=delivery_ids).update(state=State.WAITING, attempts=0, due_at=act.at)
    activity_log.record_each(action="delivery.resent", subject_ids=delivery_ids, act=act)
    causes.wake_worker()


def _view(row: EventDelivery) -> StuckDelivery:
    return StuckDelivery(
        id=row.id,
        subscriber=row.subscriber,
        subscriber_label=_label(row.subscriber),
        kind=row.event.kind,
        subject_id=row.subject_id,
        village_code=VillageCode(row.event.village_code),
        happened_at=row.event.happened_at,
        attempts=row.attempts,
        last_error=row.last_error,
    )


def _label(name: str) -> str:
    """A subscriber's label; the bare name of one that is listed no more."""
    return next((str(subscriber.label) for subscriber in subscribers.listed() if subscriber.name == name), name)


def _stuck() -> QuerySet[EventDelivery]:
    return EventDelivery.objects.filter(state=State.NEEDS_PERSON)


def _locked(delivery_id: UUID) -> UUID:
    """The id of a delivery that needs a person, locked."""
    row = EventDelivery.objects.select_for_update().filter(id=delivery_id).first()
    if row is None:
        raise NoSuchDelivery
    if row.state != State.NEEDS_PERSON:
        raise NeedsNobody
    return row.id
