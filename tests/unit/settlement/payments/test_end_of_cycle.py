"""Money that comes when all that came in time is paid out: it is paid on as well, and a late payer holds no cycle open."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import Cycle, PaymentLeg, StatementLine
from settlement.payments import bank_files, bank_payouts, cash_payments, legs, pool_items, reconciliation
from settlement.statement_lines import explaining, suspense, suspense_account
from tenants import archived_villages, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.models import ActivityEntry, Village
from tests.support.settlement import bank_days, books, paying, rounds
from tests.support.settlement.rounds import MAKER, SECOND, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
STATE = StatementLine.State


def pay_out(*, at: datetime.datetime, first: int) -> dict[str, int]:
    """Send everything planned by bank, and let the bank show it; what each village got."""
    bank_files.make(number=1, act=Act(by=MAKER, at=at))
    sent = list(PaymentLeg.objects.filter(giver="F", state=PaymentLeg.State.SUBMITTED).order_by("receiver"))
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent), first=first)
    return {leg.receiver: leg.amount_rupiah for leg in sent}


def count(line: StatementLine, *, at: datetime.datetime, reason: str = "terlambat, kata bendahara") -> None:
    """Count what came too late as A's payment."""
    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=Act(by=SECOND, at=at, reason=reason))


@pytest.fixture
def reconciling(market) -> datetime.datetime:
    """Half of A's 41,200 came in time and is paid out, a line that nobody has explained holds the cycle; gives the date to pay."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    after = rounds.collecting().collect_until_at
    bank_days.read((OWN, 20_600), ("entah", 70))
    assert advancing.advance(number=1, at=after) == "paying"
    assert pay_out(at=after, first=3) == {B: 9_000, C: 9_200}
    assert advancing.advance(number=1, at=after) == "reconciling"
    return after


def decide_the_other_line() -> None:
    line = StatementLine.objects.get(amount_rupiah=70)
    explaining.explain(line_id=line.id, act=Act(by=SECOND, at=rounds.T0, reason="bunga"))


@pytest.mark.parametrize("held", [False, True])
def test_what_comes_late_is_paid_on_and_nothing_is_unwound(reconciling, held):
    bank_days.read((OWN, 10_000), first=9)
    line = StatementLine.objects.get(amount_rupiah=10_000)
    assert (line.state, line.why) == (STATE.OPEN, "cycle-not-collecting")
    if held:
        suspense.hold(line_id=line.id, act=Act(by=SECOND, at=reconciling, reason="belum tahu"))

    for _tap in range(2):
        count(line, at=reconciling)

    assert pool_items.pool(cycle=rounds.get()).due()
    assert advancing.advance(number=1, at=reconciling) == "paying"
    assert ActivityEntry.objects.filter(action="cycle.paying-again", subject_id="1").count() == 1
    assert pay_out(at=reconciling, first=12) == {B: 4_369, C: 4_466}  # with the federation's 1,165: 10,000 pro rata over what came in all
    decide_the_other_line()
    assert advancing.advance(number=1, at=reconciling) == "closed"
    pool = pool_items.pool(cycle=rounds.get())
    assert pool.collected_rupiah == pool.paid_rupiah == 30_600
    assert rounds.open_items(2)[A, "P"] == 10_600


def test_what_is_more_than_the_late_payer_owes_goes_back_to_it(reconciling):
    bank_days.read(("susulan", 25_000), first=9)
    line = StatementLine.objects.get(amount_rupiah=25_000)

    count(line, at=reconciling)

    assert suspense_account.left_of(line=line) == 4_400
    assert advancing.advance(number=1, at=reconciling) == "paying"
    pay_out(at=reconciling, first=12)
    decide_the_other_line()
    assert advancing.advance(number=1, at=reconciling) == "reconciling"
    assert reconciliation.unexplained(cycle=rounds.get()) == {"suspense": -4_400}
    with pytest.raises(pool_items.MoreThanOpen):
        count(line, at=reconciling, reason="sekali lagi")
    bank_days.read(("kelebihan", -4_400), first=20)
    back = StatementLine.objects.get(amount_rupiah=4_400)
    suspense.pay_back(line_id=back.id, source_id=line.id, act=Act(by=SECOND, at=reconciling, reason="kelebihan"))
    assert advancing.advance(number=1, at=reconciling) == "closed"
    assert books.net() == {}


def test_once_the_cycle_is_closed_late_money_is_the_next_ones(reconciling):
    decide_the_other_line()
    assert advancing.advance(number=1, at=reconciling) == "closed"
    bank_days.read((OWN, 20_600), first=9)
    line = StatementLine.objects.get(state=STATE.OPEN)

    with pytest.raises(suspense.NoCycleCollects):
        count(line, at=reconciling)
    rounds.collecting(number=2, at=reconciling)
    count(line, at=reconciling)

    assert pool_items.pool(cycle=rounds.get(2)).open_debts[A] == 0


def paying_with_cash_to_fetch(*, accounts: tuple[str, ...] = ()) -> datetime.datetime:
    """Half of A's 41,200 came in, B and C would fetch their shares in cash; gives the end of the time to pay out."""
    rounds.worked_example()
    rounds.bank_accounts(*accounts)
    date = rounds.collecting().collect_until_at
    bank_days.read((OWN, 20_600))
    assert advancing.advance(number=1, at=date) == "paying"
    return date + Cycle.PAYOUT_TIME


def test_nobody_holds_a_cycle_open_by_not_fetching_the_cash(market):
    end = paying_with_cash_to_fetch()

    assert advancing.advance(number=1, at=end - datetime.timedelta(seconds=1)) == "paying"
    assert set(PaymentLeg.objects.filter(giver="F").values_list("receiver", "state")) == {(B, "planned"), (C, "planned")}
    assert advancing.advance(number=1, at=end) == "closed"

    assert set(PaymentLeg.objects.filter(giver="F").values_list("state", flat=True)) == {"failed"}
    # The money that nobody fetched lies in agent cash, and the federation owes it to the next pool.
    assert rounds.open_items(2) == {(A, "P"): 20_600, ("P", B): 18_000, ("P", C): 18_400, ("P", "F"): 2_400, ("F", "P"): 18_200}
    assert rounds.balances()["agent-cash"] == 18_200


def test_what_rolled_on_with_its_money_is_paid_by_the_next_cycle(market):
    end = paying_with_cash_to_fetch()
    advancing.advance(number=1, at=end)
    rounds.bank_accounts(A, B, C)
    rounds.collecting(number=2, at=end)
    bank_days.read((references.pay_in(cycle_number=2, village_code=A), 20_600), first=5)

    assert advancing.advance(number=2, at=end) == "paying"
    bank_files.make(number=2, act=Act(by=MAKER, at=end))
    sent = list(PaymentLeg.objects.filter(giver="F", state="submitted").order_by("receiver"))
    assert {leg.receiver: leg.amount_rupiah for leg in sent} == {B: 18_000, C: 18_400}
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent), first=9)
    assert advancing.advance(number=2, at=end) == "closed"
    assert books.net() == {}
    assert "agent-cash" not in rounds.balances()


def test_a_payout_that_the_bank_refuses_after_the_time_to_pay_out_rolls_on(market):
    end = paying_with_cash_to_fetch(accounts=(B, C))
    bank_files.make(number=1, act=Act(by=MAKER, at=end))
    sent = {leg.receiver: leg for leg in PaymentLeg.objects.filter(giver="F")}
    bank_days.read((sent[C].key, -sent[C].amount_rupiah), first=5)
    assert advancing.advance(number=1, at=end) == "paying"  # the bank may still pay it

    bank_payouts.refuse(number=1, leg_id=sent[B].id, act=Act(by=MAKER, at=end, reason="rekening ditutup"))

    assert advancing.advance(number=1, at=end) == "closed"
    assert rounds.open_items(2)["F", "P"] == sent[B].amount_rupiah


def test_no_cash_is_planned_for_a_village_that_left_and_its_item_rolls_on(market):
    end = paying_with_cash_to_fetch()
    for leg in PaymentLeg.objects.filter(giver="F"):
        cash_payments.call_off(
            number=1, leg_id=leg.id, party=VillageCode("F"), act=Act(by=MAKER, at=rounds.T0, reason="Desa sudah tidak ada")
        )
    with market.as_owner():
        Village.objects.filter(code=B).update(state="archived")
    villages.forget()

    assert advancing.advance(number=1, at=end - datetime.timedelta(days=1)) == "paying"
    assert set(PaymentLeg.objects.filter(giver="F", state="planned").values_list("receiver", flat=True)) == {C}
    assert advancing.advance(number=1, at=end) == "closed"
    assert rounds.open_items(2)["P", B] == 18_000


def left(market, code: str) -> None:
    with market.as_owner():
        Village.objects.filter(code=code).update(state="archived")
    villages.forget()


def test_no_cycle_waits_to_pay_who_is_gone_nor_for_whom_it_would_be_paid_by(market):
    """B's share rolls on with its money as soon as C has its own; and A, which is gone too, is not waited for until the date."""
    paying_with_cash_to_fetch()
    cash_payments.call_off(
        number=1,
        leg_id=PaymentLeg.objects.get(giver="F", receiver=B).id,
        party=VillageCode("F"),
        act=Act(by=MAKER, at=rounds.T0, reason="Desa sudah tidak ada"),
    )
    left(market, B)

    paying.hand_over(PaymentLeg.objects.get(giver="F", receiver=C))

    assert advancing.advance(number=1, at=rounds.T0 + datetime.timedelta(days=8)) == "closed"
    assert rounds.open_items(2) == {(A, "P"): 20_600, ("P", B): 18_000, ("P", C): 9_200, ("P", "F"): 2_400, ("F", "P"): 9_000}
    left(market, A)
    rounds.collecting(number=2, at=rounds.T0 + datetime.timedelta(days=8))
    assert advancing.advance(number=2, at=rounds.T0 + datetime.timedelta(days=8)) != "collecting"


def test_no_cash_goes_straight_to_a_village_that_left(market):
    rounds.worked_example()
    cycle = rounds.collecting()
    with market.as_owner():
        Village.objects.filter(code=B).update(state="archived")
    villages.forget()

    planned = cash_payments.plan(number=1, giver=A, amount_rupiah=20_600, direct=True, act=Act(by=MAKER, at=cycle.cutoff_at))

    assert {leg.receiver: leg.amount_rupiah for leg in planned} == {C: 9_200, "F": 11_400}
    with pytest.raises(archived_villages.VillageLeft), transaction.atomic():
        legs.plan(cycle=cycle, giver="F", receiver=B, amount_rupiah=1, rail="cash", act=Act(by=MAKER, at=cycle.cutoff_at))
