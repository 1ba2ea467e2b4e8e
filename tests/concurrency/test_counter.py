"""Several hands at one cash counter at once: one receipt per payment, numbers without gaps, one reversal, one payout."""

from __future__ import annotations

import pytest
from django.db import transaction

from federation.buying import seller_orders
from federation.models import Payment, Refund, SellerOrder
from marketplace.models import Order
from marketplace.orders import counter, counter_queries, order_records, reversals
from tenants import models
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.concurrency import crowd, threads
from tests.support.concurrency.actor import Call
from tests.support.shopping import later

pytestmark = pytest.mark.slow

CASHIER = factories.DARTO.principal


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=100)


@pytest.fixture
def rice(market):
    return shopping.product(factories.MELATI, name="Beras", price_rupiah=60_000, stock=100)


def confirming(placed, *, amount: int, form_key: str) -> Call:
    terms = {"purchase_id": placed.purchase_id, "amount_rupiah": amount, "act": Act(by=CASHIER, at=later(5), key=form_key)}
    return Call(run=counter.confirm, terms={"village_code": factories.SUKAMAJU, **terms})


def pay(placed, *, amount: int) -> counter.Receipt:
    return counter.confirm(**confirming(placed, amount=amount, form_key="formulir-pertama").terms)


def logged(action: str) -> int:
    return models.ActivityEntry.objects.filter(action=action).count()


def test_one_form_sent_ten_times_is_one_receipt_with_one_number(chips, rice):
    placed = shopping.buy({chips: 1, rice: 1})

    outcomes = crowd.run([confirming(placed, amount=70_000, form_key="formulir-pertama")] * 10)

    assert crowd.counted(outcomes) == {"done": 10}
    payment = Payment.objects.get()
    assert set(crowd.done(outcomes)) == {counter.Receipt(1, 70_000, payment.id)}
    assert logged("payment.confirmed") == 2  # one per order
    crowd.assert_books_hold()


def test_two_cashiers_with_the_page_open_make_one_receipt(chips, rice):
    purchases = [shopping.buy({chips: 1, rice: 1}, phone=f"08129100010{number}") for number in range(4)]

    outcomes = crowd.run(confirming(placed, amount=70_000, form_key=f"{placed.code} {who}") for placed in purchases for who in "ab")

    assert crowd.counted(outcomes) == {"done": 4, "NothingDue": 4}
    for one, other in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert {one.refused, other.refused} == {"", "NothingDue"}
    assert Payment.objects.count() == 4
    crowd.assert_books_hold()


def test_receipt_numbers_have_no_gaps_whoever_comes_first(chips):
    purchases = [shopping.buy({chips: 1}, phone=f"0812910001{number:02}") for number in range(12)]
    wrong = [confirming(placed, amount=9_999, form_key=f"salah {placed.code}") for placed in purchases[:4]]  # refused: takes no number

    outcomes = crowd.run([confirming(placed, amount=10_000, form_key=f"kas {placed.code}") for placed in purchases] + wrong)

    assert len(crowd.done(outcomes)) == 12
    assert {outcome.refused for outcome in outcomes[12:]} <= {"DueChanged", "NothingDue"}
    assert sorted(Payment.objects.values_list("receipt_number", flat=True)) == list(range(1, 13))


def test_five_undo_one_payment_once(chips, rice):
    placed = shopping.buy({chips: 1, rice: 1})
    receipt = pay(placed, amount=70_000)
    undoing = {
        "village_code": factories.SUKAMAJU,
        "payment_id": receipt.payment_id,
        "act": Act(by=CASHIER, at=later(6), reason="salah kode"),
    }

    outcomes = crowd.run([Call(run=counter.undo, terms=undoing)] * 5)

    assert crowd.counted(outcomes) == {"done": 1, "AlreadyReversed": 4}
    assert sorted(Payment.objects.values_list("receipt_number", flat=True)) == [1, 2]
    assert counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code).due_rupiah == 70_000
    crowd.assert_books_hold()


def test_undo_and_a_second_confirmation_leave_one_payment_in_force_or_none(chips):
    """Undone and confirmed again at the same moment, in either order: never two payments for one order."""
    purchases = [shopping.buy({chips: 1}, phone=f"08129100010{number}") for number in range(4)]
    calls = []
    for number, placed in enumerate(purchases):
        first = confirming(placed, amount=10_000, form_key=f"pertama {number}")
        receipt = counter.confirm(**first.terms)
        undoing = {
            "village_code": factories.SUKAMAJU,
            "payment_id": receipt.payment_id,
            "act": Act(by=CASHIER, at=later(6), reason="salah"),
        }
        calls += [Call(run=counter.undo, terms=undoing), confirming(placed, amount=10_000, form_key=f"kedua {number}")]

    outcomes = crowd.run(calls)

    assert {outcome.error for outcome in outcomes} == {""}
    for placed, again in zip(purchases, outcomes[1::2], strict=True):
        seen = counter_queries.find(village_code=factories.SUKAMAJU, code=placed.code)
        in_force = [row for row in seen.payments if row.reversible]
        assert (len(in_force), seen.due_rupiah) == ((0, 10_000) if again.refused == "NothingDue" else (1, 0))
    crowd.assert_books_hold()


@pytest.fixture
def paying(chips):
    """The counter owes one refund, of an order that was paid and cancelled: how it is paid out."""
    placed = shopping.buy({chips: 1})
    pay(placed, amount=10_000)
    with context.inside(factories.CIBIRU):
        [order_id] = _orders_of(placed)
        reversals.cancel(order_id=order_id, act=Act(by=factories.SARI.principal, at=later(7), reason="habis"))
    return {"village_code": factories.SUKAMAJU, "refund_id": Refund.objects.get().id, "act": Act(by=CASHIER, at=later(8), key="k")}


def test_a_refund_is_paid_out_under_the_lock_of_its_order(paying):
    """What happens to an order happens under its lock, so that its events keep their order; the refund is locked after it."""
    with threads.Threads() as racing:
        with transaction.atomic():
            order_records.all_locked(places=[seller_orders.Place(order.seller, order.id) for order in SellerOrder.objects.all()])
            outcome = racing.start(lambda: counter.pay_out(**paying))
            crowd.await_waiting(1)
            assert Refund.objects.select_for_update(nowait=True).get().paid_out_at is None
        assert outcome() is None
    assert Refund.objects.get().paid_out_at == later(8)


def test_five_pay_out_one_refund_once(paying):

    outcomes = crowd.run([Call(run=counter.pay_out, terms=paying)] * 5)

    assert crowd.counted(outcomes) == {"done": 5}
    assert logged("refund.paid_out") == models.Event.objects.filter(kind="refund.paid_out").count() == 1
    crowd.assert_books_hold()


def _orders_of(placed):
    return list(Order.objects.filter(purchase_id=placed.purchase_id).values_list("id", flat=True))
