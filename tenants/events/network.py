"""Deliveries over the network: claimed and committed, called outside any transaction, then recorded.

A claim is a lease: when its worker dies between claim and record, the lease lapses and another one calls again. A success counts
whenever it comes, a failure only while its claim is the last one. Each subscriber has a thread of its own in each worker process, so
one that hangs delays nobody but itself.
"""

from __future__ import annotations

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from tenants.db import context
from tenants.events import deliveries, effects, subscribers
from tenants.events.subscribers import Chance, Clock, Event, NetworkSubscriber, UnknownKind
from tenants.models import EventDelivery

log = logging.getLogger(__name__)

State = EventDelivery.State
FAILURES_IN_A_ROW = 3  # then the subscriber rests: it is away, and what is due would only use up its attempts
REST_SECONDS = 60.0


class TransactionOpen(RuntimeError):
    """A call over the network may stall: nothing may be locked meanwhile."""


class LeaseLapsed(Exception):  # noqa: N818 - what happened, kept on the delivery as its error
    """A worker claimed the delivery and recorded nothing: it died, or its call outlasted the lease."""


@dataclass(frozen=True)
class Claim:
    """A delivery that this worker calls now; the end of its lease tells the claim from later ones."""

    delivery_id: UUID
    attempt: int
    lease_until: datetime
    event: Event


def work(*, clock: Clock = timezone.now) -> None:
    """What a worker does when it is woken: make deliveries, do those inside the database, and start those over the network."""
    try:
        effects.sweep(at=clock())
    except OperationalError as error:
        log.warning("The sweep stopped: the database does not answer (%s)", type(error).__name__)
    except Exception:
        # What was due over the network before is sent all the same; the next sweep does what this one could not.
        log.exception("The sweep stopped")
    for subscriber in _network_subscribers():
        if deliveries.due(subscriber=subscriber, at=clock()).exists():
            _runner(subscriber, clock).wake()


def deliver_due(*, subscriber: NetworkSubscriber, clock: Clock = timezone.now, chance: Chance = random.random) -> bool:
    """Deliver one after the other what a subscriber has to get; False if it stopped before the end, since calls in a row failed.

    :raises TransactionOpen: inside a transaction
    """
    failures = 0
    while failures < FAILURES_IN_A_ROW and not _ending.is_set():
        claim = _claim(subscriber, at=clock(), chance=chance)
        if claim is None:
            return True
        failures = 0 if _call(subscriber, claim, clock=clock, chance=chance) else failures + 1
    return False


def _claim(subscriber: NetworkSubscriber, *, at: datetime, chance: Chance) -> Claim | None:
    """Take one delivery for the length of the lease, and commit.

    One whose lease lapsed too often is left to a person, as is one whose event has a kind that is no longer there.
    """
    if connection.in_atomic_block:
        raise TransactionOpen(f"{subscriber.name} is called inside a transaction.")
    with context.public(), transaction.atomic(durable=True):
        due = deliveries.due(subscriber=subscriber, at=at).select_for_update(skip_locked=True, of=("self",)).select_related("event")
        while (row := due.first()) is not None:
            mine = EventDelivery.objects.filter(id=row.id)
            try:
                claim = _claim_of(row, subscriber, at=at)
            except (LeaseLapsed, UnknownKind) as error:
                log.warning("Event %s (%s) for %s needs a person: %s", row.event_id, row.event.kind, subscriber.name, error)
                mine.update(**deliveries.after_failure(subscriber=subscriber, attempts=row.attempts, error=error, at=at, chance=chance()))
            else:
                mine.update(state=State.CLAIMED, attempts=claim.attempt, lease_until=claim.lease_until)
                return claim
    return None


def _claim_of(row: EventDelivery, subscriber: NetworkSubscriber, *, at: datetime) -> Claim:
    """What is claimed.

    :raises LeaseLapsed: if no attempt is left
    :raises UnknownKind: as `subscribers.event` does
    """
    if row.attempts >= subscriber.retries.attempts_max:
        raise LeaseLapsed("nothing was recorded before the lease ended")
    return Claim(row.id, row.attempts + 1, at + subscriber.lease, subscribers.event(row=row.event))


def _call(subscriber: NetworkSubscriber, claim: Claim, *, clock: Clock, chance: Chance) -> bool:
    try:
        with context.public(), _no_transaction(subscriber):
            subscriber.deliver(event=claim.event)
    except Exception as error:
        # Whatever a subscriber raises is an answer: it is logged, kept, and tried again.
        text = deliveries.describe(error)
        log.warning("Event %s (%s) for %s failed, attempt %s: %s", claim.event.id, claim.event.kind, subscriber.name, claim.attempt, text)
        failed = deliveries.after_failure(subscriber=subscriber, attempts=claim.attempt, error=error, at=clock(), chance=chance())
        _of(claim).filter(state=State.CLAIMED, lease_until=claim.lease_until).update(**failed)
        return False
    _of(claim).filter(state__in=deliveries.UNFINISHED).update(state=State.DONE, finished_at=clock(), lease_until=None)
    return True


def _of(claim: Claim) -> QuerySet[EventDelivery]:
    return EventDelivery.objects.filter(id=claim.delivery_id)


@contextlib.contextmanager
def _no_transaction(subscriber: NetworkSubscriber) -> Iterator[None]:
    """Refuse every statement inside a transaction that the subscriber opens itself: it would stay open during its call."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context_: dict[str, Any]) -> Any:
        if connection.in_atomic_block:
            raise TransactionOpen(f"{subscriber.name} opened a transaction.")
        return execute(sql, params, many, context_)

    with connection.execute_wrapper(refuse):
        yield


def finish(*, seconds: float) -> None:
    """Let the calls under way end before this process does, at most so long; what is cut off is called again after its lease."""
    _ending.set()
    until = time.monotonic() + seconds
    for runner in list(_runners.values()):
        runner.join(seconds=max(0.0, until - time.monotonic()))


class _Runner:
    """The thread of one subscriber in this process: it runs while something is due, and ends."""

    def __init__(self, subscriber: NetworkSubscriber, clock: Clock) -> None:
        self._subscriber, self._clock = subscriber, clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = False
        self._rests_until = 0.0  # by time.monotonic()

    def wake(self) -> None:
        """Let the thread look once more, or start it; while the subscriber rests, the sweep after that asks again."""
        with self._lock:
            if time.monotonic() < self._rests_until:
                return
            self._asked = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"events for {self._subscriber.name}", daemon=True)
                self._thread.start()

    def join(self, *, seconds: float) -> None:
        """Wait for the thread, if there is one."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _run(self) -> None:
        try:
            while self._goes_on():
                if not deliver_due(subscriber=self._subscriber, clock=self._clock):
                    self._rest()
        except Exception:  # the database is away: the leases lapse, and a later sweep starts again
            log.exception("Deliveries for %s stopped", self._subscriber.name)
            self._rest()
            self._goes_on()
        finally:
            connections.close_all()

    def _goes_on(self) -> bool:
        """Whether somebody asked since the last look. The answer no ends the thread: who asks after it starts another."""
        with self._lock:
            asked, self._asked = self._asked, False
            if not asked:
                self._thread = None
            return asked

    def _rest(self) -> None:
        with self._lock:
            self._asked, self._rests_until = False, time.monotonic() + REST_SECONDS


_runners: dict[str, _Runner] = {}
_ending = threading.Event()  # set when this process is about to end


def _runner(subscriber: NetworkSubscriber, clock: Clock) -> _Runner:
    return _runners.setdefault(subscriber.name, _Runner(subscriber, clock))


def _network_subscribers() -> list[NetworkSubscriber]:
    return [subscriber for subscriber in subscribers.listed() if isinstance(subscriber, NetworkSubscriber)]
