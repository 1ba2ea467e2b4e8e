"""The federation's terms: changed with a reason, in force at once, and for villages that are opened afterwards."""

from __future__ import annotations

import pytest

from federation.members import terms
from settlement.ledger import limits, positions
from tenants import acts, errors, villages
from tenants.models import ActivityEntry, Membership
from tenants.people import memberships
from tests.support import factories, shopping

pytestmark = pytest.mark.usefixtures("market")
NEW = "34.02.91.2001"


def change(reason: str = "Rapat anggota", **values: int | str) -> list[terms.ChangedTerm]:
    return terms.change(values=values, act=acts.by_command_line(at=shopping.NOON, reason=reason))


def test_a_change_holds_at_once_and_leaves_both_values_in_the_log():
    assert terms.current().fee_basis_points == 200  # now in the cache

    assert change(fee_basis_points=150, counter_hold_hours=24) == [terms.ChangedTerm("fee_basis_points", 200, 150)]

    assert terms.current().fee_basis_points == 150
    entry = ActivityEntry.objects.get(action="federation.terms-changed")
    assert (entry.by, entry.reason, entry.village_code) == (None, "Rapat anggota", "")
    assert entry.detail == {"before": {"fee_basis_points": 200}, "after": {"fee_basis_points": 150}}


def test_what_is_so_already_leaves_no_entry():
    assert change(fee_basis_points=200) == []
    assert not ActivityEntry.objects.filter(action="federation.terms-changed").exists()


@pytest.mark.parametrize(
    "values",
    [
        *({term: bound + step} for term, (_, least, most) in terms.NUMBERS.items() for bound, step in ((least, -1), (most, 1))),
        {"name": " "},
        {"name": "P" * 101},
    ],
)
def test_a_bad_value_changes_nothing(values):
    before = terms.current()

    with pytest.raises(errors.DomainError):
        change(**{"cod_hold_hours": 5, **values})

    terms.cache.clear()
    assert terms.current() == before


@pytest.mark.parametrize("term", terms.NUMBERS)
def test_the_bounds_themselves_are_kept_by_the_database(term):
    _, least, most = terms.NUMBERS[term]
    for value in (least, most):
        change(**{term: value})
        assert getattr(terms.current(), term) == value


def test_no_change_without_a_reason():
    with pytest.raises(terms.TermsReasonMissing):
        change(" ", fee_basis_points=1)


def test_a_village_opens_with_the_federations_limit_and_share(market):
    change(default_limit_rupiah=30_000_000, guest_share_basis_points=1_000)

    market.add_village(code=NEW, name="Mekarsari")

    found = positions.of(village_code=NEW)
    assert (found.limit_rupiah, found.guest_limit_rupiah) == (30_000_000, 3_000_000)
    assert positions.of(village_code=factories.CIBIRU).limit_rupiah == 50_000_000


def test_a_changed_limit_carries_the_federations_share():
    change(guest_share_basis_points=1_000)

    given = terms.set_limit(
        village_code=factories.CIBIRU, limit_rupiah=75_000_000, act=acts.by_command_line(at=shopping.NOON, reason="Modal")
    )

    found = positions.of(village_code=factories.CIBIRU)
    assert (found.limit_rupiah, found.guest_limit_rupiah, given) == (75_000_000, 7_500_000, 7_500_000)
    with pytest.raises(limits.ReasonMissing):
        terms.set_limit(village_code=factories.CIBIRU, limit_rupiah=1, act=acts.by_command_line(at=shopping.NOON))
    with pytest.raises(villages.UnknownVillage):
        terms.set_limit(village_code=NEW, limit_rupiah=1, act=acts.by_command_line(at=shopping.NOON, reason="x"))


def test_no_role_in_a_village_that_is_not_there():
    with pytest.raises(villages.UnknownVillage):
        memberships.grant(
            user_id=factories.WULAN.id,
            village_code=NEW,
            role="manager",
            since_on=shopping.NOON.date(),
            act=acts.by_command_line(at=shopping.NOON),
        )
    assert not Membership.objects.filter(user_id=factories.WULAN.id).exists()
