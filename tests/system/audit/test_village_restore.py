"""A village whose export is empty, restored in a market where everything happened: all of it is made again from the shared rows."""

from __future__ import annotations

from marketplace.models import Order, OrderLine
from tenants.db import context
from tests.support import village_exports
from tests.support.factories import CIBIRU


def test_the_audit_is_clean_after_the_oldest_export(market, tmp_path, lived, busy):
    with context.inside(CIBIRU):
        orders = list(Order.objects.order_by("id").values())
        lines = list(OrderLine.objects.exclude(quantity=0).exclude(broken__gt=0).order_by("id").values())
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    before = village_exports.broken(busy)
    result = village_exports.restore(busy, folder)
    assert result.found["orders"] == len(orders) > 5
    assert village_exports.broken(busy) == before == {}
    with context.inside(CIBIRU):
        assert list(Order.objects.order_by("id").values()) == orders
        assert list(OrderLine.objects.filter(id__in=[line["id"] for line in lines]).order_by("id").values()) == lines
