"""What a worker does in a crowd of workers: deliver to one subscriber what is due."""

from __future__ import annotations

import dataclasses
from typing import Any

from tenants import activity_log, acts, events
from tenants.events import DatabaseSubscriber, Event, Subscriber, deliveries, network, subscribers
from tests.support.concurrency import actions
from tests.support.factories import START
from tests.support.subscribers import KIND, SUBSCRIBER, Sender


def over_network(*, url: str, in_order: bool) -> None:
    """Call the partner at this address."""
    partner = dataclasses.replace(SUBSCRIBER, deliver=Sender(url), in_order=in_order)
    network.deliver_due(subscriber=partner, clock=lambda: START)


def without_lock() -> None:
    """Let a claim look and then take, with all others looking in between."""
    due, event = deliveries.due, subscribers.event

    class Unlocked:
        def __init__(self, found: Any) -> None:
            self._found = found

        def select_for_update(self, **_: object) -> Any:
            return self._found

    def look(*, row: Any) -> Event:
        actions.wait_at_gate()
        return event(row=row)

    deliveries.due = lambda **terms: Unlocked(due(**terms))
    subscribers.event = look


def in_database() -> int:
    """Write one entry in the activity log for each event; gives how many this worker did."""
    _let_subscribe(DatabaseSubscriber(name="effects", label="Akibat", kinds=frozenset([KIND]), deliver=_record))
    return events.sweep(at=START)


def _record(*, event: Event) -> None:
    activity_log.record(action="test.done", subject_id=event.id, act=acts.by_system(at=event.happened_at))


def _let_subscribe(*listed: Subscriber) -> None:
    subscribers.listed = lambda: listed
