"""One village's statement of one cycle, to the last obligation of the snapshot in force that touches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from settlement.bank.statement_files import references
from settlement.cycles.lifecycle import NoSuchCycle
from settlement.reports import village_statement
from settlement.reports.village_statement import VillageStatement
from tenants.codes import VillageCode
from tenants.db import named_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why an obligation is there: a sale ("order"), what goes back of one ("refund"; "takeover": the federation took it over, then its
    id stands in order_id), what rolled on from a cycle ("cycle"), or a payment of one that came back or came twice ("payout", "pay-in": the
    payment, or the statement's line that showed it) or was lost by a restore ("adopted": the statement's line, or what was stated of cash).
    """

    kind: str
    order_id: UUID | None
    cycle_number: int | None  # the earlier cycle


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One obligation as it was frozen, in rupiah: what of it is set off, and what is left for the pool. `owes`: the village is its debtor.

    `earlier`: it was brought along from a cycle before; else it is of this cycle's trade.
    """

    obligation_id: UUID
    other: str  # a village, the federation or the pool
    owes: bool
    amount_rupiah: int
    setoff_rupiah: int
    cause: Cause
    earlier: bool
    happened_at: datetime

    @property
    def left_rupiah(self) -> int:
        return self.amount_rupiah - self.setoff_rupiah

    @property
    def signed_rupiah(self) -> int:
        return -self.amount_rupiah if self.owes else self.amount_rupiah


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An obligation that a village objected to, as it was then; out of every snapshot until it is answered."""

    obligation_id: UUID
    other: str
    owes: bool
    amount_rupiah: int
    cause: Cause
    happened_at: datetime
    objected_by: str  # a village: this one or the other
    reason: str
    made_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """All obligations with one other party: what each side owed the other, and what of it was set off."""

    other: str
    owed_rupiah: int = 0
    claimed_rupiah: int = 0
    owed_setoff_rupiah: int = 0
    claimed_setoff_rupiah: int = 0


@dataclass(frozen=True, kw_only=True)
class FullStatement:
    """A village's statement of a cycle. Σ set off of what it owed = Σ set off of what it was owed; opening + traded = net, in rupiah."""

    village_code: VillageCode
    summary: VillageStatement
    items: Sequence[Item]  # the oldest first
    held: Sequence[Held]
    reference: str  # to be written on a transfer into the pool
    exchanges: Sequence[Exchange] = field(init=False)  # by the other party
    opening_rupiah: int = field(init=False)  # brought along from earlier cycles; below zero: owed
    traded_rupiah: int = field(init=False)  # of this cycle's trade

    def __post_init__(self) -> None:
        object.__setattr__(self, "exchanges", _exchanges(self.items))
        object.__setattr__(self, "opening_rupiah", sum(item.signed_rupiah for item in self.items if item.earlier))
        object.__setattr__(self, "traded_rupiah", sum(item.signed_rupiah for item in self.items if not item.earlier))


_CAUSE = "o.cause AS kind, coalesce(t.cause_id, o.cause_id) AS cause_id, f.number AS cycle_number"
_CAUSES = """JOIN public.settlement_obligation o ON o.id = {obligation} LEFT JOIN public.settlement_transfer t ON t.id = o.transfer_id
LEFT JOIN public.settlement_cycle f ON o.cause = 'cycle' AND f.id = o.cause_id"""
_ITEMS = f"""
SELECT o.id AS obligation_id, e.debtor, e.creditor, e.open_rupiah AS amount_rupiah, coalesce(x.amount_rupiah, 0) AS setoff_rupiah,
    {_CAUSE}, o.cause = 'cycle' OR o.cycle_number < %(number)s AS earlier, o.happened_at
FROM public.settlement_cycleedge e {_CAUSES.format(obligation="e.obligation_id")}
LEFT JOIN public.settlement_setoff x ON x.snapshot_id = e.snapshot_id AND x.place = e.place
WHERE e.snapshot_id = %(snapshot)s AND %(village)s IN (e.debtor, e.creditor) ORDER BY e.place
"""  # noqa: S608 - our own column names
# The amount that stood on the statement to which the village objected. Older objections count while they are not answered.
_HELD = f"""
SELECT o.id AS obligation_id, o.debtor, o.creditor, coalesce(e.open_rupiah, o.amount_rupiah) AS amount_rupiah, {_CAUSE}, o.happened_at,
    b.village_code AS objected_by, b.reason, b.made_at, b.answer, b.released_at AS answered_at
FROM public.settlement_objection b {_CAUSES.format(obligation="b.obligation_id")}
LEFT JOIN LATERAL (
    SELECT e.open_rupiah FROM public.settlement_cycleedge e JOIN public.settlement_snapshot s ON s.id = e.snapshot_id
    JOIN public.settlement_cycle c ON c.id = s.cycle_id
    WHERE e.obligation_id = b.obligation_id AND c.number = b.cycle_number ORDER BY s.version DESC LIMIT 1) e ON true
WHERE %(village)s IN (o.debtor, o.creditor) AND (b.cycle_number = %(number)s
    OR b.cycle_number < %(number)s AND coalesce(b.released_at > %(cutoff)s, true))
ORDER BY b.made_at, b.id
"""  # noqa: S608 - our own column names


def statement(*, number: int, village_code: VillageCode) -> FullStatement:
    """A village's statement of a cycle; without its numbers and obligations while the cycle is not computed, or when it was given up.

    :raises NoSuchCycle: if there is none of this number, or if it is still open
    """
    found = village_statement.of(number=number, village_code=village_code)
    if found is None:
        raise NoSuchCycle
    values = {"number": number, "village": village_code, "snapshot": found.snapshot_id, "cutoff": found.cutoff_at}
    return FullStatement(
        village_code=village_code,
        summary=found,
        items=[Item(**_as_the_village_sees(village_code, row)) for row in named_rows.dicts(_ITEMS, values)] if found.shown else [],
        held=[Held(**_as_the_village_sees(village_code, row)) for row in named_rows.dicts(_HELD, values)],
        reference=references.pay_in(cycle_number=number, village_code=village_code),
    )


def _as_the_village_sees(village_code: VillageCode, row: dict[str, Any]) -> dict[str, Any]:
    """An obligation's columns, its parties as this village sees them and its cause as one value."""
    debtor, creditor = row.pop("debtor"), row.pop("creditor")
    kind, cause_id, cycle_number = row.pop("kind"), row.pop("cause_id"), row.pop("cycle_number")
    owes = debtor == village_code
    cause = Cause(kind=kind, order_id=None if kind == "cycle" else cause_id, cycle_number=cycle_number)
    return {**row, "other": creditor if owes else debtor, "owes": owes, "cause": cause}


def _exchanges(items: Sequence[Item]) -> list[Exchange]:
    found: dict[str, Exchange] = {}
    for item in items:
        amount, setoff = item.amount_rupiah, item.setoff_rupiah
        before = found.get(item.other) or Exchange(other=item.other)
        found[item.other] = (
            replace(before, owed_rupiah=before.owed_rupiah + amount, owed_setoff_rupiah=before.owed_setoff_rupiah + setoff)
            if item.owes
            else replace(before, claimed_rupiah=before.claimed_rupiah + amount, claimed_setoff_rupiah=before.claimed_setoff_rupiah + setoff)
        )
    return [found[other] for other in sorted(found)]
