"""Money that comes when all that came in time is paid out: it is paid on as well, and a late payer holds no cycle open."""

from __future__ import annotations

import datetime

import pytest

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import bank_files, pool_items, reconciliation
from settlement.statement_lines import suspense, suspense_account
from tenants.acts import Act
from tenants.models import ActivityEntry
from tests.support.settlement import bank_days, books, rounds
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
    suspense.explain(line_id=line.id, act=Act(by=SECOND, at=rounds.T0, reason="bunga"))


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
