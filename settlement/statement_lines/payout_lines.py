"""A person says which payout of ours a statement line shows, where its amount or its reference says it wrongly, or it had been given up.

The village has the money, so whatever else was planned for it gives way: the payout arrived, or, where it was over already, what the line
moved is paid out of what the village still has coming; what goes beyond that, the village owes to the federation. What the line moved above
the payout is the federation's cost. Money of such a payout that came back is open again, or owed to the village against what it owes. A
village that has left owes nothing and is owed nothing: the federation bears the one and keeps the other.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop

from settlement.bank.statement_files import references
from settlement.cycles import lifecycle
from settlement.ledger import own_cash, parties, taken_over, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Cycle, PaymentLeg, StatementLine
from settlement.payments import agent_cash, evidence, legs, pool_items, take_backs
from settlement.statement_lines import explaining, line_decisions
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind

State = StatementLine.State
LEG = PaymentLeg.State


class NotThatPayout(DomainError):
    """The line names another payout, or came back of one that never left so, or the payout is none by bank."""

    kind = Kind.CONFLICT
    code = "line-not-that-payout"
    sentence = gettext_noop("Baris ini bukan pembayaran itu: arah uangnya lain, atau rujukannya menyebut pembayaran lain.")


def count_as_payout(*, line_id: UUID, payout_id: UUID, act: Act) -> None:
    """Money that went is this payout of ours, by bank, what is more is the federation's cost; or money that came is all of it back.

    payout_id: the payment leg

    :raises NotThatPayout, line_decisions.ReasonMissing, line_decisions.AlreadyDecided: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=StatementLine.Decision.PAYOUT, act=act, source_id=payout_id) as deciding:
        act, leg = deciding.act, _locked(payout_id)
        line = deciding.waiting(line_id, within=(State.OPEN,))
        if line is None:
            return
        if not line.amount_rupiah or (references.leg_of(reference=line.key) and line.key != leg.key):
            raise NotThatPayout
        if line.incoming:
            line.leg = _came_back(line, leg=leg, act=act)
            deciding.decide(line, to=State.MATCHED if line.leg else State.EXPLAINED)
            return
        amount = min(line.amount_rupiah, leg.amount_rupiah)
        seen = evidence.seen(booked_on=line.booked_on, number=line.bank_reference)
        line.leg = _arrived(leg, amount, seen=seen, act=act)
        deciding.decide(line, to=State.MATCHED if line.leg else State.EXPLAINED)
        cost = line.amount_rupiah - amount
        if line.leg is None:
            _owe(line, leg=leg, amount_rupiah=amount, act=act)
        if cost:
            explaining.bear(line=line, amount_rupiah=cost, cycle=leg.cycle, act=act)
        agent_cash.settle(arrived_rupiah=0, cause_id=line.id, at=act.at)
    if leg.cycle.state in Cycle.MOVING:
        lifecycle.wake_worker(cycle=leg.cycle)


def _locked(payout_id: UUID) -> PaymentLeg:
    try:
        leg = legs.locked(leg_id=payout_id)
    except legs.NoSuchLeg:
        raise NotThatPayout from None
    if leg.giver != FEDERATION or leg.rail != PaymentLeg.Rail.BANK:
        raise NotThatPayout
    return leg


def _arrived(leg: PaymentLeg, amount_rupiah: int, *, seen: str, act: Act) -> PaymentLeg | None:
    """The leg that now stands for so much money, seen on the account; None where nothing is open any more that it could pay."""
    shown = StatementLine.objects.filter(leg=leg, incoming=False).exists()
    if leg.amount_rupiah == amount_rupiah and leg.state in PaymentLeg.ACTIVE:
        legs.move(leg=leg, to=LEG.SUCCEEDED, evidence=seen, act=act)
        return leg
    if leg.amount_rupiah == amount_rupiah and leg.state == LEG.SUCCEEDED and not shown:  # said by somebody before
        legs.settle(leg=leg, at=act.at)
        return leg
    if leg.state in PaymentLeg.ACTIVE:  # another amount than was sent: the rest of it did not go
        legs.move(leg=leg, to=LEG.FAILED, evidence=seen, act=act)
    return _paid_again(leg, amount_rupiah, seen=seen, act=act) if leg.cycle.state in Cycle.MOVING else None


def _paid_again(leg: PaymentLeg, amount_rupiah: int, *, seen: str, act: Act) -> PaymentLeg | None:
    """A leg of its own for money that went by one that is over, out of what the village has coming; None if that is less."""
    cycle = leg.cycle
    own = [one for one in take_backs.planned(cycle=cycle) if one.receiver == leg.receiver]
    pool = pool_items.pool(cycle=cycle)
    gives_way = sum(one.amount_rupiah for one in own)
    claim = pool.claims.get(leg.receiver, 0) - pool.outgoing.get(leg.receiver, 0) + gives_way
    if amount_rupiah > min(claim, pool.collected_rupiah - pool.committed_rupiah + gives_way):
        return None
    take_backs.call_off(own, cycle=cycle, act=act)
    again = legs.plan(cycle=cycle, giver=FEDERATION, receiver=leg.receiver, amount_rupiah=amount_rupiah, rail=PaymentLeg.Rail.BANK, act=act)
    legs.move(leg=again, to=LEG.SUCCEEDED, evidence=seen, act=act)
    return again


def _came_back(line: StatementLine, *, leg: PaymentLeg, act: Act) -> PaymentLeg | None:
    """The leg that came back; None where the village had been paid twice by it, and owes no more: it is owed as much in turn.

    :raises NotThatPayout: unless a person counted a line as this payout, or its own line showed it, and all of that came back, once
    """
    shown = StatementLine.objects.filter(Q(decision=StatementLine.Decision.PAYOUT, decided_source=leg.id) | Q(leg=leg), incoming=False)
    row = shown.order_by("id").first()
    known = StatementLine.objects.filter(decision=StatementLine.Decision.PAYOUT, decided_source=leg.id, incoming=True)
    if row is None or line.amount_rupiah != min(row.amount_rupiah, leg.amount_rupiah) or known.exists():
        raise NotThatPayout
    if row.leg_id is not None:
        paid = leg if row.leg_id == leg.id else legs.locked(leg_id=row.leg_id)
        if paid.state != LEG.SUCCEEDED or paid.cycle.state not in Cycle.MOVING:
            raise NotThatPayout
        legs.move(leg=paid, to=LEG.RETURNED, evidence=evidence.seen(booked_on=line.booked_on, number=line.bank_reference), act=act)
        lifecycle.wake_worker(cycle=paid.cycle)
        return paid
    entries = [
        PlannedTransfer(
            event="paid-twice-back",
            debit=parties.AGENT_CASH,
            credit=parties.clearing(VillageCode(leg.receiver)),
            amount_rupiah=line.amount_rupiah,
            debtor=FEDERATION,
            creditor=leg.receiver,
        )
    ]
    if legs.has_left(leg=leg, party=leg.receiver):
        entries = taken_over.kept_for_gone(event="paid-twice-back", account=parties.AGENT_CASH, amount_rupiah=line.amount_rupiah)
    reference = f"line:{line.id}:paid-twice-back"
    transfers.record(entries=entries, reference=reference, cause_id=line.id, happened_at=act.at, obligation_cause="payout")
    return None


def _owe(line: StatementLine, *, leg: PaymentLeg, amount_rupiah: int, act: Act) -> None:
    """The village was paid twice, and owes the second payment to the federation, which covers it meanwhile."""
    entries = [
        own_cash.owed_by_own(amount_rupiah=amount_rupiah),
        PlannedTransfer(
            event="paid-twice",
            debit=parties.clearing(VillageCode(leg.receiver)),
            credit=parties.AGENT_CASH,
            amount_rupiah=amount_rupiah,
            debtor=leg.receiver,
            creditor=FEDERATION,
        ),
    ]
    if legs.has_left(leg=leg, party=leg.receiver):
        entries = taken_over.borne_for_gone(event="paid-twice", account=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    reference = f"line:{line.id}:paid-twice"
    transfers.record(entries=entries, reference=reference, cause_id=line.id, happened_at=act.at, obligation_cause="payout")
