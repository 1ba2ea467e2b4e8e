"""Orders after a restore: every one that the market knows, and no other."""

from __future__ import annotations

import uuid

from marketplace.models import Order, OrderLine
from tenants.db import context
from tests.support import shopping, village_exports
from tests.support.factories import CIBIRU
from tests.support.marketplace import dealing


def test_an_order_that_was_shortened_since_stays_shortened(market, tmp_path):
    goods = {shopping.product(CIBIRU, name="Kopi", price_rupiah=20_000, stock=9): 2, shopping.product(CIBIRU, name="Gula", stock=9): 3}
    placed = dealing.buy(goods, method="counter", delivery="pickup_home")
    [order_id] = dealing.orders_of(placed).values()
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    dealing.shorten(order_id, 1, 3)
    village_exports.restore(market.database, folder)
    with context.inside(CIBIRU):
        assert sorted(OrderLine.objects.values_list("quantity", "reserved")) == [(0, 0), (1, 1)]
    assert village_exports.broken(market.database) == {}


def test_an_order_that_nobody_here_knows_is_left_out_and_counted(market, tmp_path):
    product = shopping.product(CIBIRU, stock=9)
    dealing.buy({product: 2}, method="counter", delivery="pickup_home")
    with context.inside(CIBIRU):  # as if the shared tables were those of before
        strange = Order.objects.get()
        strange.id = uuid.uuid4()
        strange.save(force_insert=True)
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    assert village_exports.restore(market.database, folder).found["unknown_orders"] == 1
    with context.inside(CIBIRU):
        assert Order.objects.count() == OrderLine.objects.count() == 1
        assert Order.objects.get().id != strange.id
    assert village_exports.broken(market.database) == {}
