"""Many workers, and causes that commit out of order: nothing is missed, nothing is done twice at once, the order of a subject holds."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import connections, transaction

from tenants import events, models
from tenants.events import deliveries, subscribers
from tests.support.concurrency import crowd, deliverers
from tests.support.concurrency.actor import Call
from tests.support.factories import START
from tests.support.subscribers import KIND, ORDER, SUBSCRIBER, Receiver, happen

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("market")]
WORKERS = 6


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    with Receiver().running() as running:
        monkeypatch.setattr(subscribers, "listed", lambda: (SUBSCRIBER,))
        yield running


def workers(receiver: Receiver, *, in_order: bool = False) -> list[Call]:
    return [Call(run=deliverers.over_network, terms={"url": receiver.url, "in_order": in_order})] * WORKERS


def test_many_workers_call_for_each_event_once(receiver):
    receiver.pause_seconds = 0.02
    ids = {str(happen()) for _ in range(60)}
    deliveries.make(at=START)

    assert crowd.counted(crowd.run(workers(receiver))) == {"done": WORKERS}

    assert sorted(receiver.keys) == sorted(ids)
    assert receiver.doubled == []
    assert set(models.EventDelivery.objects.values_list("state", "attempts")) == {("done", 1)}


def test_without_the_lock_many_workers_call_for_one_event_at_once(receiver):
    """The proof that the test above can fail."""
    receiver.pause_seconds = 1.0
    event_id = happen()
    deliveries.make(at=START)
    unlocked = [dataclasses.replace(call, spoil=deliverers.without_lock) for call in workers(receiver)]

    crowd.run(unlocked, gate=WORKERS)

    assert receiver.keys == [str(event_id)] * WORKERS
    assert receiver.doubled


def test_many_workers_keep_the_order_of_each_subject(receiver):
    receiver.pause_seconds = 0.01
    orders = [uuid.uuid4() for _ in range(WORKERS)]
    ids = {order: [str(happen(subject_id=order)) for _ in range(8)] for order in orders}
    deliveries.make(at=START)

    for _ in range(2 * WORKERS):  # a worker that finds the next of every subject in other hands goes home
        crowd.run(workers(receiver, in_order=True))
        if not models.EventDelivery.objects.exclude(state="done").exists():
            break

    assert len(receiver.keys) == 8 * len(orders)
    for order in orders:
        assert [key for key in receiver.keys if key in ids[order]] == ids[order]


def test_many_workers_make_each_delivery_and_do_each_effect_once():
    for _ in range(100):
        happen()

    outcomes = crowd.run([Call(run=deliverers.in_database, terms={})] * WORKERS)

    assert sum(crowd.done(outcomes)) == 100
    assert models.ActivityEntry.objects.filter(action="test.done").count() == 100
    assert models.EventDelivery.objects.filter(state="done").count() == 100


class LateCause:
    """A cause that writes its event at once and commits when it is told to."""

    def __init__(self) -> None:
        self._written, self._commit = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.event_id: uuid.UUID | None = None

    def _run(self) -> None:
        with transaction.atomic(durable=True):
            self.event_id = events.add(kind=KIND, subject_id=uuid.uuid4(), at=START)
            self._written.set()
            self._commit.wait(30)
        connections.close_all()

    def write(self) -> None:
        self._thread.start()
        assert self._written.wait(30)

    def commit(self) -> None:
        self._commit.set()
        self._thread.join()


def test_an_event_that_is_committed_after_later_ones_is_not_missed(receiver):
    late = LateCause()
    late.write()
    later = [happen() for _ in range(3)]
    deliveries.make(at=START)
    assert set(models.EventDelivery.objects.values_list("event_id", flat=True)) == set(later)

    late.commit()

    assert deliveries.make(at=START) == 1
    assert models.EventDelivery.objects.filter(event_id=late.event_id).count() == 1


def test_in_order_nothing_overtakes_an_event_that_another_worker_is_fanning_out(receiver):
    """Both events are there; one worker holds the first while another makes the deliveries of the second."""
    first, second = happen(), happen()
    ordered = receiver.subscriber(in_order=True)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(durable=True):
            list(models.Event.objects.select_for_update().filter(id=first))
            held.set()
            release.wait(30)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(30)
    try:
        assert deliveries.make(at=START) == 1
        assert models.EventDelivery.objects.get().event_id == second
        assert not deliveries.due(subscriber=ordered, at=START).exists()
    finally:
        release.set()
        other.join()
    deliveries.make(at=START)
    assert list(deliveries.due(subscriber=ordered, at=START).values_list("event_id", flat=True)) == [first]
    assert models.Event.objects.filter(subject_id=ORDER).count() == 2
