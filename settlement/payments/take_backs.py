"""A village's payment in that the bank took back. What was only planned gives way to it; what was paid on already is owed again.

While the money still lies in the pool of its cycle, the village's item there is open again. Payouts that are planned and not sent are
called off for it, and planned again by what is there then; the federation gives back its own share. Where that does not suffice, or the
cycle has closed, the village owes the money to the federation, outside that cycle; until it pays, the federation's own cash covers what
lacks in agent cash (own_cash). For a village that has left the federation bears it.
"""

from __future__ import annotations

from settlement.ledger import federation_books, locks, own_cash, parties, taken_over, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Cycle, PaymentLeg, Transfer
from settlement.payments import evidence, legs, own_share, pool_items
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode

State = PaymentLeg.State


def undo(*, leg: PaymentLeg, words: str, totals: pool_items.PoolTotals, act: Act) -> bool:
    """Take a payment in back, whose leg and cycle are locked, while its money lies in the pool; False, and nothing changed, if it does not.

    words: the evidence of it
    """
    if leg.cycle.state not in Cycle.MOVING or not _make_room(cycle=leg.cycle, amount_rupiah=leg.amount_rupiah, totals=totals, act=act):
        return False
    legs.move(leg=leg, to=State.RETURNED, evidence=words, act=act)
    totals.taken_back(debtor=leg.giver, amount_rupiah=leg.amount_rupiah)
    return True


def owe_again(*, leg: PaymentLeg, act: Act) -> None:
    """The village owes the federation what its payment in, which is locked, had paid: the money was paid on and is gone. The federation
    bears it where the village has left.

    What of the cycle's payouts is only planned is called off: agent cash lacks this much.
    """
    if leg.cycle.state in Cycle.MOVING:
        call_off(planned(cycle=leg.cycle), cycle=leg.cycle, act=act)
    entries = [
        own_cash.owed_by_own(amount_rupiah=leg.amount_rupiah),  # first, so that at no moment something lacks that nobody owes
        PlannedTransfer(
            event="taken-back",
            debit=parties.clearing(VillageCode(leg.giver)),
            credit=parties.AGENT_CASH,
            amount_rupiah=leg.amount_rupiah,
            debtor=leg.giver,
            creditor=FEDERATION,
        ),
    ]
    if legs.has_left(leg=leg, party=leg.giver):
        entries = taken_over.borne_for_gone(event="taken-back", account=parties.AGENT_CASH, amount_rupiah=leg.amount_rupiah)
    reference = f"leg:{leg.id}:taken-back"
    transfers.record(entries=entries, reference=reference, cause_id=leg.id, happened_at=act.at, obligation_cause="pay-in")


def is_owed_again(*, leg: PaymentLeg) -> bool:
    """Whether the village owes the payment again already, or the federation bears it."""
    return Transfer.objects.filter(cause_id=leg.id, event="taken-back").exists()


def _make_room(*, cycle: Cycle, amount_rupiah: int, totals: pool_items.PoolTotals, act: Act) -> bool:
    """Let planned payouts, and then the federation's own share, give way until so much of what came in lies there; False if it cannot."""
    lacking = amount_rupiah - totals.spare_rupiah
    if lacking <= 0:
        return True
    gives_way = planned(cycle=cycle)
    lacking -= sum(leg.amount_rupiah for leg in gives_way)
    if lacking > 0:
        locks.hold_agent_cash()
        if lacking > min(own_share.taken_rupiah(cycle=cycle), federation_books.read().own_cash_rupiah):
            return False
        own_share.give_back(cycle=cycle, amount_rupiah=lacking, at=act.at)
        totals.came_back(amount_rupiah=lacking)
    for leg in call_off(gives_way, cycle=cycle, act=act):
        totals.came_back(amount_rupiah=leg.amount_rupiah)
    return True


def planned(*, cycle: Cycle) -> list[PaymentLeg]:
    """The federation's payouts out of the pool that nobody was asked to make yet, locked; their cycle is locked, so they stay that."""
    rows = PaymentLeg.objects.select_for_update(no_key=True).filter(cycle=cycle, giver=FEDERATION, state=State.PLANNED)
    return list(rows.exclude(rail=PaymentLeg.Rail.GATEWAY).order_by("id"))


def call_off(gives_way: list[PaymentLeg], *, cycle: Cycle, act: Act) -> list[PaymentLeg]:
    """Call planned payouts of a locked cycle off, and give them back: what they held is there for others."""
    for leg in gives_way:
        leg.cycle = cycle
        legs.move(leg=leg, to=State.FAILED, evidence=evidence.Kind.GAVE_WAY, act=act)
    return gives_way


def call_off_uncovered(*, cycle: Cycle, act: Act) -> None:
    """Where own cash does not cover what lacks in agent cash, a locked cycle pays out nothing that is only planned."""
    if cycle.state in Cycle.MOVING and federation_books.read().uncovered_rupiah:
        call_off(planned(cycle=cycle), cycle=cycle, act=act)
