"""Deliveries inside the database: once each, in one transaction with the mark, whatever fails or dies."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import textwrap
import uuid

import pytest
from django.db import connection

from tenants import activity_log, acts, events, models
from tenants.events import DatabaseSubscriber, EventKind, Retries, deliveries
from tests.support.factories import CIBIRU, START
from tests.support.subscribers import KIND, MINUTE, ORDER, SECOND, happen

OTHER = uuid.UUID("01930000-0000-7000-8000-000000000002")


class Effects:
    """A subscriber that writes one entry in the activity log for each event; it fails for the subjects in `fails`."""

    def __init__(self) -> None:
        self.seen: list[events.Event] = []
        self.fails: set[uuid.UUID] = set()

    def __call__(self, *, event: events.Event) -> None:
        activity_log.record(action="test.done", subject_id=event.id, act=acts.by_system(at=event.happened_at))
        if event.subject_id in self.fails:
            raise ValueError("on purpose")
        self.seen.append(event)

    def subscriber(self, **changes: object) -> DatabaseSubscriber:
        retries = Retries(first_seconds=30, longest_seconds=240, attempts_max=3)
        one = DatabaseSubscriber(name="effects", label="Akibat", kinds=frozenset([KIND]), deliver=self, retries=retries)
        return dataclasses.replace(one, **changes)


@pytest.fixture
def effects(subscribed) -> Effects:
    found = Effects()
    subscribed(found.subscriber())
    return found


def written() -> int:
    return models.ActivityEntry.objects.filter(action="test.done").count()


def sweep(at, chance: float = 1.0) -> int:
    return events.sweep(at=at, chance=lambda: chance)


def test_an_event_is_delivered_once_with_all_that_was_written_of_it(effects):
    event_id = happen(payload={"n": 1})

    assert (sweep(START), sweep(START + SECOND)) == (1, 0)

    expected = events.Event(id=event_id, kind=KIND, subject_id=ORDER, village_code=CIBIRU, payload={"n": 1}, happened_at=START)
    assert effects.seen == [expected]
    delivery = models.EventDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.finished_at) == ("done", 1, START)


def test_each_subscriber_of_a_kind_has_a_delivery_of_its_own_and_others_have_none(subscribed):
    one, two, deaf = Effects(), Effects(), Effects()
    subscribed(one.subscriber(), two.subscriber(name="two"), deaf.subscriber(name="deaf", kinds=frozenset([EventKind.ORDER_EXPIRED])))
    happen()
    happen(kind=EventKind.ORDER_ACCEPTED)  # nobody's

    assert sweep(START) == 2
    assert (len(one.seen), len(two.seen), len(deaf.seen)) == (1, 1, 0)
    assert not models.Event.objects.filter(fanned_out_at=None).exists()


def test_many_are_done_in_batches_and_no_more_than_asked_for(effects):
    for _ in range(120):
        happen()
    assert events.sweep(at=START, at_most=70) == 70
    assert sweep(START) == 50
    assert written() == 120


def test_a_failure_undoes_its_own_effect_alone_and_is_tried_again(effects, caplog):
    effects.fails = {ORDER}
    happen()
    happen(subject_id=OTHER)

    assert sweep(START) == 1  # what stands behind it is done all the same

    assert written() == 1
    failed = models.EventDelivery.objects.get(subject_id=ORDER)
    assert (failed.state, failed.attempts, failed.last_error, failed.due_at) == (
        "waiting",
        1,
        "ValueError: on purpose",
        START + 30 * SECOND,
    )
    assert "on purpose" in caplog.text
    assert sweep(START + 29 * SECOND) == 0
    sweep(START + 30 * SECOND, chance=0.0)
    failed.refresh_from_db()
    assert failed.due_at == START + 60 * SECOND  # a minute, of which half is chance
    effects.fails = set()
    assert sweep(START + 60 * SECOND) == 1
    assert written() == 2


def test_what_breaks_its_own_transaction_undoes_no_other(subscribed, caplog):
    """A statement that fails leaves nothing behind it usable, but for the savepoint around it."""
    good = Effects()

    def broken(*, event: events.Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    def either(*, event: events.Event) -> None:
        (broken if event.subject_id == ORDER else good)(event=event)

    subscribed(good.subscriber(deliver=either))
    happen(), happen(subject_id=OTHER)

    assert sweep(START) == 1
    assert models.EventDelivery.objects.get(subject_id=ORDER).last_error.startswith("DataError: division by zero")


def test_after_the_last_attempt_it_needs_a_person_and_no_worker_touches_it(effects, caplog):
    effects.fails = {ORDER}
    happen()
    for minutes in range(10):
        sweep(START + minutes * MINUTE)

    stuck = models.EventDelivery.objects.get()
    assert (stuck.state, stuck.attempts) == ("needs-person", 3)
    effects.fails = set()
    assert sweep(START + 60 * MINUTE) == 0


def test_a_subscriber_whose_batch_cannot_be_written_stops_no_other(subscribed, monkeypatch, caplog):
    stopped, good = Effects(), Effects()
    stopped.fails = {ORDER}
    subscribed(stopped.subscriber(name="stopped"), good.subscriber(name="good"))
    happen()

    def broken(**_: object) -> None:
        raise UnicodeError("cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "after_failure", broken)
        assert sweep(START) == 1
    assert "Deliveries for stopped stopped" in caplog.text
    assert dict(models.EventDelivery.objects.values_list("subscriber", "state")) == {"stopped": "waiting", "good": "done"}
    stopped.fails = set()
    assert sweep(START) == 1


def test_an_event_whose_kind_is_no_longer_there_needs_a_person_at_once(effects, caplog):
    happen()
    deliveries.make(at=START)
    models.Event.objects.update(kind="order.old")
    happen(subject_id=OTHER)

    assert sweep(START) == 1
    stuck = models.EventDelivery.objects.get(subject_id=ORDER)
    assert (stuck.state, stuck.last_error) == ("needs-person", "UnknownKind: no event is of the kind 'order.old' any more")


def test_a_delay_lets_a_delivery_wait(subscribed):
    late = Effects()
    subscribed(late.subscriber(delay=10 * MINUTE))
    happen()
    assert sweep(START + 9 * MINUTE) == 0
    assert sweep(START + 10 * MINUTE) == 1


def test_in_order_a_failure_holds_up_its_own_subject_and_subscriber_only(subscribed, caplog):
    ordered, loose = Effects(), Effects()
    subscribed(ordered.subscriber(in_order=True), loose.subscriber(name="loose"))
    ordered.fails = {ORDER}
    first, second, other = happen(), happen(), happen(subject_id=OTHER)

    for minutes in range(10):
        sweep(START + minutes * MINUTE)

    assert [event.id for event in ordered.seen] == [other]
    assert [event.id for event in loose.seen] == [first, second, other]
    models.EventDelivery.objects.filter(event_id=first, subscriber="effects").update(state="skipped", finished_at=START)
    ordered.fails = set()
    assert sweep(START + 10 * MINUTE) == 1
    assert [event.id for event in ordered.seen] == [other, second]


def test_in_order_all_of_a_subject_are_done_in_one_sweep(subscribed):
    ordered = Effects()
    subscribed(ordered.subscriber(in_order=True))
    ids = [happen(at=START - number * SECOND) for number in range(5)]

    assert sweep(START) == 5
    assert [event.id for event in ordered.seen] == ids


def test_in_order_nothing_overtakes_an_event_whose_deliveries_are_not_made_yet(subscribed):
    ordered = Effects()
    subscribed(ordered.subscriber(in_order=True))
    first, second = happen(), happen()
    deliveries.make(at=START)
    # as if another worker were still making those of the first
    models.EventDelivery.objects.filter(event_id=first).delete()
    models.Event.objects.filter(id=first).update(fanned_out_at=None)

    assert not deliveries.due(subscriber=ordered.subscriber(in_order=True), at=START).exists()
    assert sweep(START) == 2
    assert [event.id for event in ordered.seen] == [first, second]


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(effects, market):
    happen()
    script = """
        import os, signal, django; django.setup()
        from tenants import activity_log, acts, events
        from tenants.events import subscribers
        from tests.support.factories import START
        from tests.support.subscribers import KIND

        def die(*, event):
            activity_log.record(action="test.done", subject_id=event.id, act=acts.by_system(at=START))
            os.kill(os.getpid(), signal.SIGKILL)

        subscribers.listed = lambda: (events.DatabaseSubscriber(name="effects", label="", kinds=frozenset([KIND]), deliver=die),)
        events.sweep(at=START)
    """
    environment = {**os.environ, **market.environment}
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=environment, check=False)  # noqa: S603
    assert died.returncode == -9
    assert written() == 0
    assert models.EventDelivery.objects.get().state == "waiting"
    assert sweep(START + MINUTE) == 1
    assert written() == 1
