"""Baskets over the same villages, filled in opposite orders, many times: nobody meets a deadlock, because all lock in one order."""

from __future__ import annotations

import pytest
from django.db import connection

from federation.models import SellerOrder
from marketplace.checkout import place_order
from tests.support import factories, shopping
from tests.support.concurrency import actions, crowd
from tests.support.concurrency.actor import Call

pytestmark = pytest.mark.slow

BUYERS, ROUNDS = 6, 10


@pytest.fixture
def goods(market):
    """Two products in each of two villages: products must keep an order too."""
    return {
        shopping.product(village, name=f"Barang {number}", price_rupiah=1_000, stock=1_000): 1
        for number in range(2)
        for village in (factories.CIBIRU, factories.MELATI)
    }


def deadlocks() -> int:
    """How many deadlocks PostgreSQL broke in this test's database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_opposite_orders_never_lock_each_other_out(goods):
    outcomes = crowd.run(
        Call(
            run=actions.order_again_and_again,
            terms={"goods": goods, "rounds": ROUNDS, "phone": f"08129200{number:02}", "backwards": number % 2 == 1},
        )
        for number in range(BUYERS)
    )

    assert crowd.counted(outcomes) == {"done": BUYERS}
    assert SellerOrder.objects.count() == BUYERS * ROUNDS * 2
    assert deadlocks() == 0  # none that a second try would have hidden, either
    crowd.assert_books_hold()


def crossing(goods, some, others):
    """Two buyers of the same goods, each spoiled in another way."""
    forms = actions.forms([goods] * 2)
    return [
        Call(run=place_order.place, terms={"form": form, "at": shopping.NOON}, spoil=spoil)
        for form, spoil in zip(forms, (some, others), strict=True)
    ]


@pytest.mark.parametrize(
    ("some", "others"),
    [(actions.sellers_forwards, actions.sellers_backwards), (actions.products_forwards, actions.products_backwards)],
    ids=["sellers", "products"],
)
def test_with_two_orders_of_locks_a_buyer_meets_a_deadlock(goods, some, others):
    """The proof that the test above can fail: each holds what the other wants next."""
    outcomes = crowd.run(crossing(goods, some, others), gate=2)

    assert len(crowd.done(outcomes)) == 1
    assert sum("deadlock detected" in outcome.error for outcome in outcomes) == 1
    assert deadlocks() == 1


def test_a_deadlock_with_somebody_else_is_tried_again(goods):
    """Should another part of the system lock otherwise one day, the buyer still gets an answer, not an error."""
    outcomes = crowd.run(crossing(goods, actions.products_forwards_patiently, actions.products_backwards_patiently), gate=2)

    assert crowd.counted(outcomes) == {"done": 2}
    assert deadlocks() == 1
