"""Money for goods that the buyer keeps: within what was paid, shared by the pieces, never more than the whole."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.models import Order, OrderLine
from marketplace.orders import order_reasons, order_records, refunds
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace import dealing, ordering
from tests.support.marketplace.dealing import CIBIRU, HOME

COUNTER = ("counter", "pickup_home")


@pytest.fixture
def chips(market):
    dealing.set_fees()
    return shopping.product(CIBIRU, price_rupiah=10_000, margin_rupiah=1_000, stock=50)


def test_what_was_allowed_goes_back_with_the_pieces_that_it_was_on(chips):
    """15,000 of 30,000 allowed: each piece costs 5,000 now, and so much is given for it when it comes back."""
    order = dealing.sold(chips, COUNTER)
    dealing.allow(order, 15_000)
    with context.inside(CIBIRU):
        assert (Order.objects.get().margin_rupiah, OrderLine.objects.get().allowance_rupiah) == (1_500, 15_000)

    dealing.take_back(order, 1)
    dealing.take_back(order, 2)

    assert dealing.back(order) == [(HOME, 15_000, 0, 300), (HOME, 5_000, 0, 100), (HOME, 10_000, 0, 200)]
    assert (dealing.get(order).state, ordering.owed(), ordering.broken_rules()) == ("returned", {}, [])


def test_pieces_of_which_all_money_went_back_come_back_without_money(chips):
    order = dealing.sold(chips, COUNTER)
    dealing.allow(order, 30_000)
    assert dealing.get(order).state == "completed"

    dealing.take_back(order, 3)

    assert len(dealing.back(order)) == 1
    assert (dealing.get(order).state, ordering.broken_rules()) == ("returned", [])


def test_the_same_form_counts_once_and_nothing_goes_beyond_what_was_paid(chips):
    order = dealing.sold(chips, ("counter", "courier_seller"))
    for _ in range(2):
        dealing.allow(order, 12_345, form_key="K")
    dealing.take_back(order, 1)  # a third of what is left

    for rupiah, delivery in ((11_771, 0), (0, 7_003), (-1, 0), (0, -1), (0, 0)):
        with pytest.raises(refunds.BadAllowance):
            dealing.allow(order, rupiah, delivery=delivery)
    dealing.allow(order, 11_770, delivery=7_002)

    assert dealing.get(order).refunded_rupiah == 37_002
    assert (ordering.owed(), ordering.broken_rules()) == ({}, [])


def test_a_home_couriers_fee_stays_earned(chips):
    order = dealing.sold(chips, ("counter", "courier_home"))

    with pytest.raises(refunds.BadAllowance):
        dealing.allow(order, 1, delivery=1)
    dealing.allow(order, 30_000)

    assert dealing.back(order) == [(HOME, 30_000, 0, 600)]


def test_only_a_completed_order_and_only_with_a_reason(chips):
    placed = dealing.buy({chips: 1})
    [order] = dealing.orders_of(placed).values()
    dealing.pay(placed)
    with pytest.raises(order_records.OrderMovedOn):
        dealing.allow(order, 1)
    dealing.hand_over(order)
    with context.inside(CIBIRU), pytest.raises(order_reasons.ReasonMissing):
        refunds.give(
            order_id=order,
            amounts_rupiah={},
            delivery_rupiah=0,
            act=Act(by=factories.SARI.principal, at=shopping.NOON, key="k", reason=" "),
        )


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    price=st.integers(1, 10**9),
    quantity=st.integers(1, 999),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 100)), max_size=12),
)
def test_pieces_and_allowances_in_any_order_give_back_what_the_line_cost(price, quantity, steps):
    margin = price * quantity // 7
    line = OrderLine(price_rupiah=price, quantity=quantity, refunded=0, allowance_rupiah=0, margin_rupiah=margin)
    back = 0
    for by_piece, percent in [*steps, (True, 100)]:
        left, kept = refunds.left_of(line=line), line.quantity - line.refunded
        if by_piece:
            pieces = kept * percent // 100
            part = refunds.take_pieces(line=line, pieces=pieces)
            line.refunded += pieces
        else:
            part = left * percent // 100
            refunds.take_rupiah(line=line, amount_rupiah=part)
        back += part
        assert refunds.left_of(line=line) == left - part
        assert 0 <= line.allowance_rupiah <= price * (line.quantity - line.refunded)
        assert 0 <= line.margin_rupiah <= margin
    assert line.margin_rupiah == 0
    assert back == price * quantity
