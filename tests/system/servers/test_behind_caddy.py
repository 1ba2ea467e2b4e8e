"""The web server behind the front of the containers: the same Caddyfile, a real Caddy."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench.support import web_servers
from deploy.embedded import processes
from deploy.web_server import body_limits
from tests.support import senders, web

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
CADDY = Path(sysconfig.get_path("scripts")) / "caddy"
ECHO = "tests.support.echoing:application"
SHORT_SECONDS = 2
BODY_SECONDS = "read_body 30m"


@contextlib.contextmanager
def front(
    *, before: int, folder: Path, bind: str = "127.0.0.1", trusted: str = "192.0.2.0/32", body_seconds: int = 1800
) -> Iterator[web_servers.Served]:
    """Our Caddy before a port, without TLS; it trusts the fronts named, and gives a body so many seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder.mkdir()
    # Where it sends to is the environment's; from which address, only the file's: hops of one machine need addresses of their own.
    text = (ROOT / "deploy" / "containers" / "Caddyfile").read_text(encoding="utf-8")
    text = text.replace(BODY_SECONDS, f"read_body {body_seconds}s")
    own = text.replace("\t\trequest_buffers", f"\t\ttransport http {{\n\t\t\tlocal_address {bind}\n\t\t}}\n\t\trequest_buffers")
    (folder / "Caddyfile").write_text(own.replace("{\n\tservers", "{\n\tadmin off\n\tauto_https off\n\tservers", 1), encoding="utf-8")
    environment = {"SITES": f"http://:{port}", "WEB": f"127.0.0.1:{before}", "TRUSTED_FRONTS": trusted, "HOME": str(folder)}
    with open(folder / "log", "wb") as log:
        process = processes.launch(
            command=[str(CADDY), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            log=log,
            environment={**os.environ, **environment},
            signal_at_our_end=signal.SIGTERM,
        )
        try:
            assert processes.wait(lambda: _answers(port), seconds=30), (folder / "log").read_text()
            yield web_servers.Served(port=port, pid=process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[web_servers.Served]:
    monkeypatch.setenv("PASARSAMA_TRUSTED_PROXIES", "127.0.0.1")
    with (
        web_servers.serving(environment={}, log=tmp_path / "web.log", application=ECHO) as served,
        front(before=served.port, folder=tmp_path / "front") as before,
    ):
        yield before


@pytest.fixture
def hurried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[web_servers.Served]:
    """The front with a deadline that a test can wait for; the market's own stays what it is."""
    monkeypatch.setenv("PASARSAMA_TRUSTED_PROXIES", "127.0.0.1")
    with (
        web_servers.serving(environment={}, log=tmp_path / "web.log", application=ECHO) as served,
        front(before=served.port, folder=tmp_path / "front", body_seconds=SHORT_SECONDS) as before,
    ):
        yield before


def _told(sender: senders.Sender) -> dict[str, object]:
    answer = sender.answer()
    assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
    return json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.fixture
def shop(market, static_files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[web_servers.Served, web_servers.Served]]:
    """The market, and the front before it."""
    monkeypatch.setenv("PASARSAMA_TRUSTED_PROXIES", "127.0.0.1")
    with (
        web_servers.serving(environment=market.environment, log=tmp_path / "web.log") as served,
        front(before=served.port, folder=tmp_path / "front") as before,
    ):
        yield served, before


@pytest.mark.parametrize("in_pieces", [False, True])
def test_12_mb_arrive(echo, in_pieces):
    body = os.urandom(12_000_000)
    sender = senders.Sender(echo.port)
    sender.head(length=None if in_pieces else len(body))
    sender.send(senders.in_pieces(body) if in_pieces else body)
    assert _told(sender)["sha256"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("in_pieces", [False, True])
def test_13_mb_are_refused(shop, in_pieces):
    body = bytes(13_000_000)

    def answer() -> int:
        sender = senders.Sender(shop[1].port)
        sender.head(path="/masuk/", length=None if in_pieces else len(body))
        with contextlib.suppress(OSError):  # who is refused is not listened to
            sender.send(senders.in_pieces(body) if in_pieces else body)
        return sender.status()

    # Under load Caddy may take the end of its own reading for a fault of the market behind it: refused as well, in other words.
    answers = [answer() for _ in range(3)]
    assert set(answers) <= {413, 502}
    assert 413 in answers


def test_slow_bodies_wait_in_the_front(shop):
    """More than an address may have unfinished, all from one: none reaches the market before it is whole, and pages stay fast."""
    served, before = shop
    with senders.unfinished(before.port, number=64, path="/masuk/", per_address=64) as slow:
        browser = web.Browser(before.port)

        def ask() -> None:
            assert browser.get("/").status_code == 200
            assert browser.get("/livez").status_code == 200
            assert browser.post("/masuk/", {"phone": "0812", "password": "x"}).status_code < 500

        ask()
        assert senders.p95_seconds(ask, times=20) < 3 * 1.0
        assert _connections_to(served.port) < 16
        for sender in slow:
            sender.send(b"x" * 1000)
        assert {sender.status() for sender in slow} == {403}  # whole, without a token


def test_64_slow_photos_cost_the_front_what_came_of_them(echo):
    """Not what they announce: 64 times 12 MB would be 800 MB."""
    slow = [senders.Sender(echo.port) for _ in range(64)]
    before = _memory_bytes(echo.pid)
    for sender in slow:
        sender.head(length=12_000_000)
        sender.send(b"x" * 500_000)
    time.sleep(1)
    grown = _memory_bytes(echo.pid) - before
    assert grown < 64 * 500_000 * 6, grown


@pytest.mark.parametrize("length", [100_000, 1_000_000, None])  # Go reads on up to 256 KB of what it was announced
def test_a_body_that_stalls_or_drips_in_the_front_is_gone_after_its_deadline(hurried, length):
    """Also one that sends a byte now and then, which no time of rest ends."""
    stalled, dripping = senders.Sender(hurried.port), senders.Sender(hurried.port)
    for sender in (stalled, dripping):
        sender.head(length=length)
        sender.send(b"x" * 500 if length else b"3e8\r\n" + b"x" * 500)
    senders.drip(dripping, every_seconds=0.2)
    began = time.monotonic()
    for sender in (stalled, dripping):
        sender.line.settimeout(SHORT_SECONDS + 8)
        assert sender.seconds_until_closed() < SHORT_SECONDS + 4
    assert time.monotonic() - began > SHORT_SECONDS - 0.5


def test_the_deadline_of_a_body_ends_no_answer(hurried):
    """A page that takes longer than that comes, with a body and without one."""
    asking, sending = senders.Sender(hurried.port), senders.Sender(hurried.port)
    asking.head(method="GET", path=f"/wait/{SHORT_SECONDS + 1}")
    sending.head(path=f"/wait/{SHORT_SECONDS + 1}", length=3)
    sending.send(b"a=b")
    assert asking.status() == sending.status() == 200


def test_the_front_waits_for_the_largest_photo_over_a_slow_line():
    """12.8 MB at 7 KB a second; the test above looks whether the line of the file is the one that it shortens."""
    text = (ROOT / "deploy" / "containers" / "Caddyfile").read_text(encoding="utf-8")
    assert text.count(BODY_SECONDS) == 1
    assert body_limits.BODY_BYTES_MAX / (30 * 60) < 7_200


@pytest.mark.parametrize(
    ("fronts_of_caddy", "fronts_of_the_web", "seen"),
    [
        ("127.0.3.1/32", "127.0.2.1,127.0.3.1", "127.0.9.9"),  # both are told of the outer front
        ("127.0.3.1/32", "127.0.2.1", "127.0.3.1"),
        ("192.0.2.0/32", "127.0.2.1,127.0.3.1", "127.0.3.1"),  # Caddy does not know it: everybody is one address
        ("127.0.3.1/32", "", "127.0.2.1"),
    ],
)
def test_two_fronts(tmp_path, monkeypatch, fronts_of_caddy, fronts_of_the_web, seen):
    """Visitor 127.0.9.9, outer front 127.0.3.1, our Caddy 127.0.2.1; what the visitor claims is never believed."""
    monkeypatch.setenv("PASARSAMA_TRUSTED_PROXIES", fronts_of_the_web)
    application = "tests.support.echoing:seen"
    with (
        web_servers.serving(environment={}, log=tmp_path / "web.log", application=application) as served,
        front(before=served.port, folder=tmp_path / "inner", bind="127.0.2.1", trusted=fronts_of_caddy) as inner,
        front(before=inner.port, folder=tmp_path / "outer", bind="127.0.3.1") as outer,
    ):
        sender = senders.Sender(outer.port, source="127.0.9.9")
        sender.head(method="GET", more="X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n")
        told = _told(sender)
    assert told["address"] == seen
    assert told["is_secure"] is False


def _connections_to(port: int) -> int:
    text = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    return sum(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "01" for line in text.splitlines()[1:])


def _memory_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
