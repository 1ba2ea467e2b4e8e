"""Orders when something went wrong: stale pages, wrong confirmations, forms sent twice with other contents."""

from __future__ import annotations

import pytest

from federation.buying import order_payments
from federation.models import Payment, Refund, SellerOrder
from federation.reports import cash_book
from marketplace.goods import stock
from marketplace.models import OrderLine
from marketplace.orders import counter, counter_queries, expiry, order_records, reversals, steps
from tenants import trade_holds
from tenants.acts import Act
from tenants.db import context
from tenants.errors import FormReused
from tests.support import factories, holding, shopping
from tests.support.marketplace import ordering
from tests.support.shopping import later


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)


def test_cash_at_the_door_is_what_the_page_said_or_nothing_is_booked(chips):
    shopping.buy({chips: 3}, method="cod_seller", delivery="courier_seller")
    for minutes, (step, state) in enumerate((("accept", "placed"), ("pack", "accepted"), ("send", "ready"))):
        ordering.tap(step, state, minutes=minutes)
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        reversals.shorten(order_id=order.id, missing={line.id: 1}, act=Act(by=ordering.SELLER, at=later(5), key="k", reason="Pecah"))
        with pytest.raises(steps.CashChanged):
            steps.take(
                order_id=order.id,
                step="hand_over",
                form_state="underway",
                cash_rupiah=order.total_rupiah,
                act=Act(by=ordering.SELLER, at=later(6)),
            )
    assert ordering.only_order().state == "underway"
    ordering.tap("hand_over", "underway", minutes=7, cash=True)
    assert Payment.objects.get().amount_rupiah == order.total_rupiah - 10_000


def test_cash_brought_by_a_stale_tap_is_never_swallowed(chips):
    placed = shopping.buy({chips: 1}, method="cod_home", delivery="courier_home")
    ordering.to_home(cash=True)
    payment = Payment.objects.get()
    counter.undo(village_code=factories.SUKAMAJU, payment_id=payment.id, act=Act(by=ordering.CASHIER, at=later(50), reason="Salah"))
    with pytest.raises(order_records.OrderMovedOn):
        steps.take_at_home(
            village_code=factories.SUKAMAJU,
            order_id=ordering.only_order().id,
            step="hand_over",
            cash_rupiah=10_000,
            act=Act(by=ordering.CASHIER, at=later(51)),
        )
    assert counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 10_000


def test_goods_paid_at_the_counter_do_not_leave_unpaid_and_do_not_lapse_on_the_road(chips):
    placed = shopping.buy({chips: 1})
    ordering.tap("accept", "placed", minutes=1)
    ordering.tap("pack", "accepted", minutes=2)
    with pytest.raises(steps.NotPaidYet):
        ordering.tap("send", "ready", minutes=3)
    wrong = ordering.pay(placed, minutes=4)
    ordering.tap("send", "ready", minutes=5)
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, act=Act(by=ordering.CASHIER, at=later(6), reason="Salah"))
    assert expiry.expire_due(at=later(10_000)) == 0
    assert ordering.only_order().state == "underway"


def test_an_undone_payment_of_packed_goods_expires_again(chips):
    placed = shopping.buy({chips: 1})
    wrong = ordering.pay(placed)
    ordering.tap("accept", "placed", minutes=6)
    ordering.tap("pack", "accepted", minutes=7)
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, act=Act(by=ordering.CASHIER, at=later(8), reason="Salah"))
    assert expiry.expire_due(at=later(8 + 24 * 60)) == 1


def test_a_wrong_confirmation_is_undone_though_the_buyer_cancelled_one_order(chips):
    rice = shopping.product(factories.MELATI, price_rupiah=60_000)
    placed = shopping.buy({chips: 1, rice: 1})
    wrong = ordering.pay(placed)
    cancelled = SellerOrder.objects.get(seller=factories.CIBIRU)
    reversals.cancel_by_buyer(token=placed.token, order_id=cancelled.id, at=later(6))
    assert counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).refunds_due

    counter.undo(
        village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, act=Act(by=ordering.CASHIER, at=later(7), reason="Tidak ada uang")
    )

    found = counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code)
    assert (found.due_rupiah, found.refunds_due) == (60_000, [])
    with pytest.raises(counter.NoSuchRefund):
        counter.pay_out(village_code=factories.SUKAMAJU, refund_id=Refund.objects.get().id, act=Act(by=ordering.CASHIER, at=later(8)))
    assert ordering.broken_rules() == []


def test_a_shortened_order_whose_payment_is_undone_is_simply_smaller(chips):
    placed = shopping.buy({chips: 3})
    wrong = ordering.pay(placed)
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        reversals.shorten(order_id=order.id, missing={line.id: 1}, act=Act(by=ordering.SELLER, at=later(6), key="k", reason="Kurang"))
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, act=Act(by=ordering.CASHIER, at=later(7), reason="Salah"))
    assert counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 20_000
    ordering.pay(placed, minutes=8, key="form-2")
    ordering.to_home()
    assert ordering.owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}
    assert ordering.broken_rules() == []


def test_money_that_was_paid_out_cannot_be_undone(chips):
    placed = shopping.buy({chips: 1})
    payment = ordering.pay(placed)
    reversals.cancel_by_buyer(token=placed.token, order_id=ordering.only_order().id, at=later(6))
    terms = {"village_code": factories.SUKAMAJU, "refund_id": Refund.objects.get().id, "act": Act(by=ordering.CASHIER, at=later(7))}
    with pytest.raises(counter.NoSuchRefund):
        counter.pay_out(**terms, purchase_id=shopping.buy({chips: 1}, phone="081290990002").purchase_id)
    counter.pay_out(**terms, purchase_id=placed.purchase_id)
    with pytest.raises(order_payments.MoneyWentBack):
        counter.undo(
            village_code=factories.SUKAMAJU, payment_id=payment.payment_id, act=Act(by=ordering.CASHIER, at=later(8), reason="Salah")
        )


def test_a_form_that_took_other_cash_before_is_refused(chips):
    placed = shopping.buy({chips: 1})
    first = ordering.pay(placed, key="K")
    other = shopping.buy({chips: 1}, phone="081290990002")
    with pytest.raises(FormReused):
        ordering.pay(other, key="K")
    counter.undo(village_code=factories.SUKAMAJU, payment_id=first.payment_id, act=Act(by=ordering.CASHIER, at=later(6), reason="Salah"))
    with pytest.raises(FormReused):
        ordering.pay(placed, key="K")
    assert cash_book.receipt(village_code=factories.SUKAMAJU, number=first.number).reversed_by_number == 2
    with context.inside(factories.CIBIRU):
        stock.receive(product_id=chips, quantity=5, act=Act(by=ordering.SELLER, at=later(1), key="S"))
        with pytest.raises(FormReused):
            stock.break_(product_id=chips, quantity=3, act=Act(by=ordering.SELLER, at=later(2), key="S", reason="Jatuh"))


def test_a_counter_sees_its_own_part_of_a_purchase_only(chips):
    rice = shopping.product(factories.MELATI, price_rupiah=60_000)
    placed = shopping.buy({chips: 1, rice: 1})
    assert [order.seller_name for order in counter_queries.find(village_code=factories.CIBIRU, code=placed.code).orders] == ["Cibiru"]
    assert len(counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).orders) == 2


def test_each_of_an_orders_refunds_is_paid_out_by_itself(chips):
    ordering.pay(shopping.buy({chips: 3}))
    ordering.to_home()
    order = ordering.only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for key in ("a", "b"):
            act = Act(by=ordering.SELLER, at=later(60), key=key, reason="Rusak")
            reversals.take_back(order_id=order.id, pieces={line.id: 1}, restock=False, act=act)
    first, second = Refund.objects.order_by("id")

    counter.pay_out(village_code=factories.SUKAMAJU, refund_id=second.id, act=Act(by=ordering.CASHIER, at=later(70)))

    assert [refund.paid_out_at for refund in Refund.objects.order_by("id")] == [None, later(70)]
    with pytest.raises(counter.NoSuchRefund):  # another village's counter
        counter.pay_out(village_code=factories.CIBIRU, refund_id=first.id, act=Act(by=factories.staff(factories.CIBIRU), at=later(71)))


def test_no_refund_is_paid_out_while_the_counter_is_held_after_a_restore(chips):
    placed = shopping.buy({chips: 2})
    ordering.pay(placed)
    with context.inside(factories.CIBIRU):
        order_id = ordering.only_order().id
        reversals.cancel(order_id=order_id, act=Act(by=ordering.SELLER, at=later(5), reason="Habis"))
    refund = Refund.objects.get()
    holding.hold(at=later(6))
    terms = {"village_code": factories.SUKAMAJU, "refund_id": refund.id, "act": Act(by=ordering.CASHIER, at=later(7), key="k")}
    with pytest.raises(trade_holds.RefundsHeld):
        counter.pay_out(**terms)
    refund.refresh_from_db()
    assert refund.paid_out_at is None
    holding.release(factories.SUKAMAJU)
    counter.pay_out(**terms)
    refund.refresh_from_db()
    assert refund.paid_out_at == later(7)


def test_what_was_ordered_before_a_restore_is_paid_and_handed_over(chips):
    placed = shopping.buy({chips: 2})
    holding.hold()
    ordering.pay(placed)
    ordering.to_home()
    assert ordering.only_order().state == "completed"
