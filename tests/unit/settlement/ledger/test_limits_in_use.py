"""How near each village is to its limit, and every change of a limit with who made it and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement import money, tasks
from settlement.ledger import function_calls, limits
from settlement.reports import limit_history
from tenants import acts
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import FormReused
from tenants.models import ActivityEntry
from tests.support import factories
from tests.support.settlement import books
from tests.support.settlement.books import A, B, C

USUAL = Act(by=factories.OPERATOR.principal, at=books.NOON, reason="Rapat federasi")


def change(rupiah: int, *, act: Act = USUAL, village_code: str = A, **terms: int) -> None:
    """The operator sets the limit of Sukamaju at noon because the meeting said so, unless said otherwise."""
    limits.set_limit(limit_rupiah=rupiah, village_code=village_code, act=act, **terms)


def of(exposure: int, limit: int | None) -> limits.Use:
    return limits.Use(VillageCode(A), exposure, limit, 0, None)


@pytest.mark.parametrize(
    ("exposure", "limit", "basis_points", "state"),
    [
        (0, 100_000, 0, "ok"),
        (79_999, 100_000, 7_999, "ok"),
        (80_000, 100_000, 8_000, "warning"),
        (99_999, 100_000, 9_999, "warning"),
        (99_999_999, 100_000_000, 9_999, "warning"),  # one rupiah is left: not full
        (100_000, 100_000, 10_000, "reached"),
        (150_000, 100_000, 15_000, "reached"),  # a limit that was lowered
        (0, 0, 10_000, "reached"),
        (5, 0, 10_000, "reached"),
        (5, None, None, "ok"),
    ],
)
def test_a_village_is_warned_at_four_fifths_and_full_without_a_rupiah_left(exposure, limit, basis_points, state):
    found = of(exposure, limit)

    assert (found.used_basis_points, found.state) == (basis_points, state)


@given(exposure=st.integers(0, 10**12), limit=st.integers(1, 10**12))
def test_full_is_said_exactly_when_nothing_may_be_reserved(exposure, limit):
    found = of(exposure, limit)

    assert (found.state == limits.State.REACHED) == (found.headroom_rupiah == 0)
    assert (found.state == limits.State.OK) == (exposure * 10 < limit * 8)


@given(limit=st.integers(1, 10**12), share=st.integers(0, 10_000))
def test_the_guests_share_gives_their_amount_again_and_comes_back_as_it_was_typed(limit, share):
    guests = money.basis_points(amount_rupiah=limit, basis_points=share)

    found = limits.Use(VillageCode(A), 0, limit, 0, guests).guest_share_basis_points

    assert found is not None
    assert money.basis_points(amount_rupiah=limit, basis_points=found) == guests
    assert found == share or limit < 10_000  # of a smaller limit, several shares are one amount


@given(limit=st.integers(1, 10**12), guests=st.integers(0, 2 * 10**12))
def test_an_amount_that_is_no_share_is_never_told_as_less(limit, guests):
    found = limits.Use(VillageCode(A), 0, limit, 0, guests).guest_share_basis_points

    assert found is not None
    assert 0 <= found <= 10_000
    assert money.basis_points(amount_rupiah=limit, basis_points=found) >= min(guests, limit)


def test_every_village_is_told_with_what_guests_hold_of_it(market, django_statements):
    change(100_000, guest_limit_rupiah=40_000)
    books.reserve(books.sale(goods=50_000, fee=0))
    books.reserve(books.sale(goods=30_000, fee=0, by_guest=True))
    books.complete(books.sale(home=B, seller=A, goods=10_000, fee=0))

    with django_statements() as statements:
        first, second, third = limits.uses()

    assert len(statements) == 1
    assert [row.village_code for row in (first, second, third)] == [A, B, C]
    assert (first.exposure_rupiah, first.limit_rupiah, first.used_basis_points, first.state) == (70_000, 100_000, 7_000, "ok")
    assert (first.guest_pending_rupiah, first.guest_limit_rupiah, first.headroom_rupiah) == (30_000, 40_000, 30_000)
    assert (second.exposure_rupiah, second.state) == (10_000, "ok")
    tasks.fold_positions()
    assert limits.uses() == [first, second, third]
    assert limits.use(village_code=A) == first
    with pytest.raises(function_calls.AccountNotOpened):
        limits.use(village_code="34.02.90.2099")


def test_the_state_and_the_refusal_of_the_next_rupiah_agree(market):
    change(100_000)
    books.reserve(books.sale(goods=80_000, fee=0))
    assert limits.use(village_code=A).state == "warning"
    books.reserve(books.sale(goods=20_000, fee=0))

    assert limits.use(village_code=A).state == "reached"
    assert limits.room(village_code=A, by_guest=False) == 0


def test_every_change_is_told_newest_first_with_both_values(market):
    change(2_000_000, guest_limit_rupiah=100_000)
    change(3_000_000, act=acts.by_command_line(at=books.NOON + timedelta(days=1), reason=" Modal bertambah "))
    change(9, village_code=B)

    newest, oldest = limit_history.changes(village_code=A)

    assert (oldest.at, oldest.by, oldest.by_name, oldest.reason) == (books.NOON, factories.OPERATOR.id, "Galih", "Rapat federasi")
    assert (oldest.before_rupiah, oldest.after_rupiah) == (50_000_000, 2_000_000)
    assert (oldest.guests_before_rupiah, oldest.guests_after_rupiah) == (10_000_000, 100_000)
    assert (newest.by, newest.by_name, newest.reason) == (None, "", "Modal bertambah")
    assert (newest.before_rupiah, newest.after_rupiah, newest.guests_after_rupiah) == (2_000_000, 3_000_000, 600_000)
    assert limit_history.changes(village_code=C) == []


def test_a_form_counts_once_and_never_with_other_values(market):
    first, second = replace(USUAL, key="a" * 32), replace(USUAL, key="b" * 32)
    for _tap in range(2):
        change(2_000_000, act=first)
    change(3_000_000, act=second)
    change(2_000_000, act=first)  # an old tab is sent again: it stays at what came after it

    assert limits.use(village_code=A).limit_rupiah == 3_000_000
    for other in (
        {"rupiah": 1},
        {"rupiah": 2_000_000, "guest_limit_rupiah": 5},
        {"rupiah": 2_000_000, "act": replace(first, reason="lain")},
    ):
        with pytest.raises(FormReused):
            change(**{"act": first, **other})
    assert len(limit_history.changes(village_code=A)) == 2
    change(7, act=first, village_code=B)  # a key is of one village's form
    assert ActivityEntry.objects.filter(action="limit.changed").count() == 3
