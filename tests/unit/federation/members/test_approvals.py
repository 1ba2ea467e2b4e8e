"""A cycle is approved with the approver's own one-time code of just now, and a double tap approves it once without a reproach."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from federation.members import approvals
from settlement.cycles import approving
from settlement.models import Approval
from tenants import models
from tenants.acts import Act
from tenants.people import second_factor
from tenants.people.permissions import Principal
from tests.support import authenticator, factories
from tests.support.settlement import races, rounds

pytestmark = pytest.mark.usefixtures("market")
WHO = factories.APPROVER.id
NOW = rounds.T0 + timedelta(minutes=5)


@pytest.fixture
def terms() -> dict[str, object]:
    """What an approver sends for the worked example, with the code that the phone shows."""
    rounds.worked_example()
    rounds.proposed()
    secret = authenticator.enrolled(at=NOW - timedelta(days=1))
    return {
        "number": 1,
        "signed_sha256": rounds.signature(),
        "act": Act(by=factories.APPROVER.principal, at=NOW),
        "code": authenticator.code(secret, NOW),
    }


def test_taps_at_the_same_instant_all_find_it_approved(terms):
    outcomes = races.run(6, lambda _: approvals.approve(**terms))

    assert outcomes == ["done"] * 6
    assert rounds.get().state == "approved"
    assert Approval.objects.get().approver == WHO
    assert models.ActivityEntry.objects.filter(action="cycle.approved").count() == 1


def test_a_refused_approval_leaves_nothing_locked(terms):
    with pytest.raises(approving.ProposalChanged):
        approvals.approve(**{**terms, "signed_sha256": "0" * 64})

    later = NOW + authenticator.STEP
    secret = authenticator.enrolled(user_id=factories.WULAN.id, at=NOW - timedelta(days=1))
    other = Principal(factories.WULAN.id, factories.APPROVER.principal.roles)
    again = {**terms, "act": Act(by=other, at=later), "code": authenticator.code(secret, later)}
    assert races.run(2, lambda _: approvals.approve(**again)) == ["done"] * 2


def test_the_same_code_approves_nothing_else(terms):
    with pytest.raises(approving.ProposalChanged):
        approvals.approve(**{**terms, "signed_sha256": "0" * 64})

    with pytest.raises(second_factor.CodeUsed):
        approvals.approve(**terms)
    assert not Approval.objects.exists()


def test_a_code_of_another_person_or_of_another_time_approves_nothing(terms):
    del terms["code"]
    checks = (
        rounds.checked(by=Principal(uuid.uuid4()), at=NOW),
        rounds.checked(by=factories.OPERATOR.principal, at=NOW),
        rounds.checked(by=factories.APPROVER.principal, at=NOW - timedelta(minutes=2)),
        rounds.checked(by=factories.APPROVER.principal, at=NOW + timedelta(seconds=1)),
    )
    for checked in checks:
        with pytest.raises(approving.CodeMissing):
            approving.approve(**terms, checked=checked)
    assert rounds.get().state == "proposed"

    approving.approve(**terms, checked=rounds.checked(by=factories.APPROVER.principal, at=NOW))

    assert rounds.get().state == "approved"


def test_a_taken_code_says_whose_it_is(terms):
    assert second_factor.check(user_id=WHO, code=terms["code"], at=NOW) == second_factor.Checked(user_id=WHO, at=NOW)
