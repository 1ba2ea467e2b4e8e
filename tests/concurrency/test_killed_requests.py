"""A process that is killed in the middle of a request: the next one with its key does it, or goes on from the committed intent."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import pathlib
import signal
import time
import uuid
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from tenants import activity_log, acts, gateway_intents, idempotency
from tenants.errors import DomainError
from tenants.models import ActivityEntry, IdempotencyKey
from tests.support.factories import CIBIRU, SARI, START

pytestmark = pytest.mark.slow

SCOPE = idempotency.Scope(operation="test", principal=SARI.id, village_code=CIBIRU)
LATER = START + datetime.timedelta(seconds=gateway_intents.CALL_SECONDS_MAX)
_fork = multiprocessing.get_context("fork")


def kill_at(reached: pathlib.Path, work: Callable[[], object]) -> None:
    """Do some work in a process of its own, and kill that when it has made this file."""
    connections.close_all()  # a connection may not be shared with a child
    child = _fork.Process(target=work, daemon=True)
    child.start()
    until = time.monotonic() + 30
    while not reached.exists():
        assert time.monotonic() < until
        assert child.is_alive()
        time.sleep(0.01)
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join(30)


def effects() -> list[str]:
    return list(ActivityEntry.objects.filter(action="test.done").values_list("subject_id", flat=True))


def test_what_was_not_committed_is_done_by_the_next_request(market, tmp_path):
    reached = tmp_path / "reached"

    def once(*, dies: bool) -> uuid.UUID:
        scope, request = SCOPE, {"pieces": 1}
        with transaction.atomic(durable=True), idempotency.once(scope=scope, key="K", request=request, money=True, at=START) as claim:
            if claim.earlier:
                return claim.earlier.ids["entry"]
            activity_log.record(action="test.done", subject_id=claim.id, act=acts.by_system(at=START))
            claim.record(entry=claim.id)
            if dies:
                reached.touch()
                time.sleep(60)
            return claim.id

    kill_at(reached, lambda: once(dies=True))

    done = once(dies=False)
    assert once(dies=False) == done
    assert effects() == [str(done)]


class Gateway:
    """Remembers in files what it did, under the key that it was given."""

    def __init__(self, folder: pathlib.Path, *, dies: bool) -> None:
        self.folder, self.dies = folder, dies

    def intend(self) -> dict[str, uuid.UUID]:
        return {"attempt": uuid.uuid4()}

    def ask(self, *, intent: idempotency.Ids) -> str:
        paid = self.folder / f"paid-{intent['attempt']}"
        paid.touch()
        if self.dies:
            (self.folder / "reached").touch()
            time.sleep(60)
        return paid.name

    def record(self, *, intent: idempotency.Ids, answer: str) -> idempotency.Result:
        activity_log.record(action="test.done", subject_id=intent["attempt"], act=acts.by_system(at=START))
        return idempotency.Result(status="paid", ids=intent)

    def refused(self, *, intent: idempotency.Ids, refusal: DomainError) -> None:
        raise AssertionError


def test_what_the_gateway_did_is_asked_for_again_and_paid_once(market, tmp_path, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_SECONDS_MAX", 0.2)

    def pay(*, at: datetime.datetime, dies: bool = False) -> idempotency.Result:
        return gateway_intents.once(scope=SCOPE, key="G", request={"rupiah": 1}, call=Gateway(tmp_path, dies=dies), at=at)

    kill_at(tmp_path / "reached", lambda: pay(at=START, dies=True))

    assert IdempotencyKey.objects.filter(result__isnull=True, intent__isnull=False).count() == 1
    with pytest.raises(idempotency.StillBeingDone):
        pay(at=START)  # for all that is known, the first one still waits for its answer
    result = pay(at=LATER)
    assert [path.name for path in tmp_path.glob("paid-*")] == [f"paid-{result.ids['attempt']}"]
    assert effects() == [str(result.ids["attempt"])]
