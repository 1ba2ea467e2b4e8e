"""Two hands on one order at the same moment: one of them wins, the other is told, and the books follow the winner."""

from __future__ import annotations

import pytest

from federation.models import Payment, SellerOrder
from marketplace.checkout import place_order
from marketplace.goods import stock
from marketplace.models import Product
from marketplace.orders import counter, expiry, reversals, steps
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.concurrency import actions, crowd
from tests.support.concurrency.actor import Call
from tests.support.shopping import NOON, later

pytestmark = pytest.mark.slow

PAIRS = 6  # raced side by side, so that both get to win
SELLER, CASHIER = factories.SARI.principal, factories.DARTO.principal


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=100)


def bought(chips, **wishes) -> list[SellerOrder]:
    placed = [shopping.buy({chips: 1}, phone=f"08129100020{number}", **wishes) for number in range(PAIRS)]
    return [SellerOrder.objects.get(purchase_id=one.purchase_id) for one in placed]


def at_seller(verb, **terms) -> Call:
    return Call(run=verb, village=factories.CIBIRU, terms=terms)


def take(order, step, state, **more) -> Call:
    return at_seller(steps.take, order_id=order.id, step=step, form_state=state, act=Act(by=SELLER, at=later(30)), **more)


def do(call: Call) -> None:
    with context.inside(call.village):
        call.run(**call.terms)


def reserved(chips) -> tuple[int, int]:
    with context.inside(factories.CIBIRU):
        return Product.objects.values_list("on_hand", "reserved").get(id=chips)


def test_an_order_is_paid_or_lapses_never_both(chips):
    orders = bought(chips)
    due = max(order.expires_at for order in orders)
    lapsing = [at_seller(reversals.expire, order_id=order.id, at=due) for order in orders]
    terms = {"village_code": factories.SUKAMAJU, "amount_rupiah": 10_000}
    paying = [
        Call(run=counter.confirm, terms={**terms, "purchase_id": order.purchase_id, "act": Act(by=CASHIER, at=due, key=f"kas {order.id}")})
        for order in orders
    ]

    outcomes = crowd.run(call for pair in zip(lapsing, paying, strict=True) for call in pair)

    for order, lapsed, paid in zip(orders, outcomes[::2], outcomes[1::2], strict=True):
        order.refresh_from_db()
        assert lapsed.error == paid.error == ""
        if lapsed.value:
            assert (order.state, order.paid_at, paid.refused) == ("expired", None, "NothingDue")
        else:
            assert (order.state, order.paid_at, paid.refused) == ("placed", due, "")
    assert Payment.objects.count() == SellerOrder.objects.filter(state="placed").count() == reserved(chips)[1]
    crowd.assert_books_hold()


def test_two_sweeps_let_each_order_lapse_once(chips):
    orders = bought(chips)
    due = max(order.expires_at for order in orders)

    outcomes = crowd.run([Call(run=expiry.expire_due, terms={"at": due})] * 3)

    assert sum(crowd.done(outcomes)) == PAIRS
    assert reserved(chips) == (100, 0)
    crowd.assert_books_hold()


def test_an_order_is_handed_over_or_cancelled_never_both(chips):
    orders = bought(chips, method="cod_seller", delivery="pickup_seller")
    for order in orders:
        do(take(order, "accept", "placed"))
        do(take(order, "pack", "accepted"))
    handing = [take(order, "hand_over", "ready", cash_rupiah=order.total_rupiah) for order in orders]
    cancelling = [at_seller(reversals.cancel, order_id=order.id, act=Act(by=SELLER, at=later(30), reason="batal")) for order in orders]

    outcomes = crowd.run(call for pair in zip(handing, cancelling, strict=True) for call in pair)

    for order, handed, cancelled in zip(orders, outcomes[::2], outcomes[1::2], strict=True):
        order.refresh_from_db()
        assert sorted([handed.refused, cancelled.refused]) == ["", "OrderMovedOn"]
        assert order.state == ("cancelled" if handed.refused else "completed")
        assert handed.error == cancelled.error == ""
    completed = SellerOrder.objects.filter(state="completed").count()
    assert reserved(chips) == (100 - completed, 0)
    assert Payment.objects.count() == completed
    crowd.assert_books_hold()


def test_a_buyer_cancels_or_the_seller_accepts_never_both(chips):
    orders = bought(chips)
    tokens = {order.id: order.purchase.token for order in orders}
    accepting = [take(order, "accept", "placed") for order in orders]
    cancelling = [
        Call(run=reversals.cancel_by_buyer, terms={"token": tokens[order.id], "order_id": order.id, "at": later(30)}) for order in orders
    ]

    outcomes = crowd.run(call for pair in zip(accepting, cancelling, strict=True) for call in pair)

    for accepted, cancelled in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert sorted([accepted.refused, cancelled.refused]) == ["", "OrderMovedOn"]
    assert reserved(chips)[1] == SellerOrder.objects.filter(state="accepted").count()
    crowd.assert_books_hold()


def test_breakage_in_the_middle_of_checkouts_takes_each_piece_once(market):
    """An order that comes in while breakage waits for the product is among those that may lose a piece."""
    product = shopping.product(factories.CIBIRU, stock=8)
    breaking = [Act(by=SELLER, at=NOON, key=f"pecah {number}", reason="pecah") for number in range(4)]
    buyers = [Call(run=place_order.place, terms={"form": form, "at": NOON}) for form in actions.forms([{product: 1}] * 10)]
    breakers = [at_seller(stock.break_, product_id=product, quantity=1, act=act) for act in breaking]

    outcomes = crowd.run([*buyers, *breakers])

    assert {outcome.error for outcome in outcomes} == {""}
    on_hand, promised = reserved(product)
    assert on_hand == 8 - 4
    assert promised <= on_hand
    assert {outcome.refused for outcome in outcomes[:10]} <= {"", "SoldOut"}
    crowd.assert_books_hold()


def test_breakage_of_reserved_pieces_and_their_hand_over_wait_for_each_other(chips):
    """Both lock the order first and the product second: in the other order this would deadlock."""
    orders = bought(chips, method="cod_seller", delivery="pickup_seller")
    for order in orders:
        do(take(order, "accept", "placed"))
        do(take(order, "pack", "accepted"))
    breaking = {"product_id": chips, "quantity": 97, "act": Act(by=SELLER, at=later(30), key="banjir", reason="banjir")}

    handing = [take(order, "hand_over", "ready", cash_rupiah=order.total_rupiah) for order in orders]
    outcomes = crowd.run([at_seller(stock.break_, **breaking), *handing])

    assert {outcome.error for outcome in outcomes} == {""}
    assert {outcome.refused for outcome in outcomes} <= {"", "PiecesMissing", "NotThatMany"}
    crowd.assert_books_hold()
