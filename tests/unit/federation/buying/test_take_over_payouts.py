"""A take-over reaches its buyer at the counter that once took the money, unless that is held after a restore."""

from __future__ import annotations

import uuid

import pytest

from federation.buying import take_over_payouts, take_overs
from federation.models import TakeOver
from tenants import trade_holds
from tenants.acts import Act
from tenants.codes import VillageCode
from tests.support import factories, holding, shopping
from tests.support.marketplace import ordering
from tests.support.settlement import bank_days, leavers
from tests.support.shopping import NOON, later

SUKAMAJU = VillageCode(factories.SUKAMAJU)


def test_a_counter_that_is_held_pays_out_no_take_over_and_one_that_trades_again_does_once(market):
    placed = shopping.buy({shopping.product(factories.CIBIRU, price_rupiah=10_000): 2})
    ordering.pay(placed)
    ordering.to_home()
    bank_days.own_cash(50_000, at=NOON, first=91)
    leavers.leave(market, factories.CIBIRU)
    act = Act(by=factories.OPERATOR.principal, at=later(100), key=uuid.uuid4().hex, reason="Barang rusak")
    found = take_overs.propose(order_id=ordering.only_order().id, amount_rupiah=10_000, act=act)
    take_overs.approve(take_over_id=found, act=Act(by=factories.APPROVER.principal, at=later(110)))
    holding.hold(at=later(115))
    terms = {"village_code": SUKAMAJU, "take_over_id": found, "purchase_id": placed.purchase_id}
    act = Act(by=factories.DARTO.principal, at=later(120), key="one form")
    with pytest.raises(trade_holds.RefundsHeld):
        take_over_payouts.pay_out(**terms, act=act)
    assert TakeOver.objects.get().paid_out_at is None
    holding.release(SUKAMAJU)
    for _tap in range(2):
        take_over_payouts.pay_out(**terms, act=act)
    assert TakeOver.objects.get().paid_out_at == later(120)
