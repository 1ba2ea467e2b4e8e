"""An account that is a backup's waits until it is confirmed again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement.bank import account_changes, bank_accounts, restored_accounts
from settlement.models import BankAccountStep
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.restoring import ACT, R, hold
from tests.support.settlement.rounds import APPROVER, MAKER, T0, B, C

DAY = timedelta(days=1)


def test_accounts_wait_until_the_village_or_a_second_person_confirms_them(market):
    rounds.bank_accounts(B, C)
    hold()
    assert bank_accounts.usable(at=R, parties=["F", B, C]) == {}
    assert bank_accounts.own_numbers(at=R)  # its statements are read all the same
    account_changes.resume(party=B, act=ACT)
    shown = bank_accounts.status(party=C, at=R).account
    with pytest.raises(account_changes.ProposedByYou):
        restored_accounts.confirm_again(party=C, step_id=shown.step_id, act=Act(by=rounds.MAKER_AS_APPROVER, at=R))
    restored_accounts.confirm_again(party=C, step_id=shown.step_id, act=Act(by=APPROVER, at=R))
    restored_accounts.confirm_again(party=C, step_id=shown.step_id, act=Act(by=APPROVER, at=R))
    assert set(bank_accounts.usable(at=R, parties=["F", B, C])) == {B, C}
    assert BankAccountStep.objects.filter(party=C).count() == 4


def test_a_new_account_takes_the_place_of_the_backups_and_that_is_not_used_meanwhile(market):
    rounds.bank_accounts(B)
    hold()
    rounds.account(B, number="777788889999", at=R)
    assert bank_accounts.usable(at=R + DAY / 2, parties=[B]) == {}
    assert bank_accounts.usable(at=R + DAY, parties=[B])[B].number == "777788889999"


def test_a_village_that_had_stopped_its_account_has_it_stopped(market):
    rounds.bank_accounts(B)
    account_changes.stop(party=B, act=Act(by=MAKER, at=T0))
    hold()
    status = bank_accounts.status(party=B, at=R)
    assert (status.stopped, status.restored) == (True, False)
