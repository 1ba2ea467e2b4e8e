"""Many processes at once, let go at the same moment, and the ledger's functions with a guard taken away."""

from __future__ import annotations

import multiprocessing
import re
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from tests.support.settlement import books

GATE = 4711  # an advisory lock that a test holds: who comes to it waits until all are there
_fork = multiprocessing.get_context("fork")  # children have Django and the test's database at once


def run(count: int, work: Callable[[int], object]) -> list[str]:
    """Let `count` processes do work(number), all at once; gives for each "done" or the name of what it raised."""
    connections.close_all()  # a connection may not be shared with a child
    barrier, outcomes = _fork.Barrier(count), _fork.SimpleQueue()
    children = [_fork.Process(target=_child, args=(barrier, outcomes, work, number)) for number in range(count)]
    for child in children:
        child.start()
    found = [outcomes.get() for _ in children]
    for child in children:
        child.join(60)
    return sorted(found)


def _child(barrier: Any, outcomes: Any, work: Callable[[int], object], number: int) -> None:
    try:
        connection.ensure_connection()
        barrier.wait(120)
        work(number)
    except Exception as error:
        said = "deadlock" if "deadlock" in str(error) else type(error).__name__
    else:
        said = "done"
    finally:
        connections.close_all()
    outcomes.put(said)


def run_to_the_gate(count: int, work: Callable[[int], object]) -> list[str]:
    """As `run`, but who comes to the gate waits until `count` stand there: the race is forced, not hoped for."""
    connections.close_all()
    keeper = _fork.Process(target=_keep_gate, args=(count, closed := _fork.Event()))
    keeper.start()
    closed.wait(60)
    found = run(count, work)
    keeper.join(60)
    return found


def _keep_gate(count: int, closed: Any) -> None:
    books.rows("SELECT pg_advisory_lock(%s)", GATE)
    closed.set()
    until = time.monotonic() + 60
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    while books.rows(waiting, GATE) != [(count,)] and time.monotonic() < until:
        time.sleep(0.02)
    connections.close_all()


def wait_for_one_at_the_gate() -> None:
    """Go on when somebody else has come to the gate: what they do before it is done, and what they saw there is old."""
    until = time.monotonic() + 60
    while not books.rows("SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", GATE):
        assert time.monotonic() < until, "nobody came"
        time.sleep(0.01)


def change_function(name: str, *changes: tuple[str, str]) -> None:
    """Install one of the ledger's functions with parts of its text replaced, as the owner; each must be there."""
    [(text,)] = books.rows("SELECT pg_get_functiondef(%s::regproc)", name)
    changed = str(text)
    for old, new in changes:
        changed, times = re.subn(old, lambda _, new=new: new, changed, flags=re.DOTALL)
        assert times == 1, f"{old!r} stands {times} times in {name}"
    with connection.cursor() as cursor:
        cursor.execute(changed)
