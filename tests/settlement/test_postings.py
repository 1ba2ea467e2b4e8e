"""Each row of settlement's posting table that needs no gateway, one test a row."""

from __future__ import annotations

from tests.settlement import books
from tests.settlement.books import A, B


def test_sale_held_by_the_home_village_is_owed_to_seller_and_federation(market):
    sale = books.sale(goods=100_000, fee=2_000, delivery=5_000, deliverer=A)

    books.complete(sale)

    assert books.obligations() == [(A, B, 98_000, 98_000), (A, "F", 2_000, 2_000)]
    assert books.net() == {A: -100_000, B: 98_000}
