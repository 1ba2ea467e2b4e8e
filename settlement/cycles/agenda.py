"""What waits: what a cycle under way needs, counted, and what lies open for the next cut-off. Plain values of this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count

from settlement import parties
from settlement.cycles import reading
from settlement.models import Objection
from tenants.codes import FEDERATION


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a cycle waits for, counted. `distributable`: collected, and not yet planned for anybody."""

    unpaid_villages: int
    uncollected_rupiah: int
    distributable_rupiah: int
    bank_planned: int  # payouts that no bank file carries yet
    bank_submitted: int
    cash_planned: int
    cash_given: int
    objections: int
    lines_open: int  # of bank statements, whatever the cycle
    lines_in_suspense: int


_WAITING = """
WITH legs AS (SELECT giver, receiver, state, rail, amount_rupiah FROM public.settlement_paymentleg
    WHERE cycle_id = %(id)s AND state IN ('planned', 'submitted', 'unknown', 'succeeded')),
items AS (SELECT debtor, creditor, amount_rupiah, open_rupiah FROM public.settlement_obligation
    WHERE cause_id = %(id)s AND cause = 'cycle' AND cycle_number = %(number)s)
SELECT
    (SELECT count(*) FROM items WHERE creditor = %(pool)s AND open_rupiah > 0),
    (SELECT coalesce(sum(open_rupiah), 0)::bigint FROM items WHERE creditor = %(pool)s),
    (SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM legs WHERE giver <> %(federation)s AND state = 'succeeded')
        + (SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM items WHERE debtor = %(federation)s)
        - (SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM legs
            WHERE receiver <> %(federation)s AND (state = 'succeeded' OR giver = %(federation)s))
        - (SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM public.settlement_transfer WHERE cause_id = %(id)s AND event = 'own-share'),
    (SELECT count(*) FROM legs WHERE rail = 'bank' AND state = 'planned'),
    (SELECT count(*) FROM legs WHERE rail = 'bank' AND state IN ('submitted', 'unknown')),
    (SELECT count(*) FROM legs WHERE rail = 'cash' AND state = 'planned'),
    (SELECT count(*) FROM legs WHERE rail = 'cash' AND state = 'submitted'),
    (SELECT count(*) FROM public.settlement_objection WHERE cycle_number = %(number)s AND released_at IS NULL),
    (SELECT count(*) FROM public.settlement_statementline WHERE state = 'open'),
    (SELECT count(*) FROM public.settlement_statementline WHERE state = 'suspense')
"""


def waiting(*, of: reading.Overview) -> Waiting:
    """What a cycle waits for at this moment."""
    values = {"id": of.id, "number": of.number, "pool": parties.POOL, "federation": FEDERATION}
    return Waiting(*_read(_WAITING, values))


def unanswered() -> dict[int, int]:
    """How many objections wait for an answer, by the cycle on whose statement they were made; a cycle may have ended meanwhile."""
    rows = Objection.objects.filter(released_at=None).values_list("cycle_number").annotate(count=Count("id")).order_by("cycle_number")
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Books:
    """What a cycle would settle if its books were closed now; `held` is left out because a village objects to it."""

    count: int
    gross_rupiah: int
    held_count: int


_BOOKS = """
SELECT count(*) FILTER (WHERE b.obligation_id IS NULL),
    coalesce(sum(o.open_rupiah) FILTER (WHERE b.obligation_id IS NULL), 0)::bigint, count(b.obligation_id)
FROM public.settlement_obligation o
LEFT JOIN public.settlement_objection b ON b.obligation_id = o.id AND b.released_at IS NULL
WHERE o.open_rupiah > 0 AND o.cycle_number > %(after)s
"""


def open_books(*, unfinished: reading.Overview | None) -> Books:
    """What lies open for the next cut-off; what is stamped for the cycle under way is that one's to settle."""
    return Books(*_read(_BOOKS, {"after": unfinished.number if unfinished else 0}))


def _read(sql: str, values: dict[str, Any]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[int, ...] = cursor.fetchone()
        return row
