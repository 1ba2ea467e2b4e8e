"""While money is held since a restore nothing leaves and nothing is promised, by whatever way it would go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from settlement import advancing, money_hold
from settlement.cycles import cutoff
from settlement.models import BankFile, Cycle, PaymentLeg
from settlement.payments import bank_files, bank_payouts, cash_payments, payouts, payouts_by_gateway
from tenants.acts import Act
from tests.support.settlement import bank_days, books, restoring, rounds
from tests.support.settlement.books_hold import books_hold  # noqa: F401 - a fixture for all of them
from tests.support.settlement.restoring import R, hold
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

DAY = timedelta(days=1)
ACT = Act(by=MAKER, at=R, key="k" * 32, reason="uji")


def paying() -> None:
    """B waits for a file, C for cash; a file for B was made before, and money of it came back."""
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    bank_days.read(("TRSF PS0001-3402902001", 20_600))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    bank_days.read(("TRSF PS0001-3402902001", 10_600), first=3)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))


def of(receiver: str, rail: str) -> PaymentLeg:
    return PaymentLeg.objects.filter(receiver=receiver, rail=rail, state="planned").latest("id")


WAYS: dict[str, Callable[[], object]] = {
    "file": lambda: bank_files.make(number=1, act=ACT),
    "file given out": lambda: bank_files.contents(number=1, message_id=BankFile.objects.get().message_id, as_csv=False),
    "planning": lambda: payouts.plan(number=1, act=ACT),
    "planning at a gateway": lambda: payouts_by_gateway.plan(number=1, gateway="uji", act=ACT),
    "cash given": lambda: cash_payments.give(number=1, leg_id=of(C, "cash").id, party="F", act=ACT),
    "cash planned": lambda: cash_payments.plan(number=1, giver=A, amount_rupiah=5, direct=False, act=ACT),
    "cash instead": lambda: bank_payouts.pay_in_cash(number=1, leg_id=of(B, "bank").id, act=ACT),
    "cut-off": lambda: cutoff.cut_off(number=2, objection_days=1, collection_days=1, act=ACT),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out_while_money_is_held(market, way):
    paying()
    hold()
    before = books.rows("SELECT id, state FROM settlement_paymentleg ORDER BY id")
    with pytest.raises(money_hold.MoneyHeld):
        WAYS[way]()
    assert books.rows("SELECT id, state FROM settlement_paymentleg ORDER BY id") == before
    assert Cycle.objects.count() == 2


@pytest.mark.parametrize("way", ["file", "file given out", "planning", "cash given", "cash planned", "cash instead"])
def test_the_way_is_open_where_nothing_was_restored(market, way):
    paying()
    WAYS[way]()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE settlement_paymentleg SET state = 'submitted' WHERE state = 'planned'",
        "UPDATE settlement_paymentleg SET state = 'unknown' WHERE state = 'planned'",
        "UPDATE settlement_cycle SET state = 'cutoff' WHERE state = 'open'",
        "INSERT INTO settlement_bankfile (id, cycle_id, message_id, leg_count, amount_rupiah, pain001, portal_csv, made_by, made_at) "
        "SELECT gen_random_uuid(), cycle_id, 'other', leg_count, amount_rupiah, pain001, portal_csv, made_by, made_at "
        "FROM settlement_bankfile",
    ],
)
def test_the_database_refuses_whoever_asks(market, sql):
    paying()
    hold()
    with pytest.raises(DatabaseError, match="money is held"), transaction.atomic():
        books.rows_changed(sql)


def test_no_cycle_moves_by_itself(market):
    paying()
    hold()
    assert advancing.advance(number=1, at=R + 90 * DAY) == "collecting"


def test_pay_ins_are_matched_while_money_is_held(market):
    paying()
    hold()
    bank_days.read(("TRSF PS0001-3402902001", 10_000), first=9)
    assert PaymentLeg.objects.filter(giver=A, amount_rupiah=10_000, state="succeeded").exists()


def test_a_village_waits_until_it_has_stated_its_cash(market):
    paying()
    hold()
    restoring.read_again([("TRSF PS0001-3402902001", 20_600), ("TRSF PS0001-3402902001", 1_000)], until=R, at=R + DAY)
    restoring.release(at=R + DAY)
    restoring.confirm_accounts(at=R + DAY)
    assert money_hold.waiting([B, C, "F"]) == {B, C}
    with pytest.raises(money_hold.CashNotStated):
        cash_payments.give(number=1, leg_id=of(C, "cash").id, party="F", act=Act(by=MAKER, at=R + DAY))
    with pytest.raises(bank_files.AccountsWait):
        bank_files.make(number=1, act=Act(by=MAKER, at=R + DAY))
    restoring.states(C, at=R + DAY)
    assert money_hold.waiting([B, C, "F"]) == {B}
    payouts.plan(number=1, act=Act(by=SECOND, at=R + DAY))
    assert set(PaymentLeg.objects.filter(state="planned").values_list("receiver", flat=True)) == {B, C}
