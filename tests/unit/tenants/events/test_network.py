"""Deliveries over the network: claimed, committed, called outside any transaction, recorded; at least once, one worker at a time."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
import textwrap
import urllib.error
from datetime import datetime

import pytest
from django.db import connection, transaction

from tenants import models
from tenants.events import deliveries, network
from tests.support.factories import START
from tests.support.subscribers import KIND, MINUTE, SECOND, SUBSCRIBER, happen
from tests.unit.tenants.events.test_effects import OTHER

pytestmark = pytest.mark.usefixtures("market")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def partner(subscribed, receiver):
    """The only subscriber: a partner outside."""
    found = receiver.subscriber()
    subscribed(found)
    return found


def deliver(subscriber, clock, *, chance: float = 1.0) -> bool:
    deliveries.make(at=clock())
    return network.deliver_due(subscriber=subscriber, clock=clock, chance=lambda: chance)


def only() -> models.EventDelivery:
    return models.EventDelivery.objects.get()


def test_a_call_is_made_once_and_recorded(partner, receiver, clock):
    event_id = happen()

    assert deliver(partner, clock) is True
    assert deliver(partner, clock) is True

    assert receiver.keys == [str(event_id)]
    assert (only().state, only().attempts, only().finished_at, only().lease_until) == ("done", 1, START, None)


def test_the_claim_is_committed_and_nothing_is_open_while_the_partner_is_called(subscribed, market, clock):
    """Another connection sees the claim, and that the caller's is idle outside a transaction."""
    seen = []

    def look(*, event) -> None:
        other = connection.copy()
        with contextlib.closing(other), other.cursor() as cursor:
            cursor.execute("SELECT state, lease_until FROM public.tenants_eventdelivery")
            seen.extend(cursor.fetchall())
            cursor.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", [connection.connection.info.backend_pid])
            seen.extend(cursor.fetchall())

    subscriber = dataclasses.replace(SUBSCRIBER, deliver=look)
    subscribed(subscriber)
    happen()
    deliver(subscriber, clock)
    assert seen == [("claimed", START + 2 * MINUTE), ("idle",)]


def test_a_delivery_inside_a_transaction_is_refused(partner, receiver, clock):
    happen()
    deliveries.make(at=START)

    with pytest.raises(network.TransactionOpen), transaction.atomic():
        network.deliver_due(subscriber=partner, clock=clock)

    assert (receiver.keys, only().state, only().attempts) == ([], "waiting", 0)


def test_a_subscriber_that_opens_a_transaction_is_refused(subscribed, clock, caplog):
    def careless(*, event) -> None:
        with transaction.atomic():
            models.Village.objects.count()

    subscriber = dataclasses.replace(SUBSCRIBER, deliver=careless)
    subscribed(subscriber)
    happen()

    assert deliver(subscriber, clock) is True
    assert only().last_error == "TransactionOpen: partner opened a transaction."
    assert only().state == "waiting"


def test_a_refusal_is_tried_again_later_and_at_last_needs_a_person(partner, receiver, clock, caplog):
    receiver.status = 503
    happen()

    for attempts, (due_seconds, state) in enumerate([(30, "waiting"), (90, "waiting"), (None, "needs-person")], start=1):
        deliver(partner, clock)
        found = only()
        assert (found.attempts, found.state) == (attempts, state)
        assert found.last_error == "HTTPError: HTTP Error 503: Service Unavailable"
        if due_seconds:
            assert found.due_at == START + due_seconds * SECOND
            clock.now = found.due_at - SECOND
            deliver(partner, clock)
            assert len(receiver.keys) == attempts
            clock.now = found.due_at

    clock.now += 100 * MINUTE
    receiver.status = 200
    deliver(partner, clock)
    assert len(receiver.keys) == 3


def test_what_failed_together_does_not_come_back_together(partner, receiver, clock, caplog):
    receiver.status = 503
    happen(), happen()
    chances = iter([0.0, 0.5])
    deliveries.make(at=START)
    network.deliver_due(subscriber=partner, clock=clock, chance=lambda: next(chances))

    due = models.EventDelivery.objects.order_by("due_at").values_list("due_at", flat=True)
    assert list(due) == [START + 15 * SECOND, START + 22.5 * SECOND]


def test_a_partner_that_is_away_is_left_alone_after_three_calls(partner, receiver, clock, caplog):
    receiver.status = 503
    for _ in range(10):
        happen()

    assert deliver(partner, clock) is False
    assert len(receiver.keys) == 3
    assert models.EventDelivery.objects.filter(attempts=0).count() == 7


def test_a_lease_keeps_others_away_until_it_lapses(partner, receiver, clock):
    happen()
    deliveries.make(at=START)
    claim = network._claim(partner, at=START, chance=lambda: 1.0)
    assert claim is not None

    clock.now = START + 119 * SECOND
    deliver(partner, clock)
    assert receiver.keys == []
    clock.now = START + 120 * SECOND
    deliver(partner, clock)
    assert (len(receiver.keys), only().state, only().attempts) == (1, "done", 2)


def test_a_lease_of_a_clock_that_was_ahead_for_a_moment_has_lapsed(partner, receiver, clock):
    happen()
    deliveries.make(at=START)
    assert network._claim(partner, at=START + 45 * 24 * 60 * MINUTE, chance=lambda: 1.0) is not None

    deliver(partner, clock)
    assert (len(receiver.keys), only().state) == (1, "done")


def test_a_late_failure_of_a_lapsed_claim_changes_nothing_and_a_late_success_counts(partner, receiver, clock, caplog):
    happen()
    deliveries.make(at=START)
    late = network._claim(partner, at=START, chance=lambda: 1.0)
    clock.now = START + 3 * MINUTE
    again = network._claim(partner, at=clock(), chance=lambda: 1.0)
    assert (late.attempt, again.attempt) == (1, 2)

    receiver.status = 500
    network._call(partner, late, clock=clock, chance=lambda: 1.0)
    assert (only().state, only().lease_until) == ("claimed", again.lease_until)
    receiver.status = 200
    network._call(partner, late, clock=clock, chance=lambda: 1.0)
    assert only().state == "done"
    receiver.status = 500
    network._call(partner, again, clock=clock, chance=lambda: 1.0)
    assert only().state == "done"


def test_a_delivery_that_kills_its_workers_needs_a_person_at_last(partner, receiver, clock):
    happen()
    deliveries.make(at=START)
    for _ in range(3):
        assert network._claim(partner, at=clock(), chance=lambda: 1.0) is not None
        clock.now += 3 * MINUTE

    assert deliver(partner, clock) is True
    assert receiver.keys == []
    assert (only().state, only().last_error) == ("needs-person", "LeaseLapsed: nothing was recorded before the lease ended")


def test_an_event_whose_kind_is_no_longer_there_needs_a_person_and_stops_no_other(partner, receiver, clock, caplog):
    old = happen()
    deliveries.make(at=START)
    models.Event.objects.update(kind="order.old")
    other = happen(subject_id=OTHER)

    assert deliver(partner, clock) is True

    assert receiver.keys == [str(other)]
    stuck = models.EventDelivery.objects.get(event_id=old)
    assert (stuck.state, stuck.attempts, stuck.lease_until) == ("needs-person", 0, None)
    assert stuck.last_error == "UnknownKind: no event is of the kind 'order.old' any more"


def test_in_order_a_stuck_delivery_holds_up_its_own_subject_only(subscribed, receiver, clock, caplog):
    subscriber = receiver.subscriber(in_order=True)
    subscribed(subscriber)
    receiver.status = 503
    first, second = happen(), happen()
    deliver(subscriber, clock)
    receiver.status = 200
    other = happen(subject_id=OTHER)

    deliver(subscriber, clock)
    assert receiver.effects == [str(other)]
    clock.now += MINUTE
    deliver(subscriber, clock)
    assert receiver.effects == [str(other), str(first), str(second)]


@pytest.mark.slow
def test_a_worker_killed_between_claim_and_record_is_followed_by_another_after_its_lease(partner, receiver, clock, market):
    """The partner knows the call already: by the event's id it sees that the second one is the same."""
    event_id = happen()
    deliveries.make(at=START)
    script = f"""
        import dataclasses, os, signal, django; django.setup()
        from tenants.events import network
        from tests.support.factories import START
        from tests.support.subscribers import SUBSCRIBER, Sender

        def call_and_die(*, event):
            Sender({receiver.url!r})(event=event)
            os.kill(os.getpid(), signal.SIGKILL)

        network.deliver_due(subscriber=dataclasses.replace(SUBSCRIBER, deliver=call_and_die), clock=lambda: START)
    """
    environment = {**os.environ, **market.environment}
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=environment, check=False)  # noqa: S603
    assert died.returncode == -9
    assert (receiver.keys, only().state) == ([str(event_id)], "claimed")

    clock.now = START + MINUTE
    deliver(partner, clock)
    assert len(receiver.keys) == 1
    clock.now = START + 2 * MINUTE
    deliver(partner, clock)
    assert (receiver.keys, receiver.effects) == ([str(event_id)] * 2, [str(event_id)])
    assert (only().state, only().attempts) == ("done", 2)


def test_an_address_where_nobody_listens_is_a_failure_as_any_other(subscribed, clock, caplog):
    def refused(*, event) -> None:
        raise urllib.error.URLError(ConnectionRefusedError(111, "Connection refused"))

    subscriber = dataclasses.replace(SUBSCRIBER, deliver=refused)
    subscribed(subscriber)
    happen()
    deliver(subscriber, clock)
    assert "Connection refused" in only().last_error
    assert KIND in caplog.text
