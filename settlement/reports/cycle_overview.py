"""Where each cycle stands and what it came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from settlement.cycles import lifecycle
from settlement.ledger import parties
from settlement.models import Cycle
from settlement.payments import sums
from tenants.codes import FEDERATION

PAGE_CYCLES = 50
NUMBERS_END = 2**31  # what a column of numbers holds
State = Cycle.State


@dataclass(frozen=True, slots=True)
class Totals:
    """What a cycle's solution came to, in rupiah: gross = pairs + circles + shortened + carried + cash.

    `shortened` is what goes through the common pool without moving: whoever owes and is owed pays or gets the difference only.
    `collected` is what came in of the cash so far, `paid_out` what of it reached those who are owed.
    """

    gross_rupiah: int
    pairs_rupiah: int
    circles_rupiah: int
    carried_rupiah: int
    cash_rupiah: int
    collected_rupiah: int
    paid_out_rupiah: int

    @property
    def setoff_rupiah(self) -> int:
        return self.pairs_rupiah + self.circles_rupiah

    @property
    def shortened_rupiah(self) -> int:
        return self.gross_rupiah - self.setoff_rupiah - self.carried_rupiah - self.cash_rupiah

    @property
    def uncollected_rupiah(self) -> int:
        return self.cash_rupiah - self.collected_rupiah


@dataclass(frozen=True, slots=True)
class Overview:
    """A cycle; `totals` is None until it is computed."""

    id: UUID
    number: int
    state: str
    opened_at: datetime
    cutoff_at: datetime | None
    made_by: UUID | None
    objection_days: int
    collection_days: int
    snapshot_id: UUID | None
    objections_until_at: datetime | None
    collect_until_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    totals: Totals | None

    @property
    def is_open(self) -> bool:
        """Postings of this moment belong to it."""
        return self.state == State.OPEN

    @property
    def is_under_way(self) -> bool:
        return self.state in Cycle.UNFINISHED

    @property
    def moves_money(self) -> bool:
        """Its set-off is posted, and it has not ended."""
        return self.state in Cycle.MOVING

    @property
    def takes_payments(self) -> bool:
        return self.state in Cycle.TAKES_PAYMENTS

    @property
    def counts_pay_ins(self) -> bool:
        """Whether a person may still count money that came as a village's payment into it."""
        return self.state in Cycle.COUNTS_PAY_INS

    def takes_pay_ins(self, *, at: datetime) -> bool:
        """Whether a village may still announce cash."""
        return Cycle.takes_pay_ins(state=self.state, collect_until_at=self.collect_until_at, at=at)

    @property
    def can_be_aborted(self) -> bool:
        return self.state in Cycle.BEFORE_SETOFF


_CYCLES = f"""
SELECT c.id, c.number, c.state, c.opened_at, c.cutoff_at, c.made_by, c.objection_days, c.collection_days, c.snapshot_id,
    c.objections_until_at, c.collect_until_at, c.ended_at, c.end_reason,
    s.gross_rupiah, s.setoff_bilateral_rupiah, s.setoff_cycles_rupiah, s.carried_rupiah, s.cash_rupiah, m.collected, m.paid
FROM public.settlement_cycle c LEFT JOIN public.settlement_solution s ON s.snapshot_id = c.snapshot_id
CROSS JOIN LATERAL (SELECT coalesce(sum(moved) FILTER (WHERE owes), 0)::bigint AS collected,
    coalesce(sum(moved) FILTER (WHERE NOT owes), 0)::bigint AS paid FROM {sums.MOVES} moves) m
WHERE (%(number)s::int IS NULL OR c.number = %(number)s) AND (%(before)s::int IS NULL OR c.number < %(before)s)
    AND (%(states)s::text[] IS NULL OR c.state = ANY(%(states)s))
ORDER BY c.number DESC LIMIT %(most)s
"""  # noqa: S608 -- constants only; values go in as parameters


def page(*, before: int | None = None, most: int) -> tuple[list[Overview], int | None]:
    """Cycles with a number below `before`, the newest first, and the number before which the next page begins; None after the last."""
    found = _overviews(before=before, most=most + 1)
    return found[:most], found[most - 1].number if len(found) > most else None


def cycle(*, number: int) -> Overview:
    """One cycle.

    :raises standing.NoSuchCycle: if there is none
    """
    found = _overviews(number=number, most=1) if number < NUMBERS_END else []
    if not found:
        raise lifecycle.NoSuchCycle
    return found[0]


def under_way() -> Overview | None:
    """The cycle between cut-off and close, if there is one."""
    return next(iter(_overviews(states=[str(state) for state in Cycle.UNFINISHED], most=1)), None)


def _overviews(*, number: int | None = None, before: int | None = None, states: list[str] | None = None, most: int) -> list[Overview]:
    wish = {"number": number, "before": before, "states": states, "most": most}
    found = []
    for row in rows(_CYCLES, wish):
        *head, gross, pairs, circles, carried, cash, collected, paid_out = row
        totals = None if gross is None else Totals(gross, pairs, circles, carried, cash, collected, paid_out)
        found.append(Overview(*(*head, totals)))
    return found


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the gross of a snapshot comes from, in rupiah: trade between villages, the federation's fees and card money, earlier cycles."""

    trade_rupiah: int
    federation_rupiah: int
    earlier_rupiah: int


_ORIGIN = """
SELECT coalesce(sum(open_rupiah) FILTER (WHERE %(pool)s NOT IN (debtor, creditor) AND %(federation)s NOT IN (debtor, creditor)), 0)::bigint,
    coalesce(sum(open_rupiah) FILTER (WHERE %(pool)s NOT IN (debtor, creditor) AND %(federation)s IN (debtor, creditor)), 0)::bigint,
    coalesce(sum(open_rupiah) FILTER (WHERE %(pool)s IN (debtor, creditor)), 0)::bigint
FROM public.settlement_cycleedge WHERE snapshot_id = %(snapshot)s
"""


def origin(*, of: Overview) -> Origin:
    """The parts of a cycle's gross; nothing before its snapshot."""
    values = {"snapshot": of.snapshot_id, "pool": parties.POOL, "federation": FEDERATION}
    [row] = rows(_ORIGIN, values)
    return Origin(*row)


def rows(sql: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    """Ask the database; a row for each."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: Iterable[tuple[Any, ...]] = cursor.fetchall()
        return list(rows)
