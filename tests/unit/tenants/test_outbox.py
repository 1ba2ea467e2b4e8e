"""At least once, whatever dies; and what a handler writes, once."""

from __future__ import annotations

import datetime
import subprocess
import sys
import textwrap

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import module_loading

from deploy import queue
from tenants import activity_log, events, models, tasks
from tests.support import servers
from tests.support.factories import CIBIRU, START

SECOND = datetime.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def handled(market, monkeypatch):
    """What the handler of "test.done" was given; it writes one trail entry each time."""
    calls: list[dict[str, object]] = []

    def done(*, entry_id, village_code, payload, at):
        calls.append({"village_code": village_code, "payload": payload})
        activity_log.record(action="test.done", subject_id=str(entry_id), by=None, at=at)
        if payload.get("fails"):
            raise ValueError("on purpose")

    module_loading.autodiscover_modules("tasks")  # or the real handlers would register themselves in what is put aside
    monkeypatch.setattr(events, "_handlers", {"test.done": done})
    return calls


@pytest.fixture
def broker(market):
    """The queue's server, emptied."""
    client = redis.from_url(servers.QUEUE.url())
    client.flushdb()
    queue.app.set_default()
    yield client
    client.close()


def _add(**changes):
    with transaction.atomic():
        return events.add(**{"topic": "test.done", "payload": {"n": 1}, "village_code": CIBIRU, "at": START, **changes})


def _effects():
    return models.TrailEntry.objects.filter(action="test.done").count()


def test_an_entry_is_done_once(handled):
    entry_id = _add()
    assert events.deliver(entry_id=entry_id, at=START) is True
    assert events.deliver(entry_id=entry_id, at=START) is False
    assert events.sweep(at=START + SECOND) == 0
    assert handled == [{"village_code": CIBIRU, "payload": {"n": 1}}]
    assert models.OutboxEntry.objects.get().done_at == START


def test_work_stands_and_falls_with_its_cause(handled):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
        events.add(topic="test.done", payload={}, at=START)
        raise ZeroDivisionError
    assert events.sweep(at=START) == 0
    with pytest.raises(RuntimeError):
        events.add(topic="test.done", payload={}, at=START)


def test_what_the_broker_loses_the_sweep_finds(handled):
    for _ in range(3):
        _add()
    assert events.sweep(at=START) == 3
    assert _effects() == 3


def test_work_for_later_waits(handled):
    _add(due_at=START + 10 * SECOND)
    assert events.sweep(at=START + 9 * SECOND) == 0
    assert events.sweep(at=START + 10 * SECOND) == 1


def test_a_failing_handler_is_undone_kept_and_tried_again(handled, caplog):
    entry_id = _add(payload={"fails": True})
    _add()
    assert events.sweep(at=START) == 1  # the entry behind it is done all the same
    assert _effects() == 1
    entry = models.OutboxEntry.objects.get(id=entry_id)
    assert (entry.attempts, entry.last_error, entry.done_at) == (1, "ValueError: on purpose", None)
    assert entry.due_at == START + 30 * SECOND
    assert events.sweep(at=START + 29 * SECOND) == 0
    events.sweep(at=START + 30 * SECOND)
    assert models.OutboxEntry.objects.get(id=entry_id).due_at == START + 90 * SECOND
    models.OutboxEntry.objects.filter(id=entry_id).update(payload={})
    assert events.sweep(at=START + 90 * SECOND) == 1
    assert "on purpose" in caplog.text


def test_a_topic_nobody_handles_is_kept_with_its_reason(handled):
    entry_id = _add(topic="test.nobody")
    assert events.deliver(entry_id=entry_id, at=START) is False
    assert "Nothing handles" in models.OutboxEntry.objects.get(id=entry_id).last_error


def test_two_functions_cannot_handle_one_topic():
    with pytest.raises(ValueError, match="Two handlers"):
        events.handles("test.done")(lambda **_: None)


def test_workers_are_called_after_the_commit_by_one_message_for_many_commits(handled, broker, monkeypatch):
    monkeypatch.setattr(events, "_sweep_comes_at", 0.0)
    with transaction.atomic():
        for _ in range(3):
            events.add(topic="test.done", payload={}, at=START)
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
            events.add(topic="test.done", payload={}, at=START)
            raise ZeroDivisionError
        assert broker.llen("celery") == 0
    _add()
    assert broker.llen("celery") == 1
    assert "tenants.tasks.sweep_outbox" in broker.lindex("celery", 0).decode()
    tasks.sweep_outbox()
    assert _effects() == 4
    monkeypatch.setattr(events, "_sweep_comes_at", 0.0)  # half a second later
    _add()
    assert broker.llen("celery") == 2


def test_work_for_later_calls_nobody(handled, broker, monkeypatch):
    monkeypatch.setattr(events, "_sweep_comes_at", 0.0)
    _add(due_at=START + SECOND)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
        events.add(topic="test.done", payload={}, at=START)
        raise ZeroDivisionError
    assert broker.llen("celery") == 0


@pytest.mark.slow
def test_a_dead_broker_stops_nobody(handled, market):
    script = """
        import logging, django; django.setup()
        from django.db import transaction
        from tenants import events
        from tests.support import factories
        with transaction.atomic():
            events.add(topic="test.done", payload={}, at=factories.START)
    """
    environment = {**market.environment, "BROKER_URL": "redis://127.0.0.1:1/0"}
    said = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", textwrap.dedent(script)], env=environment, check=True, capture_output=True, text=True, timeout=30
    )
    assert "the sweep of the next minute will deliver" in said.stderr
    assert events.sweep(at=START) == 1


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(handled, market):
    entry_id = _add()
    script = f"""
        import os, signal, uuid, django; django.setup()
        from tenants import activity_log, events
        from tests.support import factories

        @events.handles("test.done")
        def die(*, entry_id, village_code, payload, at):
            activity_log.record(action="test.done", subject_id=str(entry_id), by=None, at=at)
            os.kill(os.getpid(), signal.SIGKILL)

        events.deliver(entry_id=uuid.UUID({str(entry_id)!r}), at=factories.START)
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=market.environment, check=False)  # noqa: S603
    assert died.returncode == -9
    assert _effects() == 0
    assert models.OutboxEntry.objects.get().done_at is None
    assert events.sweep(at=START + 60 * SECOND) == 1
    assert _effects() == 1


@pytest.mark.slow
def test_workers_at_the_same_entry_do_it_once(handled, market):
    ids = [str(_add()) for _ in range(20)]
    script = f"""
        import uuid, django; django.setup()
        from tenants import activity_log, events
        from tests.support import factories

        @events.handles("test.done")
        def record(*, entry_id, village_code, payload, at):
            activity_log.record(action="test.done", subject_id=str(entry_id), by=None, at=at)

        print(sum(events.deliver(entry_id=uuid.UUID(one), at=factories.START) for one in {ids!r}))
    """
    running = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], env=market.environment, stdout=subprocess.PIPE)  # noqa: S603
        for _ in range(3)
    ]
    assert sum(int(process.communicate(timeout=60)[0]) for process in running) + events.sweep(at=START) == 20
    assert _effects() == 20


def test_the_sweep_is_in_the_clock():
    assert settings.CELERY_BEAT_SCHEDULE["outbox"] == {"task": tasks.sweep_outbox.name, "schedule": 60}
