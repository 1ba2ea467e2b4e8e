"""Money paid by card: held as an agent, owed to who delivered goods or parcel, cleared in cycles like any other debt."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from settlement import advancing
from settlement.ledger import card_money, function_calls, sales
from settlement.models import PaymentLeg
from settlement.payments import cash_payments
from tests.support.settlement import books, rounds
from tests.support.settlement.rounds import A, B, C

NOON = books.NOON


def card_sale(
    *, home: str = A, seller: str = B, goods: int = 100_000, fee: int = 2_000, delivery: int = 0, deliverer: str = ""
) -> sales.Sale:
    return books.sale(home=home, seller=seller, holder="F", goods=goods, fee=fee, delivery=delivery, deliverer=deliverer or seller)


def paid(sale: sales.Sale, *, charge: int = 700) -> uuid.UUID:
    payment_id = uuid.uuid4()
    with transaction.atomic(durable=True):
        gross = sale.goods_rupiah + sale.delivery_rupiah
        card_money.receive(payment_id=payment_id, gross_rupiah=gross, charge_rupiah=charge, happened_at=NOON)
    return payment_id


def handed_over(sale: sales.Sale, *, charge: int = 700) -> uuid.UUID:
    payment_id = paid(sale, charge=charge)
    with transaction.atomic(durable=True):
        card_money.hand_over(sale=sale, payment_id=payment_id, happened_at=NOON)
    return payment_id


def refunded(sale: sales.Sale, *, goods: int, fee: int, delivery: int = 0, refund_id: uuid.UUID | None = None) -> None:
    with transaction.atomic(durable=True):
        card_money.refund(
            order_id=sale.order_id,
            refund_id=refund_id or uuid.uuid4(),
            goods_rupiah=goods,
            delivery_rupiah=delivery,
            fee_rupiah=fee,
            happened_at=NOON,
        )


def test_paid_by_card_is_a_deposit_and_the_charge_is_the_federations(market):
    paid(card_sale())

    assert rounds.purses() == {"agent-cash": 100_000, "own-cash": -700, "gateway-cost": 700, "customer-deposits": -100_000}
    assert books.obligations() == []


def test_handed_over_the_federation_owes_the_seller_and_has_its_fee(market):
    handed_over(card_sale(delivery=5_000))

    assert books.obligations() == [("F", B, 103_000, 103_000)]
    assert rounds.purses() == {"agent-cash": 103_000, "own-cash": 1_300, "gateway-cost": 700, "fee-income": -2_000}


def test_a_delivery_by_the_home_courier_is_owed_to_the_home_village(market):
    handed_over(card_sale(delivery=5_000, deliverer=A))

    assert books.obligations() == [("F", A, 5_000, 5_000), ("F", B, 98_000, 98_000)]


def test_each_event_is_booked_once(market):
    sale = card_sale()
    payment_id = handed_over(sale)
    with transaction.atomic(durable=True):
        assert not card_money.receive(payment_id=payment_id, gross_rupiah=100_000, charge_rupiah=700, happened_at=NOON)
        assert not card_money.hand_over(sale=sale, payment_id=payment_id, happened_at=NOON)
    with pytest.raises(function_calls.ReferenceReused), transaction.atomic(durable=True):
        card_money.receive(payment_id=payment_id, gross_rupiah=90_000, charge_rupiah=700, happened_at=NOON)

    refund_id = uuid.uuid4()
    for _ in range(2):
        refunded(sale, goods=10_000, fee=200, refund_id=refund_id)

    assert books.obligations() == [("F", B, 98_000, 88_200)]


def test_an_order_is_posted_by_one_payment(market):
    sale = card_sale()
    handed_over(sale)
    second = paid(sale)
    with pytest.raises(sales.AlreadyPosted), transaction.atomic(durable=True):
        card_money.hand_over(sale=sale, payment_id=second, happened_at=NOON)
    assert books.obligations() == [("F", B, 98_000, 98_000)]


def test_a_deposit_goes_back_before_the_goods_are_handed_over(market):
    sale = card_sale()
    paid(sale, charge=0)
    with transaction.atomic(durable=True):
        card_money.give_back_deposit(order_id=sale.order_id, refund_id=uuid.uuid4(), amount_rupiah=100_000, happened_at=NOON)

    assert rounds.purses() == {}


def test_a_refund_shrinks_what_the_seller_is_owed(market):
    sale = card_sale(delivery=5_000)
    handed_over(sale, charge=0)

    refunded(sale, goods=50_000, fee=1_000, delivery=5_000)

    assert books.obligations() == [("F", B, 103_000, 49_000)]
    assert rounds.purses() == {"agent-cash": 49_000, "own-cash": 1_000, "fee-income": -1_000}
    with pytest.raises(sales.RefundExceedsSale):
        refunded(sale, goods=50_001, fee=1_000)
    assert books.obligations() == [("F", B, 103_000, 49_000)]


def test_a_refund_after_the_snapshot_is_advanced_and_owed_by_the_seller(market):
    sale = card_sale()
    handed_over(sale, charge=0)
    rounds.proposed()

    refunded(sale, goods=50_000, fee=1_000)

    assert rounds.open_items(2) == {(B, "F"): 49_000}
    assert rounds.purses() == {"agent-cash": 98_000, "own-cash": -48_000, "fee-income": -1_000}


def test_what_passes_the_federation_changes_purses(market):
    """B owes F a fee of 3,000 from counter sales and is owed 98,000 from a card sale: the fee is set off against it."""
    handed_over(card_sale(), charge=0)
    books.complete(books.sale(home=B, seller=B, holder=B, goods=150_000, fee=3_000))

    rounds.collecting()

    assert rounds.solution().setoff_bilateral_rupiah == 6_000
    assert rounds.open_items(1) == {("P", B): 95_000}  # the federation's side counts as collected
    assert rounds.purses() == {"agent-cash": 95_000, "own-cash": 5_000, "fee-income": -5_000}
    assert advancing.advance(number=1, at=rounds.get().collect_until_at) == "paying"
    [leg] = PaymentLeg.objects.filter(giver="F")
    assert (leg.receiver, leg.amount_rupiah) == (B, 95_000)
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, by=rounds.MAKER, at=rounds.T0)
    cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, by=rounds.APPROVER, at=rounds.T0)
    assert advancing.advance(number=1, at=rounds.T0) == "closed"
    assert rounds.purses() == {"own-cash": 5_000, "fee-income": -5_000}
    assert books.net() == {}


def test_fees_that_go_back_come_out_of_the_federations_own_purse(market):
    """A fee refunded after its cycle is owed by the federation; where it owes the pool it pays from its own purse."""
    sale = books.sale(home=A, seller=C, goods=100_000, fee=2_000)
    books.complete(sale)
    rounds.collecting()
    for leg in cash_payments.plan(number=1, giver=A, amount_rupiah=100_000, direct=True, by=rounds.MAKER, at=rounds.T0):
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, by=rounds.MAKER, at=rounds.T0)
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, by=rounds.APPROVER, at=rounds.T0)
    assert advancing.advance(number=1, at=rounds.T0) == "closed"
    assert rounds.purses() == {"own-cash": 2_000, "fee-income": -2_000}

    books.refund(sale, goods=100_000, fee=2_000)

    assert rounds.open_items(2) == {(C, A): 98_000, ("F", A): 2_000}
    rounds.collecting(number=2)
    assert rounds.open_items(2) == {(C, "P"): 98_000, ("P", A): 100_000}
    assert rounds.purses() == {"agent-cash": 2_000}
    for leg in cash_payments.plan(number=2, giver=C, amount_rupiah=98_000, direct=True, by=rounds.MAKER, at=rounds.T0):
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, by=rounds.MAKER, at=rounds.T0)
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, by=rounds.APPROVER, at=rounds.T0)
    assert advancing.advance(number=2, at=rounds.T0) == "paying"
    [leg] = PaymentLeg.objects.filter(giver="F", cycle__number=2)
    assert leg.amount_rupiah == 2_000
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, by=rounds.MAKER, at=rounds.T0)
    cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, by=rounds.APPROVER, at=rounds.T0)
    assert advancing.advance(number=2, at=rounds.T0) == "closed"
    assert rounds.purses() == {}
    assert books.net() == {}
