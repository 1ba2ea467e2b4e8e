"""Money that the books lost by a restore comes back into them: as a payment of the cycle under way, or as money ahead.

What a village paid in since the backup pays its item with the pool of the cycle under way, as far as that is open. What is beyond, or comes
where no cycle collects, is money ahead: agent cash, which the federation owes it. What a village got pays what it has coming there, as far
as it was collected; what is beyond, it owes to the federation, whose own cash covers it meanwhile, as of any village that was paid ahead.
The next snapshot sets both against all that the village owes and is owed; until then nothing is planned for it of what it had ahead.
Of a village that has left the federation keeps the one and bears the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from settlement.after_restore.hold_list import HeldMoney, ListedCash, ListedLine
from settlement.bank.statement_files import references
from settlement.cycles import lifecycle
from settlement.ledger import own_cash, parties, taken_over, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Cycle, PaymentLeg, StatedCash, StatementLine
from settlement.payments import agent_cash, evidence, legs, money_ahead, pay_ins, pool_items, take_backs
from settlement.statement_lines import line_decisions
from tenants import archived_villages, uuids
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.people.permissions import Principal

LINE = StatementLine.State
State = PaymentLeg.State
Rail = PaymentLeg.Rail


def locked_cycle() -> Cycle | None:
    """The cycle whose items what is adopted may pay, locked before any line; None if none takes payments."""
    found = lifecycle.unfinished()
    if found is None or found.state not in Cycle.COUNTS_PAY_INS:
        return None
    return lifecycle.locked(number=found.number)


def adopt(*, found: HeldMoney, cycle: Cycle | None, act: Act) -> None:
    """Book all of a list, in the caller's transaction: first what came, so that what went is paid out of it; then what came back."""
    ids = [one.line_id for one in found.lines]
    rows = {row.id: row for row in StatementLine.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id")}
    lines = sorted(found.lines, key=lambda one: (one.booked_on, one.line_id))
    adoption = _Adoption(cycle=cycle, rows=rows, act=act)
    for cash in found.cash:
        adoption.call_off_cash(cash)
    for one in lines:
        if one.incoming and not one.came_back:
            adoption.take_in(one)
    for cash in found.cash:
        adoption.take_in_cash(cash)
    for one in lines:
        if not one.incoming:
            adoption.pay_out(one)
    for cash in found.cash:
        adoption.pay_out_cash(cash)
    for one in lines:
        if one.came_back:
            adoption.come_back(one)
    StatedCash.objects.filter(id__in=[cash.stated_id for cash in found.cash]).update(adopted_at=act.at)
    agent_cash.settle(arrived_rupiah=0, cause_id=uuids.uuid7(), at=act.at)


@dataclass(slots=True)
class _Adoption:
    """One list while it is booked: the cycle under way, locked, or None, and the lines, locked, by id."""

    cycle: Cycle | None
    rows: Mapping[UUID, StatementLine]
    act: Act

    def take_in(self, one: ListedLine) -> None:
        """A village paid in."""
        row = self.rows[one.line_id]
        part = self._room(one.village_code, one.amount_rupiah)
        if part and self.cycle is not None:
            totals = pool_items.PoolTotals(cycle=self.cycle)
            village = VillageCode(one.village_code)
            row.leg = pay_ins.record(
                cycle=self.cycle, village_code=village, amount_rupiah=part, evidence=_seen(row), totals=totals, act=self.act
            )
        self._ahead(row.id, one.village_code, one.amount_rupiah - part, came=True)
        self._decide(row, one.village_code)

    def pay_out(self, one: ListedLine) -> None:
        """A village got money by a payout that the books lost; a later line of it is matched by its reference, as ever."""
        row = self.rows[one.line_id]
        part = self._make_way(one.village_code, one.amount_rupiah)
        if part:
            is_new = references.leg_of(reference=row.key) is not None and not PaymentLeg.objects.filter(key=row.key).exists()
            row.leg = self._plan(FEDERATION, one.village_code, part, rail=Rail.BANK, key=row.key if is_new else "")
            legs.move(leg=row.leg, to=State.SUCCEEDED, evidence=_seen(row), act=self.act)
        self._ahead(row.id, one.village_code, one.amount_rupiah - part, came=False)
        self._decide(row, one.village_code)

    def come_back(self, one: ListedLine) -> None:
        """Money of a payout came back: what of it paid an item opens that again, the rest the federation owes."""
        row = self.rows[one.line_id]
        paid = PaymentLeg.objects.select_for_update(no_key=True).filter(key=row.key, state=State.SUCCEEDED, cycle=self.cycle).first()
        part = 0
        if paid is not None and self.cycle is not None and paid.amount_rupiah <= one.amount_rupiah:
            paid.cycle, part, row.leg = self.cycle, paid.amount_rupiah, paid
            legs.move(leg=paid, to=State.RETURNED, evidence=_seen(row), act=self.act)
        self._ahead(row.id, one.village_code, one.amount_rupiah - part, came=True)
        self._decide(row, one.village_code)

    def call_off_cash(self, cash: ListedCash) -> None:
        """What the backup knows of cash on its way is in the village's figures, if it moved."""
        if self.cycle is None:
            return
        moving = PaymentLeg.objects.select_for_update(no_key=True).filter(cycle=self.cycle, rail=Rail.CASH, state__in=PaymentLeg.ACTIVE)
        for leg in moving.order_by("id"):
            if cash.village_code in (leg.giver, leg.receiver):
                leg.cycle = self.cycle
                legs.move(leg=leg, to=State.FAILED, evidence=evidence.Kind.BEFORE_RESTORE, act=self.act)

    def take_in_cash(self, cash: ListedCash) -> None:
        """A village handed cash over."""
        part = self._room(cash.village_code, cash.handed_over_rupiah)
        if part:
            self._from_hand(self._plan(cash.village_code, FEDERATION, part, rail=Rail.CASH), cash)
        self._ahead(cash.stated_id, cash.village_code, cash.handed_over_rupiah - part, came=True)

    def pay_out_cash(self, cash: ListedCash) -> None:
        """A village received cash."""
        part = self._make_way(cash.village_code, cash.received_rupiah)
        if part:
            self._from_hand(self._plan(FEDERATION, cash.village_code, part, rail=Rail.CASH), cash)
        self._ahead(cash.stated_id, cash.village_code, cash.received_rupiah - part, came=False)

    def _room(self, village: str, amount_rupiah: int) -> int:
        if self.cycle is None:
            return 0
        return min(amount_rupiah, pool_items.PoolTotals(cycle=self.cycle).room(debtor=village))

    def _make_way(self, village: str, amount_rupiah: int) -> int:
        """Let what is only planned for a village give way to what it got, and say how much of that the cycle's pool has for it."""
        if self.cycle is None or not amount_rupiah or archived_villages.is_archived(village_code=village):
            return 0
        planned = PaymentLeg.objects.select_for_update(no_key=True).filter(
            cycle=self.cycle, giver=FEDERATION, receiver=village, state=State.PLANNED
        )
        take_backs.call_off(list(planned.order_by("id")), cycle=self.cycle, act=self.act)
        pool = pool_items.pool(cycle=self.cycle)
        claim = pool.claims.get(village, 0) - pool.outgoing.get(village, 0)
        return max(0, min(amount_rupiah, claim, pool.collected_rupiah - pool.committed_rupiah))

    def _plan(self, giver: str, receiver: str, amount_rupiah: int, *, rail: str, key: str = "") -> PaymentLeg:
        if self.cycle is None:
            raise ValueError("Only the item of a cycle is paid")
        return legs.plan(cycle=self.cycle, giver=giver, receiver=receiver, amount_rupiah=amount_rupiah, rail=rail, act=self.act, key=key)

    def _from_hand(self, leg: PaymentLeg, cash: ListedCash) -> None:
        """Two persons said so: who stated it, and who confirmed that."""
        stated = StatedCash.objects.get(id=cash.stated_id)
        leg.given_by, leg.given_at = stated.stated_by, stated.stated_at
        confirmed = Act(by=Principal(account_id=stated.confirmed_by), at=self.act.at)
        legs.move(leg=leg, to=State.SUCCEEDED, evidence=evidence.Kind.RECEIVED, act=confirmed)

    def _ahead(self, cause_id: UUID, village: str, amount_rupiah: int, *, came: bool) -> None:
        if not amount_rupiah:
            return
        transfers.record(
            entries=_came(village, amount_rupiah) if came else _went(village, amount_rupiah),
            reference=f"adopted:{cause_id}:{'in' if came else 'out'}",
            cause_id=cause_id,
            happened_at=self.act.at,
            obligation_cause=money_ahead.CAUSE,
        )

    def _decide(self, row: StatementLine, village: str) -> None:
        decision = line_decisions.Decision(
            what=StatementLine.Decision.ADOPTED, reason=self.act.reason, by=self.act.by.account_id, village=village
        )
        line_decisions.Deciding(self.act, decision).decide(row, to=LINE.MATCHED if row.leg_id else LINE.EXPLAINED)


def _came(village: str, amount_rupiah: int) -> Sequence[PlannedTransfer]:
    if archived_villages.is_archived_now(village_code=village):
        return taken_over.kept_for_gone(event="adopted-pay-in", account=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    owed = PlannedTransfer(
        event="adopted-pay-in",
        debit=parties.AGENT_CASH,
        credit=parties.clearing(VillageCode(village)),
        amount_rupiah=amount_rupiah,
        debtor=FEDERATION,
        creditor=village,
    )
    return [owed]


def _went(village: str, amount_rupiah: int) -> Sequence[PlannedTransfer]:
    if archived_villages.is_archived_now(village_code=village):
        return taken_over.borne_for_gone(event="adopted-payout", account=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    owed = PlannedTransfer(
        event="adopted-payout",
        debit=parties.clearing(VillageCode(village)),
        credit=parties.AGENT_CASH,
        amount_rupiah=amount_rupiah,
        debtor=village,
        creditor=FEDERATION,
    )
    return [own_cash.owed_by_own(amount_rupiah=amount_rupiah), owed]  # first, so that at no moment something lacks that nobody owes


def _seen(row: StatementLine) -> str:
    return evidence.seen(booked_on=row.booked_on, number=row.bank_reference)
