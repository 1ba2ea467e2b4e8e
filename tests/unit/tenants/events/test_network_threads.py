"""Each subscriber over the network has a thread of its own in a worker: who hangs or is away delays nobody else."""

from __future__ import annotations

import dataclasses
import threading
import time

import pytest

from tenants import models, tasks
from tenants.events import deliveries, network
from tests.support.factories import START
from tests.support.subscribers import SUBSCRIBER, happen
from tests.unit.tenants.events.test_effects import Effects

pytestmark = pytest.mark.usefixtures("market", "own_threads")


def wait(condition, *, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def done(name: str) -> int:
    return models.EventDelivery.objects.filter(subscriber=name, state="done").count()


def test_a_subscriber_that_hangs_delays_no_other(subscribed, receiver):
    effects = Effects()
    hanging = dataclasses.replace(SUBSCRIBER, name="hanging", deliver=receiver.subscriber().deliver)
    quick = dataclasses.replace(SUBSCRIBER, name="quick")
    subscribed(hanging, effects.subscriber(), quick)
    receiver.going_on.clear()
    for _ in range(3):
        happen()

    tasks.deliver_events()
    wait(lambda: receiver.keys)
    wait(lambda: done("quick") == 3)
    happen()
    tasks.deliver_events()
    wait(lambda: done("quick") == 4)
    assert (done("effects"), done("hanging"), len(receiver.keys)) == (4, 0, 1)

    receiver.going_on.set()
    wait(lambda: done("hanging") == 4)
    assert receiver.doubled == []


def test_a_sweep_that_fails_keeps_nothing_from_being_sent(subscribed, receiver, monkeypatch, caplog):
    subscribed(receiver.subscriber())
    happen()
    deliveries.make(at=START)

    def broken(**_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(network.effects, "sweep", broken)
    tasks.deliver_events()
    wait(lambda: done("partner") == 1)
    assert "The sweep stopped" in caplog.text


def test_what_is_asked_for_while_a_thread_ends_is_not_forgotten(subscribed, receiver):
    subscribed(receiver.subscriber())
    for count in range(1, 6):
        happen()
        tasks.deliver_events()
        wait(lambda count=count: done("partner") == count)


def test_a_partner_that_is_away_rests_and_then_is_asked_again(subscribed, receiver, monkeypatch, caplog):
    subscribed(receiver.subscriber())
    receiver.status = 503
    for _ in range(5):
        happen()
    tasks.deliver_events()
    wait(lambda: not _threads())
    tasks.deliver_events()
    assert (len(receiver.keys), _threads()) == (3, [])

    receiver.status = 200
    monkeypatch.setattr(network._runners["partner"], "_rests_until", 0.0)  # a minute later
    tasks.deliver_events()
    wait(lambda: done("partner") == 2)


def test_a_worker_that_ends_lets_its_call_come_to_an_end(subscribed, receiver):
    subscribed(receiver.subscriber())
    receiver.pause_seconds = 0.5
    happen(), happen()
    tasks.deliver_events()
    wait(lambda: receiver.keys)

    tasks.finish_calls()

    assert (done("partner"), len(receiver.keys), _threads()) == (1, 1, [])


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("events for")]
