"""One Valkey server in the data folder, reached by a unix socket only: the queue between web and workers, and the shared cache."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib import parse

from deploy.console import command_error
from deploy.embedded import folders, processes, programs, system_users

_READY_SECONDS = 60
_REPLY_BYTES = 256
# port 0: the socket is the only door. Only keys with a time to live (the cache) make room when memory is short; tasks never do.
_SETTINGS = """\
# Written at every start by deploy/embedded/valkey.py; changes here do not last.
port 0
unixsocket "{socket}"
unixsocketperm 700
requirepass {password}
dir "{folder}"
pidfile "{pid_file}"
daemonize no
databases 16
appendonly {keep}
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy volatile-lru
"""


class Valkey:
    """A server below `data`, made at the first start, joined when it already runs, found again after a crash.

    `fast` is for tests: nothing is kept on disk, and it ends with this process however that ends.
    """

    def __init__(self, data: Path, *, fast: bool = False) -> None:
        self.data = Path(data)
        self._fast = fast
        self._account: system_users.Account | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where it keeps its log of changes; also its working folder."""
        return self.data / "valkey"

    @property
    def socket(self) -> Path:
        """Where it is reached."""
        return self.data / "run" / "valkey.sock"

    def start(self) -> None:
        """Start the server, or join it when it runs. Ready on return.

        :raises command_error.CommandError: in one sentence, for whatever stands in the way
        """
        self.data = folders.claim(self.data, room_mb=20)
        if self.running():
            self._wait_until_ready(0)
            return
        self._account = system_users.choose(folder=self._owned_folder())
        with folders.errors_as_sentences(self.data):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            for path in (self.folder, self.socket.parent):
                system_users.give(path=path, account=self._account)
                path.chmod(0o700)
        program = programs.valkey(data=self.data, account=self._account)
        system_users.try_once(program=program, folder=self.folder, account=self._account)
        with folders.log(self.data, "valkey") as log:
            mark = log.tell()
            command = [str(program), str(self._configure())]
            self._child = processes.launch(
                command=command,
                folder=self.folder,
                log=log,
                account=self._account,
                signal_at_our_end=signal.SIGKILL if self._fast else None,
            )
        self._wait_until_ready(mark)

    def stop(self) -> None:
        """End the server with all its data on disk. Nothing happens when it does not run."""
        pid = self.running()
        if pid:
            steps = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)]
            processes.end(pid=pid, folder=self.folder, steps=steps, child=self._child)
        elif self._child is not None:
            self._child.wait()
        self._child = None

    def running(self) -> int | None:
        """Give the server's process id if it lives, whoever started it."""
        if self._child is not None:
            if self._child.poll() is None:
                return self._child.pid
            self._child = None
        try:
            pid = int(self._pid_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return pid if processes.works_in(pid, self.folder) else None

    def url(self, db: int = 0) -> str:
        """Give the address for BROKER_URL; `env.broker` and `env.cache` turn it into the forms of Celery and Django."""
        return f"unix://:{folders.secret(self.data, 'valkey')}@{parse.quote(str(self.socket))}?db={db}"

    @property
    def _pid_file(self) -> Path:
        return self.data / "run" / "valkey.pid"

    def _owned_folder(self) -> Path:
        # Both servers share run/, so both belong to the same account.
        cluster = self.data / "postgres"
        return cluster if cluster.exists() else self.folder

    def _configure(self) -> Path:
        path = self.data / "run" / "valkey.conf"
        text = _SETTINGS.format(
            socket=self.socket,
            password=folders.secret(self.data, "valkey"),
            folder=self.folder,
            pid_file=self._pid_file,
            keep="no" if self._fast else "yes",
        )
        with folders.errors_as_sentences(self.data):
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
            system_users.give(path=path, account=self._account)
        return path

    def _wait_until_ready(self, mark: int) -> None:
        ready = processes.wait(lambda: self._answers() or not self.running(), seconds=_READY_SECONDS)
        if not ready or not self.running():
            raise self._reason(mark)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(f"AUTH {folders.secret(self.data, 'valkey')}\r\nPING\r\n".encode())
                reply = b""
                while b"PONG" not in reply:
                    part = line.recv(_REPLY_BYTES)
                    reply += part
                    if not part or b"-" in reply:  # "-LOADING": it still reads its log
                        return False
                return True
        except OSError:
            return False

    def _reason(self, mark: int) -> command_error.CommandError:
        path = self.data / "logs" / "valkey.log"
        with open(path, "rb") as file:
            file.seek(mark)
            log_text = file.read().decode("utf-8", "replace")
        if os.strerror(28) in log_text or shutil.disk_usage(self.data).free == 0:
            return folders.full(self.data)
        return command_error.CommandError(
            f"Valkey tidak dapat memakai data di {self.folder} (lihat {path}). Isinya hanya antrean tugas dan singgahan: "
            "folder itu boleh dihapus, lalu jalankan lagi.",
            f"Valkey cannot use the data in {self.folder} (see {path}). They are only queued tasks and a cache: "
            "that folder may be removed; then start again.",
        )
