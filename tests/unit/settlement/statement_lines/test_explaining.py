"""What a person explains is booked: the federation's own cash bears it or gets it, and the books agree with the bank's account."""

from __future__ import annotations

import pytest

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import agent_cash, payouts
from settlement.reports import agenda, cycle_overview, payment_overview
from settlement.statement_lines import explaining
from tenants.acts import Act
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
SAID = Act(by=SECOND, at=T0, reason="kata bank")


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def explained(amount: int, *, first: int = 2) -> StatementLine:
    bank_days.read(("BIAYA ADM" if amount < 0 else "BUNGA", amount), first=first)
    line = StatementLine.objects.get(state="open")
    for _tap in range(2):
        explaining.explain(line_id=line.id, act=SAID)
    line.refresh_from_db()
    return line


def test_a_charge_is_owed_until_own_cash_covers_it(collecting):
    bank_days.read((OWN, 41_200))

    line = explained(-2_500)

    assert (line.state, line.decision) == ("explained", "explained")
    short = {"own-costs": 2_500, "uncovered": 2_500, "between-funds": -2_500}
    assert rounds.balances() == {"agent-cash": 38_700, "fee-income": -4_800, **short}
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))  # takes the own share, which covers it
    agent_cash.settle_due(at=T0)
    assert rounds.balances() == {"agent-cash": 36_400, "own-cash": 2_300, "own-costs": 2_500, "fee-income": -4_800}
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    legs = PaymentLeg.objects.filter(giver="F", state="planned").values_list("amount_rupiah", flat=True)
    assert sum(legs) == 36_400  # the villages get all that is theirs


def test_what_was_only_planned_gives_way_where_own_cash_is_short(collecting):
    bank_days.read((OWN, 41_200))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    assert rounds.balances()["own-cash"] == 4_800

    explained(-4_000)
    assert PaymentLeg.objects.filter(giver="F", state="planned").count() == 2  # covered at once
    explained(-4_000, first=3)

    assert not PaymentLeg.objects.filter(giver="F", state="planned").exists()
    assert rounds.balances()["uncovered"] == 3_200
    due = agenda.waiting(of=cycle_overview.cycle(number=1)).distributable_rupiah
    assert due == sum(payment_overview.due(pool=payment_overview.pool(number=1)).values()) == 36_400 - 3_200  # the desk promises no more
    explained(3_200, first=4)  # the federation brings what it owes
    assert advancing.advance(number=1, at=T0) == "paying"
    paying_out = PaymentLeg.objects.filter(giver="F", state="planned").values_list("amount_rupiah", flat=True)
    assert sum(paying_out) == 36_400


def test_interest_is_the_federations_own(collecting):
    explained(70)

    assert rounds.balances() == {"own-cash": 70, "own-costs": -70, "fee-income": -4_800}


def test_a_doubtful_line_can_be_called_misread_and_books_nothing(collecting):
    mapping = {name: column for name, column in bank_days.MAPPING.items() if name != "referensi"}
    for row in (f"02/07/2026;{OWN};;20000", f"02/07/2026;{OWN};20000;"):
        contents = f"Tanggal;Keterangan;Debit;Kredit\n{row}\n".encode()
        bank_days.matching.import_statement(contents=contents, file="m.csv", mapping=mapping, act=Act(by=MAKER, at=T0))
    stands, line = rounds.balances(), StatementLine.objects.get(state="open")
    assert line.why == "read-otherwise"

    for _tap in range(2):
        explaining.call_misread(line_id=line.id, act=SAID)

    line.refresh_from_db()
    assert (line.state, line.decision, rounds.balances()) == ("explained", "misread", stands)


def test_a_line_that_nobody_doubts_moved_money(collecting):
    bank_days.read(("BIAYA ADM", -6_500))

    with pytest.raises(explaining.NotDoubtful):
        explaining.call_misread(line_id=StatementLine.objects.get().id, act=SAID)


def test_a_payout_is_never_called_a_cost(collecting):
    bank_days.read((OWN, 41_200))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    leg = PaymentLeg.objects.get(receiver=B)
    bank_days.read((f"BIAYA {leg.key}", -2_500), (f"x {leg.key}", -18_001), first=2)
    fee, whole = StatementLine.objects.filter(state="open").order_by("amount_rupiah")

    explaining.explain(line_id=fee.id, act=SAID)  # a charge that only names the payout
    with pytest.raises(explaining.PayoutOnLine):
        explaining.explain(line_id=whole.id, act=SAID)
