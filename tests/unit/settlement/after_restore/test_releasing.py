"""One proposes the list, another confirms just that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement import money_hold
from settlement.after_restore import releasing
from settlement.cycles import approving
from settlement.models import HoldList, StatementLine
from tenants.acts import Act
from tests.support.settlement import bank_days, restoring, rounds
from tests.support.settlement.restoring import ACT, NOW, hold, lost_payout, read, released
from tests.support.settlement.rounds import APPROVER, MAKER_AS_APPROVER, B, C

DAY = timedelta(days=1)


def test_another_person_confirms_just_what_was_proposed(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    read(("TRSF PS0001-3402902001", 41_200))
    sha256 = restoring.listed().sha256
    proposal = releasing.propose(shown_sha256=sha256, act=ACT)
    assert releasing.propose(shown_sha256=sha256, act=ACT) == proposal
    same = Act(by=MAKER_AS_APPROVER, at=NOW)
    with pytest.raises(releasing.SamePerson):
        releasing.confirm(list_id=proposal, shown_sha256=sha256, act=same, checked=rounds.checked(by=same.by, at=NOW))
    other = Act(by=APPROVER, at=NOW)
    with pytest.raises(approving.CodeMissing):
        releasing.confirm(list_id=proposal, shown_sha256=sha256, act=other, checked=rounds.checked(by=same.by, at=NOW))
    bank_days.read(("TRSF PS0001-3402902001", 100), first=9)
    with pytest.raises(releasing.ListChanged):
        releasing.confirm(list_id=proposal, shown_sha256=sha256, act=other, checked=rounds.checked(at=NOW))
    assert money_hold.is_held()
    restoring.release(at=NOW)
    assert not money_hold.is_held()
    assert HoldList.objects.count() == 2


def test_a_payout_that_the_bank_makes_after_the_release_stops_all_until_it_is_taken_in(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    released(("TRSF PS0001-3402902001", 41_200))
    rounds.collecting(at=NOW)
    bank_days.read(lost_payout(18_000, number="03370100123451"), first=9)
    assert money_hold.waiting([B, C]) == {B, C}
    restoring.release(at=NOW)
    assert money_hold.waiting([B, C]) == set()
    assert StatementLine.objects.get(amount_rupiah=18_000).decision == "adopted"
