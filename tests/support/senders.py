"""Visitors who send slowly, or do not read: raw connections from any address of this machine."""

from __future__ import annotations

import contextlib
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator


class Sender:
    """One connection; `source` is the address it comes from."""

    def __init__(self, port: int, *, source: str = "127.0.0.1", receive_bytes: int | None = None) -> None:
        self.line = socket.socket()
        if receive_bytes is not None:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.line.settimeout(60)
        self.line.bind((source, 0))
        self.line.connect(("127.0.0.1", port))

    def head(self, *, path: str = "/", method: str = "POST", length: int | None = None, more: str = "") -> None:
        """Send a whole head; a body of `length` bytes is announced, or one in pieces."""
        size = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
        body = f"{size}\r\nContent-Type: application/x-www-form-urlencoded\r\n" if method == "POST" else ""
        self.line.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{body}{more}\r\n".encode())

    def send(self, part: bytes) -> None:
        self.line.sendall(part)

    def answer(self) -> bytes:
        """All that comes until the other end closes, or one whole answer."""
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while part := self.line.recv(65536):
                found += part
                head, _, body = found.partition(b"\r\n\r\n")
                lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                if lengths and len(body) >= lengths[0] or not lengths and body.endswith(b"0\r\n\r\n"):
                    return found
        return found

    def status(self) -> int:
        """The status of the answer, 0 for a connection that was closed without one."""
        found = self.answer()
        return int(found[9:12]) if found else 0

    def seconds_until_closed(self) -> float:
        """How long the other end keeps the connection from now on."""
        began = time.monotonic()
        with contextlib.suppress(ConnectionResetError):
            while self.line.recv(65536):
                pass
        return time.monotonic() - began

    def close(self) -> None:
        self.line.close()

    def __del__(self) -> None:
        self.close()


def drip(sender: Sender, *, every_seconds: float) -> threading.Thread:
    """Send a byte now and then until the other end has enough."""

    def run() -> None:
        with contextlib.suppress(OSError):
            while True:
                sender.send(b"x")
                time.sleep(every_seconds)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@contextlib.contextmanager
def unfinished(port: int, *, number: int, path: str = "/", per_address: int = 8) -> Iterator[list[Sender]]:
    """So many bodies of which half came, from addresses of their own."""
    senders = [Sender(port, source=f"127.0.1.{1 + n // per_address}") for n in range(number)]
    try:
        for sender in senders:
            sender.head(path=path, length=2000)
            sender.send(b"x" * 1000)
        yield senders
    finally:
        for sender in senders:
            sender.close()


def p95_seconds(ask: Callable[[], None], *, times: int) -> float:
    """The time that 95 of a hundred asks stay below."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append(time.perf_counter() - began)
    return statistics.quantiles(found, n=20)[-1]


def in_pieces(body: bytes) -> bytes:
    """A body as it is sent without a length."""
    size = 100_000
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
