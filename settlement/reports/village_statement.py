"""Where a village stands in a cycle: one row per cycle, with the payments that it makes or gets in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from settlement.bank import bank_accounts
from settlement.models import Cycle, PaymentLeg
from settlement.payments import legs, sums
from tenants.codes import FEDERATION

State = Cycle.State
LegState = PaymentLeg.State
SEEN = (State.PROPOSED, State.APPROVED, *Cycle.MOVING, State.CLOSED)  # what a village is shown of its numbers
LIST_CYCLES = 12
NUMBER_MOST = 2_147_483_647  # what the column holds; an address may name any


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """A payment that the village makes (`gives`) or gets; `other` is the other end, a village or the federation."""

    id: UUID
    gives: bool
    other: str
    amount_rupiah: int
    rail: str  # "bank", "cash"
    state: str  # PaymentLeg.State
    key: str
    planned_at: datetime
    given_at: datetime | None
    ended_at: datetime | None

    @property
    def waits_for_giver(self) -> bool:
        """Cash that was announced and not handed over yet."""
        return self.rail == PaymentLeg.Rail.CASH and self.state == LegState.PLANNED

    @property
    def waits_for_receiver(self) -> bool:
        """Cash that was handed over, says its giver."""
        return self.rail == PaymentLeg.Rail.CASH and self.state == LegState.SUBMITTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A village in a cycle, in rupiah; all zero while its numbers are not `shown` (not computed yet, or given up).

    net: below zero it owes. Of its amount `carried` stays for the next cycle and `cash` is paid or received: `moved` of that so far,
    `under_way` announced or on its way. `rolled`: what went on into the next cycle when this one closed, carried or not paid.
    """

    number: int
    state: str
    opened_at: datetime
    cutoff_at: datetime | None
    objections_until_at: datetime | None
    collect_until_at: datetime | None
    ended_at: datetime | None
    snapshot_id: UUID | None
    snapshot_sha256: str
    solution_sha256: str
    shown: bool
    owed_rupiah: int
    claimed_rupiah: int
    setoff_rupiah: int
    net_rupiah: int
    carried_rupiah: int
    cash_rupiah: int
    moved_rupiah: int
    under_way_rupiah: int
    rolled_rupiah: int
    account: bank_accounts.Account | None  # where the cash goes: the federation's account if the village owes, else its own
    legs: Sequence[Leg]

    @property
    def takes_payments(self) -> bool:
        return self.state in Cycle.TAKES_PAYMENTS

    def takes_pay_ins(self, *, at: datetime) -> bool:
        """Whether a village may still announce cash."""
        return Cycle.takes_pay_ins(state=self.state, collect_until_at=self.collect_until_at, at=at)

    @property
    def owes(self) -> bool:
        return self.net_rupiah < 0

    @property
    def left_rupiah(self) -> int:
        """What of the cash has not moved yet."""
        return self.cash_rupiah - self.moved_rupiah

    @property
    def room_rupiah(self) -> int:
        """What of it is not even announced."""
        return max(0, self.left_rupiah - self.under_way_rupiah)

    @property
    def position_rupiah(self) -> int:
        """Where the village stands now by this cycle: its net less what was paid or received; in the end what went on into the next."""
        size = self.rolled_rupiah if self.state == State.CLOSED else self.carried_rupiah + self.left_rupiah
        return -size if self.owes else size

    def may_object(self, *, at: datetime) -> bool:
        """Whether an objection would still be taken."""
        return Cycle.takes_objections(state=self.state, objections_until_at=self.objections_until_at, at=at)


_STANDINGS = f"""
SELECT c.number, c.state, c.opened_at, c.cutoff_at, c.objections_until_at, c.collect_until_at, c.ended_at, c.snapshot_id,
    coalesce(s.sha256, '') AS snapshot_sha256, coalesce(n.sha256, '') AS solution_sha256,
    n.snapshot_id IS NOT NULL AND c.state = ANY(%(seen)s) AS shown,
    coalesce(p.owed_rupiah, 0) AS owed_rupiah, coalesce(p.claimed_rupiah, 0) AS claimed_rupiah,
    coalesce(p.setoff_rupiah, 0) AS setoff_rupiah, coalesce(p.net_rupiah, 0) AS net_rupiah,
    coalesce(p.carried_rupiah, 0) AS carried_rupiah, coalesce(p.cash_rupiah, 0) AS cash_rupiah,
    coalesce(m.moved, 0) AS moved_rupiah, coalesce(m.under_way, 0) AS under_way_rupiah,
    CASE c.state WHEN 'closed' THEN (SELECT coalesce(sum(o.amount_rupiah), 0)::bigint FROM public.settlement_obligation o
        WHERE o.cause = 'cycle' AND o.cause_id = c.id AND o.cycle_number > c.number AND %(village)s IN (o.debtor, o.creditor))
    ELSE 0 END AS rolled_rupiah,
    (SELECT to_json(b) FROM public.settlement_bankaccount b
        WHERE b.party = CASE WHEN p.net_rupiah < 0 THEN %(federation)s ELSE %(village)s END) AS account,
    (SELECT coalesce(json_agg(json_build_object('id', l.id, 'giver', l.giver, 'receiver', l.receiver, 'amount_rupiah', l.amount_rupiah,
        'rail', l.rail, 'state', l.state, 'key', l.key, 'planned_at', l.planned_at, 'given_at', l.given_at, 'ended_at', l.ended_at)
        ORDER BY l.planned_at, l.id), '[]') FROM public.settlement_paymentleg l
        WHERE l.cycle_id = c.id AND %(village)s IN (l.giver, l.receiver)) AS legs
FROM public.settlement_cycle c
LEFT JOIN public.settlement_snapshot s ON s.id = c.snapshot_id
LEFT JOIN public.settlement_solution n ON n.snapshot_id = c.snapshot_id
LEFT JOIN public.settlement_cycleparty p ON p.snapshot_id = n.snapshot_id AND p.party = %(village)s AND c.state = ANY(%(seen)s)
LEFT JOIN LATERAL {sums.MOVES} m ON m.party = p.party AND m.owes = (p.net_rupiah < 0)
WHERE c.state <> 'open' AND (%(number)s::int IS NULL OR c.number = %(number)s) AND (%(before)s::int IS NULL OR c.number < %(before)s)
    AND (NOT %(unfinished)s OR c.state NOT IN ('closed', 'aborted'))
ORDER BY c.number DESC LIMIT %(most)s
"""  # noqa: S608 -- constants only; values go in as parameters


def all_of(*, village_code: str, before: int | None = None, most: int = LIST_CYCLES) -> list[Standing]:
    """A village in the cycles that were cut off, the newest first, from before a number on."""
    return _read(village_code=village_code, before=before, most=most)


def current(*, village_code: str) -> Standing | None:
    """A village in the cycle between cut-off and close; None while there is none."""
    found = _read(village_code=village_code, unfinished=True, most=1)
    return found[0] if found else None


def of(*, number: int, village_code: str) -> Standing | None:
    """A village in one cycle; None if there is none of this number, or if it is still open."""
    if number > NUMBER_MOST:
        return None
    found = _read(village_code=village_code, number=number, most=1)
    return found[0] if found else None


def leg(*, number: int, leg_id: UUID, village_code: str) -> Leg:
    """One payment of a cycle that the village makes or gets.

    :raises legs.NoSuchLeg: if there is none, also if it is another village's
    """
    rows = PaymentLeg.objects.filter(id=leg_id, cycle__number=number).values(*_LEG_FIELDS)
    found = [_leg(row, village_code) for row in rows if village_code in (row["giver"], row["receiver"])]
    if not found:
        raise legs.NoSuchLeg
    return found[0]


_LEG_FIELDS = ("id", "giver", "receiver", "amount_rupiah", "rail", "state", "key", "planned_at", "given_at", "ended_at")


def _leg(row: dict[str, Any], village_code: str) -> Leg:
    values = dict(row)
    giver, receiver = values.pop("giver"), values.pop("receiver")
    return Leg(**values, gives=giver == village_code, other=receiver if giver == village_code else giver)


def _read(
    *, village_code: str, number: int | None = None, before: int | None = None, unfinished: bool = False, most: int
) -> list[Standing]:
    values = {"village": village_code, "number": number, "before": before, "unfinished": unfinished, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {**values, "seen": list(SEEN), "federation": FEDERATION})
        names = [column.name for column in cursor.description]
        return [_standing(dict(zip(names, row, strict=True)), village_code) for row in cursor.fetchall()]


def _standing(row: dict[str, Any], village_code: str) -> Standing:
    found = [_leg(_from_json(one), village_code) for one in row.pop("legs")]
    account = row.pop("account")
    return Standing(**row, account=account and _account(account), legs=found)


def _account(row: dict[str, Any]) -> bank_accounts.Account:
    terms = {name: row[name] for name in bank_accounts.TERMS}
    changed_by = row["changed_by"] and UUID(row["changed_by"])
    return bank_accounts.Account(**terms, changed_by=changed_by, changed_at=datetime.fromisoformat(row["changed_at"]))


def _from_json(row: dict[str, Any]) -> dict[str, Any]:
    moments = {name: row[name] and datetime.fromisoformat(row[name]) for name in ("planned_at", "given_at", "ended_at")}
    return {**row, **moments, "id": UUID(row["id"])}
