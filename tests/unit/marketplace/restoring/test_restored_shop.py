"""A village restored to an older export, in a market that went on: nothing that happened since is lost, and the books still agree."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from marketplace import shops
from marketplace.models import Order, Product, Shop
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping, village_exports
from tests.support.factories import CIBIRU
from tests.support.marketplace import dealing
from tests.support.shopping import NOON

COUNTER = ("counter", "pickup_home")


@pytest.fixture
def gone_on(market, tmp_path):
    """An export after the first sale, and a market in which more was sold, returned, ordered and changed since."""
    product = shopping.product(CIBIRU, stock=20)
    dealing.sold(product, COUNTER)
    waiting = dealing.buy({product: 2}, method="counter", delivery="pickup_home")
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    dealing.pay(waiting)
    sold = dealing.sold(product, COUNTER, pieces=4)
    dealing.take_back(sold, 1)
    dealing.buy({shopping.product(CIBIRU, name="Baru", stock=5): 3}, method="counter", delivery="pickup_home")
    with context.inside(CIBIRU):
        by = Act(by=factories.staff(CIBIRU), at=NOON, key=uuid.uuid4().hex)
        shops.change(settings=dataclasses.replace(shops.settings(), about="Baru dicat"), act=by)
    return folder


def test_everything_since_is_made_again_and_the_audit_is_clean(market, gone_on):
    with context.inside(CIBIRU):
        orders = {row["id"]: row for row in Order.objects.values()}
        names = set(Product.objects.values_list("name", flat=True))
    result = village_exports.restore(market.database, gone_on)
    assert village_exports.broken(market.database) == {}
    assert {name: result.found[name] for name in ("orders", "goods", "unknown_orders")} == {"orders": 2, "goods": 1, "unknown_orders": 0}
    with context.inside(CIBIRU):
        assert {row["id"]: row for row in Order.objects.values()} == orders
        assert set(Product.objects.values_list("name", flat=True)) == names
        assert Shop.objects.get().about == "Baru dicat"


def test_trade_goes_on_with_what_was_ordered_before(market, gone_on):
    village_exports.restore(market.database, gone_on)
    with context.inside(CIBIRU):
        paid = Order.objects.get(state="placed", paid_at__isnull=False)
    dealing.hand_over(paid.id)
    assert village_exports.broken(market.database) == {}
