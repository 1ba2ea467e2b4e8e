"""Starts the backup of each night beside a running market: by a process of its own, since only that may read the whole database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy import env
from deploy.backup import nightly
from deploy.embedded import processes
from deploy.supervision import market_processes

_EVERY_SECONDS = 60.0
_AFTER_START_SECONDS = 600.0  # a machine that is off at night makes it up in the morning, but lets the market open first
_AGAIN_SECONDS = 3600.0  # after one that failed
_COMMAND = ["nice", "-n", "10", sys.executable, "-m", "deploy.cli", "backup", "--nightly"]


class NightlyBackup:
    """The backups of one data folder. `say` gets a sentence for each that was made or failed."""

    def __init__(self, data: Path, *, say: Callable[[str], None]) -> None:
        self._data, self._say = data, say
        self._zone = ZoneInfo(env.time_zone())
        self._next_at = time.monotonic() + _AFTER_START_SECONDS
        self._process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """To be called again and again."""
        if self._process is not None:
            self._hear(self._process)
        elif time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + _EVERY_SECONDS
            if nightly.is_due(data=self._data, at=datetime.now(UTC), zone=self._zone):
                self._begin()

    def stop(self) -> None:
        """End one that is under way: it leaves nothing, and the next night makes it up."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def _begin(self) -> None:
        with open(self._data / "logs" / "backup.log", "wb") as log:
            os.fchmod(log.fileno(), 0o600)
            command = [*_COMMAND, "--data", str(self._data)]
            environment = {**os.environ, **market_processes.path()}
            self._process = processes.launch(command=command, log=log, environment=environment, signal_at_our_end=signal.SIGTERM)

    def _hear(self, process: "subprocess.Popen[bytes]") -> None:
        status = process.poll()
        if status is None:
            return
        self._process = None
        try:
            output = (self._data / "logs" / "backup.log").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            output = ""
        last = " / ".join(output.splitlines()[-2:]) if status else (output.splitlines() or [""])[-1]
        self._say(f"cadangan / backup: {'GAGAL / FAILED: ' if status else ''}{last or status}")
        if status:
            self._next_at = time.monotonic() + _AGAIN_SECONDS
