"""What the bank refused, and what goes in cash instead: every cycle comes to its end, and nobody is paid twice for it."""

from __future__ import annotations

import uuid

import pytest

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import LegEvent, PaymentLeg, StatementLine
from settlement.payments import agent_cash, bank_files, bank_payouts, legs, payouts, pool_items, reconciliation
from settlement.statement_lines import explaining, payout_lines
from tenants.acts import Act
from tenants.models import ActivityEntry
from tests.support.settlement import bank_days, books, paying, races, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

LEG = PaymentLeg.State
LINE = StatementLine.State
SAID = {"number": 1, "act": Act(by=MAKER, at=T0, reason="rekening tidak aktif, kata bank")}
OWN = references.pay_in(cycle_number=1, village_code=A)


@pytest.fixture
def planned(market) -> dict[str, PaymentLeg]:
    """A has paid all of its 41,200, so the cycle pays out; the payouts by receiver, none in a file yet."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()
    bank_days.read((OWN, 41_200))
    assert advancing.advance(number=1, at=T0) == "paying"
    return {leg.receiver: leg for leg in PaymentLeg.objects.filter(giver="F")}


@pytest.fixture
def sent(planned) -> dict[str, PaymentLeg]:
    """The same in a file at the bank, and C's is seen to leave."""
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    bank_days.read((planned[C].key, -18_400), first=2)
    return planned


def state(leg: PaymentLeg) -> str:
    return PaymentLeg.objects.get(id=leg.id).state


def shows(line: StatementLine, leg: PaymentLeg) -> None:
    """A person says that the line shows this payout, twice."""
    for _tap in range(2):
        payout_lines.count_as_payout(line_id=line.id, payout_id=leg.id, act=Act(by=SECOND, at=T0, reason="menurut bank"))


def test_what_the_bank_refused_is_paid_anew_and_the_cycle_ends(sent):
    assert advancing.advance(number=1, at=T0) == "paying"  # as long as nobody says it, it waits

    for _tap in range(2):
        bank_payouts.refuse(leg_id=sent[B].id, **SAID)

    assert state(sent[B]) == LEG.FAILED
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 18_000}
    [said] = LegEvent.objects.filter(leg=sent[B], state=LEG.FAILED)
    assert (said.evidence, said.by) == (SAID["act"].reason, MAKER.account_id)
    [entry] = ActivityEntry.objects.filter(action="payout.refused")
    assert (entry.subject_id, entry.by, entry.reason) == (str(sent[B].id), MAKER.account_id, SAID["act"].reason)
    assert advancing.advance(number=1, at=T0) == "paying"
    again = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)
    assert (again.rail, again.amount_rupiah) == ("bank", 18_000)
    assert again.key != sent[B].key
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    bank_days.read((again.key, -18_000), first=5)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert books.net() == {}


def test_money_that_shows_for_a_refused_payout_pays_nobody_twice(sent):
    bank_payouts.refuse(leg_id=sent[B].id, **SAID)
    advancing.advance(number=1, at=T0)
    again = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)
    bank_payouts.pay_in_cash(leg_id=again.id, **SAID)
    paying.pay_out()

    bank_days.read((sent[B].key, -18_000), first=5)  # the bank paid after all

    line = StatementLine.objects.get(state=LINE.OPEN)
    assert (line.why, line.amount_rupiah, line.leg_id) == ("after-failure", 18_000, None)
    assert state(sent[B]) == LEG.FAILED
    pool = pool_items.pool(cycle=rounds.get())
    assert pool.collected_rupiah == pool.paid_rupiah == 41_200
    assert books.net() == {}
    assert advancing.advance(number=1, at=T0) == "reconciling"
    assert reconciliation.unexplained(cycle=rounds.get()) == {"statement-lines": 1}  # the cycle does not close over it
    bank_days.read((f"RETUR {sent[B].key}", 18_000), first=7)
    with pytest.raises(explaining.PayoutOnLine):
        explaining.explain(line_id=line.id, act=Act(by=SECOND, at=T0, reason="biar jadi biaya"))
    shows(line, sent[B])
    assert rounds.open_items(2) == {(B, "F"): 18_000}  # paid in cash and by bank: the second is owed back
    shows(StatementLine.objects.get(state=LINE.OPEN), sent[B])
    assert rounds.open_items(2) == {(B, "F"): 18_000, ("F", B): 18_000}
    assert advancing.advance(number=1, at=T0) == "closed"
    rounds.proposed(number=2)
    rounds.approve(number=2)
    assert advancing.advance(number=2, at=T0) == "closed"
    agent_cash.settle_due(at=T0)
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}


def test_nothing_more_is_sent_while_a_line_shows_that_the_bank_paid_after_all(sent):
    bank_payouts.refuse(leg_id=sent[B].id, **SAID)
    advancing.advance(number=1, at=T0)
    again = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)

    bank_days.read((sent[B].key, -18_000), first=5)

    with pytest.raises(bank_payouts.FailedPayoutOnStatement, match=sent[B].key):
        bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    bank_payouts.pay_in_cash(leg_id=again.id, **SAID)
    cash = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)
    with pytest.raises(bank_payouts.FailedPayoutOnStatement):
        paying.hand_over(cash)
    assert state(cash) == LEG.PLANNED
    shows(StatementLine.objects.get(state=LINE.OPEN), sent[B])
    assert state(cash) == LEG.FAILED  # what was only planned gives way: the village has its money
    assert advancing.advance(number=1, at=T0) == "closed"
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    assert books.net() == {}


def test_a_planned_payout_goes_in_cash_instead_where_the_account_does_not_work(planned):
    for _tap in range(2):
        bank_payouts.pay_in_cash(leg_id=planned[B].id, **SAID)

    assert state(planned[B]) == LEG.FAILED
    cash = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)
    assert (cash.rail, cash.amount_rupiah) == ("cash", 18_000)
    assert payouts.plan(number=1, act=Act(by=MAKER, at=T0)) == 0  # its money is held
    assert bank_files.make(number=1, act=Act(by=MAKER, at=T0)).leg_count == 1  # C's alone, nobody waits for B's account
    bank_days.read((planned[C].key, -18_400), first=2)
    paying.hand_over(cash)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert books.net() == {}


def test_only_what_can_have_been_refused_was(sent):
    bank_payouts.refuse(leg_id=sent[B].id, **SAID)
    advancing.advance(number=1, at=T0)
    again = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)
    pay_in = PaymentLeg.objects.get(giver=A)
    said = LegEvent.objects.count()
    for attempt, leg, refusal in (
        (bank_payouts.refuse, again, bank_payouts.NotFiledYet),
        (bank_payouts.refuse, sent[C], bank_payouts.EndedAlready),
        (bank_payouts.refuse, pay_in, bank_payouts.NotAPayoutByBank),
        (bank_payouts.pay_in_cash, sent[B], bank_payouts.EndedAlready),
        (bank_payouts.pay_in_cash, sent[C], bank_payouts.EndedAlready),
        (bank_payouts.pay_in_cash, pay_in, bank_payouts.NotAPayoutByBank),
    ):
        with pytest.raises(refusal):
            attempt(leg_id=leg.id, **SAID)
    for other in ({"number": 2}, {"leg_id": uuid.uuid4()}):
        for attempt in (bank_payouts.refuse, bank_payouts.pay_in_cash):
            with pytest.raises(legs.NoSuchLeg):
                attempt(**{"leg_id": again.id, **SAID, **other})
    for attempt in (bank_payouts.refuse, bank_payouts.pay_in_cash):
        with pytest.raises(bank_payouts.ReasonMissing):
            attempt(leg_id=again.id, **{**SAID, "act": Act(by=MAKER, at=T0, reason=" ")})
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    with pytest.raises(bank_payouts.FiledAlready):
        bank_payouts.pay_in_cash(leg_id=again.id, **SAID)
    assert LegEvent.objects.count() == said + 1  # the file's


def test_a_line_that_may_show_the_payout_is_decided_before_it_is_called_refused(sent):
    bank_days.read((sent[B].key, -17_999), first=5)

    with pytest.raises(bank_payouts.LineWaits):
        bank_payouts.refuse(leg_id=sent[B].id, **SAID)
    line = StatementLine.objects.get(state=LINE.OPEN)
    explaining.explain(line_id=line.id, act=Act(by=SECOND, at=T0, reason="bukan pembayaran ini, kata bank"))
    bank_payouts.refuse(leg_id=sent[B].id, **SAID)

    assert state(sent[B]) == LEG.FAILED
    assert rounds.balances()["own-costs"] == 17_999  # and the federation's own cash bears what left


@pytest.mark.parametrize("amount", [18_000, 20_500])
def test_a_line_without_reference_that_may_be_the_payout_is_decided_first_and_counts_as_it(sent, amount):
    bank_days.read(("BIFAST KELUAR", -amount), first=5)
    with pytest.raises(bank_payouts.LineWaits):
        bank_payouts.refuse(leg_id=sent[B].id, **SAID)

    shows(StatementLine.objects.get(state=LINE.OPEN), sent[B])

    assert (state(sent[B]), books.net()) == (LEG.SUCCEEDED, {})
    assert rounds.balances().get("own-costs", 0) == amount - 18_000
    with pytest.raises(bank_payouts.EndedAlready):
        bank_payouts.refuse(leg_id=sent[B].id, **SAID)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert PaymentLeg.objects.filter(receiver=B).count() == 1


def test_a_payout_of_which_less_went_is_paid_so_far_and_the_rest_can_follow(sent):
    bank_days.read((sent[B].key, -10_000), first=5)

    shows(StatementLine.objects.get(state=LINE.OPEN), sent[B])

    assert state(sent[B]) == LEG.FAILED
    assert PaymentLeg.objects.filter(receiver=B, state=LEG.SUCCEEDED).get().amount_rupiah == 10_000
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 8_000}


def test_a_refusal_and_the_statement_at_the_same_instant_agree(sent):
    attempts = [lambda: bank_payouts.refuse(leg_id=sent[B].id, **SAID), lambda: bank_days.read((sent[B].key, -18_000), first=5)]

    outcomes = races.run(2, lambda number: attempts[number]())

    assert outcomes in (["done", "done"], ["EndedAlready", "done"])
    leg, line = PaymentLeg.objects.get(id=sent[B].id), StatementLine.objects.get(amount_rupiah=18_000)
    assert (leg.state, line.state, line.why) in ((LEG.FAILED, LINE.OPEN, "after-failure"), (LEG.SUCCEEDED, LINE.MATCHED, ""))
