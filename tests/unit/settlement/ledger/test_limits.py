"""What a village may hold for others, and what guests may reserve of it."""

from __future__ import annotations

import pytest
from django.db import transaction

from settlement.ledger import function_calls, limits, open_accounts, positions, sales
from tenants import acts
from tenants.acts import Act
from tenants.models import ActivityEntry
from tests.support import factories
from tests.support.settlement import books
from tests.support.settlement.books import A, B


def set_limit(rupiah: int, *, guests: int | None = None) -> None:
    limits.set_limit(
        village_code=A,
        limit_rupiah=rupiah,
        guest_limit_rupiah=guests,
        act=Act(by=factories.OPERATOR.principal, at=books.NOON, reason="Rapat federasi"),
    )


def test_new_village_has_the_usual_limit_and_guests_a_fifth_of_it(market):
    found = positions.of(village_code=A)

    assert (found.limit_rupiah, found.guest_limit_rupiah) == (50_000_000, 10_000_000)


def test_opening_again_keeps_the_limit(market):
    set_limit(1_000)

    open_accounts.open_village(village_code=A, at=books.NOON)

    assert positions.of(village_code=A).limit_rupiah == 1_000


def test_sale_that_fills_the_limit_passes_and_the_next_rupiah_does_not(market):
    set_limit(100_000)
    books.reserve(books.sale(goods=100_000, fee=2_000))

    with pytest.raises(sales.CreditLimitExceeded) as caught:
        books.reserve(books.sale(goods=1, fee=0))

    assert caught.value.values == {"village_code": A}
    assert books.sums(f"clearing:{A}") == {"debit_pending": 100_000}


def test_one_purchase_is_refused_whole(market):
    set_limit(150_000)

    with pytest.raises(sales.CreditLimitExceeded):
        books.reserve(books.sale(goods=100_000), books.sale(goods=100_000))

    assert books.transfers() == []


def test_limit_and_exposure_are_kept_with_the_reservation(market):
    set_limit(150_000)
    books.reserve(books.sale(goods=100_000, fee=0))
    books.reserve(books.sale(goods=20_000, fee=0))

    assert books.rows("SELECT limit_rupiah, exposure_rupiah FROM settlement_transfer ORDER BY exposure_rupiah") == [
        (150_000, 100_000),
        (150_000, 120_000),
    ]


def test_what_is_owed_to_a_village_does_not_widen_its_limit(market):
    set_limit(100_000)
    books.complete(books.sale(home=B, seller=A, goods=80_000, fee=0))

    with pytest.raises(sales.CreditLimitExceeded):
        books.reserve(books.sale(goods=100_001, fee=0))
    books.reserve(books.sale(goods=100_000, fee=0))


def test_claims_pay_for_exposure_before_they_are_folded(market):
    set_limit(100_000)
    books.complete(books.sale(goods=100_000, fee=0))
    books.complete(books.sale(home=B, seller=A, goods=60_000, fee=0))

    books.reserve(books.sale(goods=60_000, fee=0))

    with pytest.raises(sales.CreditLimitExceeded):
        books.reserve(books.sale(goods=1, fee=0))


def test_lowered_limit_fails_no_posting(market):
    sale = books.sale()
    books.reserve(sale)
    set_limit(0)

    payment = books.post(sale)
    books.refund(sale, goods=10_000, fee=200)
    books.unpost(sale, payment)

    assert limits.room(village_code=A, by_guest=False) == 0


def test_guests_have_their_share_until_they_pay(market):
    set_limit(1_000_000, guests=100_000)
    paid = books.sale(goods=100_000, by_guest=True)
    books.reserve(paid)

    with pytest.raises(sales.GuestLimitExceeded) as caught:
        books.reserve(books.sale(goods=1, fee=0, by_guest=True))
    assert caught.value.values == {"village_code": A}
    books.reserve(books.sale(goods=50_000))
    assert limits.room(village_code=A, by_guest=True) == 0

    books.secure(paid)
    books.secure(paid)

    assert limits.room(village_code=A, by_guest=True) == 100_000
    books.reserve(books.sale(goods=100_000, by_guest=True))


@pytest.mark.parametrize("secured", [False, True])
@pytest.mark.parametrize("end", [books.post, books.void])
def test_guests_share_is_given_back_once(market, end, secured):
    sale = books.sale(by_guest=True)
    books.reserve(sale)
    if secured:
        books.secure(sale)

    end(sale)
    books.secure(sale)

    assert "guest_pending" not in books.sums(f"clearing:{A}")


def test_changing_a_limit_needs_a_reason_and_leaves_an_entry(market):
    with pytest.raises(limits.ReasonMissing):
        limits.set_limit(village_code=A, limit_rupiah=1, act=acts.by_command_line(at=books.NOON, reason=" "))

    set_limit(2_000_000)

    entry = ActivityEntry.objects.get(action="limit.changed")
    assert (entry.subject_id, entry.by, entry.reason) == (A, factories.OPERATOR.id, "Rapat federasi")
    assert entry.detail == {
        "before": {"limit_rupiah": 50_000_000, "guest_limit_rupiah": 10_000_000},
        "after": {"limit_rupiah": 2_000_000, "guest_limit_rupiah": 400_000},
    }


def test_village_without_an_account_has_no_room_and_reserves_nothing(market):
    stranger = "34.02.90.2099"

    assert limits.room(village_code=stranger, by_guest=False) == 0
    with pytest.raises(function_calls.AccountNotOpened):
        positions.of(village_code=stranger)
    with pytest.raises(function_calls.AccountNotOpened):
        books.reserve(books.sale(home=stranger, seller=B))
    with pytest.raises(function_calls.AccountNotOpened), transaction.atomic():
        limits.set_limit(village_code=stranger, limit_rupiah=1, act=acts.by_command_line(at=books.NOON, reason="x"))
