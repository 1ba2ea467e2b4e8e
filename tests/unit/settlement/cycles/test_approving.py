"""Two people stand behind every approved cycle: in the verb, and in the database whatever the verb says."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from settlement.cycles import approving
from settlement.models import Approval
from tenants.acts import Act
from tests.support.settlement import books, rounds
from tests.support.settlement.rounds import APPROVER, SECOND, T0


def cut_off_by_nobody() -> None:
    """A cycle of an earlier release, proposed: it may have been cut off by nobody."""
    rounds.worked_example()
    rounds.proposed()
    books.rows_changed("UPDATE settlement_cycle SET made_by = NULL WHERE number = 1")


def test_a_cycle_that_nobody_cut_off_is_approved_by_no_one_and_can_be_given_up(market):
    cut_off_by_nobody()

    with pytest.raises(approving.MakerCannotApprove):
        rounds.approve()

    approving.abort(number=1, act=Act(by=SECOND, at=T0, reason="tidak tahu siapa yang menutup bukunya"))
    assert rounds.get().state == "aborted"


@pytest.mark.parametrize("maker", [None, APPROVER.account_id])
def test_the_database_takes_no_approval_without_a_second_person(market, maker: uuid.UUID | None):
    rounds.worked_example()
    cycle = rounds.proposed()
    terms = {"snapshot_id": cycle.snapshot_id, "sha256": "0" * 64, "approver": APPROVER.account_id, "approved_at": T0}

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(maker=maker, **terms)

    assert Approval.objects.count() == 0
