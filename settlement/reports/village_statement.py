"""A village in a cycle: its sums, and the payments that it makes or gets in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from settlement.models import Cycle
from settlement.payments import legs, sums
from settlement.reports import payment_overview
from settlement.reports.cycle_facts import CashLeg, CycleFacts, PartySums
from tenants import keyset
from tenants.codes import VillageCode
from tenants.db import named_rows

State = Cycle.State
SEEN = (State.PROPOSED, State.APPROVED, *Cycle.MOVING, State.CLOSED)  # what a village is shown of its numbers
LIST_CYCLES = 12
NEWEST = keyset.Order("statements", {"number": int}, descending=True)
NUMBER_MOST = 2_147_483_647  # what the column holds; an address may name any


@dataclass(frozen=True, kw_only=True)
class VillageStatement(CycleFacts, PartySums):
    """A village in a cycle; its sums are zero while they are not `shown` (not computed yet, or given up).

    `rolled`: what went on into the next cycle when this one closed, carried or not paid.
    """

    snapshot_sha256: str
    solution_sha256: str
    shown: bool
    rolled_rupiah: int
    legs: Sequence[CashLeg]

    @property
    def position_rupiah(self) -> int:
        """Where the village stands now by this cycle: its net less what was paid or received; in the end what went on into the next."""
        size = self.rolled_rupiah if self.state == State.CLOSED else self.carried_rupiah + self.left_rupiah
        return -size if self.owes else size

    @property
    def legs_given(self) -> Sequence[CashLeg]:
        """What the village pays."""
        return [leg for leg in self.legs if leg.is_given_by(self.party)]

    @property
    def legs_received(self) -> Sequence[CashLeg]:
        """What the village is paid."""
        return [leg for leg in self.legs if not leg.is_given_by(self.party)]


_STATEMENTS = f"""
SELECT c.number, c.state, c.opened_at, c.cutoff_at, c.objections_until_at, c.collect_until_at, c.ended_at, c.snapshot_id,
    coalesce(s.sha256, '') AS snapshot_sha256, coalesce(n.sha256, '') AS solution_sha256,
    n.snapshot_id IS NOT NULL AND c.state = ANY(%(seen)s) AS shown,
    %(village)s AS party, coalesce(p.owed_rupiah, 0) AS owed_rupiah, coalesce(p.claimed_rupiah, 0) AS claimed_rupiah,
    coalesce(p.setoff_rupiah, 0) AS setoff_rupiah, coalesce(p.net_rupiah, 0) AS net_rupiah,
    coalesce(p.carried_rupiah, 0) AS carried_rupiah, coalesce(p.cash_rupiah, 0) AS cash_rupiah,
    coalesce(m.moved, 0) AS moved_rupiah, coalesce(m.under_way, 0) AS under_way_rupiah,
    CASE c.state WHEN 'closed' THEN (SELECT coalesce(sum(o.amount_rupiah), 0)::bigint FROM public.settlement_obligation o
        WHERE o.cause = 'cycle' AND o.cause_id = c.id AND o.cycle_number > c.number AND %(village)s IN (o.debtor, o.creditor))
    ELSE 0 END AS rolled_rupiah,
    (SELECT coalesce(json_agg(json_build_object('id', l.id, 'cycle_number', c.number, 'giver', l.giver, 'receiver', l.receiver,
        'amount_rupiah', l.amount_rupiah, 'rail', l.rail, 'state', l.state, 'key', l.key, 'planned_at', l.planned_at,
        'given_by', l.given_by, 'given_at', l.given_at, 'ended_at', l.ended_at, 'message_id', coalesce(f.message_id, ''))
        ORDER BY l.planned_at, l.id), '[]') FROM public.settlement_paymentleg l
        LEFT JOIN public.settlement_bankfile f ON f.id = l.bank_file_id
        WHERE l.cycle_id = c.id AND %(village)s IN (l.giver, l.receiver)) AS legs
FROM public.settlement_cycle c
LEFT JOIN public.settlement_snapshot s ON s.id = c.snapshot_id
LEFT JOIN public.settlement_solution n ON n.snapshot_id = c.snapshot_id
LEFT JOIN public.settlement_cycleparty p ON p.snapshot_id = n.snapshot_id AND p.party = %(village)s AND c.state = ANY(%(seen)s)
LEFT JOIN LATERAL {sums.MOVES} m ON m.party = p.party AND m.owes = (p.net_rupiah < 0)
WHERE c.state <> 'open' AND (%(number)s::int IS NULL OR c.number = %(number)s) AND (%(before)s::bigint IS NULL OR c.number < %(before)s)
    AND (NOT %(unfinished)s OR c.state NOT IN ('closed', 'aborted'))
ORDER BY c.number DESC LIMIT %(most)s
"""  # noqa: S608 -- constants only; values go in as parameters


def page(*, village_code: VillageCode, after: str = "", most: int = LIST_CYCLES) -> keyset.Page[VillageStatement]:
    """A village in a page of the cycles that were cut off, the newest first; `after`: the cursor of the page before."""
    place = NEWEST.place(after)
    found = _read(village_code=village_code, before=place[0] if place else None, most=most + 1)
    return NEWEST.page(found, limit=most, place=lambda one: (one.number,))


def current(*, village_code: VillageCode) -> VillageStatement | None:
    """A village in the cycle between cut-off and close; None while there is none."""
    found = _read(village_code=village_code, unfinished=True, most=1)
    return found[0] if found else None


def of(*, number: int, village_code: VillageCode) -> VillageStatement | None:
    """A village in one cycle; None if there is none of this number, or if it is still open."""
    if number > NUMBER_MOST:
        return None
    found = _read(village_code=village_code, number=number, most=1)
    return found[0] if found else None


def leg(*, number: int, leg_id: UUID, village_code: VillageCode) -> CashLeg:
    """One payment of a cycle that the village makes or gets.

    :raises legs.NoSuchLeg: if there is none, also if it is another village's
    """
    found = [leg for leg in payment_overview.legs(number=number, village_code=village_code) if leg.id == leg_id]
    if not found:
        raise legs.NoSuchLeg
    return found[0]


def _read(
    *, village_code: VillageCode, number: int | None = None, before: int | None = None, unfinished: bool = False, most: int
) -> list[VillageStatement]:
    values = {"village": village_code, "number": number, "before": before, "unfinished": unfinished, "most": most}
    return [_statement(row) for row in named_rows.dicts(_STATEMENTS, {**values, "seen": list(SEEN)})]


def _statement(row: dict[str, Any]) -> VillageStatement:
    return VillageStatement(legs=[_leg(each) for each in row.pop("legs")], **row)


def _leg(row: dict[str, Any]) -> CashLeg:
    """A payment as JSON says it."""
    moments = {name: row[name] and datetime.fromisoformat(row[name]) for name in ("planned_at", "given_at", "ended_at")}
    return CashLeg(**{**row, **moments, "id": UUID(row["id"]), "given_by": row["given_by"] and UUID(row["given_by"])})
