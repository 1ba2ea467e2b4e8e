"""A form makes one bank file, however often it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from settlement.bank import account_changes, bank_accounts
from settlement.bank.rails import batches
from settlement.bank.statement_files import references
from settlement.models import BankFile, PaymentLeg
from settlement.payments import bank_files, cash_payments, payouts
from tenants.acts import Act
from tenants.codes import FEDERATION
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


def test_a_file_pays_to_the_accounts_in_force_when_it_is_made_and_its_legs_keep_them(collecting):
    bank_days.read((OWN, 20_600))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    former = bank_accounts.status(party=B, at=T0).account
    assert former is not None
    new = rounds.account(B, number="99999999", at=T0)
    account_changes.stop(party=C, act=Act(by=MAKER, at=T0))

    first = bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    assert first.leg_count == 1  # C's waits
    assert former.number.encode() in bytes(first.pain001)
    account_changes.resume(party=C, act=Act(by=MAKER, at=T0))
    bank_days.read((OWN, 20_600), first=5)
    later = T0 + timedelta(days=1)
    payouts.plan(number=1, act=Act(by=MAKER, at=later))
    second = bank_files.make(number=1, act=Act(by=MAKER, at=later))

    assert b"99999999" in bytes(second.pain001)
    assert former.number.encode() not in bytes(second.pain001)
    sent = PaymentLeg.objects.filter(receiver=B, giver="F").order_by("planned_at", "id").values_list("bank_file", "to_account")
    assert list(sent) == [(first.id, former.step_id), (second.id, new)]
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentLeg.objects.filter(bank_file=first).update(to_account=new)


def test_without_any_account_in_force_there_is_no_file(collecting):
    bank_days.read((OWN, 41_200))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    for party in (B, C):
        account_changes.stop(party=party, act=Act(by=MAKER, at=T0))
    with pytest.raises(bank_files.AccountsWait):
        bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    account_changes.stop(party=FEDERATION, act=Act(by=MAKER, at=T0))
    with pytest.raises(bank_files.FederationAccountMissing):
        bank_files.make(number=1, act=Act(by=MAKER, at=T0))
