"""One purchase, many sellers: what went wrong in other markets, each fault played through the real verbs and pages of this one."""

from __future__ import annotations

import pytest

from federation.buying import courier_cash
from federation.models import Payment, Purchase, Refund, SellerOrder
from federation.reports import cash_book
from marketplace.checkout import errors
from marketplace.models import Product
from marketplace.orders import counter, counter_queries, expiry, order_queries, order_records, reversals
from settlement.ledger import positions
from tenants import models
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import dealing, ordering
from tests.support.marketplace.dealing import CIBIRU, HOME, MELATI
from tests.support.shopping import later

COUNTER, AT_THE_DOOR = ("counter", "pickup_home"), ("cod_seller", "courier_seller")


@pytest.fixture
def goods(market):
    """Chips of Cibiru at 9,999 and rice of Melati at 60,000; every delivery costs something."""
    dealing.set_fees()
    chips = shopping.product(CIBIRU, price_rupiah=9_999, stock=50)
    return chips, shopping.product(MELATI, name="Beras", price_rupiah=60_000, stock=50)


def test_an_order_is_paid_by_what_was_allotted_to_it_not_by_a_payment_somewhere(goods):
    """Elsewhere one payment made every order of the purchase read as paid, or none, and nothing could be handed over."""
    chips, rice = goods
    placed = dealing.buy({chips: 3, rice: 1}, ways={MELATI: AT_THE_DOOR})
    orders = dealing.orders_of(placed)

    dealing.pay(placed)

    assert {seller: dealing.paid(order) for seller, order in orders.items()} == {CIBIRU: 29_997, MELATI: 0}
    assert dealing.get(orders[MELATI]).paid_at is None
    for order in orders.values():
        dealing.hand_over(order)
    assert set(SellerOrder.objects.values_list("state", flat=True)) == {"completed"}
    assert Payment.objects.filter(village_code=MELATI).get().amount_rupiah == 67_003
    assert ordering.owed() == {(HOME, CIBIRU): 29_398, (HOME, "F"): 599, (MELATI, "F"): 1_200}
    assert ordering.broken_rules() == []


def test_an_order_is_cancelled_after_it_was_sent_and_afterwards_the_refusal_says_why(goods):
    """Elsewhere cancelling after dispatch was refused, with an empty message."""
    placed = dealing.buy({goods[0]: 3})
    [order] = dealing.orders_of(placed).values()
    dealing.pay(placed)
    other = dealing.sold(goods[0], COUNTER, phone="081290990002")
    dealing.send(order)

    dealing.cancel(order)

    assert dealing.back(order) == [(HOME, 29_997, 0, 599)]
    assert (dealing.get(order).state, ordering.owed()) == ("cancelled", {(HOME, CIBIRU): 29_398, (HOME, "F"): 599})
    with context.inside(CIBIRU), pytest.raises(order_records.OrderMovedOn, match="sudah berubah"):
        reversals.cancel(order_id=other, act=Act(by=factories.staff(context.here()), at=later(80), reason="Terlambat"))


def test_a_parcel_that_leaves_smaller_costs_its_delivery_once(goods):
    """Elsewhere splitting a parcel charged the delivery twice."""
    tea = shopping.product(CIBIRU, name="Teh", price_rupiah=5_000, stock=9)
    placed = dealing.buy({goods[0]: 2, tea: 2}, delivery="courier_seller")
    [order] = dealing.orders_of(placed).values()
    assert dealing.get(order).total_rupiah == 29_998 + 7_002
    dealing.shorten(order, 0, 1)
    dealing.pay(placed)
    dealing.shorten(order, 1)

    dealing.hand_over(order)

    assert Purchase.objects.get().total_rupiah == dealing.paid(order) == 24_998 + 7_002
    assert dealing.back(order) == [(HOME, 9_999, 0, 199)]  # of 499
    assert ordering.owed() == {(HOME, CIBIRU): 14_999 - 300 + 7_002, (HOME, "F"): 300}
    assert ordering.broken_rules() == []


def test_every_delivery_of_a_cancelled_purchase_goes_back(goods):
    """Elsewhere only the first delivery was refunded."""
    chips, rice = goods
    tofu = shopping.product(HOME, name="Tahu", price_rupiah=3_333)
    placed = dealing.buy({chips: 3, rice: 1, tofu: 1}, delivery="courier_seller")
    payment = Payment.objects.get(id=dealing.pay(placed))

    for order in dealing.orders_of(placed).values():
        dealing.cancel(order)

    back = {seller: dealing.back(order) for seller, order in dealing.orders_of(placed).items()}
    assert back == {CIBIRU: [(HOME, 29_997, 7_002, 599)], MELATI: [(HOME, 60_000, 7_003, 1_200)], HOME: [(HOME, 3_333, 1_000, 66)]}
    assert sum(Refund.objects.values_list("amount_rupiah", flat=True)) == payment.amount_rupiah == Purchase.objects.get().total_rupiah
    assert (ordering.owed(), ordering.broken_rules()) == ({}, [])


def test_refunds_in_parts_are_the_whole_to_the_rupiah_and_so_is_the_fee(goods):
    """Elsewhere a full refund differed from what was paid by rounding, and the fee after a partial refund was wrong."""
    order = dealing.sold(goods[0], COUNTER)  # 29,997 with a fee of 599, which three does not divide

    for _ in range(3):
        dealing.take_back(order, 1)

    assert dealing.back(order) == [(HOME, 9_999, 0, 199), (HOME, 9_999, 0, 200), (HOME, 9_999, 0, 200)]
    assert (dealing.get(order).refunded_rupiah, ordering.owed()) == (29_997, {})
    assert ordering.broken_rules() == []


def test_each_refund_of_a_purchase_waits_at_the_counter_that_took_its_cash(goods):
    """Elsewhere several refunds of a split payment went to the wrong method."""
    chips, rice = goods
    placed = dealing.buy({chips: 3, rice: 1}, ways={MELATI: AT_THE_DOOR})
    orders = dealing.orders_of(placed)
    dealing.pay(placed)
    for order in orders.values():
        dealing.hand_over(order)

    dealing.take_back(orders[MELATI], 1)
    dealing.take_back(orders[CIBIRU], 1)
    dealing.allow(orders[CIBIRU], 5_000)

    waiting = {village: [row.amount_rupiah for row in cash_book.refunds_waiting(village_code=village)] for village in factories.VILLAGES}
    assert waiting == {HOME: [9_999, 5_000], MELATI: [60_000], CIBIRU: []}
    of_melati = Refund.objects.get(village_code=MELATI)
    with pytest.raises(counter.NoSuchRefund):
        counter.pay_out(village_code=HOME, refund_id=of_melati.id, act=Act(by=dealing.CASHIER, at=later(99)))
    tini = factories.TINI.principal
    [held] = courier_cash.held(village_code=MELATI)
    by_form = Act(by=tini, at=later(98), key="serah-1")
    counter.hand_in(village_code=MELATI, courier=held.courier, amount_rupiah=67_003, act=by_form)
    counter.pay_out(village_code=MELATI, refund_id=of_melati.id, act=Act(by=tini, at=later(99)))
    assert cash_book.of_day(village_code=MELATI, day=later(99).date()).left_rupiah == 7_003  # its delivery stays earned


def test_who_leaves_without_paying_has_used_up_nothing(goods):
    """Elsewhere a voucher was used up when the page of the payment was left; here goods, credit and the next order would be."""
    placed = [dealing.buy({goods[0]: 10}) for _ in range(3)]
    with pytest.raises(errors.TooManyUnpaid):
        dealing.buy({goods[0]: 1})
    assert positions.of(village_code=HOME).guest_pending_rupiah == 3 * 99_990

    assert expiry.expire_due(at=later(24 * 60)) == len(placed)

    held = positions.of(village_code=HOME)
    assert (held.guest_pending_rupiah, held.debit_pending_rupiah) == (0, 0)
    with context.inside(CIBIRU):
        assert Product.objects.get().reserved == 0
    again = dealing.buy({goods[0]: 50})
    dealing.pay(again)
    assert ordering.broken_rules() == []


def test_every_seller_has_its_order_at_the_moment_the_buyer_does(goods):
    """Elsewhere a job split the purchase half a minute later, and in between it could be paid and cancelled without its sellers."""
    placed = dealing.buy({goods[0]: 1, goods[1]: 1})

    assert not models.EventDelivery.objects.exists()  # no job has run
    for seller in (CIBIRU, MELATI):
        with context.inside(seller):
            assert [card.code for card in order_queries.tab(tab="new")] == [placed.code]
            assert Product.objects.get().reserved == 1
    assert (
        counter_queries.find(village_code=HOME, code=placed.code).due_rupiah
        == 69_999
        == positions.of(village_code=HOME).debit_pending_rupiah
    )
    orders = dealing.orders_of(placed)
    reversals.cancel_by_buyer(token=placed.token, order_id=orders[MELATI], at=later(0))
    dealing.pay(placed)
    assert {seller: dealing.paid(order) for seller, order in orders.items()} == {CIBIRU: 9_999, MELATI: 0}
