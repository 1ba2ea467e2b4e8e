"""One process of a crowd: it has a connection of its own, waits for all the others, and then makes its call.

The server that forks these processes wakes Django once, from the environment of the test run; a process of a crowd is a fresh
fork of it, so what a test spoils in one is gone with it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import threading
from collections.abc import Callable
from multiprocessing import connection as pipes
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402 - the apps must be ready

from tenants import errors  # noqa: E402
from tenants.db import context  # noqa: E402

# What the first checkout of a process loads: read once here, and not again in each of twenty forks.
WARM = ("deploy.urls", "kombu.transport.redis", "celery.result", "celery.app.events", "celery.app.amqp", "celery.contrib.django.task")
WARM += ("celery.app.routes", "tenants.tasks", "django.core.cache.backends.redis", "redis", "phonenumbers.data.region_ID")
WARM += ("django_tenants.routers", "whitenoise.middleware", "django.template.backends.django")
for name in WARM:
    importlib.import_module(name)

TOGETHER_SECONDS = 60.0  # forks of a busy machine take their time


@dataclasses.dataclass(frozen=True, kw_only=True)
class Call:
    """What one process does: `run(**terms)`, inside a village if one is named.

    `spoil` is called before everything else and takes a lock or guard away; `prepare(**terms)` runs before all processes start
    together and gives the terms of `run`.
    """

    run: Callable[..., Any]
    terms: dict[str, Any]
    village: str = ""
    spoil: Callable[[], None] | None = None
    prepare: Callable[..., dict[str, Any]] | None = None


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of it: a value, the name of a refusal, or an error that no user may see."""

    value: Any = None
    refused: str = ""
    error: str = ""


def act(pipe: pipes.Connection, together: threading.Barrier, database: str, call: Call) -> None:
    """Run inside the new process: make the call when everybody is ready, and send its outcome."""
    connections.close_all()
    connections.settings["default"]["NAME"] = database
    try:
        outcome = _do(together, call)
    except errors.DomainError as refusal:
        outcome = Outcome(refused=type(refusal).__name__)
    except Exception as error:
        outcome = Outcome(error=f"{type(error).__name__}: {error}")
    pipe.send(outcome)
    pipe.close()
    connection.close()


def _do(together: threading.Barrier, call: Call) -> Outcome:
    if call.spoil is not None:
        call.spoil()
    connection.ensure_connection()
    terms = call.prepare(**call.terms) if call.prepare is not None else call.terms
    together.wait(TOGETHER_SECONDS)
    with context.inside(call.village) if call.village else contextlib.nullcontext():
        return Outcome(value=call.run(**terms))
