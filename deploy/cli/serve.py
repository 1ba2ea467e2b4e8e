"""Membuka pasar: web, pekerja, dan penjadwal. Opens the market: web, worker and clock.

Starts the embedded PostgreSQL and Valkey, or uses DATABASE_URL and BROKER_URL. Whatever dies is started again; Ctrl-C or SIGTERM ends
everything in order. Migrate first: pasarsama villages migrate.

With PASARSAMA_MODE=production it refuses to open with unsafe settings: PASARSAMA_SECRET_KEY, PASARSAMA_HOSTS, cookies, debug, anything
that `check --deploy` warns of, a database server that may lose what it acknowledged, or an application's role that owns the tables.
"""

import argparse
import contextlib
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from deploy import env
from deploy.cli.support import environment, typed
from deploy.console import command_error, screen
from deploy.embedded import folders
from deploy.supervision import disk_watch, market_processes, nightly_backup, preflight, supervise

LOCK = "serve.lock"
RECORD = Path("run") / "children.json"
_ANSWER_SECONDS = 2
_AGAIN_SECONDS = 5.0  # between two tries to start a server that does not start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment.add_arguments(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default %(default)s")
    parser.add_argument("--port", type=typed.PORT, default=8000, help="port to listen on; default %(default)s")
    parser.add_argument(
        "--web-workers", type=typed.PROCESSES, default=None, metavar="N", help="web processes; default: one per core, at most 4"
    )
    parser.add_argument("--concurrency", type=typed.PROCESSES, default=2, metavar="N", help="tasks done at once; default %(default)s")
    parser.add_argument("--web-only", action="store_true", help="leave worker and clock to `pasarsama worker` elsewhere")


def run(arguments: argparse.Namespace) -> int:
    data = folders.claim(arguments.data or folders.default())
    host, port = arguments.host, arguments.port
    with contextlib.ExitStack() as stack:
        if not arguments.web_only:  # several of those may share a folder
            stack.enter_context(only_market(data=data, about=f"http://{host}:{port}/"))
        need_port(host=host, port=port)
        installation = stack.enter_context(started(data=data))
        preflight.run()
        children = [market_processes.web(host=host, port=port, workers=arguments.web_workers or market_processes.web_workers())]
        if not arguments.web_only:
            children += [market_processes.beat(), market_processes.worker(concurrency=arguments.concurrency)]
        upkeep = Upkeep(installation, backs_up=not arguments.web_only)
        stack.callback(upkeep.stop)
        supervisor = supervise.Supervisor(
            children, say=screen.report, record=None if arguments.web_only else data / RECORD, look=upkeep.look
        )
        supervisor.run(ready=lambda: screen.report(f"web: http://{host}:{port}/"), is_ready=lambda: answers(host=host, port=port))
    return 0


@contextlib.contextmanager
def only_market(*, data: Path, about: str) -> Iterator[None]:
    """Be the only market on this folder; end what an earlier, killed one left running.

    :raises command_error.CommandError: if a second copy runs
    """
    with folders.alone(data / LOCK, about=about) as other:
        if other is not None:
            raise command_error.CommandError(
                f"Pasar di {data} sudah berjalan ({other}); hentikan dahulu, atau pakai folder lain dengan --data.",
                f"The market in {data} is already running ({other}); stop it first, or use another folder with --data.",
            )
        supervise.end_left_overs(data / RECORD)
        yield


def need_port(*, host: str, port: int) -> None:
    """Make sure that nobody listens on the port.

    :raises command_error.CommandError: if somebody does
    """
    if not supervise.port_is_free(host=host, port=port):
        raise command_error.CommandError(
            f"Port {port} sedang dipakai program lain; pilih yang lain dengan --port, misalnya --port {port + 1}.",
            f"Port {port} is in use by another program; choose another with --port, for example --port {port + 1}.",
            status=command_error.WRONG_USE,
        )


@contextlib.contextmanager
def started(*, data: Path) -> Iterator[environment.Installation]:
    """`environment.started` for what runs on: a market that is there waits for room on a full disk, instead of staying down.

    :raises command_error.CommandError: for whatever else stands in the way
    """
    disk_watch.DiskWatch(data, say=screen.report, keeps_ballast=True).make_room()
    reported = False
    while True:
        with contextlib.ExitStack() as stack:
            try:
                installation = stack.enter_context(environment.started(data=data, django=False, may_create=True))
            except folders.DiskFull as stop:
                if not folders.has_database(data):
                    raise
                if not reported:
                    screen.report(str(stop))
                reported = True
            else:
                yield installation
                return
        time.sleep(_AGAIN_SECONDS)


class Upkeep:
    """Looks after disk, embedded servers and, with `backs_up`, nightly backups while a market runs: what died of the servers is started
    again, also when that fails for long."""

    def __init__(self, installation: environment.Installation, *, backs_up: bool = False) -> None:
        self._servers = installation.servers
        keeps_ballast = installation.servers.postgres is not None
        self._disk = disk_watch.DiskWatch(installation.data, say=screen.report, keeps_ballast=keeps_ballast)
        wanted = backs_up and env.flag("PASARSAMA_NIGHTLY_BACKUP", default=keeps_ballast)
        self._backup = nightly_backup.NightlyBackup(installation.data, say=screen.report) if wanted else None
        self._again_at = 0.0
        self._reported = ""

    def stop(self) -> None:
        """End what is under way."""
        if self._backup is not None:
            self._backup.stop()

    def look(self) -> None:
        """To be called twice a second."""
        self._disk.look()
        if self._backup is not None:
            self._backup.look()
        if time.monotonic() < self._again_at or not self._servers.dead():
            return
        self._disk.make_room()
        try:
            for name in self._servers.revive():
                screen.report(f"{name}: mati, dinyalakan lagi / died, started again")
            self._reported = ""
        except (command_error.CommandError, OSError) as stop:
            if str(stop) != self._reported:
                screen.report(str(stop))
            self._reported = str(stop)
            self._again_at = time.monotonic() + _AGAIN_SECONDS


def answers(*, host: str, port: int) -> bool:
    """Say whether the web server is up; what it answers to a stranger's address does not matter."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - asked, not listened on
    # Only the market's own names are answered.
    name = os.environ.get("PASARSAMA_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    request = urllib.request.Request(f"http://{reachable}:{port}/readyz", headers={"Host": name})  # noqa: S310 - http and our own port
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):  # noqa: S310
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
