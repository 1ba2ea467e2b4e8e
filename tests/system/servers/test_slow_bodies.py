"""Whoever sends or reads slowly hurts nobody, at the web server as `serve` starts it, over real connections."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench.support import web_servers
from deploy.web_server import body_limits
from tests.support import senders, web

pytestmark = pytest.mark.slow

ECHO = "tests.support.echoing:application"
SHORT_SECONDS = 2
P95_SECONDS_MAX = 1.0


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for."""
    monkeypatch.setenv("PASARSAMA_REQUEST_SECONDS", str(SHORT_SECONDS))


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[web_servers.Served]:
    with web_servers.serving(environment={}, log=tmp_path / "web.log", application=ECHO, workers=2) as served:
        yield served


@pytest.fixture
def shop(market, static_files, tmp_path: Path) -> Iterator[web_servers.Served]:
    with web_servers.serving(environment=market.environment, log=tmp_path / "web.log") as served:
        web.Browser(served.port).get("/")  # Django is awake
        yield served


def _pages(port: int) -> float:
    """The p95 of everything else: pages, what is alive, files, and forms that come whole."""
    browser = web.Browser(port)

    def ask() -> None:
        assert browser.get("/").status_code == 200
        assert browser.get("/livez").status_code == 200
        assert browser.get("/static/look.css").status_code in (200, 404)
        assert browser.post("/masuk/", {"phone": "0812", "password": "x"}).status_code < 500

    return senders.p95_seconds(ask, times=30) / 4


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("path", ["/masuk/"])
def test_a_body_that_drips_is_gone_after_its_deadline_with_a_sentence(shop, path):
    sender = senders.Sender(shop.port)
    sender.head(path=path, length=100_000)
    senders.drip(sender, every_seconds=0.2)
    began = time.monotonic()
    answer = sender.answer()
    assert SHORT_SECONDS - 0.5 < time.monotonic() - began < SHORT_SECONDS + 3
    assert answer.startswith(b"HTTP/1.1 408")
    assert "Kirimannya terlalu lama di jalan" in answer.decode()
    assert sender.seconds_until_closed() < 2


@pytest.mark.usefixtures("short")
def test_heads_that_drip_and_connections_that_rest_are_gone_too(echo):
    dripping, resting, silent = (senders.Sender(echo.port) for _ in range(3))
    dripping.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
    senders.drip(dripping, every_seconds=0.2)
    resting.head(method="GET")
    assert resting.status() == 200
    for sender in (dripping, resting, silent):
        assert sender.seconds_until_closed() < SHORT_SECONDS + 2


@pytest.mark.usefixtures("short")
def test_each_kb_that_came_gives_a_body_a_second_more(echo):
    body = os.urandom(8 * 1024)
    sender = senders.Sender(echo.port)
    sender.head(length=len(body))
    for start in range(0, len(body), 512):  # 2 KB a second: 4 seconds in all
        sender.send(body[start : start + 512])
        time.sleep(0.25)
    assert json.loads(sender.answer().partition(b"\r\n\r\n")[2])["sha256"] == hashlib.sha256(body).hexdigest()


def test_slow_bodies_resting_connections_and_a_slow_reader_leave_pages_fast(shop):
    resting = [senders.Sender(shop.port) for _ in range(200)]
    for sender in resting:
        sender.head(method="GET", path="/livez")
        sender.answer()
    reader = senders.Sender(shop.port, receive_bytes=4096)
    reader.head(method="GET", path="/")
    with senders.unfinished(shop.port, number=8, path="/masuk/"):
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.2)
        assert _pages(shop.port) < P95_SECONDS_MAX
    for sender in [*resting, reader]:
        sender.close()


def test_64_slow_bodies_leave_pages_fast(shop):
    with senders.unfinished(shop.port, number=64, path="/masuk/") as slow:
        assert _pages(shop.port) < P95_SECONDS_MAX
        for sender in slow:
            sender.send(b"x" * 1000)
        assert {sender.status() for sender in slow} == {403}  # each arrived whole, without a token


def test_a_slow_download_holds_no_thread(echo):
    readers = [senders.Sender(echo.port, receive_bytes=4096) for _ in range(20)]  # more than there are threads
    for reader in readers:
        reader.head(method="GET", path=f"/many/{8 * 2**20}")
    quick = senders.Sender(echo.port)

    def ask() -> None:
        quick.head(method="GET")
        assert quick.status() == 200

    assert senders.p95_seconds(ask, times=40) < P95_SECONDS_MAX
    for sender in [*readers, quick]:
        sender.close()


def test_an_address_has_16_unfinished_bodies_over_all_processes(shop_of_two):
    port = shop_of_two.port
    with senders.unfinished(port, number=body_limits.UNFINISHED_PER_ADDRESS, path="/masuk/", per_address=99) as slow:
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.5)
        one_more = senders.Sender(port, source="127.0.1.1")
        one_more.head(path="/masuk/", length=2000)
        answer = one_more.answer()
        assert answer.startswith(b"HTTP/1.1 429")
        assert "Terlalu banyak kiriman dari jaringan Anda" in answer.decode()
        whole, elsewhere = senders.Sender(port, source="127.0.1.1"), senders.Sender(port, source="127.0.1.2")
        whole.head(path="/masuk/", length=3)
        whole.send(b"a=b")
        assert whole.status() == 403  # only unfinished ones count
        elsewhere.head(path="/masuk/", length=2000)
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.5)
        elsewhere.send(b"x" * 2000)
        assert elsewhere.status() == 403
        for sender in slow:
            sender.send(b"x" * 1000)
            assert sender.status() == 403
        again = senders.Sender(port, source="127.0.1.1")
        again.head(path="/masuk/", length=2)
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.5)
        again.send(b"ab")
        assert again.status() == 403


@pytest.fixture
def shop_of_two(market, static_files, tmp_path: Path) -> Iterator[web_servers.Served]:
    with web_servers.serving(environment=market.environment, log=tmp_path / "web.log", workers=2) as served:
        yield served


def test_a_trusted_front_sends_as_many_as_it_likes(monkeypatch, tmp_path):
    monkeypatch.setenv("PASARSAMA_TRUSTED_PROXIES", "127.0.1.0/24")
    number = 2 * body_limits.UNFINISHED_PER_ADDRESS + 8
    with (
        web_servers.serving(environment={}, log=tmp_path / "web.log", application=ECHO) as served,
        senders.unfinished(served.port, number=number, per_address=99) as slow,
    ):
        time.sleep(body_limits.COUNTED_AFTER_SECONDS + 0.5)
        for sender in slow:
            sender.send(b"x" * 1000)
        assert [sender.status() for sender in slow] == [200] * number


@pytest.mark.parametrize("in_pieces", [False, True])
def test_12_mb_arrive_and_13_mb_are_refused(shop, echo, in_pieces):
    body = os.urandom(12_000_000)
    sender = senders.Sender(echo.port)
    sender.head(length=None if in_pieces else len(body))
    sender.send(senders.in_pieces(body) if in_pieces else body)
    found = json.loads(sender.answer().partition(b"\r\n\r\n")[2])
    assert found["sha256"] == hashlib.sha256(body).hexdigest()
    assert found["environ"]["CONTENT_LENGTH"] == str(len(body))
    assert "HTTP_TRANSFER_ENCODING" not in found["environ"]

    too_much = senders.Sender(shop.port)
    too_much.head(path="/masuk/", length=None if in_pieces else 13_000_000)
    sending = threading.Thread(target=_send_all, args=(too_much, senders.in_pieces(bytes(13_000_000)) if in_pieces else b""), daemon=True)
    sending.start()
    assert too_much.status() == 413


def test_a_body_that_breaks_off_is_nobodys_order(echo):
    """What a connection that broke left behind is not taken for the whole."""
    for length, sent in ((2000, b"x" * 1000), (None, b"3e8\r\n" + b"x" * 1000 + b"\r\n")):
        sender = senders.Sender(echo.port)
        sender.head(length=length)
        sender.send(sent)
        sender.line.shutdown(1)
        assert sender.status() in (0, 400)


def test_what_stands_for_another_header_is_left_out(echo):
    sender = senders.Sender(echo.port)
    sender.head(method="GET", more="X_Forwarded_For: 192.0.2.1\r\nCookie: a=1\r\nCookie: b=2\r\n")
    environ = json.loads(sender.answer().partition(b"\r\n\r\n")[2])["environ"]
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert environ["HTTP_COOKIE"] in ("a=1; b=2", "a=1;b=2")
    assert environ["REMOTE_ADDR"] == "127.0.0.1"


def test_workers_are_renewed_without_a_refused_connection(echo):
    stop, asked, failed = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                sender = senders.Sender(echo.port)
                sender.head(method="GET", path="/pid", more="Connection: close\r\n")
                asked.append(sender.answer().rpartition(b"\r\n\r\n")[2])
                sender.close()
            except OSError as error:
                failed.append(error)
            time.sleep(max(0.0, 0.04 - (time.monotonic() - began)))

    threads = [threading.Thread(target=ask) for _ in range(8)]  # 200 a second
    for thread in threads:
        thread.start()
    time.sleep(1)
    before = set(asked)
    os.kill(echo.pid, signal.SIGHUP)
    until = time.monotonic() + 60
    while time.monotonic() < until and set(asked[-60:]) & before:
        time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert b"" not in asked
    assert len(before) == len(set(asked) - before) == 2
    assert [pid for pid in before if Path(f"/proc/{pid.decode()}").exists()] == []
    assert _listening(echo.port) == 1  # what waits for a worker to accept it belongs to none, so that none takes it along


@pytest.mark.long
def test_300_kb_at_16_kbit_a_second_arrive(echo):
    body = os.urandom(300_000)
    sender = senders.Sender(echo.port)
    sender.head(length=len(body))
    for start in range(0, len(body), 2000):
        sender.send(body[start : start + 2000])
        time.sleep(1)
    assert json.loads(sender.answer().partition(b"\r\n\r\n")[2])["sha256"] == hashlib.sha256(body).hexdigest()


@pytest.mark.long
def test_120_connections_that_drip_for_ten_minutes_hurt_nobody_and_are_gone(shop):
    dripping = [senders.Sender(shop.port, source=f"127.0.1.{1 + n // 15}") for n in range(120)]
    for sender in dripping:
        sender.head(path="/masuk/", length=100_000)
        senders.drip(sender, every_seconds=10)
    assert _pages(shop.port) < P95_SECONDS_MAX
    began = time.monotonic()
    for sender in dripping:
        sender.seconds_until_closed()
    assert time.monotonic() - began < 60
    for _ in range(19):
        time.sleep(30)
        assert _pages(shop.port) < P95_SECONDS_MAX


def _listening(port: int) -> int:
    """Sockets that listen on the port, by the kernel's table."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def _send_all(sender: senders.Sender, body: bytes) -> None:
    try:
        sender.send(body)
    except OSError:
        return
