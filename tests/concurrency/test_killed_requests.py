"""A process that is killed in the middle of a request: the next one with its key does it."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import signal
import time
import uuid
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from federation.models import GatewayPayment
from marketplace.gateway_payments import pay_purchase
from settlement.bank.gateways.gateway_interface import PaymentOrder, PaymentReading
from tenants import activity_log, acts, idempotency
from tenants.models import ActivityEntry
from tests.support.factories import CIBIRU, SARI, START
from tests.support.gateways import configured, paying
from tests.support.gateways.stateful import StatefulGateway

pytestmark = pytest.mark.slow

SCOPE = idempotency.Scope(operation="test", principal=SARI.id, village_code=CIBIRU)
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


class Gateway(StatefulGateway):
    """Remembers in files what it was told to begin, so that another process knows it too; dies meanwhile if it is told so."""

    def __init__(self, folder: pathlib.Path, *, dies_after: bool | None = None) -> None:
        super().__init__()
        self.folder, self.dies_after = folder, dies_after

    def start(self, order: PaymentOrder) -> PaymentReading:
        if self.dies_after is not False:
            (self.folder / f"began-{order.key}").touch()
        if self.dies_after is not None:
            (self.folder / "reached").touch()
            time.sleep(60)
        return super().start(order)


@pytest.mark.parametrize("after_the_call", [True, False])
def test_what_a_gateway_was_to_begin_goes_on_under_its_key(market, gateway, tmp_path, monkeypatch, after_the_call):
    placed = paying.bought()

    def press(adapter: Gateway) -> pay_purchase.Started:
        monkeypatch.setattr(configured, "_current", [adapter])
        return paying.start(placed)

    kill_at(tmp_path / "reached", lambda: press(Gateway(tmp_path, dies_after=after_the_call)))

    assert GatewayPayment.objects.get().state == "starting"  # committed before the call
    started = press(Gateway(tmp_path))
    assert started.url
    assert [path.name for path in tmp_path.glob("began-*")] == [f"began-{started.payment_id.hex}"]
