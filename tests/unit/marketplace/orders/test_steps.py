"""From placed to completed, and every way back: what each step does to both rows, the stock and the ledger."""

from __future__ import annotations

import pytest

from federation.buying import order_payments
from federation.models import Notice, Payment, TurnoverFact
from marketplace.goods import stock, stock_queries
from marketplace.models import Order, OrderLine, Product
from marketplace.orders import counter, expiry, order_queries, order_records, reversals, steps
from settlement.ledger import positions
from tenants import events
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import ordering
from tests.support.shopping import later


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)


def test_counter_cash_and_the_four_taps(chips):
    placed = shopping.buy({chips: 3})
    receipt = ordering.pay(placed)
    assert (receipt.number, receipt.amount_rupiah) == (1, 30_000)
    ordering.to_home()

    order = ordering.only_order()
    assert (order.state, order.paid_at, order.handed_over_at) == ("completed", later(5), later(40))
    assert ordering.owed() == {(factories.SUKAMAJU, factories.CIBIRU): 29_400, (factories.SUKAMAJU, "F"): 600}
    with context.inside(factories.CIBIRU):
        product = Product.objects.get()
        assert (product.on_hand, product.reserved) == (7, 0)
        assert Order.objects.get().state == "completed"
    fact = TurnoverFact.objects.get()
    assert (fact.buyer_village, fact.seller, fact.goods_rupiah, fact.fee_rupiah) == (factories.SUKAMAJU, factories.CIBIRU, 30_000, 600)


def test_cash_on_delivery_at_home_is_taken_with_the_hand_over(chips):
    shopping.buy({chips: 3}, method="cod_home", delivery="courier_home")
    ordering.to_home(cash=True)

    assert ordering.only_order().state == "completed"
    assert Payment.objects.get().village_code == factories.SUKAMAJU
    assert ordering.owed()[(factories.SUKAMAJU, factories.CIBIRU)] == 29_400


def test_cash_taken_by_the_sellers_courier_owes_only_the_fee(chips):
    shopping.buy({chips: 3}, method="cod_seller", delivery="courier_seller")
    ordering.tap("accept", "placed", minutes=1)
    ordering.tap("pack", "accepted", minutes=2)
    ordering.tap("send", "ready", minutes=3)
    ordering.tap("hand_over", "underway", minutes=4, cash=True)

    assert ordering.owed() == {(factories.CIBIRU, "F"): 600}


def test_a_double_tap_is_one_tap_and_a_late_one_is_told(chips):
    shopping.buy({chips: 1})
    ordering.tap("accept", "placed", minutes=1)
    ordering.tap("accept", "placed", minutes=1)
    with pytest.raises(order_records.OrderMovedOn):
        ordering.tap("send", "accepted", minutes=2)
    assert ordering.only_order().state == "accepted"


def test_goods_paid_beforehand_wait_for_the_money(chips):
    shopping.buy({chips: 1}, delivery="pickup_seller")
    ordering.tap("accept", "placed", minutes=1)
    ordering.tap("pack", "accepted", minutes=2)
    with pytest.raises(steps.NotPaidYet):
        ordering.tap("hand_over", "ready", minutes=3)


def test_the_same_confirmation_twice_is_one_receipt(chips):
    placed = shopping.buy({chips: 1})
    assert ordering.pay(placed) == counter.confirm(
        village_code=factories.SUKAMAJU,
        purchase_id=placed.purchase_id,
        amount_rupiah=10_000,
        act=Act(by=ordering.CASHIER, at=later(6), key="form-1"),
    )
    with pytest.raises(counter.NothingDue):
        ordering.pay(placed, key="form-2")
    assert Payment.objects.count() == 1


def test_a_wrong_confirmation_is_undone_before_and_after_the_hand_over(chips):
    placed = shopping.buy({chips: 3})
    wrong = ordering.pay(placed)
    counter.undo(
        village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, act=Act(by=ordering.CASHIER, at=later(6), reason="Salah kode")
    )
    assert ordering.only_order().paid_at is None
    second = ordering.pay(placed, minutes=7, key="form-2")
    assert second.number == 3
    ordering.to_home()
    counter.undo(
        village_code=factories.SUKAMAJU, payment_id=second.payment_id, act=Act(by=ordering.CASHIER, at=later(60), reason="Salah kode")
    )
    assert (ordering.only_order().state, ordering.owed()) == ("delivered", {})
    ordering.pay(placed, minutes=70, key="form-3")
    assert (ordering.only_order().state, ordering.owed()[(factories.SUKAMAJU, factories.CIBIRU)]) == ("completed", 29_400)
    with pytest.raises(order_payments.AlreadyReversed):
        counter.undo(
            village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, act=Act(by=ordering.CASHIER, at=later(71), reason="Lagi")
        )


def test_unpaid_orders_expire_and_free_goods_and_credit(chips):
    shopping.buy({chips: 3})
    assert expiry.expire_due(at=later(24 * 60 - 1)) == 0
    assert expiry.expire_due(at=later(24 * 60)) == 1
    assert expiry.expire_due(at=later(24 * 60)) == 0
    assert ordering.only_order().state == "expired"
    with context.inside(factories.CIBIRU):
        assert Product.objects.get().reserved == 0
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 0


def test_breakage_below_what_is_reserved_names_the_orders(chips):
    placed = shopping.buy({chips: 8})
    with context.inside(factories.CIBIRU):
        stock.break_(product_id=chips, quantity=5, act=Act(by=ordering.SELLER, at=later(1), key="b", reason="Banjir"))
        assert [(row.code, row.short_by) for row in stock_queries.broken_orders(product_id=chips)] == [(placed.code, 3)]
        assert order_queries.tab(tab="new")[0].broken
        line = OrderLine.objects.get()
        reversals.shorten(order_id=line.order_id, missing={line.id: 3}, act=Act(by=ordering.SELLER, at=later(2), key="s", reason="Banjir"))
        product = Product.objects.get()
        assert (product.on_hand, product.reserved) == (5, 5)


def test_news_reach_buyer_and_villages_once(chips):
    shopping.buy({chips: 1})
    ordering.tap("accept", "placed", minutes=1)
    assert events.sweep(at=later(2)) == 2
    assert events.sweep(at=later(3)) == 0
    assert Notice.objects.filter(purchase__isnull=False).count() == 2
    assert list(Notice.objects.filter(purchase=None).values_list("village_code", "kind")) == [(factories.CIBIRU, "purchase.placed")]
