"""Many processes that do something in the test's database at the same moment."""

from __future__ import annotations

import collections
import multiprocessing
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import connection, connections

from deploy import audit
from tenants import events
from tests.support import shopping
from tests.support.concurrency.actor import Call, Outcome

GATE = 20_2011  # of the advisory lock at which spoiled processes wait for each other
# What a process that stands at the gate says to the database; it goes through when the test opens.
PASS_GATE = f"pg_advisory_xact_lock_shared({GATE})"
WAIT_AT_GATE = f"SELECT {PASS_GATE}"
_WAITING = f"""
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - our own number
_WAITING_FOR_ROWS = """
SELECT count(DISTINCT waiting.pid) FROM pg_locks waiting JOIN pg_locks held USING (pid)
WHERE waiting.locktype = 'transactionid' AND NOT waiting.granted
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
GATE_SECONDS = 30.0
PATIENCE_SECONDS = 120.0

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.support.concurrency.actor", "tests.support.concurrency.actions"])


def run(calls: Iterable[Call], *, gate: int = 0) -> list[Outcome]:
    """Make all calls at once, each in a process of its own, and give their outcomes in the same order.

    `gate` processes are held at WAIT_AT_GATE until all of them stand there: so a race that is rare by chance happens for certain.
    """
    calls = list(calls)
    database = connections.settings["default"]["NAME"]
    together = _forks.Barrier(len(calls))
    if gate:
        _ask(f"SELECT pg_advisory_lock({GATE})")
    actors = []
    for call in calls:
        ours, theirs = _forks.Pipe(duplex=False)
        process = _forks.Process(target=_act, args=(theirs, together, database, call), daemon=True)
        process.start()
        theirs.close()
        actors.append((process, ours))
    try:
        if gate:
            _open_gate(gate)
        return [_outcome(ours) for _process, ours in actors]
    finally:
        for process, ours in actors:
            ours.close()
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


def _act(*terms: object) -> None:
    from tests.support.concurrency import actor

    actor.act(*terms)  # type: ignore[arg-type]


def _outcome(pipe: multiprocessing.connection.Connection) -> Outcome:
    try:
        return pipe.recv() if pipe.poll(PATIENCE_SECONDS) else Outcome(error="no answer")
    except EOFError:
        return Outcome(error="died")


def _open_gate(number: int) -> None:
    """Let them through once all stand at the gate.

    :raises AssertionError: if they do not come: something else holds them up, and the race would prove nothing
    """
    until = time.monotonic() + GATE_SECONDS
    waiting = 0
    try:
        while waiting < number:
            assert time.monotonic() < until, f"{waiting} of {number} stand at the gate"
            time.sleep(0.02)
            waiting = _ask(_WAITING)
    finally:
        _ask(f"SELECT pg_advisory_unlock({GATE})")


def await_waiting(number: int) -> None:
    """Go on once so many of this database's sessions wait for a row that another locked.

    :raises AssertionError: if they never do
    """
    until = time.monotonic() + GATE_SECONDS
    while _ask(_WAITING_FOR_ROWS) < number:
        assert time.monotonic() < until, "nobody waits for a lock"
        time.sleep(0.02)


def _ask(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many were "done", refused (by the refusal's name) or ended in an error (its text)."""
    return dict(collections.Counter(outcome.refused or outcome.error or "done" for outcome in outcomes))


def done(outcomes: Sequence[Outcome]) -> list[object]:
    """The values of those that were done."""
    return [outcome.value for outcome in outcomes if not (outcome.refused or outcome.error)]


def assert_books_hold() -> None:
    """Every invariant holds after the race, over all villages."""
    while events.sweep(at=shopping.NOON + timedelta(days=7)):
        pass  # what follows a commit belongs to it
    broken = {result.name: result.sample for result in audit.run() if result.count}
    assert broken == {}
