"""Reading cycles: where each stands, what it came to, who owes and gets what, who objected. Plain values, never rows to be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from settlement import parties
from settlement.cycles import approving, standing
from settlement.models import Approval, Cycle, Solution
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
        return self.state in (State.COLLECTING, State.PAYING)

    @property
    def can_be_aborted(self) -> bool:
        return self.state in Cycle.BEFORE_SETOFF


# What the federation itself owes the pool is there from the set-off on; what the pool owes it, it takes by a transfer of its own.
_CYCLES = """
SELECT c.id, c.number, c.state, c.opened_at, c.cutoff_at, c.made_by, c.objection_days, c.collection_days, c.snapshot_id,
    c.objections_until_at, c.collect_until_at, c.ended_at, c.end_reason,
    s.gross_rupiah, s.setoff_bilateral_rupiah, s.setoff_cycles_rupiah, s.carried_rupiah, s.cash_rupiah,
    legs.collected + coalesce(own.owed, 0), legs.paid + own.taken
FROM public.settlement_cycle c LEFT JOIN public.settlement_solution s ON s.snapshot_id = c.snapshot_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.amount_rupiah) FILTER (WHERE l.giver <> %(federation)s), 0)::bigint AS collected,
        coalesce(sum(l.amount_rupiah) FILTER (WHERE l.receiver <> %(federation)s), 0)::bigint AS paid
    FROM public.settlement_paymentleg l WHERE l.cycle_id = c.id AND l.state = 'succeeded') legs
CROSS JOIN LATERAL (
    SELECT (SELECT sum(o.amount_rupiah)::bigint FROM public.settlement_obligation o WHERE o.cause_id = c.id AND o.cause = 'cycle'
            AND o.cycle_number = c.number AND o.debtor = %(federation)s) AS owed,
        coalesce((SELECT sum(t.amount_rupiah)::bigint FROM public.settlement_transfer t
            WHERE t.cause_id = c.id AND t.event = 'own-share'), 0) AS taken) own
WHERE (%(number)s::int IS NULL OR c.number = %(number)s) AND (%(before)s::int IS NULL OR c.number < %(before)s)
    AND (%(states)s::text[] IS NULL OR c.state = ANY(%(states)s))
ORDER BY c.number DESC LIMIT %(most)s
"""


def cycles(*, before: int | None = None, most: int = PAGE_CYCLES) -> tuple[list[Overview], int | None]:
    """Cycles with a number below `before`, the newest first, and the number before which the next page begins; None after the last."""
    found = _overviews(before=before, most=most + 1)
    return found[:most], found[most - 1].number if len(found) > most else None


def cycle(*, number: int) -> Overview:
    """One cycle.

    :raises standing.NoSuchCycle: if there is none
    """
    found = _overviews(number=number, most=1) if number < NUMBERS_END else []
    if not found:
        raise standing.NoSuchCycle
    return found[0]


def under_way() -> Overview | None:
    """The cycle between cut-off and close, if there is one."""
    return next(iter(_overviews(states=[str(state) for state in Cycle.UNFINISHED], most=1)), None)


def _overviews(*, number: int | None = None, before: int | None = None, states: list[str] | None = None, most: int) -> list[Overview]:
    wish = {"number": number, "before": before, "states": states, "most": most, "federation": FEDERATION}
    found = []
    for row in _read(_CYCLES, wish):
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
    [row] = _read(_ORIGIN, values)
    return Origin(*row)


@dataclass(frozen=True, slots=True)
class Party:
    """Where a cycle leaves one party, in rupiah; `net` below zero: it owes.

    `moved` is what it paid (or got, where it is owed) of its cash so far, `under_way` what is planned or sent besides.
    """

    party: str  # a village code, F, or P: the pool of earlier cycles
    owed_rupiah: int
    claimed_rupiah: int
    setoff_rupiah: int
    net_rupiah: int
    carried_rupiah: int
    cash_rupiah: int
    moved_rupiah: int
    under_way_rupiah: int

    @property
    def owes(self) -> bool:
        return self.net_rupiah < 0

    @property
    def left_rupiah(self) -> int:
        """What of its cash has not moved yet."""
        return self.cash_rupiah - self.moved_rupiah


_PARTIES = """
WITH legs AS (SELECT giver, receiver, state, sum(amount_rupiah)::bigint AS rupiah FROM public.settlement_paymentleg
    WHERE cycle_id = %(id)s AND state IN ('planned', 'submitted', 'unknown', 'succeeded') GROUP BY giver, receiver, state),
ways AS (SELECT giver AS party, true AS owes, state, rupiah FROM legs UNION ALL SELECT receiver, false, state, rupiah FROM legs),
sums AS (SELECT party, owes, coalesce(sum(rupiah) FILTER (WHERE state = 'succeeded'), 0)::bigint AS moved,
        coalesce(sum(rupiah) FILTER (WHERE state <> 'succeeded'), 0)::bigint AS under_way
    FROM ways WHERE party <> %(federation)s GROUP BY party, owes
    UNION ALL SELECT %(federation)s, true, coalesce(sum(amount_rupiah), 0)::bigint, 0 FROM public.settlement_obligation
        WHERE cause_id = %(id)s AND cause = 'cycle' AND cycle_number = %(number)s AND debtor = %(federation)s
    UNION ALL SELECT %(federation)s, false, coalesce(sum(amount_rupiah), 0)::bigint, 0 FROM public.settlement_transfer
        WHERE cause_id = %(id)s AND event = 'own-share')
SELECT p.party, p.owed_rupiah, p.claimed_rupiah, p.setoff_rupiah, p.net_rupiah, p.carried_rupiah, p.cash_rupiah,
    coalesce(s.moved, 0), coalesce(s.under_way, 0)
FROM public.settlement_cycleparty p LEFT JOIN sums s ON s.party = p.party AND s.owes = (p.net_rupiah < 0)
WHERE p.snapshot_id = %(snapshot)s ORDER BY p.party
"""


def party_standings(*, of: Overview) -> list[Party]:
    """Every party of a cycle, by code; none before it is computed."""
    values = {"id": of.id, "number": of.number, "snapshot": of.snapshot_id, "federation": FEDERATION}
    return [Party(*row) for row in _read(_PARTIES, values)]


@dataclass(frozen=True, slots=True)
class Objection:
    """What a village says against one obligation, and what it was answered."""

    id: UUID
    obligation_id: UUID
    cycle_number: int
    village_code: str
    reason: str
    made_at: datetime
    debtor: str
    creditor: str
    amount_rupiah: int
    open_rupiah: int
    cause: str  # "order", "refund" or "cycle"
    cause_id: UUID
    released_at: datetime | None
    answer: str

    @property
    def is_answered(self) -> bool:
        return self.released_at is not None


_OBJECTIONS = """
SELECT b.id, b.obligation_id, b.cycle_number, b.village_code, b.reason, b.made_at, o.debtor, o.creditor, o.amount_rupiah, o.open_rupiah,
    o.cause, o.cause_id, b.released_at, b.answer
FROM public.settlement_objection b JOIN public.settlement_obligation o ON o.id = b.obligation_id
WHERE b.cycle_number = %(number)s
ORDER BY (b.released_at IS NOT NULL), b.made_at, b.id
"""


def objections(*, number: int) -> list[Objection]:
    """The objections made on a cycle's statement, those without an answer first."""
    return [Objection(*row) for row in _read(_OBJECTIONS, {"number": number})]


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashes of a cycle's snapshot and solution in force, what an approval signs, and the approval if there is one."""

    version: int
    item_count: int
    snapshot_sha256: str
    solution_sha256: str
    signature: str
    approver: UUID | None
    approved_at: datetime | None


def proof(*, of: Overview) -> Proof | None:
    """What a cycle can be held to; None until it is computed."""
    if of.snapshot_id is None:
        return None
    found = Solution.objects.select_related("snapshot__approval").filter(snapshot_id=of.snapshot_id).first()
    if found is None:
        return None
    approval: Approval | None = getattr(found.snapshot, "approval", None)
    return Proof(
        version=found.snapshot.version,
        item_count=found.snapshot.item_count,
        snapshot_sha256=found.snapshot.sha256,
        solution_sha256=found.sha256,
        signature=approving.signature(snapshot=found.snapshot, solution=found),
        approver=approval.approver if approval else None,
        approved_at=approval.approved_at if approval else None,
    )


def _read(sql: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: Iterable[tuple[Any, ...]] = cursor.fetchall()
        return list(rows)
