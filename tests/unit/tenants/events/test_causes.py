"""A cause writes one row in its own transaction, and its commit wakes a worker."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from django.conf import settings
from django.db import transaction

from tenants import events, models, tasks, wake_ups
from tenants.events import EventKind
from tests.support.factories import CIBIRU, START
from tests.support.subscribers import KIND, MINUTE, ORDER, happen

pytestmark = pytest.mark.usefixtures("market")


def test_the_row_holds_what_happened_to_whom_where_and_when():
    event_id = happen(payload={"purchase_id": str(ORDER)})

    row = models.Event.objects.get()
    assert (row.id, row.kind, row.subject_id, row.village_code) == (event_id, "order.ready", ORDER, CIBIRU)
    assert (row.payload, row.happened_at, row.fanned_out_at) == ({"purchase_id": str(ORDER)}, START, None)


def test_a_cause_writes_one_row_and_no_delivery(django_queries):
    with transaction.atomic(), django_queries() as said:
        events.add(kind=KIND, subject_id=ORDER, at=START)
    words = [query["sql"].split()[0].strip(";") for query in said.captured_queries]
    assert [word for word in words if word not in ("BEGIN", "SET")] == ["INSERT"]
    assert not models.EventDelivery.objects.exists()


def test_an_event_is_undone_with_its_cause():
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
        events.add(kind=KIND, subject_id=ORDER, at=START)
        raise ZeroDivisionError
    assert not models.Event.objects.exists()


def test_outside_a_transaction_it_is_refused():
    with pytest.raises(RuntimeError):
        events.add(kind=KIND, subject_id=ORDER, at=START)


def test_a_kind_that_is_mistyped_cannot_be_written():
    with pytest.raises(ValueError, match="is not a valid EventKind"):
        EventKind("order.redy")


def test_events_of_one_subject_are_recorded_in_the_order_in_which_they_were_written():
    """Whatever the clock of a web server says: the second was told an earlier time."""
    first, second = happen(), happen(at=START - MINUTE)

    rows = models.Event.objects.order_by("recorded_at").values_list("id", flat=True)
    assert list(rows) == [first, second]


def test_workers_are_woken_after_the_commit_by_one_message_for_many_commits(broker):
    with transaction.atomic():
        for _ in range(3):
            events.add(kind=KIND, subject_id=ORDER, at=START)
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
            events.add(kind=KIND, subject_id=ORDER, at=START)
            raise ZeroDivisionError
        assert broker.llen("celery") == 0
    happen()
    assert wake_ups.finish(seconds=10)
    assert broker.llen("celery") == 1
    assert tasks.deliver_events.name in broker.lindex("celery", 0).decode()
    happen()
    assert wake_ups.finish(seconds=10)
    assert broker.llen("celery") == 2


def test_what_was_undone_wakes_nobody(broker):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what is under test is what happens on the way out
        events.add(kind=KIND, subject_id=ORDER, at=START)
        raise ZeroDivisionError
    assert wake_ups.finish(seconds=10)
    assert broker.llen("celery") == 0


@pytest.mark.slow
def test_a_dead_broker_stops_nobody(market):
    script = """
        import logging, django; django.setup()
        from tests.support.subscribers import happen
        happen()
    """
    environment = {**market.environment, "BROKER_URL": "redis://127.0.0.1:1/0"}
    said = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", textwrap.dedent(script)], env=environment, check=True, capture_output=True, text=True, timeout=30
    )
    # Named where the answer came before the process ended, and "what waits" where it did not.
    assert "the sweep of the next minute will do" in said.stderr
    assert models.Event.objects.count() == 1


def test_the_clock_sweeps_every_minute_and_deletes_every_hour():
    assert settings.CELERY_BEAT_SCHEDULE["events"] == {"task": tasks.deliver_events.name, "schedule": 60}
    assert settings.CELERY_BEAT_SCHEDULE["old-events"] == {"task": tasks.delete_old_events.name, "schedule": 3600}
