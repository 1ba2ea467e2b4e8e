"""A market where everything happened, restored: as a whole, and one village of it from an empty export. Its audit stays clean."""

from __future__ import annotations

import uuid
from datetime import timedelta

from deploy.backup import hold_market
from marketplace.models import Order, OrderLine
from tenants import acts
from tenants.db import context
from tests.support import servers, village_exports
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


def test_the_audit_is_clean_while_a_restored_market_is_held(busy):
    with servers.as_owner(busy):
        act = acts.by_command_line(at=village_exports.soon())
        hold_market.hold(restore_id=uuid.uuid4(), backup_at=act.at - timedelta(minutes=1), act=act)
    assert village_exports.broken(busy) == {}
