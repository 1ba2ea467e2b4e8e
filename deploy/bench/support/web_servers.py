"""Web servers as in service, on ports of this machine only, and the process that asks them."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.bench.support import http_caller, report
from deploy.console import command_error
from deploy.embedded import processes
from deploy.supervision import market_processes

_READY_SECONDS = 60
CONNECTIONS = 8


@dataclasses.dataclass(frozen=True)
class Served:
    """A running web server."""

    port: int
    pid: int


@contextlib.contextmanager
def serving(
    *, environment: Mapping[str, str], log: Path, application: str = "deploy.wsgi:application", workers: int | None = None
) -> Iterator[Served]:
    """Run the web server with the options of `pasarsama serve`, by default one process less than cores: the last core is for who asks."""
    port = _free_port()
    child = market_processes.web(host="127.0.0.1", port=port, workers=workers or max(1, report.cores() - 1))
    command = [*child.command[:-1], application]
    with open(log, "ab") as file:
        process = processes.launch(
            command=command, log=file, environment={**os.environ, **child.environment, **environment}, signal_at_our_end=signal.SIGTERM
        )
        try:
            _wait(port=port, process=process, log=log)
            yield Served(port=port, pid=process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Asker:
    """The other end: see deploy.bench.support.http_caller."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def round(self, served: Served, path: str, *, count: int, unique: bool = False, connections: int = CONNECTIONS) -> float:
        """Ask `count` times and give the answers per second.

        :raises command_error.CommandError: if one of them was not 200
        """
        wish = {"port": served.port, "path": path, "count": count, "connections": connections, "unique": unique}
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self._process.stdout is not None  # noqa: S101
        print(json.dumps(wish), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        found = json.loads(line) if line else {"refused": count}
        if found["refused"]:
            raise command_error.CommandError(
                f"{path}: {found['refused']} jawaban gagal.", f"{path}: {found['refused']} answers were not 200."
            )
        return float(count / found["seconds"])


@contextlib.contextmanager
def asking() -> Iterator[Asker]:
    """Start the process that asks."""
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "deploy.bench.support.http_caller"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **market_processes.beat().environment},
    )
    with process:
        try:
            yield Asker(process)
        finally:
            process.kill()


def get(served: Served, path: str, *, cookie: str = "", form: bytes = b"") -> bytes:
    """One whole answer as it came over the wire, to a form where one is sent."""
    line = http_caller.Line(served.port)
    try:
        line.send(http_caller.request(path=path, cookie=cookie, form=form))
        return line.receive()
    finally:
        line.close()


def text(answer: bytes) -> str:
    """The page in an answer, its pieces put together and unpacked."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        pieces, rest = [], body
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            pieces.append(rest[: int(size, 16)])
            rest = rest[int(size, 16) + 2 :]
        body = b"".join(pieces)
    return (gzip.decompress(body) if b"\r\ncontent-encoding: gzip" in head.lower() else body).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(*, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    reason = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["?"])[-1]
    raise command_error.CommandError(f"Server web tidak menyala: {reason}", f"The web server did not start: {reason}")
