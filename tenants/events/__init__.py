"""Events: what happened, written by its cause, and delivered afterwards to everybody who subscribes to it.

The cause writes one row in its own transaction (`events.add`), nothing more. In the background a worker makes deliveries from it, one
per subscriber, and does them: at least once over the network, exactly once inside the database. The broker only wakes the workers;
what it loses, the sweep of the next minute finds.

How an event is added:
    1. name it in `kinds.EventKind`, with its subject; give it words in federation/labels/activity_labels.py
    2. call `events.add(kind=..., subject_id=..., at=...)` in the transaction of its cause

How a subscriber is added:
    1. write `def deliver(*, event: events.Event) -> None` where its subject lives; it raises to be tried again
    2. list it in deploy/background/event_subscribers.py, the one place that says who hears of what:
       `DatabaseSubscriber`: its effect is written in one transaction with the mark that it is done. It never calls the network.
       `NetworkSubscriber`: it is called outside any transaction while a lease is held, so it may be called twice: send the event's id
       as the key by which the other side knows a repetition. Give up well before the lease ends.
    3. test it at its own path; what holds for all subscribers is tested in tests/unit/tenants/events/

The modules: `kinds` names what can happen, `subscribers` describes who hears of it, `causes` writes events, `deliveries` makes deliveries
and finds those that are due, `effects` does them inside the database, `network` over the network, `attention` is for the person who
looks after those that gave up, `old_events` deletes what is done.
"""

from tenants.events.causes import add
from tenants.events.effects import sweep
from tenants.events.kinds import EventKind
from tenants.events.network import work
from tenants.events.subscribers import DatabaseSubscriber, Event, NetworkSubscriber, Retries, Subscriber

__all__ = ["DatabaseSubscriber", "Event", "EventKind", "NetworkSubscriber", "Retries", "Subscriber", "add", "sweep", "work"]
