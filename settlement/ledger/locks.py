"""The ledger's advisory locks between transactions: what waits for what. Each is held until its transaction ends.

Whoever stops others takes its lock here. Those others take theirs in the SQL functions (settlement/sql/functions): each event of an order
the order's first, then refunds and undone payments the gate, shared, and whatever makes an obligation its cycle's, shared. There the
classes stand as plain numbers; a test compares them. The gate comes before the rows of obligations, here and there, so that the two
cannot wait for each other.
"""

from __future__ import annotations

from django.db import connection

POSTINGS = 7401  # with a cycle's number: shared by every posting stamped with it
GATE = 7402  # shared by refunds and undone payments, which shrink obligations; alone while these are frozen or set off
SEAL = 7403  # alone by whoever seals
AGENT_CASH = 7404  # alone by whoever decides what agent cash is used for


def wait_for_postings(*, number: int) -> None:
    """Wait until everything that was stamped with this cycle is committed or gone."""
    _take("pg_advisory_xact_lock", POSTINGS, number)


def close_gate() -> None:
    """Let nothing shrink an obligation from now on; postings and checkouts go on. Comes before the rows of obligations."""
    _take("pg_advisory_xact_lock", GATE)


def hold_agent_cash() -> None:
    """Let nobody else decide meanwhile what agent cash is used for, so that no rupiah is used twice. The last lock of its transaction."""
    _take("pg_advisory_xact_lock", AGENT_CASH)


def seal_alone() -> None:
    """Let no other seal be made meanwhile."""
    _take("pg_advisory_xact_lock", SEAL)


def _take(function: str, kind: int, number: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [kind, number])
