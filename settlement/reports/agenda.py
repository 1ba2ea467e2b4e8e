"""What waits: what a cycle under way needs, counted, and what lies open for the next cut-off. Plain values of this moment."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from settlement.ledger import parties
from settlement.models import Cycle, Objection
from settlement.payments import agent_cash, pool_items, sums
from settlement.reports import cycle_overview
from tenants.codes import FEDERATION
from tenants.db import named_rows


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a cycle waits for, counted. `distributable`: collected, and not yet planned for anybody."""

    unpaid_villages: int
    uncollected_rupiah: int
    distributable_rupiah: int
    bank_planned: int  # payouts that no bank file carries yet
    bank_planned_rupiah: int
    bank_submitted: int
    gateway_sent: int  # payouts that a gateway was told to make, and has not answered for
    cash_planned: int
    cash_given: int
    objections: int
    lines_open: int  # of bank statements, whatever the cycle
    lines_in_suspense: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of bank statements that wait for a person, counted, whatever the cycle; `held` lie in suspense."""

    open: int
    held: int


_LINES = """SELECT count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE state = 'suspense') AS held
    FROM public.settlement_statementline WHERE state IN ('open', 'suspense')"""

_FOR_THE_FILE = f"rail = 'bank' AND state = 'planned' AND giver = '{FEDERATION}'"  # as payments.bank_files takes them

_WAITING = f"""
SELECT items.unpaid AS unpaid_villages, items.uncollected AS uncollected_rupiah, moves.distributable AS distributable_rupiah,
    legs.bank_planned, legs.bank_planned_rupiah, legs.bank_submitted, legs.gateway_sent, legs.cash_planned, legs.cash_given,
    (SELECT count(*) FROM public.settlement_objection b WHERE b.cycle_number = c.number AND b.released_at IS NULL) AS objections,
    lines.open AS lines_open, lines.held AS lines_in_suspense
FROM public.settlement_cycle c
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE open_rupiah > 0 AND debtor <> '{FEDERATION}') AS unpaid,
        coalesce(sum(open_rupiah), 0)::bigint AS uncollected
    FROM public.settlement_obligation
    WHERE cause = 'cycle' AND cause_id = c.id AND cycle_number = c.number AND creditor = '{parties.POOL}') items
CROSS JOIN LATERAL (SELECT coalesce(sum(CASE WHEN owes THEN moved ELSE direct - moved - under_way END), 0)::bigint AS distributable
    FROM {sums.MOVES} each) moves
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE {_FOR_THE_FILE}) AS bank_planned,
        coalesce(sum(amount_rupiah) FILTER (WHERE {_FOR_THE_FILE}), 0)::bigint AS bank_planned_rupiah,
        count(*) FILTER (WHERE rail = 'bank' AND state IN ('submitted', 'unknown')) AS bank_submitted,
        count(*) FILTER (WHERE rail = 'gateway' AND state IN ('submitted', 'unknown')) AS gateway_sent,
        count(*) FILTER (WHERE rail = 'cash' AND state = 'planned') AS cash_planned,
        count(*) FILTER (WHERE rail = 'cash' AND state = 'submitted') AS cash_given
    FROM public.settlement_paymentleg WHERE cycle_id = c.id) legs
CROSS JOIN ({_LINES}) lines
WHERE c.id = %(id)s
"""  # noqa: S608 -- constants only; values go in as parameters


def waiting(*, of: cycle_overview.Overview, due: Mapping[str, int] | None = None) -> Waiting:
    """What a cycle waits for at this moment; what agent cash lacks cannot be distributed.

    `due`: what can be sent now by creditor (payment_overview.due), where the caller has counted it.
    """
    [found] = named_rows.read(Waiting, _WAITING, {"id": of.id})
    if found.distributable_rupiah <= 0:
        return found
    if due is None:
        due = agent_cash.due(pool=pool_items.pool(cycle=Cycle.objects.get(id=of.id)))
    return dataclasses.replace(found, distributable_rupiah=sum(due.values()))


def lines() -> Lines:
    """How many lines of bank statements wait for a person."""
    [found] = named_rows.read(Lines, _LINES)
    return found


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
SELECT count(*) FILTER (WHERE b.obligation_id IS NULL) AS count,
    coalesce(sum(o.open_rupiah) FILTER (WHERE b.obligation_id IS NULL), 0)::bigint AS gross_rupiah, count(b.obligation_id) AS held_count
FROM public.settlement_obligation o
LEFT JOIN public.settlement_objection b ON b.obligation_id = o.id AND b.released_at IS NULL
WHERE o.open_rupiah > 0 AND o.cycle_number > %(after)s
"""


def open_books(*, unfinished: cycle_overview.Overview | None) -> Books:
    """What lies open for the next cut-off; what is stamped for the cycle under way is that one's to settle."""
    [found] = named_rows.read(Books, _BOOKS, {"after": unfinished.number if unfinished else 0})
    return found
