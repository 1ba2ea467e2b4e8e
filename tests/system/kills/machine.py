"""`pasarsama serve` in a folder of its own, and the hand that kills its parts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from deploy.embedded import postgres, processes, servers
from tests.support import web

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 120.0


class Machine:
    """A running market, supervised by the project's own command; nobody but that command starts anything again."""

    def __init__(self, data: Path, *, whole: bool) -> None:
        self.data, self.whole = data, whole  # whole: with worker and clock
        self.postgres = postgres.Postgres(data)
        self.port = _free_port()
        ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE")
        self.environment = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PASARSAMA_")}
        self.products: list[uuid.UUID] = []
        self._log = data.with_suffix(".serve.log")
        self._serve: subprocess.Popen[bytes] | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[Machine]:
        """Found the market, serve it, and end it."""
        self._found()
        words = ["serve", "--data", str(self.data), "--port", str(self.port), "--web-workers", "2"]
        with open(self._log, "wb") as log:
            self._serve = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", *words, *([] if self.whole else ["--web-only"])],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            assert processes.wait(self.answers, seconds=START_SECONDS, step=0.2), self.said()
            yield self
        finally:
            self._serve.terminate()
            self._serve.wait(60)

    def answers(self) -> bool:
        """Whether the market could serve a request now."""
        with contextlib.suppress(web.Unreachable):
            return web.Browser(self.port).get("/readyz").status_code == 200
        return False

    def kill_web_workers(self) -> None:
        """`kill -9` every web worker in the middle of what it does."""
        web_server = self._web_server()
        workers = [pid for pid in _children(web_server) if "resource_tracker" not in _command(pid)]
        assert workers, f"no web workers below {web_server}"
        for pid in workers:
            os.kill(pid, signal.SIGKILL)

    def kill_postgres(self) -> None:
        """`kill -9` PostgreSQL itself; its other processes are left without a head."""
        pid = self.postgres.running()
        assert pid, "PostgreSQL does not run"
        os.kill(pid, signal.SIGKILL)
        assert processes.wait(lambda: self.postgres.running() != pid, seconds=10)

    def rows(self, statement: str) -> list[tuple[str, ...]]:
        """What a statement gives, as the owner; it is committed."""
        connection = psycopg2.connect(self.postgres.owner_url())
        try:
            with connection, connection.cursor() as cursor:  # committed at the end
                cursor.execute(statement)
                return cursor.fetchall()
        finally:
            connection.close()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `pasarsama WORDS... --data FOLDER` beside the serving one."""
        line = [sys.executable, "-m", "deploy.cli", *words, "--data", str(self.data)]
        return subprocess.run(line, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=180, check=False)

    def said(self) -> str:
        """The last of what the serving command said."""
        return self._log.read_text(errors="replace")[-4000:]

    def _found(self) -> None:
        with servers.Servers(self.data) as machines:
            environment = {**self.environment, **machines.environment(), "PASARSAMA_DATA": str(self.data), "PASARSAMA_AS_OWNER": "1"}
            environment["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
            done = subprocess.run(
                [sys.executable, "-m", "tests.system.kills.first_start"],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, done.stderr[-4000:]
        self.products = [uuid.UUID(text) for text in json.loads(done.stdout.splitlines()[-1])]

    def _web_server(self) -> int:
        assert self._serve is not None
        return next(pid for pid in _children(self._serve.pid) if "deploy.web_server" in _command(pid))


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(entry.name))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
