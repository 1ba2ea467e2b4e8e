"""A served market whose queue server is started by the test itself: nobody but the test starts it again."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import processes, valkey
from tests.system.kills import machine


class QueueServer:
    """A Valkey of its own, which keeps what it holds on disk."""

    def __init__(self, data: Path) -> None:
        self._server = valkey.Valkey(data)
        self._server.start()
        self.url = self._server.url()

    def start(self) -> None:
        self._server.start()

    def kill(self) -> None:
        pid = self._server.running()
        assert pid
        os.kill(pid, signal.SIGKILL)
        assert processes.wait(lambda: not self._server.running(), seconds=10)

    def stall(self) -> None:
        """It accepts connections and answers nothing."""
        os.kill(self._server.running() or 0, signal.SIGSTOP)

    def go_on(self) -> None:
        if pid := self._server.running():
            os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        self.go_on()
        self._server.stop()


@pytest.fixture(scope="module")
def outages_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ps-out-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def queue(outages_folder) -> Iterator[QueueServer]:
    server = QueueServer(outages_folder / "queue")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def served(outages_folder, queue) -> Iterator[machine.Machine]:
    """The market, with worker and clock."""
    market = machine.Machine(outages_folder / "data", whole=True)
    market.environment["BROKER_URL"] = queue.url
    with market.running():
        yield market
