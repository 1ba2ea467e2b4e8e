"""Who hears of an event, and how a delivery that fails is tried again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils import module_loading
from django.utils.functional import Promise

from tenants import models
from tenants.codes import VillageCode
from tenants.events.kinds import EventKind

Payload = Mapping[str, str | int | bool | None]  # ids and plain values, never a name, phone or address
Clock = Callable[[], datetime]
Chance = Callable[[], float]  # gives 0 to 1


class UnknownKind(Exception):  # noqa: N818 - what happened, stored with the delivery as its error
    """The event was written by a release that had its kind; this one has it no longer."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event as its subscribers get it; `village_code` is where it happened, empty for the federation."""

    id: UUID
    kind: EventKind
    subject_id: UUID
    village_code: VillageCode
    payload: Payload
    happened_at: datetime


class Deliver(Protocol):
    """What a subscriber does with an event. Whatever it raises is logged, and the delivery is tried again."""

    def __call__(self, *, event: Event) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Retries:
    """After a failure: a pause of `first_seconds`, then twice as long each time, at most `longest_seconds`; then a person."""

    first_seconds: int
    longest_seconds: int
    attempts_max: int

    def pause(self, *, attempts: int, chance: float) -> timedelta:
        """How long to wait after this many attempts: half of the pause is certain, the rest is by `chance` (0 to 1).

        Without chance all that failed together would come back together.
        """
        seconds = min(self.first_seconds * 2 ** min(attempts - 1, 30), self.longest_seconds)
        return timedelta(seconds=seconds * (1 + chance) / 2)


# Our own database fails by a fault of ours, not by chance: after about eight minutes somebody looks.
IN_DATABASE = Retries(first_seconds=30, longest_seconds=240, attempts_max=5)
# Others have outages of hours: after six to eight of them somebody looks.
OVER_NETWORK = Retries(first_seconds=30, longest_seconds=3600, attempts_max=15)


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """One that hears of events of some kinds. Its `name` stands in every delivery and never changes; its `label` is for people."""

    name: str
    label: str | Promise
    kinds: frozenset[EventKind]
    deliver: Deliver
    retries: Retries
    delay: timedelta = timedelta(0)  # from what happened until it is delivered
    # Whether a delivery waits for the earlier ones of its subject. One that is stuck then holds up its own subject and subscriber only.
    in_order: bool = False


@dataclass(frozen=True, kw_only=True)
class DatabaseSubscriber(Subscriber):
    """Its effect is written in the transaction that marks the delivery as done: exactly once."""

    retries: Retries = IN_DATABASE


@dataclass(frozen=True, kw_only=True)
class NetworkSubscriber(Subscriber):
    """It is called outside any transaction, at least once. A call must end well within the `lease`, or another worker begins it again."""

    retries: Retries = OVER_NETWORK
    lease: timedelta = timedelta(minutes=2)


def listed() -> tuple[Subscriber, ...]:
    """All subscribers, from the list that settings.EVENT_SUBSCRIBERS names.

    :raises ValueError: if two have one name
    """
    return _load(settings.EVENT_SUBSCRIBERS)


def of_kind(kind: str) -> list[Subscriber]:
    """Those that hear of events of this kind."""
    return [subscriber for subscriber in listed() if kind in subscriber.kinds]


def event(*, row: models.Event) -> Event:
    """A row as subscribers get it.

    :raises UnknownKind: if `EventKind` does not list its kind
    """
    try:
        kind = EventKind(row.kind)
    except ValueError:
        raise UnknownKind(f"no event is of the kind {row.kind!r} any more") from None
    return Event(
        id=row.id,
        kind=kind,
        subject_id=row.subject_id,
        village_code=VillageCode(row.village_code),
        payload=row.payload,
        happened_at=row.happened_at,
    )


@functools.cache
def _load(place: str) -> tuple[Subscriber, ...]:
    found: tuple[Subscriber, ...] = module_loading.import_string(place)
    names = [subscriber.name for subscriber in found]
    if len(set(names)) < len(names):
        raise ValueError(f"Two subscribers of events have one name: {sorted(names)}")
    return found
