"""What is posted and counted of an order: once, when it is both paid and handed over, and exactly undone."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import Sum

from federation.models import TurnoverFact
from marketplace.orders import fulfilment, order_records
from tenants.codes import VillageCode
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import dealing, ordering
from tests.support.shopping import later

AT_COUNTER = ("counter", "pickup_home")


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)


def _counted() -> tuple[int, int]:
    """(goods, fee) that turnover has in all."""
    sums = TurnoverFact.objects.aggregate(goods=Sum("goods_rupiah", default=0), fee=Sum("fee_rupiah", default=0))
    return sums["goods"], sums["fee"]


def test_nothing_is_counted_before_an_order_is_both_paid_and_handed_over(chips):
    ordering.pay(shopping.buy({chips: 3}))
    assert (_counted(), ordering.owed()) == ((0, 0), {})

    ordering.to_home()

    assert _counted() == (30_000, 600)
    assert ordering.only_order().ended_at == later(40)


def test_handed_over_again_a_completed_order_is_not_posted_again(chips):
    order_id = dealing.sold(chips, AT_COUNTER)
    before = (_counted(), ordering.owed())

    with context.inside(factories.CIBIRU), transaction.atomic():
        pair = order_records.locked(order_id=order_id)
        fulfilment.handed_over(pair=pair, at=later(99))
        assert pair.own.ended_at == later(40)

    assert (_counted(), ordering.owed()) == before
    assert TurnoverFact.objects.count() == 1


def test_a_payment_that_was_none_leaves_nothing_counted_and_the_right_one_counts_once(chips):
    placed = shopping.buy({chips: 3})
    wrong = ordering.pay(placed)
    ordering.to_home()
    posted = ordering.owed()

    dealing.undo(wrong.payment_id)
    assert (_counted(), ordering.owed(), ordering.only_order().ended_at) == ((0, 0), {}, None)

    ordering.pay(placed, minutes=70, key="form-2")
    assert (_counted(), ordering.owed(), ordering.only_order().ended_at) == ((30_000, 600), posted, later(70))


def test_money_of_a_completed_order_that_goes_back_is_taken_off_with_its_fee(chips):
    order_id = dealing.sold(chips, AT_COUNTER)

    dealing.take_back(order_id, 1)

    assert _counted() == (20_000, 400)
    assert ordering.owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}


def test_the_ledger_sees_an_order_without_what_went_back_before(chips):
    ordering.pay(shopping.buy({chips: 3}))
    order = ordering.only_order()
    whole = fulfilment.sale_of(order=order)
    assert (whole.goods_rupiah, whole.fee_rupiah, whole.delivery_rupiah) == (30_000, 600, order.delivery_fee_rupiah)

    dealing.shorten(order.id, 1)

    left = fulfilment.sale_of(order=ordering.only_order())
    assert (left.goods_rupiah, left.fee_rupiah, left.delivery_rupiah) == (20_000, 400, order.delivery_fee_rupiah)
    assert (left.seller, left.holder) == (VillageCode(factories.CIBIRU), VillageCode(factories.SUKAMAJU))
