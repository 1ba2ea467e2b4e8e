"""What the bank took back in full: the books agree with its account, and somebody owes the money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from deploy import audit
from settlement import advancing
from settlement.bank.statement_files import references
from settlement.ledger import federation_books
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import agent_cash, bank_files, payouts, pool_items
from settlement.statement_lines import suspense, suspense_account
from tenants.acts import Act
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
SAID = Act(by=SECOND, at=T0, reason="kata bank: salah buku")
LATER = T0 + timedelta(days=30)


@pytest.fixture
def collecting(market):
    """The worked example: A owes 41,200; B waits for 18,000, C for 18,400, the federation for 4,800."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def line(*, incoming: bool, amount: int) -> StatementLine:
    return StatementLine.objects.get(incoming=incoming, amount_rupiah=amount)


def paid_in(text: str = OWN, amount: int | Decimal = 41_200) -> StatementLine:
    bank_days.read((text, amount))
    return line(incoming=True, amount=int(amount))


def gone(text: str = "salah buku", amount: int | Decimal = 41_200) -> StatementLine:
    bank_days.read((text, -amount), first=3)
    return line(incoming=False, amount=int(amount))


def taken_back(back: StatementLine, shown: StatementLine) -> StatementLine:
    for _tap in range(2):
        suspense.take_back(line_id=back.id, pay_in_id=shown.id, act=SAID)
    back.refresh_from_db()
    return back


def filed() -> None:
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))


def payouts_leave(*, first: int = 5) -> None:
    sent = PaymentLeg.objects.filter(giver="F", state="submitted")
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent), first=first)


def assert_right(*, bank: int) -> None:
    """The bank's account holds what the books say, and the audit finds nothing (the worked example has no orders)."""
    books = federation_books.read()
    assert books.agent_cash_rupiah + books.own_cash_rupiah == bank
    assert sum(one.amount_rupiah if one.incoming else -one.amount_rupiah for one in StatementLine.objects.all()) == bank
    found = {result.name for result in audit.run() if result.count}
    assert not found - {"order-has-exactly-its-obligations", "obligation-has-its-cause"}


@pytest.mark.parametrize("text", [OWN, "salah buku"])
def test_planned_payouts_and_the_own_share_give_way(collecting, text):
    """The worker planned them by itself as soon as the last village had paid."""
    shown = paid_in()
    assert advancing.advance(number=1, at=T0) == "paying"
    assert rounds.balances()["own-cash"] == 4_800

    back = gone(text)
    assert (back.state, back.why) == ("open", "taken-back" if text == OWN else "no-reference")  # a match is not undone unseen
    taken_back(back, shown)

    assert (line(incoming=False, amount=41_200).state, pool_items.pool(cycle=rounds.get()).open_debts) == ("matched", {A: 41_200})
    assert set(PaymentLeg.objects.values_list("giver", "state")) == {(A, "returned"), ("F", "failed")}
    assert_right(bank=0)
    bank_days.read((OWN, 41_200), first=5)  # A pays once more, and all are paid by new payouts
    assert advancing.advance(number=1, at=T0) == "paying"
    filed()
    payouts_leave(first=7)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert rounds.balances()["own-cash"] == 4_800
    assert_right(bank=4_800)


def test_what_was_taken_back_of_a_planned_cycle_rolls_on(collecting):
    shown = paid_in()
    advancing.advance(number=1, at=T0)

    taken_back(gone(), shown)

    assert advancing.advance(number=1, at=LATER) == "closed"
    assert rounds.open_items(2) == {(A, "P"): 41_200, ("P", B): 18_000, ("P", C): 18_400, ("P", "F"): 4_800}
    assert_right(bank=0)


def test_after_it_was_paid_on_the_village_owes_it_to_the_federation(collecting):
    shown = paid_in()
    filed()
    payouts_leave()

    back = gone()
    assert (taken_back(back, shown).state, back.leg) == ("explained", None)

    books = federation_books.read()
    assert (books.agent_cash_rupiah, books.own_cash_rupiah, books.uncovered_rupiah) == (-36_400, 0, 36_400)
    assert advancing.advance(number=1, at=LATER) == "closed"
    assert rounds.open_items(2) == {(A, "F"): 41_200}
    assert_right(bank=-36_400)
    bank_days.read(("lagi", -41_200), first=9)
    again = StatementLine.objects.get(state="open")
    with pytest.raises(suspense.NoSuchPayIn):
        suspense.take_back(line_id=again.id, pay_in_id=shown.id, act=SAID)


def test_what_the_village_owes_again_covers_what_lacks_once_it_is_paid(collecting):
    shown = paid_in()
    filed()
    payouts_leave()
    taken_back(gone(), shown)
    advancing.advance(number=1, at=LATER)
    rounds.collecting(number=2, at=LATER)

    bank_days.read((references.pay_in(cycle_number=2, village_code=A), 41_200), first=40)

    assert advancing.advance(number=2, at=LATER + timedelta(days=30)) == "closed"
    rounds_ = rounds.balances()
    assert (rounds_.get("uncovered"), rounds_["own-cash"], rounds_.get("agent-cash")) == (36_400, 41_200, -36_400)
    agent_cash.settle_due(at=LATER)
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    assert_right(bank=4_800)


def test_while_a_file_is_at_the_bank_the_village_owes_it_to_the_federation(collecting):
    shown = paid_in()
    filed()

    taken_back(gone(), shown)

    payouts_leave()
    assert advancing.advance(number=1, at=LATER) == "closed"
    assert rounds.open_items(2) == {(A, "F"): 41_200}
    assert_right(bank=-36_400)


def test_after_its_cycle_has_closed(collecting):
    shown = paid_in()
    filed()
    payouts_leave()
    assert advancing.advance(number=1, at=T0) == "closed"

    taken_back(gone(), shown)

    assert rounds.open_items(2) == {(A, "F"): 41_200}
    assert_right(bank=-36_400)


def test_all_that_a_line_brought(collecting):
    """Of 50,000 A's debt was counted, and the rest waited."""
    shown = paid_in("setoran", 50_000)
    suspense.count_as_pay_in(line_id=shown.id, village_code=A, act=SAID)
    assert suspense_account.left_of(line=shown) == 8_800

    taken_back(gone(amount=50_000), shown)

    shown.refresh_from_db()
    assert (shown.state, suspense_account.left_of(line=shown)) == ("explained", 0)
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    assert_right(bank=0)


def test_a_payment_with_sen(collecting):
    shown = paid_in("setoran", Decimal("20000.50"))
    suspense.count_as_pay_in(line_id=shown.id, village_code=A, act=SAID)

    taken_back(gone(amount=Decimal("20000.50")), shown)

    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    assert_right(bank=0)


def test_the_second_payment_of_a_line(collecting):
    shown = paid_in("setoran", 50_000)
    suspense.count_as_pay_in(line_id=shown.id, village_code=A, act=SAID)
    bank_days.take_back(shown, OWN, 41_200, first=5)
    later = Act(by=SECOND, at=T0 + timedelta(hours=1), reason="sisanya")
    suspense.count_as_pay_in(line_id=shown.id, village_code=A, act=later)

    taken_back(gone(amount=8_800), shown)

    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    assert set(PaymentLeg.objects.values_list("amount_rupiah", "state")) == {(41_200, "returned"), (8_800, "returned")}
    assert_right(bank=0)
