"""Runs the web server: `python -m deploy.web_server --port 8000 deploy.wsgi:application`."""

from __future__ import annotations

import argparse
import functools
import resource
import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from granian._granian import ListenerSpec
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from deploy.web_server import body_limits, rsgi_application

# A worker's memory grows with every village it has touched, in PostgreSQL too: all begin afresh now and then.
_LIFETIME_SECONDS = 6 * 3600
_START_SECONDS = 5.0  # a new worker gets them before its predecessor stops accepting
_STOP_SECONDS = 10
# granian counts connections that rest as well, and accepts none beyond: files are the limit.
_CONNECTIONS = 4096
_FILES = 16_384


class Server(MPServer):
    """granian with one listening socket, which all workers accept from: what waits there belongs to no worker, and survives each.

    As it comes, each worker on Linux listens for itself, and a stopping one resets what waits for it.
    """

    def _init_shared_socket(self) -> None:
        holder: Any = ListenerSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd = holder
        self._sfd = holder.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)

    def renew_workers_now_and_then(self, seconds: float) -> None:
        """Respawn one worker after the other, as SIGHUP does, every so many seconds."""

        def renew() -> None:
            while True:
                time.sleep(seconds)
                self.signal_handler_reload()  # type: ignore[no-untyped-call]

        threading.Thread(target=renew, daemon=True).start()


def main() -> None:
    """Read the arguments and serve until told to stop."""
    arguments = _arguments()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES if most == resource.RLIM_INFINITY else min(_FILES, most), most))
    limit = body_limits.Limits(
        threads=arguments.threads, seconds=arguments.request_seconds, trusted_proxies=tuple(arguments.trusted_proxies.split(","))
    )
    folder = Path(tempfile.mkdtemp(prefix="pasarsama-web-"))
    server = Server(
        arguments.application,
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.RSGI,
        workers=arguments.workers,
        blocking_threads=1,
        http=HTTPModes.http1,  # in HTTP/2 nothing has a deadline; a front speaks HTTP/1.1 to us
        http1_settings=HTTP1Settings(header_read_timeout=round(limit.seconds * 1000)),
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=_START_SECONDS,
        workers_kill_timeout=_STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=_json_logging() if arguments.json_log else None,
    )
    server.renew_workers_now_and_then(_LIFETIME_SECONDS)
    try:
        loader: Any = functools.partial(rsgi_application.load, limit, folder)
        server.serve(target_loader=loader)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.web_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4, help="requests that a worker answers at once")
    parser.add_argument("--request-seconds", type=float, default=30.0, help="for a head, and for a body before its first KB")
    parser.add_argument("--trusted-proxies", default="", help="addresses and networks whose unfinished bodies are not counted")
    parser.add_argument("--json-log", action="store_true", help="say in JSON what granian itself has to say")
    parser.add_argument("application", help="module:name of a WSGI application")
    return parser.parse_args()


def _json_logging() -> dict[str, object]:
    logger = {"handlers": ["console"], "level": "WARNING", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "deploy.logs.plain_lines.Formatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
        "loggers": {"_granian": logger, "granian.access": logger},
    }


if __name__ == "__main__":
    main()
