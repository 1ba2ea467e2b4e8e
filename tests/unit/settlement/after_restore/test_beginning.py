"""What a restore does to cycles and accounts, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement.cycles import setting_off
from settlement.models import MoneyHold
from tests.support.settlement import rounds
from tests.support.settlement.restoring import R, hold
from tests.support.settlement.rounds import T0

DAY = timedelta(days=1)


@pytest.mark.parametrize("approved", [False, True])
def test_a_cycle_that_was_not_set_off_is_given_up(market, approved):
    rounds.worked_example()
    rounds.proposed()
    if approved:
        rounds.approve()
    hold()
    assert [rounds.get().state, rounds.get(2).state] == ["aborted", "open"]


def test_one_that_was_set_off_goes_on(market):
    rounds.worked_example()
    rounds.proposed()
    rounds.approve()
    setting_off.post(number=1, at=T0)
    assert rounds.get().state == "setoff_posted"
    hold()
    assert rounds.get().state == "collecting"


def test_a_restore_before_the_last_one_was_released_leaves_one_hold_from_the_first_backup(market):
    hold()
    hold(at=R + DAY)
    [first, second] = MoneyHold.objects.order_by("restored_at")
    assert (first.state, second.state, second.backup_at) == ("released", "held", T0)
