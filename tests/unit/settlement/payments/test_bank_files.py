"""A form makes one bank file, however often it is sent."""

from __future__ import annotations

import pytest

from settlement.bank.rails import batches
from settlement.bank.statement_files import references
from settlement.models import BankFile
from settlement.payments import bank_files, cash_payments, payouts
from tenants.acts import Act
from tenants.errors import FormReused
from tests.support.settlement import bank_days, races, rounds
from tests.support.settlement.rounds import MAKER, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def test_a_form_makes_one_bank_file(collecting):
    bank_days.read((OWN, 20_600))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    first = bank_files.make(number=1, act=Act(by=MAKER, at=T0, key="satu"))
    bank_days.read((OWN, 20_600), first=5)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))

    again = bank_files.make(number=1, act=Act(by=MAKER, at=T0, key="satu"))

    assert (again.id, BankFile.objects.count()) == (first.id, 1)  # what was planned since waits for its own file
    assert bank_files.make(number=1, act=Act(by=MAKER, at=T0, key="dua")).leg_count == 2
    with pytest.raises(batches.NothingToPay):
        bank_files.make(number=1, act=Act(by=MAKER, at=T0, key="tiga"))
    assert races.run(4, lambda _: bank_files.make(number=1, act=Act(by=MAKER, at=T0, key="dua"))) == ["done"] * 4
    assert BankFile.objects.count() == 2


def test_a_form_that_did_something_else_makes_no_bank_file(collecting):
    cash_payments.plan(number=1, giver=A, amount_rupiah=600, direct=False, act=Act(by=MAKER, at=T0, key="satu"))

    with pytest.raises(FormReused):
        bank_files.make(number=1, act=Act(by=MAKER, at=T0, key="satu"))
