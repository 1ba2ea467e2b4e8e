"""What undoes an order, whole or in part: goods and credit are free again, and what was paid is owed back."""

from __future__ import annotations

import pytest

from federation.buying import purchase_details
from federation.models import Purchase, Refund, SellerOrder, TurnoverFact
from marketplace.models import OrderLine, Product
from marketplace.orders import counter, counter_queries, order_records, reversals
from settlement.ledger import positions
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import dealing, ordering
from tests.support.shopping import later


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)


def _act(*, minutes: int = 6, key: str = "k") -> Act:
    return Act(by=ordering.SELLER, at=later(minutes), key=key, reason="Kurang")


def test_a_seller_cancels_and_the_rest_is_still_due(chips):
    rice = shopping.product(factories.MELATI, price_rupiah=60_000)
    placed = shopping.buy({chips: 1, rice: 1})
    cancelled = SellerOrder.objects.get(seller=factories.MELATI)
    with context.inside(factories.MELATI):
        reversals.cancel(order_id=cancelled.id, act=Act(by=factories.TINI.principal, at=later(1), reason="Habis"))
        assert Product.objects.get().reserved == 0

    assert counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code.lower().replace("-", " ")).due_rupiah == 10_000
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 10_000


def test_a_paid_order_that_is_cancelled_is_paid_back_whole_at_the_counter(chips):
    placed = shopping.buy({chips: 3}, delivery="courier_seller")
    ordering.pay(placed)
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order.id, act=Act(by=ordering.SELLER, at=later(9), reason="Habis"))

    refund = Refund.objects.get()
    assert (refund.amount_rupiah, refund.village_code) == (order.total_rupiah, factories.SUKAMAJU)
    assert purchase_details.by_token(token=placed.token).refund_due_rupiah == order.total_rupiah
    for _ in range(2):
        counter.pay_out(village_code=factories.SUKAMAJU, refund_id=refund.id, act=Act(by=ordering.CASHIER, at=later(20), key="k"))
    assert Refund.objects.get().paid_out_at == later(20)
    assert ordering.owed() == {}
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 0


def test_an_unpaid_order_is_shortened_and_costs_less(chips):
    placed = shopping.buy({chips: 3})
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for _ in range(2):
            reversals.shorten(order_id=order.id, missing={line.id: 1}, act=Act(by=ordering.SELLER, at=later(1), key="k", reason="Kurang"))
    assert counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 20_000
    ordering.pay(placed)
    ordering.to_home()
    assert ordering.owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}
    assert Purchase.objects.get().total_rupiah == 20_000


def test_a_paid_order_that_is_shortened_owes_the_difference(chips):
    placed = shopping.buy({chips: 3})
    ordering.pay(placed)
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for _ in range(2):
            reversals.shorten(order_id=order.id, missing={line.id: 1}, act=Act(by=ordering.SELLER, at=later(6), key="k", reason="Kurang"))
    assert [refund.amount_rupiah for refund in Refund.objects.all()] == [10_000]
    ordering.to_home()
    assert ordering.owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}
    with context.inside(factories.CIBIRU):
        assert Product.objects.get().on_hand == 8


def test_goods_that_come_back_shrink_what_is_owed(chips):
    placed = shopping.buy({chips: 3})
    ordering.pay(placed)
    ordering.to_home()
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for pieces, key in ((1, "a"), (2, "b")):
            reversals.take_back(
                order_id=order.id,
                pieces={line.id: pieces},
                restock=True,
                act=Act(by=ordering.SELLER, at=later(60), key=key, reason="Rusak"),
            )
        with pytest.raises(order_records.OrderMovedOn):
            reversals.take_back(
                order_id=order.id, pieces={line.id: 1}, restock=True, act=Act(by=ordering.SELLER, at=later(61), key="c", reason="Rusak")
            )
        assert Product.objects.get().on_hand == 10
    assert ordering.owed() == {}
    assert ordering.only_order().state == "returned"
    assert sum(TurnoverFact.objects.values_list("goods_rupiah", flat=True)) == 0


def test_a_buyer_may_cancel_until_the_seller_accepted(chips):
    placed = shopping.buy({chips: 1})
    with pytest.raises(order_records.NoSuchOrder):
        reversals.cancel_by_buyer(token="0" * 32, order_id=ordering.only_order().id, at=later(1))
    reversals.cancel_by_buyer(token=placed.token, order_id=ordering.only_order().id, at=later(1))
    assert ordering.only_order().state == "cancelled"


def test_cancelled_twice_the_money_goes_back_once(chips):
    ordering.pay(shopping.buy({chips: 3}))
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        for minutes in (9, 10):
            reversals.cancel(order_id=order.id, act=_act(minutes=minutes))
        assert Product.objects.get().reserved == 0

    assert [refund.amount_rupiah for refund in Refund.objects.all()] == [30_000]
    assert ordering.only_order().ended_at == later(9)


def test_what_is_with_the_buyer_is_not_cancelled_but_taken_back(chips):
    ordering.pay(shopping.buy({chips: 3}))
    ordering.to_home()
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        for undo in (reversals.cancel, reversals.shorten):
            more = {"missing": {line.id: 1 for line in OrderLine.objects.all()}} if undo is reversals.shorten else {}
            with pytest.raises(order_records.OrderMovedOn):
                undo(order_id=order.id, act=_act(minutes=60), **more)

    assert (ordering.only_order().state, Refund.objects.count()) == ("completed", 0)


def test_before_the_hand_over_nothing_is_taken_back(chips):
    ordering.pay(shopping.buy({chips: 3}))
    order = ordering.only_order()
    with context.inside(factories.CIBIRU), pytest.raises(order_records.OrderMovedOn):
        reversals.take_back(order_id=order.id, pieces={OrderLine.objects.get().id: 1}, restock=True, act=_act())

    assert Refund.objects.count() == 0


@pytest.mark.parametrize("pieces", [0, -1, 4])
def test_pieces_that_an_order_does_not_have_change_nothing(chips, pieces):
    shopping.buy({chips: 3})
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        with pytest.raises(reversals.BadPieces):
            reversals.shorten(order_id=order.id, missing={line.id: pieces}, act=_act())
        assert (OrderLine.objects.get().quantity, Product.objects.get().reserved) == (3, 3)

    assert ordering.only_order().total_rupiah == order.total_rupiah


def test_an_order_of_which_nothing_is_left_is_cancelled(chips):
    shopping.buy({chips: 3})
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        reversals.shorten(order_id=order.id, missing={OrderLine.objects.get().id: 3}, act=_act())
        assert Product.objects.get().reserved == 0

    order = ordering.only_order()
    assert (order.state, order.end_reason) == ("cancelled", "Kurang")
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 0


def test_broken_goods_that_come_back_do_not_stand_on_the_shelf(chips):
    order_id = dealing.sold(chips, ("counter", "pickup_home"))

    dealing.take_back(order_id, 1)

    with context.inside(factories.CIBIRU):
        assert Product.objects.get().on_hand == 7
    assert (dealing.get(order_id).state, dealing.back(order_id)[0][1]) == ("completed", 10_000)


def test_goods_that_nobody_paid_come_back_without_money(chips):
    placed = shopping.buy({chips: 3})
    wrong = ordering.pay(placed)
    ordering.to_home()
    dealing.undo(wrong.payment_id)
    order = ordering.only_order()
    assert order.state == "delivered"
    with context.inside(factories.CIBIRU):
        reversals.take_back(order_id=order.id, pieces={OrderLine.objects.get().id: 3}, restock=True, act=_act(minutes=70))
        assert Product.objects.get().on_hand == 10

    assert (ordering.only_order().state, Refund.objects.count(), ordering.owed()) == ("returned", 0, {})
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 0
