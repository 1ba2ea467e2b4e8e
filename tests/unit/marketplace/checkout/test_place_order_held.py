"""Ordering while villages are held after a restore: theirs is refused or stays in the basket, the others' is ordered."""

from __future__ import annotations

import dataclasses

import pytest

from federation.buying import basket_contents, baskets
from federation.buying.order_drafts import CheckoutOption, Selection
from federation.models import Purchase, SellerOrder
from marketplace.checkout import errors, place_order
from marketplace.models import Product
from tenants import trade_holds
from tenants.db import context
from tests.support import holding, shopping
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU
from tests.support.shopping import NOON, later


def test_a_form_that_was_loaded_before_orders_nothing_of_a_held_village(market):
    chips, rice = shopping.product(CIBIRU), shopping.product(MELATI, name="Beras")
    form = shopping.form(shopping.basket({chips: 2, rice: 1}))
    holding.hold()
    holding.release(SUKAMAJU, MELATI)
    with pytest.raises(trade_holds.TradeHeld) as refused:
        place_order.place(form=form, at=later(5))
    assert refused.value.values == {"village": "Cibiru"}
    assert not Purchase.objects.exists()
    with context.inside(MELATI):
        assert Product.objects.get().reserved == 0


def test_the_others_are_ordered_and_what_is_held_stays_in_the_basket(market):
    chips, rice = shopping.product(CIBIRU), shopping.product(MELATI, name="Beras", price_rupiah=60_000)
    token = shopping.basket({chips: 2, rice: 1})
    holding.hold()
    holding.release(MELATI)
    offered = {seller.village_code: seller for seller in shopping.offered(token, home=SUKAMAJU)}
    assert offered[CIBIRU].held
    assert not offered[CIBIRU].choices
    whole = _form(token, offered)

    place_order.place(form=whole, at=later(5))

    order = SellerOrder.objects.get()
    assert (order.seller, order.total_rupiah) == (MELATI, 60_000)
    head = baskets.find(token=token)
    assert head.line_count == 1
    [left] = basket_contents.view(head=head).sellers
    assert (left.village_code, left.lines[0].product_id, left.lines[0].quantity) == (CIBIRU, chips, 2)
    with pytest.raises(trade_holds.TradeHeld):  # nothing else is left to order
        place_order.place(form=dataclasses.replace(whole, form_key="k" * 32), at=later(6))


def test_one_that_trades_again_meanwhile_is_not_ordered_unseen(market):
    chips, rice = shopping.product(CIBIRU), shopping.product(MELATI, name="Beras")
    token = shopping.basket({chips: 2, rice: 1})
    holding.hold()
    holding.release(MELATI)
    form = _form(token, {seller.village_code: seller for seller in shopping.offered(token, home=SUKAMAJU)})
    holding.release(CIBIRU)
    with pytest.raises(errors.BasketChanged):
        place_order.place(form=form, at=later(5))


def test_whoever_names_a_held_seller_without_a_page_is_refused(market):
    chips = shopping.product(CIBIRU)
    form = shopping.form(shopping.basket({chips: 1}))
    holding.hold()
    bare = {CIBIRU: Selection(CheckoutOption("counter", "pickup_home"), 10_000)}
    with pytest.raises(trade_holds.TradeHeld):
        place_order.place(form=dataclasses.replace(form, selections=bare), at=NOON)
    with pytest.raises(trade_holds.TradeHeld):
        place_order.place(form=dataclasses.replace(form, selections={}), at=NOON)


def _form(token, offered):
    """A form as the page makes it: without the sellers that are held."""
    selections = {}
    for code, seller in offered.items():
        if not seller.held:
            choice = next(each for each in seller.choices if (each.method, each.delivery) == ("counter", "pickup_home"))
            selections[code] = Selection(choice.option, seller.goods_rupiah + choice.fee_rupiah, seller.shown)
    buyer = place_order.Buyer(name="Bu Wati", phone="081290990001", address="")
    return place_order.Form(
        form_key="f" * 32, token=token, account_id=None, buyer=buyer, home_village=SUKAMAJU, selections=selections, source=""
    )
