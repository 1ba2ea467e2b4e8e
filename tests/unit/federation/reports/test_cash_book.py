"""The day at a counter: what was taken, reversed and paid out, and what should lie in the cash box."""

from __future__ import annotations

from datetime import timedelta

import pytest

from federation.buying import order_payments
from federation.models import Payment, Refund
from federation.reports import cash_book
from marketplace.orders import counter
from tenants.acts import Act
from tests.support import factories, shopping
from tests.support.marketplace import dealing
from tests.support.shopping import later

HOME, CIBIRU, MELATI = factories.SUKAMAJU, factories.CIBIRU, factories.MELATI
DAY = shopping.NOON.date()


def box(day=DAY, *, where: str = HOME) -> tuple[int, int, int, int]:
    """(taken, reversed, paid out, left) of a day's cash."""
    found = cash_book.of_day(village_code=where, day=day)
    return found.taken_rupiah, found.reversed_rupiah, found.paid_out_rupiah, found.left_rupiah


def test_a_day_adds_up(market):
    keripik, beras = shopping.product(CIBIRU, price_rupiah=10_000), shopping.product(MELATI, price_rupiah=60_000)
    kept, wrong = dealing.buy({keripik: 2}), dealing.buy({beras: 1})
    dealing.pay(kept)
    dealing.undo(dealing.pay(wrong))
    assert box() == (80_000, 60_000, 0, 20_000)

    [order_id] = dealing.orders_of(kept).values()
    dealing.cancel(order_id)
    [waiting] = cash_book.refunds_waiting(village_code=HOME)
    assert (waiting.code, waiting.amount_rupiah) == (kept.code, 20_000)
    assert cash_book.refunds_of(order_id=order_id) == [waiting]
    assert box() == (80_000, 60_000, 0, 20_000)  # what is only due lies there still

    counter.pay_out(village_code=HOME, refund_id=waiting.id, act=Act(by=dealing.CASHIER, at=later(120)))
    assert box() == (80_000, 60_000, 20_000, 0)
    assert cash_book.refunds_waiting(village_code=HOME) == []
    assert box(where=CIBIRU) == (0, 0, 0, 0)


def test_a_payout_counts_on_its_own_day(market):
    placed = dealing.buy({shopping.product(CIBIRU, price_rupiah=10_000): 1})
    dealing.pay(placed)
    dealing.cancel(*dealing.orders_of(placed).values())
    tomorrow = later(24 * 60)
    counter.pay_out(village_code=HOME, refund_id=Refund.objects.get().id, act=Act(by=dealing.CASHIER, at=tomorrow))

    assert box() == (10_000, 0, 0, 10_000)
    assert box(DAY + timedelta(days=1)) == (0, 0, 10_000, -10_000)
    assert box(DAY - timedelta(days=1)) == (0, 0, 0, 0)


def test_a_receipt_names_every_seller_and_its_reversal(market):
    keripik, beras = shopping.product(CIBIRU, price_rupiah=10_000), shopping.product(MELATI, price_rupiah=60_000)
    placed = dealing.buy({keripik: 2, beras: 1})
    payment_id = dealing.pay(placed)
    number = Payment.objects.get(id=payment_id).receipt_number

    receipt = cash_book.receipt(village_code=HOME, number=number)
    assert (receipt.amount_rupiah, receipt.code, receipt.reversed_by_number) == (80_000, placed.code, None)
    assert [(line.seller_name, line.amount_rupiah) for line in receipt.lines] == [("Cibiru", 20_000), ("Melati", 60_000)]

    dealing.undo(payment_id)
    back = cash_book.receipt(village_code=HOME, number=number).reversed_by_number
    assert back is not None
    reversal = cash_book.receipt(village_code=HOME, number=back)
    assert (reversal.reverses_number, reversal.amount_rupiah, reversal.reason) == (number, 80_000, "Salah kode")
    assert sum(line.amount_rupiah for line in reversal.lines) == 80_000
    with pytest.raises(order_payments.NoSuchPayment):
        cash_book.receipt(village_code=MELATI, number=number)
