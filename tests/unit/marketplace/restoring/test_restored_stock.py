"""Stock after a restore: what was handed over since has left, and nobody who waits finds less than was promised."""

from __future__ import annotations

from marketplace.models import Product, StockMovement
from tenants.db import context
from tests.support import shopping, village_exports
from tests.support.factories import CIBIRU
from tests.support.marketplace import dealing

COUNTER = ("counter", "pickup_home")


def test_what_was_sold_since_has_left_the_shelf(market, tmp_path):
    product = shopping.product(CIBIRU, stock=20)
    dealing.sold(product, COUNTER, pieces=3)
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    dealing.sold(product, COUNTER, pieces=4)
    village_exports.restore(market.database, folder)
    with context.inside(CIBIRU):
        assert Product.objects.get().on_hand == 13
        assert sorted(StockMovement.objects.values_list("kind", "quantity")) == [("received", 20), ("sold", -4), ("sold", -3)]


def test_pieces_that_came_since_are_not_known_but_reserved_ones_are_there(market, tmp_path):
    product = shopping.product(CIBIRU, stock=1)
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    with context.inside(CIBIRU):
        StockMovement.objects.create(product_id=product, kind="received", quantity=9, at=shopping.NOON)
        Product.objects.update(on_hand=10)
    dealing.buy({product: 6}, method="counter", delivery="pickup_home")
    result = village_exports.restore(market.database, folder)
    assert result.found["to_count"] == 1
    with context.inside(CIBIRU):
        assert list(Product.objects.values_list("on_hand", "reserved")) == [(6, 6)]
        assert StockMovement.objects.get(kind="counted").reason == "dipulihkan, belum dihitung"
    assert village_exports.broken(market.database) == {}
