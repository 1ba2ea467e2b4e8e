"""Keeps web, worker and clock running: starts them, starts again what dies, and ends them in order.

Each child leads a session of its own, so Ctrl-C in a terminal reaches only us, and whatever a dead child leaves behind can be ended as a
group. The kernel signals a child when we are gone, however that came about; the next start ends what did not end by that.
"""

import dataclasses
import functools
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from deploy.console import command_error
from deploy.embedded import processes

_PAUSE_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# Who ran this long has earned a fresh count.
_SETTLED_SECONDS = 60.0
_POLL_SECONDS = 0.25
_ASK_SECONDS = 0.5


@dataclasses.dataclass
class Child:
    """One process to keep running. `patience_seconds` is what it gets to finish its work at the end."""

    name: str
    command: list[str]
    patience_seconds: float = 15.0
    log: IO[bytes] | None = None  # None: it speaks where we speak
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    started_at: float = 0.0
    next_at: float = 0.0


class Supervisor:
    """Runs children until it is told to stop by SIGTERM, SIGINT or SIGHUP, or by `stop()`.

    `say` gets a sentence for each thing that happens; `look` is called twice a second (the embedded servers are looked after there).
    """

    def __init__(
        self, children: list[Child], *, say: Callable[[str], None], record: Path | None, look: Callable[[], None] = lambda: None
    ) -> None:
        self._children = children
        self._say = say
        self._record = record
        self._look = look
        self._ending = threading.Event()

    def stop(self, *_: object) -> None:
        """Ask for the end; safe in a signal handler."""
        self._ending.set()

    def run(self, *, ready: Callable[[], None] = lambda: None, is_ready: Callable[[], bool] = lambda: True) -> None:
        """Start everything and keep it running; `ready` is called once, when `is_ready` first holds. Returns when all has ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        is_announced = False
        looked_at = 0.0
        try:
            while not self._ending.is_set():
                for child in self._children:
                    self._keep_running(child)
                if time.monotonic() - looked_at >= _ASK_SECONDS:
                    looked_at = time.monotonic()
                    self._look()
                    if not is_announced and is_ready():
                        is_announced = True
                        ready()
                self._ending.wait(_POLL_SECONDS)
        finally:
            self._end_all()

    def _keep_running(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            status = child.process.poll()
            if status is None:
                if child.failures and now - child.started_at > _SETTLED_SECONDS:
                    child.failures = 0
                return
            _end_group(child.process.pid)
            child.process = None
            pause = _PAUSE_SECONDS[min(child.failures, len(_PAUSE_SECONDS) - 1)]
            child.failures += 1
            child.next_at = now + pause
            self._say(f"{child.name}: berhenti ({_why(status)}), dinyalakan lagi / ended, starting again in {pause:g} s")
        if now >= child.next_at:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.process = processes.launch(
            command=child.command, log=child.log, environment={**os.environ, **child.environment}, signal_at_our_end=signal.SIGTERM
        )
        child.started_at = time.monotonic()
        self._write_record()

    def _end_all(self) -> None:
        """End the children one after the other, first the one named first: the web takes no orders that no worker would follow up."""
        for child in self._children:
            if child.process is None:
                continue
            if child.process.poll() is None:
                child.process.terminate()
                try:
                    child.process.wait(child.patience_seconds)
                except subprocess.TimeoutExpired:
                    self._say(f"{child.name}: tidak berhenti, dipaksa / does not end, forced")
            _end_group(child.process.pid)
            child.process.wait()
            child.process = None
            if child.log is not None:
                child.log.close()
        if self._record is not None:
            self._record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        if self._record is None:
            return
        rows = [[child.process.pid, _started(child.process.pid)] for child in self._children if child.process is not None]
        fresh = self._record.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(rows), encoding="utf-8")
            fresh.replace(self._record)
        except OSError as error:  # a full disk: the market goes on, only what a killed supervisor leaves would not be ended
            self._say(f"{self._record}: {error.strerror}")


def end_left_overs(record: Path) -> None:
    """End what a killed supervisor left: a number counts only with the very moment its process was born."""
    try:
        rows = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for pid, born in rows:
        if _started(pid) in (born, ""):  # the leader may be gone and its group not; a number is not given out while a group bears it
            _end_group(pid)
            processes.wait(functools.partial(_group_is_gone, pid), seconds=5)
    record.unlink(missing_ok=True)


def port_is_free(*, host: str, port: int) -> bool:
    """Say whether the port can be listened on (a closed connection's echo does not count)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((host, port))
        except OSError as error:
            if not isinstance(error, PermissionError):
                return False
            raise command_error.CommandError(
                f"Port {port} hanya untuk root; pilih yang di atas 1023 dengan --port.",
                f"Port {port} is for root only; choose one above 1023 with --port.",
                status=command_error.WRONG_USE,
            ) from None
    return True


def _end_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _group_is_gone(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _started(pid: int) -> str:
    """Give the moment of a process's birth in clock ticks since the machine's start, or '' when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _why(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"status {status}"
