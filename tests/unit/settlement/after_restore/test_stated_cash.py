"""What villages say of cash, confirmed by another person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement import money_hold
from settlement.after_restore import stated_cash
from settlement.models import StatedCash
from tenants.acts import Act
from tests.support.settlement import restoring, rounds
from tests.support.settlement.restoring import NOW, R, hold
from tests.support.settlement.rounds import APPROVER, MAKER, SECOND, B

DAY = timedelta(days=1)


def test_two_of_the_federation_state_the_cash_of_a_silent_village_after_three_days(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    terms = {"village_code": B, "handed_over_rupiah": 0, "received_rupiah": 5_000, "at_federation": True}
    with pytest.raises(stated_cash.TooEarly):
        stated_cash.state(**terms, act=Act(by=MAKER, at=R + 2 * DAY))
    found = stated_cash.state(**terms, act=Act(by=MAKER, at=R + 3 * DAY))
    with pytest.raises(stated_cash.permissions.Forbidden):
        stated_cash.confirm(stated_id=found, act=Act(by=SECOND, at=R + 3 * DAY))
    stated_cash.confirm(stated_id=found, act=Act(by=APPROVER, at=R + 3 * DAY))
    stated_cash.confirm(stated_id=found, act=Act(by=APPROVER, at=R + 3 * DAY))
    with pytest.raises(stated_cash.NothingAsked):
        stated_cash.state(**terms, act=Act(by=MAKER, at=R + 3 * DAY))
    assert StatedCash.objects.get().adopted_at is None


def test_what_the_federation_does_not_believe_is_said_again(market):
    hold()
    act = Act(by=MAKER, at=NOW)
    found = stated_cash.state(village_code=B, handed_over_rupiah=0, received_rupiah=0, act=act)
    with pytest.raises(stated_cash.SamePerson):
        stated_cash.confirm(stated_id=found, act=act)
    stated_cash.decline(stated_id=found, act=Act(by=SECOND, at=NOW))
    with pytest.raises(stated_cash.NotWaiting):
        stated_cash.confirm(stated_id=found, act=Act(by=SECOND, at=NOW))
    assert B in money_hold.not_stated(hold=money_hold.newest())
    restoring.states(B, at=NOW, received=18_000)
