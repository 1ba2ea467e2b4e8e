"""Whatever comes at once under a few keys, equal or not, done or undone: of each key one effect, one answer to all that asked the same."""

from __future__ import annotations

import threading
import uuid

import hypothesis
import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import strategies

from tenants import activity_log, acts, idempotency
from tenants.errors import DomainError, FormReused, Kind
from tenants.models import ActivityEntry, IdempotencyKey
from tests.support.concurrency.threads import Threads
from tests.support.factories import CIBIRU, SARI, START

pytestmark = pytest.mark.slow

SCOPE = idempotency.Scope(operation="test", principal=SARI.id, village_code=CIBIRU)


class Undone(DomainError):
    kind = Kind.CONFLICT
    code = "test-undone"


requests = strategies.tuples(strategies.sampled_from("AB"), strategies.integers(1, 2), strategies.booleans())  # key, pieces, is undone


def ask(*, key: str, pieces: int, undone: bool) -> uuid.UUID:
    scope, request = SCOPE, {"pieces": pieces}
    with transaction.atomic(durable=True), idempotency.once(scope=scope, key=key, request=request, money=True, at=START) as claim:
        if claim.earlier:
            return claim.earlier.ids["entry"]
        entry = uuid.uuid4()
        activity_log.record(action="test.done", subject_id=entry, act=acts.by_system(at=START, reason=key))
        if undone:
            raise Undone
        claim.record(entry=entry)
        return entry


@hypothesis.given(asked=strategies.lists(requests, min_size=2, max_size=6))
@hypothesis.settings(max_examples=40, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_any_interleaving_is_one_effect(market, monkeypatch, asked):
    monkeypatch.setattr(settings, "PASARSAMA_WEB_THREADS", 2 * len(asked))
    case, together = uuid.uuid4().hex, threading.Barrier(len(asked))

    def run(key: str, pieces: int, undone: bool) -> object:
        together.wait(60)
        return ask(key=f"{case}{key}", pieces=pieces, undone=undone)

    with Threads() as threads:
        running = [(request, threads.start(lambda request=request: run(*request))) for request in asked]
        outcomes = [(*request, outcome()) for request, outcome in running]

    for key in {key for key, _, _ in asked}:
        entries = {uuid.UUID(entry) for entry in ActivityEntry.objects.filter(reason=case + key).values_list("subject_id", flat=True)}
        of_key = [(pieces, undone, outcome) for name, pieces, undone, outcome in outcomes if name == key]
        done = {pieces for pieces, _, outcome in of_key if isinstance(outcome, uuid.UUID)}
        assert len(entries) == len(done) == IdempotencyKey.objects.filter(key=case + key).count() <= 1
        assert len(done) == (not all(undone for _, undone, _ in of_key))
        for pieces, undone, outcome in of_key:
            if isinstance(outcome, uuid.UUID):
                assert {outcome} == entries
            elif isinstance(outcome, FormReused):
                assert pieces not in done
            else:
                assert isinstance(outcome, Undone)
                assert undone
