"""Twenty buyers for the last five pieces: five get one each, the others are told, nobody sees an error."""

from __future__ import annotations

import pytest

from federation.models import Listing, Purchase, SellerOrder
from marketplace.checkout import place_order
from marketplace.models import OrderLine, Product
from tenants.db import context
from tests.support import factories, shopping
from tests.support.concurrency import actions, crowd
from tests.support.concurrency.actor import Call
from tests.support.shopping import NOON

pytestmark = pytest.mark.slow

BUYERS, PIECES = 20, 5


def buying(*goods, **spoiled):
    forms = actions.forms([dict.fromkeys(goods, 1)] * BUYERS)
    return [Call(run=place_order.place, terms={"form": form, "at": NOON}, **spoiled) for form in forms]


def test_five_of_twenty_get_the_last_five_pieces(market):
    product = shopping.product(factories.CIBIRU, stock=PIECES)

    outcomes = crowd.run(buying(product))

    assert crowd.counted(outcomes) == {"done": PIECES, "SoldOut": BUYERS - PIECES}
    assert Purchase.objects.count() == SellerOrder.objects.count() == PIECES
    assert not Listing.objects.get(id=product).in_stock
    with context.inside(factories.CIBIRU):
        assert Product.objects.values_list("on_hand", "reserved").get(id=product) == (PIECES, PIECES)
        assert sum(OrderLine.objects.values_list("reserved", flat=True)) == PIECES
    crowd.assert_books_hold()


def test_five_of_twenty_get_the_last_five_pieces_together_with_another_product(market):
    """Several products of a seller are taken by another statement, which locks them first."""
    product, other = (shopping.product(factories.CIBIRU, name=f"Keripik {stock}", stock=stock) for stock in (PIECES, 100))

    outcomes = crowd.run(buying(product, other))

    assert crowd.counted(outcomes) == {"done": PIECES, "SoldOut": BUYERS - PIECES}
    with context.inside(factories.CIBIRU):
        assert dict(Product.objects.values_list("id", "reserved")) == {product: PIECES, other: PIECES}
    crowd.assert_books_hold()


@pytest.mark.parametrize("others", [0, 1])
def test_without_lock_and_guard_twenty_buy_five_pieces(market, others):
    """The proof that the tests above can fail: everybody looks before anybody takes."""
    product = shopping.product(factories.CIBIRU, stock=PIECES)
    more = [shopping.product(factories.CIBIRU, name="Tahu") for _ in range(others)]
    with market.as_owner(), context.inside(factories.CIBIRU):
        actions.say("ALTER TABLE marketplace_product DROP CONSTRAINT product_stock")

    outcomes = crowd.run(buying(product, *more, spoil=actions.without_stock_lock), gate=BUYERS)

    assert crowd.counted(outcomes) == {"done": BUYERS}
    with context.inside(factories.CIBIRU):
        assert Product.objects.values_list("on_hand", "reserved").get(id=product) == (PIECES, BUYERS)


def test_without_lock_and_guard_the_constraint_still_sells_no_sixth_piece(market):
    """The third line of defence; but those who come too late would see an error page instead of a sentence."""
    product = shopping.product(factories.CIBIRU, stock=PIECES)

    outcomes = crowd.run(buying(product, spoil=actions.without_stock_lock), gate=BUYERS)

    assert len(crowd.done(outcomes)) == PIECES
    assert sum("product_stock" in outcome.error for outcome in outcomes) == BUYERS - PIECES


def test_twenty_browsers_see_five_confirmations_and_fifteen_sentences(market, static_files):
    product = shopping.product(factories.CIBIRU, name="Keripik bayam", stock=PIECES)
    browsers = [
        Call(run=actions.send, prepare=actions.open_checkout, terms={"product_id": product, "phone": f"0812910000{number:02}"})
        for number in range(BUYERS)
    ]

    answers = crowd.done(crowd.run(browsers))

    confirmed = [where for status, where, _ in answers if status == 302]
    told = [text for status, _, text in answers if status == 409]
    assert (len(confirmed), len(told)) == (PIECES, BUYERS - PIECES)
    assert all(where.startswith("/pesanan/") for where in confirmed)
    assert len(set(confirmed)) == PIECES
    assert all("Keripik bayam dari Cibiru tinggal 0" in text for text in told)
