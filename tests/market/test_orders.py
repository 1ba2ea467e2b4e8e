"""From placed to completed, and every way back: what each step does to both rows, the stock and the ledger."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from deploy import audit
from federation import buyers, payments
from federation.models import Notice, Payment, Purchase, Refund, SellerOrder, TurnoverFact
from marketplace import counter, expiry, office, reversals, steps, stock, twins
from marketplace.models import Order, OrderLine, Product
from settlement import positions
from settlement.models import Obligation
from tenants import context, outbox
from tenants.refusals import FormReused
from tests import factories, shopping
from tests.shopping import later

CASHIER, SELLER = factories.DARTO.id, factories.SARI.id


def broken_rules() -> list[str]:
    """What the audit finds; news of a day long past were not spread here, which is no fault of the order."""
    return [result.name for result in audit.run() if result.count and result.name != "outbox-moves"]


def only_order() -> SellerOrder:
    return SellerOrder.objects.get()


def tap(step: str, state: str, *, minutes: int, cash: bool = False) -> None:
    order = only_order()
    with context.inside(order.seller):
        steps.take(
            order_id=order.id, step=step, form_state=state, cash_rupiah=order.total_rupiah if cash else None, by=SELLER, at=later(minutes)
        )


def pay(placed, *, minutes: int = 5, key: str = "form-1") -> counter.Receipt:
    due = counter.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah
    return counter.confirm(
        village_code=factories.SUKAMAJU, purchase_id=placed.purchase_id, amount_rupiah=due, form_key=key, by=CASHIER, at=later(minutes)
    )


def to_home(*, cash: bool = False) -> None:
    tap("accept", "placed", minutes=10)
    tap("pack", "accepted", minutes=20)
    tap("send", "ready", minutes=30)
    order = only_order()
    for step in ("arrived", "hand_over"):
        steps.take_at_home(
            village_code=factories.SUKAMAJU,
            order_id=order.id,
            step=step,
            cash_rupiah=order.total_rupiah if cash else None,
            by=factories.UJANG.id,
            at=later(40),
        )


def owed() -> dict[tuple[str, str], int]:
    open_ones = Obligation.objects.filter(open_rupiah__gt=0).values_list("debtor", "creditor")
    return {(debtor, creditor): rupiah for debtor, creditor, rupiah in open_ones.annotate(Sum("open_rupiah"))}


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=10)


def test_counter_cash_and_the_four_taps(chips):
    placed = shopping.buy({chips: 3})
    receipt = pay(placed)
    assert (receipt.number, receipt.amount_rupiah) == (1, 30_000)
    to_home()

    order = only_order()
    assert (order.state, order.paid_at, order.handed_over_at) == ("completed", later(5), later(40))
    assert owed() == {(factories.SUKAMAJU, factories.CIBIRU): 29_400, (factories.SUKAMAJU, "F"): 600}
    with context.inside(factories.CIBIRU):
        product = Product.objects.get()
        assert (product.on_hand, product.reserved) == (7, 0)
        assert Order.objects.get().state == "completed"
    fact = TurnoverFact.objects.get()
    assert (fact.buyer_village, fact.seller, fact.goods_rupiah, fact.fee_rupiah) == (factories.SUKAMAJU, factories.CIBIRU, 30_000, 600)


def test_cash_on_delivery_at_home_is_taken_with_the_hand_over(chips):
    shopping.buy({chips: 3}, method="cod_home", delivery="courier_home")
    to_home(cash=True)

    assert only_order().state == "completed"
    assert Payment.objects.get().village_code == factories.SUKAMAJU
    assert owed()[(factories.SUKAMAJU, factories.CIBIRU)] == 29_400


def test_cash_taken_by_the_sellers_courier_owes_only_the_fee(chips):
    shopping.buy({chips: 3}, method="cod_seller", delivery="courier_seller")
    tap("accept", "placed", minutes=1)
    tap("pack", "accepted", minutes=2)
    tap("send", "ready", minutes=3)
    tap("hand_over", "underway", minutes=4, cash=True)

    assert owed() == {(factories.CIBIRU, "F"): 600}


def test_a_double_tap_is_one_tap_and_a_late_one_is_told(chips):
    shopping.buy({chips: 1})
    tap("accept", "placed", minutes=1)
    tap("accept", "placed", minutes=1)
    with pytest.raises(twins.OrderMovedOn):
        tap("send", "accepted", minutes=2)
    assert only_order().state == "accepted"


def test_goods_paid_beforehand_wait_for_the_money(chips):
    shopping.buy({chips: 1}, delivery="pickup_seller")
    tap("accept", "placed", minutes=1)
    tap("pack", "accepted", minutes=2)
    with pytest.raises(steps.NotPaidYet):
        tap("hand_over", "ready", minutes=3)


def test_the_same_confirmation_twice_is_one_receipt(chips):
    placed = shopping.buy({chips: 1})
    assert pay(placed) == counter.confirm(
        village_code=factories.SUKAMAJU, purchase_id=placed.purchase_id, amount_rupiah=10_000, form_key="form-1", by=CASHIER, at=later(6)
    )
    with pytest.raises(counter.NothingDue):
        pay(placed, key="form-2")
    assert Payment.objects.count() == 1


def test_a_seller_cancels_and_the_rest_is_still_due(chips):
    rice = shopping.product(factories.MELATI, price_rupiah=60_000)
    placed = shopping.buy({chips: 1, rice: 1})
    cancelled = SellerOrder.objects.get(seller=factories.MELATI)
    with context.inside(factories.MELATI):
        reversals.cancel(order_id=cancelled.id, reason="Habis", by=factories.TINI.id, at=later(1))
        assert Product.objects.get().reserved == 0

    assert counter.find(village_code=factories.SUKAMAJU, code=placed.code.lower().replace("-", " ")).due_rupiah == 10_000
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 10_000


def test_a_paid_order_that_is_cancelled_is_paid_back_whole_at_the_counter(chips):
    placed = shopping.buy({chips: 3}, delivery="courier_seller")
    pay(placed)
    order = only_order()
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order.id, reason="Habis", by=SELLER, at=later(9))

    refund = Refund.objects.get()
    assert (refund.amount_rupiah, refund.village_code) == (order.total_rupiah, factories.SUKAMAJU)
    assert buyers.by_token(token=placed.token).refund_due_rupiah == order.total_rupiah
    for _ in range(2):
        counter.pay_out(village_code=factories.SUKAMAJU, refund_id=refund.id, by=CASHIER, at=later(20))
    assert Refund.objects.get().paid_out_at == later(20)
    assert owed() == {}
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 0


def test_an_unpaid_order_is_shortened_and_costs_less(chips):
    placed = shopping.buy({chips: 3})
    order = only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for _ in range(2):
            reversals.shorten(order_id=order.id, missing={line.id: 1}, form_key="k", reason="Kurang", by=SELLER, at=later(1))
    assert counter.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 20_000
    pay(placed)
    to_home()
    assert owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}
    assert Purchase.objects.get().total_rupiah == 20_000


def test_a_paid_order_that_is_shortened_owes_the_difference(chips):
    placed = shopping.buy({chips: 3})
    pay(placed)
    order = only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for _ in range(2):
            reversals.shorten(order_id=order.id, missing={line.id: 1}, form_key="k", reason="Kurang", by=SELLER, at=later(6))
    assert [refund.amount_rupiah for refund in Refund.objects.all()] == [10_000]
    to_home()
    assert owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}
    with context.inside(factories.CIBIRU):
        assert Product.objects.get().on_hand == 8


def test_goods_that_come_back_shrink_what_is_owed(chips):
    placed = shopping.buy({chips: 3})
    pay(placed)
    to_home()
    order = only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        for pieces, key in ((1, "a"), (2, "b")):
            reversals.take_back(
                order_id=order.id, pieces={line.id: pieces}, restock=True, form_key=key, reason="Rusak", by=SELLER, at=later(60)
            )
        with pytest.raises(twins.OrderMovedOn):
            reversals.take_back(order_id=order.id, pieces={line.id: 1}, restock=True, form_key="c", reason="Rusak", by=SELLER, at=later(61))
        assert Product.objects.get().on_hand == 10
    assert owed() == {}
    assert only_order().state == "returned"
    assert sum(TurnoverFact.objects.values_list("goods_rupiah", flat=True)) == 0


def test_a_wrong_confirmation_is_undone_before_and_after_the_hand_over(chips):
    placed = shopping.buy({chips: 3})
    wrong = pay(placed)
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, reason="Salah kode", by=CASHIER, at=later(6))
    assert only_order().paid_at is None
    second = pay(placed, minutes=7, key="form-2")
    assert second.number == 3
    to_home()
    counter.undo(village_code=factories.SUKAMAJU, payment_id=second.payment_id, reason="Salah kode", by=CASHIER, at=later(60))
    assert (only_order().state, owed()) == ("delivered", {})
    pay(placed, minutes=70, key="form-3")
    assert (only_order().state, owed()[(factories.SUKAMAJU, factories.CIBIRU)]) == ("completed", 29_400)
    with pytest.raises(payments.AlreadyReversed):
        counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, reason="Lagi", by=CASHIER, at=later(71))


def test_unpaid_orders_expire_and_free_goods_and_credit(chips):
    shopping.buy({chips: 3})
    assert expiry.expire_due(at=later(24 * 60 - 1)) == 0
    assert expiry.expire_due(at=later(24 * 60)) == 1
    assert expiry.expire_due(at=later(24 * 60)) == 0
    assert only_order().state == "expired"
    with context.inside(factories.CIBIRU):
        assert Product.objects.get().reserved == 0
    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 0


def test_breakage_below_what_is_reserved_names_the_orders(chips):
    placed = shopping.buy({chips: 8})
    with context.inside(factories.CIBIRU):
        broken = stock.break_(product_id=chips, quantity=5, reason="Banjir", form_key="b", by=SELLER, at=later(1))
        assert [(row.code, row.short_by) for row in broken] == [(placed.code, 3)]
        assert office.tab(tab="new")[0].broken
        line = OrderLine.objects.get()
        reversals.shorten(order_id=line.order_id, missing={line.id: 3}, form_key="s", reason="Banjir", by=SELLER, at=later(2))
        product = Product.objects.get()
        assert (product.on_hand, product.reserved) == (5, 5)


def test_a_buyer_may_cancel_until_the_seller_accepted(chips):
    placed = shopping.buy({chips: 1})
    with pytest.raises(twins.NoSuchOrder):
        reversals.cancel_by_buyer(token="0" * 32, order_id=only_order().id, at=later(1))
    reversals.cancel_by_buyer(token=placed.token, order_id=only_order().id, at=later(1))
    assert only_order().state == "cancelled"


def test_news_reach_buyer_and_villages_once(chips):
    shopping.buy({chips: 1})
    tap("accept", "placed", minutes=1)
    assert outbox.sweep(at=later(2)) == 2
    assert outbox.sweep(at=later(3)) == 0
    assert Notice.objects.filter(purchase__isnull=False).count() == 2
    assert list(Notice.objects.filter(purchase=None).values_list("village_code", "kind")) == [(factories.CIBIRU, "purchase.placed")]


def test_cash_at_the_door_is_what_the_page_said_or_nothing_is_booked(chips):
    shopping.buy({chips: 3}, method="cod_seller", delivery="courier_seller")
    for minutes, (step, state) in enumerate((("accept", "placed"), ("pack", "accepted"), ("send", "ready"))):
        tap(step, state, minutes=minutes)
    order = only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        reversals.shorten(order_id=order.id, missing={line.id: 1}, form_key="k", reason="Pecah", by=SELLER, at=later(5))
        with pytest.raises(steps.CashChanged):
            steps.take(order_id=order.id, step="hand_over", form_state="underway", cash_rupiah=order.total_rupiah, by=SELLER, at=later(6))
    assert only_order().state == "underway"
    tap("hand_over", "underway", minutes=7, cash=True)
    assert Payment.objects.get().amount_rupiah == order.total_rupiah - 10_000


def test_cash_brought_by_a_stale_tap_is_never_swallowed(chips):
    placed = shopping.buy({chips: 1}, method="cod_home", delivery="courier_home")
    to_home(cash=True)
    payment = Payment.objects.get()
    counter.undo(village_code=factories.SUKAMAJU, payment_id=payment.id, reason="Salah", by=CASHIER, at=later(50))
    with pytest.raises(twins.OrderMovedOn):
        steps.take_at_home(
            village_code=factories.SUKAMAJU, order_id=only_order().id, step="hand_over", cash_rupiah=10_000, by=CASHIER, at=later(51)
        )
    assert counter.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 10_000


def test_goods_paid_at_the_counter_do_not_leave_unpaid_and_do_not_lapse_on_the_road(chips):
    placed = shopping.buy({chips: 1})
    tap("accept", "placed", minutes=1)
    tap("pack", "accepted", minutes=2)
    with pytest.raises(steps.NotPaidYet):
        tap("send", "ready", minutes=3)
    wrong = pay(placed, minutes=4)
    tap("send", "ready", minutes=5)
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, reason="Salah", by=CASHIER, at=later(6))
    assert expiry.expire_due(at=later(10_000)) == 0
    assert only_order().state == "underway"


def test_an_undone_payment_of_packed_goods_expires_again(chips):
    placed = shopping.buy({chips: 1})
    wrong = pay(placed)
    tap("accept", "placed", minutes=6)
    tap("pack", "accepted", minutes=7)
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, reason="Salah", by=CASHIER, at=later(8))
    assert expiry.expire_due(at=later(8 + 24 * 60)) == 1


def test_a_count_that_found_nothing_new_counts_once(chips):
    with context.inside(factories.CIBIRU):
        stock.count(product_id=chips, counted=10, form_key="hitung", by=SELLER, at=later(1))
        stock.receive(product_id=chips, quantity=5, form_key="datang", by=SELLER, at=later(2))
        stock.count(product_id=chips, counted=10, form_key="hitung", by=SELLER, at=later(3))
        assert Product.objects.get().on_hand == 15


def test_a_wrong_confirmation_is_undone_though_the_buyer_cancelled_one_order(chips):
    rice = shopping.product(factories.MELATI, price_rupiah=60_000)
    placed = shopping.buy({chips: 1, rice: 1})
    wrong = pay(placed)
    cancelled = SellerOrder.objects.get(seller=factories.CIBIRU)
    reversals.cancel_by_buyer(token=placed.token, order_id=cancelled.id, at=later(6))
    assert counter.find(village_code=factories.SUKAMAJU, code=placed.code).refunds_due

    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, reason="Tidak ada uang", by=CASHIER, at=later(7))

    found = counter.find(village_code=factories.SUKAMAJU, code=placed.code)
    assert (found.due_rupiah, found.refunds_due) == (60_000, [])
    with pytest.raises(counter.NoSuchRefund):
        counter.pay_out(village_code=factories.SUKAMAJU, refund_id=Refund.objects.get().id, by=CASHIER, at=later(8))
    assert broken_rules() == []


def test_a_shortened_order_whose_payment_is_undone_is_simply_smaller(chips):
    placed = shopping.buy({chips: 3})
    wrong = pay(placed)
    order = only_order()
    with context.inside(factories.CIBIRU):
        line = OrderLine.objects.get()
        reversals.shorten(order_id=order.id, missing={line.id: 1}, form_key="k", reason="Kurang", by=SELLER, at=later(6))
    counter.undo(village_code=factories.SUKAMAJU, payment_id=wrong.payment_id, reason="Salah", by=CASHIER, at=later(7))
    assert counter.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 20_000
    pay(placed, minutes=8, key="form-2")
    to_home()
    assert owed() == {(factories.SUKAMAJU, factories.CIBIRU): 19_600, (factories.SUKAMAJU, "F"): 400}
    assert broken_rules() == []


def test_money_that_was_paid_out_cannot_be_undone(chips):
    placed = shopping.buy({chips: 1})
    payment = pay(placed)
    reversals.cancel_by_buyer(token=placed.token, order_id=only_order().id, at=later(6))
    counter.pay_out(village_code=factories.SUKAMAJU, refund_id=Refund.objects.get().id, by=CASHIER, at=later(7))
    with pytest.raises(payments.MoneyWentBack):
        counter.undo(village_code=factories.SUKAMAJU, payment_id=payment.payment_id, reason="Salah", by=CASHIER, at=later(8))


def test_a_form_that_took_other_cash_before_is_refused(chips):
    placed = shopping.buy({chips: 1})
    first = pay(placed, key="K")
    other = shopping.buy({chips: 1}, phone="081290990002")
    with pytest.raises(FormReused):
        pay(other, key="K")
    counter.undo(village_code=factories.SUKAMAJU, payment_id=first.payment_id, reason="Salah", by=CASHIER, at=later(6))
    with pytest.raises(FormReused):
        pay(placed, key="K")
    assert counter.receipt(village_code=factories.SUKAMAJU, number=first.number)["reversed_by_number"] == 2
    with context.inside(factories.CIBIRU):
        stock.receive(product_id=chips, quantity=5, form_key="S", by=SELLER, at=later(1))
        with pytest.raises(FormReused):
            stock.break_(product_id=chips, quantity=3, reason="Jatuh", form_key="S", by=SELLER, at=later(2))


def test_a_counter_sees_its_own_part_of_a_purchase_only(chips):
    rice = shopping.product(factories.MELATI, price_rupiah=60_000)
    placed = shopping.buy({chips: 1, rice: 1})
    assert [order.seller_name for order in counter.find(village_code=factories.CIBIRU, code=placed.code).orders] == ["Cibiru"]
    assert len(counter.find(village_code=factories.SUKAMAJU, code=placed.code).orders) == 2
