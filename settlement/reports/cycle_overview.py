"""Where each cycle stands and what it came to."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from uuid import UUID

from settlement.cycles import lifecycle
from settlement.ledger import parties
from settlement.models import Cycle
from settlement.payments import sums
from settlement.reports.cycle_facts import CycleFacts
from tenants import keyset
from tenants.codes import FEDERATION
from tenants.db import named_rows

PAGE_CYCLES = 50
NEWEST = keyset.Order("cycles", {"number": int}, descending=True)
NUMBERS_END = 2**31  # what a column of numbers holds


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


@dataclass(frozen=True, kw_only=True)
class Overview(CycleFacts):
    """A cycle as the desk sees it; `totals` is None until it is computed."""

    id: UUID
    made_by: UUID | None
    objection_days: int
    collection_days: int
    end_reason: str
    totals: Totals | None


_CYCLES = f"""
SELECT c.id, c.number, c.state, c.opened_at, c.cutoff_at, c.made_by, c.objection_days, c.collection_days, c.snapshot_id,
    c.objections_until_at, c.collect_until_at, c.ended_at, c.end_reason,
    s.gross_rupiah, s.setoff_bilateral_rupiah AS pairs_rupiah, s.setoff_cycles_rupiah AS circles_rupiah, s.carried_rupiah,
    s.cash_rupiah, m.collected AS collected_rupiah, m.paid AS paid_out_rupiah
FROM public.settlement_cycle c LEFT JOIN public.settlement_solution s ON s.snapshot_id = c.snapshot_id
CROSS JOIN LATERAL (SELECT coalesce(sum(moved) FILTER (WHERE owes), 0)::bigint AS collected,
    coalesce(sum(moved) FILTER (WHERE NOT owes), 0)::bigint AS paid FROM {sums.MOVES} moves) m
WHERE (%(number)s::int IS NULL OR c.number = %(number)s) AND (%(before)s::bigint IS NULL OR c.number < %(before)s)
    AND (%(states)s::text[] IS NULL OR c.state = ANY(%(states)s))
ORDER BY c.number DESC LIMIT %(most)s
"""  # noqa: S608 -- constants only; values go in as parameters


def page(*, after: str = "", most: int) -> keyset.Page[Overview]:
    """A page of the cycles, the newest first; `after`: the cursor of the page before."""
    place = NEWEST.place(after)
    return NEWEST.page(_overviews(before=place[0] if place else None, most=most + 1), limit=most, place=lambda cycle: (cycle.number,))


def cycle(*, number: int) -> Overview:
    """One cycle.

    :raises lifecycle.NoSuchCycle: if there is none
    """
    found = _overviews(number=number, most=1) if number < NUMBERS_END else []
    if not found:
        raise lifecycle.NoSuchCycle
    return found[0]


def under_way() -> Overview | None:
    """The cycle between cut-off and close, if there is one."""
    return next(iter(_overviews(states=[str(state) for state in Cycle.UNFINISHED], most=1)), None)


def _overviews(*, number: int | None = None, before: int | None = None, states: list[str] | None = None, most: int) -> list[Overview]:
    found = []
    for row in named_rows.dicts(_CYCLES, {"number": number, "before": before, "states": states, "most": most}):
        sums = {name: row.pop(name) for name in _TOTALS}
        found.append(Overview(**row, totals=None if sums["gross_rupiah"] is None else Totals(**sums)))
    return found


_TOTALS = tuple(field.name for field in dataclasses.fields(Totals))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the gross of a snapshot comes from, in rupiah: trade between villages, the federation's fees and card money, earlier cycles."""

    trade_rupiah: int
    federation_rupiah: int
    earlier_rupiah: int


_ORIGIN = """
SELECT coalesce(sum(open_rupiah) FILTER (WHERE %(pool)s NOT IN (debtor, creditor) AND %(federation)s NOT IN (debtor, creditor)), 0)::bigint
        AS trade_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE %(pool)s NOT IN (debtor, creditor) AND %(federation)s IN (debtor, creditor)), 0)::bigint
        AS federation_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE %(pool)s IN (debtor, creditor)), 0)::bigint AS earlier_rupiah
FROM public.settlement_cycleedge WHERE snapshot_id = %(snapshot)s
"""


def origin(*, of: Overview) -> Origin:
    """The parts of a cycle's gross; nothing before its snapshot."""
    values = {"snapshot": of.snapshot_id, "pool": parties.POOL, "federation": FEDERATION}
    [found] = named_rows.read(Origin, _ORIGIN, values)
    return found
