"""Positions count what is not folded yet, and folding changes none."""

from __future__ import annotations

from settlement import tasks
from settlement.ledger import positions
from settlement.models import PositionIncrement
from tests.support.settlement import books
from tests.support.settlement.books import A, B, C


def test_positions_count_what_is_not_folded_yet(market):
    books.complete(books.sale(goods=100_000, fee=2_000))
    books.reserve(books.sale(goods=50_000, fee=1_000, by_guest=True))

    buyer, seller, other = positions.all_()

    assert (buyer.village_code, buyer.net_rupiah, buyer.exposure_rupiah, buyer.guest_pending_rupiah) == (A, -100_000, 150_000, 50_000)
    assert (seller.village_code, seller.net_rupiah, seller.exposure_rupiah, seller.credit_pending_rupiah) == (B, 98_000, 0, 49_000)
    assert (other.village_code, other.net_rupiah) == (C, 0)
    assert buyer.headroom_rupiah == 50_000_000 - 150_000


def test_folding_changes_no_position(market):
    books.complete(books.sale())
    books.reserve(books.sale(by_guest=True))
    before = positions.all_()

    tasks.fold_positions()

    assert PositionIncrement.objects.count() == 0
    assert positions.all_() == before
    assert positions.fold() == 0
