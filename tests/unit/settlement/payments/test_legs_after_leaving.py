"""What a bank or gateway says of payments of a village that has left: no obligation of a party that is gone, and no rupiah lost."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from settlement import advancing
from settlement.bank.rails import rail_interface as rails
from settlement.bank.statement_files import references
from settlement.ledger import unsettled
from settlement.models import Obligation, PaymentLeg, StatementLine
from settlement.payments import agent_cash, bank_files, bank_payouts, legs, payouts, payouts_by_gateway
from settlement.statement_lines import payout_lines, suspense
from tenants import acts, models
from tenants.acts import Act
from tenants.db import context
from tests.support.settlement import bank_days, books, leavers, paying, rounds
from tests.support.settlement.gateway_deals import GATE, arrived, deposit_sale, handed_over
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

STATE = StatementLine.State
OWN = references.pay_in(cycle_number=1, village_code=A)
SAID = Act(by=SECOND, at=T0, reason="kata bank")


@pytest.fixture
def closed(market) -> dict[str, PaymentLeg]:
    """The worked example, all of it through the bank and closed; the payouts by receiver."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()
    bank_days.read((OWN, 41_200))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    sent = {leg.receiver: leg for leg in PaymentLeg.objects.filter(giver="F")}
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=2)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    return sent


@pytest.fixture
def by_gateway(market) -> PaymentLeg:
    """The gateway paid B 98,000, and the cycle is closed."""
    rounds.bank_accounts(B)
    handed_over(deposit_sale())
    rounds.collecting()
    payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))
    leg = PaymentLeg.objects.get()
    hear(leg, rails.OutcomeState.SUCCEEDED)
    assert advancing.advance(number=1, at=T0) == "closed"
    return leg


def hear(leg: PaymentLeg, state: rails.OutcomeState) -> None:
    outcome = rails.Outcome(state=state, amount_rupiah=leg.amount_rupiah, at=T0, evidence="kata gerbang")
    payouts_by_gateway.learn(leg_id=leg.id, outcome=outcome, at=T0)


def nothing_of(village: str) -> None:
    """Nobody owes it anything, nor it anybody; and the next cycle has nothing that it would wait for."""
    for party in ({"debtor": village}, {"creditor": village}):
        assert not Obligation.objects.filter(**party, open_rupiah__gt=0).exists()
    assert books.net(village) == {}
    agent_cash.settle_due(at=T0)
    rounds.proposed(number=2)
    rounds.approve(number=2)
    assert advancing.advance(number=2, at=T0) == "closed"


def test_what_a_gateway_sends_back_is_kept_and_owed_to_nobody(market, by_gateway):
    leavers.leave(market, B)

    for _ in range(2):
        hear(by_gateway, rails.OutcomeState.RETURNED)

    arrived(100_000)
    nothing_of(B)
    assert rounds.balances() == {"own-cash": 100_000, "fee-income": -2_000, "taken-over": -98_000}


def test_what_the_bank_sends_back_is_kept_and_holds_no_cycle(market, closed):
    leavers.leave(market, B)

    bank_days.read((closed[B].key, 18_000), first=9)

    [line] = StatementLine.objects.filter(leg=closed[B], incoming=True)
    assert line.state == STATE.MATCHED
    nothing_of(B)
    assert rounds.balances() == {"own-cash": 22_800, "fee-income": -4_800, "taken-over": -18_000}


def test_what_the_bank_sends_back_to_one_who_is_there_waits_in_suspense(closed):
    bank_days.read((closed[B].key, 18_000), first=9)

    assert StatementLine.objects.get(leg=closed[B], incoming=True).state == STATE.SUSPENSE
    assert rounds.balances()["suspense"] == -18_000


def test_a_pay_in_that_the_bank_takes_back_is_borne_by_the_federation_once(market, closed):
    leavers.leave(market, A)
    shown = StatementLine.objects.get(amount_rupiah=41_200)
    for first in (5, 6):
        bank_days.read((f"KOREKSI {OWN}", -41_200), first=first)
    line, again = StatementLine.objects.filter(state=STATE.OPEN).order_by("id")
    assert (line.why, again.why) == ("taken-back", "taken-back")

    for _tap in range(2):
        suspense.take_back(line_id=line.id, pay_in_id=shown.id, act=SAID)

    with pytest.raises(suspense.NoSuchPayIn):
        suspense.take_back(line_id=again.id, pay_in_id=shown.id, act=SAID)
    assert not Obligation.objects.filter(open_rupiah__gt=0).exists()
    assert books.net(A) == {}
    assert rounds.balances()["uncovered"] == 41_200 - 4_800  # until the federation brings it; nobody else pays for it
    assert rounds.balances()["taken-over"] == 41_200


def test_a_village_that_left_and_was_paid_twice_owes_nothing_and_gets_nothing(market, closed):
    """The bank had refused C's payout, which was paid in cash then; after C has left its statement shows that it paid all the same."""
    leg = refused_and_paid_in_cash()
    leavers.leave(market, C)
    bank_days.read((leg.key, -leg.amount_rupiah), first=20)
    went = StatementLine.objects.get(state=STATE.OPEN)
    assert went.why == "after-failure"

    for _tap in range(2):
        payout_lines.count_as_payout(line_id=went.id, payout_id=leg.id, act=SAID)

    assert books.net(C) == {}
    assert rounds.balances()["taken-over"] == leg.amount_rupiah
    bank_days.read((f"RETUR {leg.key}", leg.amount_rupiah), first=21)
    payout_lines.count_as_payout(line_id=StatementLine.objects.get(state=STATE.OPEN).id, payout_id=leg.id, act=SAID)
    agent_cash.settle_due(at=T0)
    assert books.net(C) == {}
    assert not Obligation.objects.filter(open_rupiah__gt=0).exists()
    assert set(rounds.balances()) == {"own-cash", "fee-income"}


def refused_and_paid_in_cash() -> PaymentLeg:
    """In cycle 2 C is paid in cash what the bank is said to have refused."""
    rounds.trade(B, C, 10_000, fee_percent=0)
    rounds.collecting(number=2)
    bank_days.read((references.pay_in(cycle_number=2, village_code=B), 10_000), first=10)
    assert advancing.advance(number=2, at=T0) == "paying"
    bank_files.make(number=2, act=Act(by=MAKER, at=T0))
    leg = PaymentLeg.objects.get(cycle__number=2, giver="F")
    bank_payouts.refuse(number=2, leg_id=leg.id, act=SAID)
    advancing.advance(number=2, at=T0)
    again = PaymentLeg.objects.get(cycle__number=2, giver="F", state="planned")
    bank_payouts.pay_in_cash(number=2, leg_id=again.id, act=SAID)
    paying.pay_out(number=2)
    assert advancing.advance(number=2, at=T0) == "closed"
    return leg


def test_who_leaves_while_a_return_is_being_read_is_gone_before_it_or_after(by_gateway):
    """The return has begun and holds its payment; leaving waits for it, finds what it made, and is refused."""
    begun, leaving, outcomes = threading.Event(), threading.Event(), []

    def leave() -> None:
        begun.wait(30)
        try:
            with context.public(), transaction.atomic():
                leaving.set()
                late = T0 + PaymentLeg.ASKED_AFTER_END
                unsettled.refuse_unsettled(village_code=B, act=acts.by_command_line(at=late, reason="keluar"))
                models.Village.objects.filter(code=B).update(state="archived")
            outcomes.append("left")
        except unsettled.NotSettled:
            outcomes.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=leave)
    thread.start()
    with transaction.atomic():
        leg = PaymentLeg.objects.select_for_update(no_key=True).get(id=by_gateway.id)
        begun.set()
        leaving.wait(30)
        thread.join(0.5)  # it waits for the payment
        assert outcomes == []
        hear_within(leg)
    thread.join(30)

    assert outcomes == ["refused"]
    assert rounds.open_items(2) == {("F", B): 98_000}


def hear_within(leg: PaymentLeg) -> None:
    outcome = rails.Outcome(state=rails.OutcomeState.RETURNED, amount_rupiah=leg.amount_rupiah, at=T0, evidence="kata gerbang")
    legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, act=acts.by_system(at=T0))
