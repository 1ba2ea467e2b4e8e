"""Requests with one key at the same moment, in the threads of one process: one effect, one answer, and never more waiters than half."""

from __future__ import annotations

import collections
import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connections, transaction

from tenants import activity_log, acts, idempotency
from tenants.errors import DomainError, FormReused, Kind
from tenants.models import ActivityEntry
from tests.support.concurrency.threads import Threads
from tests.support.factories import CIBIRU, SARI, START

SCOPE = idempotency.Scope(operation="test", principal=SARI.id, village_code=CIBIRU)
PATIENCE_SECONDS = 30.0


class Undone(DomainError):
    kind = Kind.CONFLICT
    code = "test-undone"


@pytest.fixture
def threads(market) -> Iterator[Threads]:
    """Threads with connections of their own, all ended with the test."""
    with Threads() as running:
        yield running


@pytest.fixture
def waits_max(monkeypatch):
    """How many threads may wait."""

    def set_to(number: int) -> None:
        monkeypatch.setattr(settings, "PASARSAMA_WEB_THREADS", 2 * number)

    return set_to


def once(*, key: str = "K", pieces: int = 1, meanwhile: Callable[[], None] = lambda: None) -> uuid.UUID:
    """A request whose effect is one entry; gives the id of the entry's subject. `meanwhile`: before its commit."""
    scope, request = SCOPE, {"pieces": pieces}
    with transaction.atomic(durable=True), idempotency.once(scope=scope, key=key, request=request, money=True, at=START) as claim:
        if claim.earlier:
            return claim.earlier.ids["entry"]
        entry = uuid.uuid4()
        activity_log.record(action="test.done", subject_id=entry, act=acts.by_system(at=START))
        meanwhile()
        claim.record(entry=entry)
        return entry


def effects() -> int:
    return ActivityEntry.objects.filter(action="test.done").count()


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def waiters() -> int:
    return idempotency._waiting_count


@contextlib.contextmanager
def held(threads: Threads, *, then: Exception | None = None) -> Iterator[Callable[[], object]]:
    """A request that has done its effect and not committed while the block runs, and has ended after it; gives what came of it."""
    done, go_on = threading.Event(), threading.Event()

    def meanwhile() -> None:
        done.set()
        assert go_on.wait(PATIENCE_SECONDS)
        if then is not None:
            raise then

    first = threads.start(lambda: once(meanwhile=meanwhile))
    assert done.wait(PATIENCE_SECONDS)
    try:
        yield first
    finally:
        go_on.set()
        first()


def test_two_at_once_are_one_effect_and_one_answer(threads, waits_max):
    waits_max(1)
    with held(threads) as first:
        second = threads.start(once)
        wait_until(lambda: waiters() == 1)
    assert first() == second()
    assert (effects(), waiters()) == (1, 0)


def test_when_the_first_is_undone_the_second_does_it(threads):
    with held(threads, then=Undone()) as first:
        second = threads.start(once)
        wait_until(lambda: waiters() == 1)
    assert isinstance(first(), Undone)
    assert isinstance(second(), uuid.UUID)
    assert (effects(), once()) == (1, second())


def test_another_request_waits_too_and_is_refused(threads):
    with held(threads) as first:
        second = threads.start(lambda: once(pieces=2))
        wait_until(lambda: waiters() == 1)
    assert isinstance(second(), FormReused)
    assert (effects(), once()) == (1, first())


def test_whoever_waits_too_long_is_told_to_look_again(threads, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_SECONDS_MAX", 0.3)
    with held(threads):
        second = threads.start(once)
        assert isinstance(second(), idempotency.StillBeingDone)
        assert threads.start(lambda: once(key="L"))() != second()  # another key waits for nobody
    assert (effects(), waiters()) == (2, 0)


def test_the_wait_is_five_seconds(threads):
    with held(threads):
        began = time.monotonic()
        assert isinstance(threads.start(once)(), idempotency.StillBeingDone)
        assert 5 <= time.monotonic() - began < 10


@pytest.mark.parametrize("places", [1, 3])
def test_at_most_half_of_the_threads_wait(threads, waits_max, places):
    waits_max(places)
    with held(threads) as first:
        waiting = [threads.start(once) for _ in range(places)]
        wait_until(lambda: waiters() == places)
        began = time.monotonic()
        for _ in range(3):
            assert isinstance(threads.start(once)(), idempotency.StillBeingDone)
        assert time.monotonic() - began < 2  # at once: nobody waited for the five seconds
        assert isinstance(threads.start(lambda: once(key="L"))(), uuid.UUID)  # the other half goes on serving
    assert {answer() for answer in waiting} == {first()}
    assert (effects(), waiters()) == (2, 0)


def test_a_process_of_one_thread_may_wait(threads, monkeypatch):
    monkeypatch.setattr(settings, "PASARSAMA_WEB_THREADS", 1)
    with held(threads) as first:
        second = threads.start(once)
        wait_until(lambda: waiters() == 1)
    assert first() == second()


@pytest.mark.parametrize("requests", [[1] * 8, [1, 2] * 4, [1, 2, 3, 4]])
def test_whatever_comes_at_once_is_one_effect(threads, waits_max, requests):
    waits_max(len(requests))
    together = threading.Barrier(len(requests))

    def ask(pieces: int) -> object:
        together.wait(PATIENCE_SECONDS)
        return once(pieces=pieces)

    running = [threads.start(lambda pieces=pieces: ask(pieces)) for pieces in requests]
    answers = collections.defaultdict(set)
    for pieces, answer in zip(requests, running, strict=True):
        found = answer()
        answers[pieces].add(type(found) if isinstance(found, Exception) else found)
    done = [pieces for pieces, found in answers.items() if found != {FormReused}]
    assert (effects(), len(done), len(answers[done[0]])) == (1, 1, 1)


def test_without_the_unique_key_each_of_them_is_an_effect(market, threads, monkeypatch):
    """The proof that the test above can fail."""
    with market.as_owner(), connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE tenants_idempotencykey DROP CONSTRAINT idempotency_key_once")
    text = idempotency._CLAIM
    for guard, none in (("ON CONFLICT (scope, key) DO NOTHING", ""), ("scope = %(scope)s AND key = %(key)s", "id = %(id)s")):
        assert text.count(guard) == 1
        text = text.replace(guard, none)
    monkeypatch.setattr(idempotency, "_CLAIM", text)

    assert len({threads.start(once)() for _ in range(4)}) == effects() == 4
