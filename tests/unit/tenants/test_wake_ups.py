"""Whoever wakes a worker goes on at once, whatever the broker does."""

from __future__ import annotations

import os
import signal
import time

import celery
import pytest

from tenants import wake_ups
from tests.support import servers

EVENTS = "tenants.tasks.deliver_events"


@pytest.fixture
def stalled(market):
    """The queue's server accepts connections and answers nothing."""
    assert wake_ups.finish(seconds=10)
    pid = servers.QUEUE.running()
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)
    assert wake_ups.finish(seconds=30)


def test_a_broker_that_hangs_holds_up_nobody(stalled):
    began = time.monotonic()
    for number in range(20):
        wake_ups.send(task="settlement.tasks.advance_cycle", number=number)
    assert time.monotonic() - began < 1


def test_what_is_asked_for_twice_is_sent_once(market, monkeypatch):
    sent = []
    monkeypatch.setattr(celery.current_app, "send_task", lambda task, **options: sent.append((task, options["kwargs"])))
    for _ in range(3):
        wake_ups.send(task=EVENTS)
        wake_ups.send(task="settlement.tasks.advance_cycle", number=7)
    assert wake_ups.finish(seconds=10)
    assert sent == [(EVENTS, {}), ("settlement.tasks.advance_cycle", {"number": 7})]


def test_one_message_that_fails_stops_no_other(market, monkeypatch):
    sent = []

    def send(task, **_):
        if task == EVENTS:
            raise ValueError(task)
        sent.append(task)

    monkeypatch.setattr(celery.current_app, "send_task", send)
    wake_ups.send(task=EVENTS)
    wake_ups.send(task="another")
    assert wake_ups.finish(seconds=10)
    wake_ups.send(task="a third")
    assert wake_ups.finish(seconds=10)
    assert sent == ["another", "a third"]
