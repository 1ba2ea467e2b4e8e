"""The federation ends a hold whose manager is gone: after three days, by two persons, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenants import models, trade_holds, trade_releases, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.people import permissions
from tests.support import factories, holding
from tests.support.shopping import NOON

CIBIRU = VillageCode(factories.CIBIRU)
DUE = NOON + timedelta(days=3)
OPERATOR, APPROVER = factories.OPERATOR.principal, factories.APPROVER.principal


def propose(*, by=OPERATOR, at=DUE, reason="Pengelola sakit"):
    trade_releases.propose(village_code=CIBIRU, act=Act(by=by, at=at, reason=reason))
    return trade_holds.of_village(village_code=CIBIRU).proposal.id


def confirm(proposal_id, *, by=APPROVER, at=DUE + timedelta(hours=1)):
    trade_releases.confirm(village_code=CIBIRU, proposal_id=proposal_id, act=Act(by=by, at=at))


def test_one_proposes_and_another_confirms_and_nobody_says_what_was_paid(market):
    holding.hold()
    proposal = propose()
    assert villages.held() >= {CIBIRU}
    for _tap in range(2):
        confirm(proposal)
    assert CIBIRU not in villages.held()
    steps = models.TradeHoldStep.objects.filter(village_code=CIBIRU).order_by("turn")
    assert [row.step for row in steps] == ["held", "proposed", "released"]
    assert (steps[2].by, steps[2].proposed_by) == (APPROVER.account_id, OPERATOR.account_id)
    assert (steps[2].stock_looked_at, steps[2].lost_orders_rupiah) == (False, None)
    assert models.ActivityEntry.objects.filter(subject_id=CIBIRU, action="trade.released").count() == 1
    with pytest.raises(trade_holds.NotHeld):
        propose()


def test_not_before_three_days_and_not_without_a_reason(market):
    holding.hold()
    with pytest.raises(trade_releases.ManagerMayStill):
        propose(at=DUE - timedelta(seconds=1))
    with pytest.raises(trade_releases.ReasonMissing):
        propose(reason=" ")
    assert trade_holds.of_village(village_code=CIBIRU).proposal is None


def test_the_three_days_begin_again_with_another_restore(market):
    holding.hold()
    holding.hold(at=NOON + timedelta(days=2))
    with pytest.raises(trade_releases.ManagerMayStill):
        propose()


def test_who_proposed_does_not_confirm_and_others_may_not(market):
    holding.hold()
    proposal = propose()
    both = permissions.Principal(OPERATOR.account_id, OPERATOR.roles | APPROVER.roles)
    with pytest.raises(trade_releases.SamePerson):
        confirm(proposal, by=both)
    for who in (OPERATOR, factories.AUDITOR.principal, factories.SARI.principal):
        with pytest.raises(permissions.Forbidden):
            confirm(proposal, by=who)
    for who in (APPROVER, factories.SARI.principal):
        with pytest.raises(permissions.Forbidden):
            propose(by=who)


def test_one_waits_at_a_time_and_sent_twice_it_counts_once(market):
    holding.hold()
    assert propose() == propose()
    with pytest.raises(trade_releases.ProposedAlready):
        propose(reason="Lain")
    assert models.TradeHoldStep.objects.filter(step="proposed").count() == 1


def test_what_was_declined_or_ended_by_the_manager_is_not_confirmed(market):
    holding.hold()
    first = propose()
    for wrong in (Act(by=OPERATOR, at=DUE), Act(by=factories.SARI.principal, at=DUE, reason="x")):
        with pytest.raises((trade_releases.ReasonMissing, permissions.Forbidden)):
            trade_releases.decline(village_code=CIBIRU, proposal_id=first, act=wrong)
    trade_releases.decline(village_code=CIBIRU, proposal_id=first, act=Act(by=APPROVER, at=DUE, reason="Pengelola sudah pulang"))
    with pytest.raises(trade_releases.NoSuchProposal):
        confirm(first)
    second = propose()
    holding.release(CIBIRU, at=DUE)
    with pytest.raises(trade_releases.NoSuchProposal):
        confirm(second)
