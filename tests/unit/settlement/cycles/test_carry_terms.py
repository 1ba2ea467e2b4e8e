"""What may be left for the next cycle: agreed by the village, allowed by the federation, and counted when a cycle is frozen."""

from __future__ import annotations

import pytest

from settlement.cycles import carry_terms
from settlement.ledger import function_calls
from settlement.models import CycleParty, Snapshot
from tenants.acts import Act
from tenants.errors import FormReused
from tenants.models import ActivityEntry
from tests.support import factories
from tests.support.settlement import rounds
from tests.support.settlement.rounds import A, B

BY, AT = factories.SARI.principal, factories.START


def test_each_side_sets_its_own_amount(market):
    carry_terms.agree(village_code=B, amount_rupiah=5_000, act=Act(by=BY, at=AT))
    carry_terms.set_debtor_limit(
        village_code=B, amount_rupiah=7_000, act=Act(by=factories.OPERATOR.principal, at=AT, reason="panen mundur")
    )

    found = carry_terms.of(village_code=B)
    assert (found.creditor_agreed_rupiah, found.debtor_limit_rupiah) == (5_000, 7_000)
    assert carry_terms.of(village_code=A).creditor_agreed_rupiah == 0
    assert carry_terms.page(limit=9).page.rows == [found]


def test_the_same_again_is_written_once(market):
    for amount in (5_000, 5_000, 0):
        carry_terms.agree(village_code=B, amount_rupiah=amount, act=Act(by=BY, at=AT))

    entries = ActivityEntry.objects.filter(action="carry.agreed").order_by("id").values_list("detail", flat=True)
    assert list(entries) == [{"before": 0, "after": 5_000}, {"before": 5_000, "after": 0}]


def test_an_old_form_that_is_sent_again_stays_at_what_came_after_it(market):
    for amount, key in ((5_000, "a"), (9_000, "b"), (5_000, "a")):
        carry_terms.agree(village_code=B, amount_rupiah=amount, act=Act(by=BY, at=AT, key=key))
        carry_terms.set_debtor_limit(
            village_code=B, amount_rupiah=amount, act=Act(by=factories.OPERATOR.principal, at=AT, key=key, reason="x")
        )
    found = carry_terms.of(village_code=B)
    assert (found.creditor_agreed_rupiah, found.debtor_limit_rupiah) == (9_000, 9_000)
    with pytest.raises(FormReused):
        carry_terms.agree(village_code=B, amount_rupiah=1, act=Act(by=BY, at=AT, key="b"))


def test_what_makes_no_sense_is_refused(market):
    with pytest.raises(carry_terms.ReasonMissing):
        carry_terms.set_debtor_limit(village_code=B, amount_rupiah=1, act=Act(by=factories.OPERATOR.principal, at=AT, reason="  "))
    with pytest.raises(carry_terms.TooMuch):
        carry_terms.agree(village_code=B, amount_rupiah=10**13, act=Act(by=BY, at=AT))
    with pytest.raises(function_calls.AccountNotOpened):
        carry_terms.agree(village_code="11.01.01.2001", amount_rupiah=1, act=Act(by=factories.staff("11.01.01.2001"), at=AT))
    with pytest.raises(ValueError, match="below zero"):
        carry_terms.agree(village_code=B, amount_rupiah=-1, act=Act(by=BY, at=AT))

    assert carry_terms.page(limit=9).page.rows == []


def test_a_frozen_cycle_takes_the_terms_that_hold_then(market):
    rounds.worked_example()
    carry_terms.set_debtor_limit(
        village_code=A, amount_rupiah=10_000, act=Act(by=factories.OPERATOR.principal, at=AT, reason="panen mundur")
    )
    carry_terms.agree(village_code=B, amount_rupiah=6_000, act=Act(by=BY, at=AT))

    rounds.proposed()
    carry_terms.agree(village_code=B, amount_rupiah=18_000, act=Act(by=BY, at=AT))

    assert Snapshot.objects.get().carry_limits == {A: 10_000, f"+{B}": 6_000}
    assert dict(CycleParty.objects.exclude(carried_rupiah=0).values_list("party", "carried_rupiah")) == {A: 6_000, B: 6_000}
