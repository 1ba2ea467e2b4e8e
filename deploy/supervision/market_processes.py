"""The three processes of a running market, as children for the supervisor: web, worker, clock."""

import os
import sys
from pathlib import Path
from typing import IO

from deploy import env
from deploy.supervision import supervise

_ROOT = Path(__file__).resolve().parents[2]
# No more than these share one PostgreSQL of a hundred connections.
_WEB_WORKERS_MAX = 4


def web(*, host: str, port: int, workers: int, log: IO[bytes] | None = None) -> supervise.Child:
    """Give the web server: `workers` processes of a few threads each; one that dies is replaced while the others go on serving."""
    command = [sys.executable, "-m", "deploy.web_server", "--host", host, "--port", str(port), "--workers", str(workers)]
    command += ["--threads", str(env.number("PASARSAMA_WEB_THREADS", env.WEB_THREADS))]
    command += ["--request-seconds", str(env.number("PASARSAMA_REQUEST_SECONDS", env.REQUEST_SECONDS))]
    command += ["--trusted-proxies", ",".join(env.networks("PASARSAMA_TRUSTED_PROXIES"))]
    if os.environ.get("PASARSAMA_MODE") == "production":
        command += ["--json-log"]
    return supervise.Child(name="web", command=[*command, "deploy.wsgi:application"], log=log, environment=path())


def worker(*, concurrency: int, log: IO[bytes] | None = None) -> supervise.Child:
    """Give the worker that does what follows a commit; it is given time to finish a task."""
    command = [*_celery(), "worker", "--pool", "prefork", "--concurrency", str(concurrency), "--loglevel", "WARNING"]
    # One installation has one queue: nobody to gossip with.
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--max-tasks-per-child", "1000"]
    return supervise.Child(name="worker", command=command, log=log, patience_seconds=30.0, environment=path())


def beat(*, log: IO[bytes] | None = None) -> supervise.Child:
    """Give the clock that sends the periodic tasks. Its plan is in memory: every task of ours runs at short intervals and may run twice."""
    command = [*_celery(), "beat", "--scheduler", "deploy.background.steady_beat:SteadyScheduler", "--pidfile", "", "--loglevel", "WARNING"]
    return supervise.Child(name="beat", command=command, log=log, environment=path())


def web_workers() -> int:
    """Give how many web processes suit this machine."""
    return max(1, min(len(os.sched_getaffinity(0)), _WEB_WORKERS_MAX))


def _celery() -> list[str]:
    # Its warning of root is about pickled tasks from strangers: ours are JSON, and the broker is behind a password.
    quiet = "ignore:You're running the worker with superuser privileges"
    return [sys.executable, "-W", quiet, "-m", "celery", "--quiet", "--app", "deploy.background.celery_app:app"]


def path() -> dict[str, str]:
    """Give the variable that lets children find the packages wherever the command was called from."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))}
