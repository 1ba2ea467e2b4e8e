"""The ledger's advisory locks between transactions: what waits for what. Each is held until its transaction ends.

The classes stand as plain numbers in the SQL functions too (settlement/sql/functions); a test compares them. The gate comes before the
rows of obligations, here and there, so that the two cannot wait for each other.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

POSTINGS = 7401  # with a cycle's number: shared by every posting stamped with it
GATE = 7402  # shared by refunds and undone payments, which shrink obligations; alone while these are frozen or set off
SEAL = 7403  # alone by whoever seals
AGENT_CASH = 7404  # alone by whoever decides what agent cash is used for


def hold_order(*, order_id: UUID) -> None:
    """Let whatever else happens to this order in the ledger come after; the SQL functions take the same lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(order_id)])


def wait_for_postings(*, number: int) -> None:
    """Wait until everything that was stamped with this cycle is committed or gone."""
    _take("pg_advisory_xact_lock", POSTINGS, number)


def close_gate() -> None:
    """Let nothing shrink an obligation from now on; postings and checkouts go on. Comes before the rows of obligations."""
    _take("pg_advisory_xact_lock", GATE)


def pass_gate() -> None:
    """Hold off freezing and set-off while a refund shrinks an obligation. Comes before the rows of obligations."""
    _take("pg_advisory_xact_lock_shared", GATE)


def hold_agent_cash() -> None:
    """Let nobody else decide meanwhile what agent cash is used for, so that no rupiah is used twice. The last lock of its transaction."""
    _take("pg_advisory_xact_lock", AGENT_CASH)


def seal_alone() -> None:
    """Let no other seal be made meanwhile."""
    _take("pg_advisory_xact_lock", SEAL)


def _take(function: str, kind: int, number: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [kind, number])
