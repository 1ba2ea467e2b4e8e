"""More visitors than threads, at the web server as `serve` starts it: few wait, and nobody is answered who has left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench.support import web_servers
from deploy.web_server import body_limits
from tests.support import senders

pytestmark = pytest.mark.slow


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[int]:
    """Of one process of one thread."""
    monkeypatch.setenv("PASARSAMA_WEB_THREADS", "1")
    application = "tests.support.echoing:application"
    with web_servers.serving(environment={}, log=tmp_path / "web.log", application=application, workers=1) as served:
        yield served.port


def _ask(port: int, path: str) -> senders.Sender:
    sender = senders.Sender(port)
    sender.head(method="GET", path=path)
    return sender


def test_who_comes_after_too_many_is_told_to_come_again_before_the_body(port):
    first = _ask(port, "/wait/2")
    time.sleep(0.3)
    waiting = [_ask(port, "/pid") for _ in range(body_limits.WAITING_PER_THREAD)]
    time.sleep(0.3)
    late = senders.Sender(port)
    late.head(path="/", length=1_000_000)
    answer = late.answer()
    assert answer.startswith(b"HTTP/1.1 503")
    assert "Terlalu banyak yang datang sekaligus." in answer.decode()
    assert late.seconds_until_closed() < 2
    assert {sender.status() for sender in [first, *waiting]} == {200}
    assert _ask(port, "/pid").status() == 200


def test_a_body_that_came_meanwhile_does_not_wait_beyond_the_others(port):
    late = senders.Sender(port)
    late.head(path="/", length=10)
    first = _ask(port, "/wait/2")
    time.sleep(0.3)
    waiting = [_ask(port, "/pid") for _ in range(body_limits.WAITING_PER_THREAD)]
    time.sleep(0.3)
    late.send(b"x" * 10)
    assert late.status() == 503
    assert {sender.status() for sender in [first, *waiting]} == {200}


def test_nobody_is_answered_who_has_left(port):
    first = _ask(port, "/wait/1.5")
    time.sleep(0.3)
    for left in [_ask(port, "/wait/0.1") for _ in range(8)]:
        left.close()
    stays = _ask(port, "/wait/0.1")
    assert first.status() == stays.status() == 200
    assert _ask(port, "/waits").answer().endswith(b"\r\n\r\n2")


def test_a_body_counts_until_it_is_answered(port):
    """An address that sends slowly into a crowd has no more of them than elsewhere."""
    blocking = _ask(port, "/wait/4")
    with senders.unfinished(port, number=body_limits.UNFINISHED_PER_ADDRESS, per_address=99) as slow:
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.4)
        for sender in slow:
            sender.send(b"x" * 1000)
        one_more = senders.Sender(port, source="127.0.1.1")
        one_more.head(length=2000)
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.4)
        one_more.send(b"x" * 2000)
        assert blocking.status() == 200
        assert {sender.status() for sender in slow} == {200}
        environ = one_more.answer()
    assert b'"pasarsama.unread": "crowded"' in environ
