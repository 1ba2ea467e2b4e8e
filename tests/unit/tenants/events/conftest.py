from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import redis

from deploy.background import celery_app
from tenants import wake_ups
from tenants.events import Subscriber, network, subscribers
from tests.support import servers
from tests.support.subscribers import Receiver


@pytest.fixture
def subscribed(market, monkeypatch) -> Callable[..., None]:
    """Let these be all subscribers."""

    def of(*listed: Subscriber) -> None:
        monkeypatch.setattr(subscribers, "listed", lambda: listed)

    return of


@pytest.fixture
def receiver(market) -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


@pytest.fixture
def own_threads(monkeypatch) -> Iterator[None]:
    """Threads of this test only; it leaves none."""
    monkeypatch.setattr(network, "_runners", {})
    monkeypatch.setattr(network, "_ending", threading.Event())
    yield
    network.finish(seconds=30)


@pytest.fixture
def broker(market):
    """The queue's server, emptied, and nobody has woken a worker yet."""
    assert wake_ups.finish(seconds=10)
    client = redis.from_url(servers.QUEUE.url())
    client.flushdb()
    celery_app.app.set_default()
    yield client
    client.close()
