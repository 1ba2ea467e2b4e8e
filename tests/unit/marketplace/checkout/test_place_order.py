"""From a basket to orders at every seller: all or nothing, once per form, priced and reserved under lock."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.buying import basket_contents, baskets, purchase_details
from federation.buying.order_drafts import CheckoutOption, Selection
from federation.models import Basket, Purchase, SellerOrder
from marketplace import shops
from marketplace.checkout import errors, place_order
from marketplace.goods import products
from marketplace.models import Order, OrderLine, Product
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.shopping import NOON


def test_one_basket_becomes_an_order_at_every_seller(market):
    chips = shopping.product(factories.CIBIRU, price_rupiah=10_000, stock=5)
    rice = shopping.product(factories.MELATI, name="Beras", price_rupiah=60_000, stock=9)
    tofu = shopping.product(factories.SUKAMAJU, name="Tahu", price_rupiah=4_000, stock=9)

    placed = shopping.buy({chips: 2, rice: 1, tofu: 3})

    seen = purchase_details.by_token(token=placed.token)
    assert [(order.seller, order.total_rupiah, order.holder) for order in seen.orders] == [
        (factories.SUKAMAJU, 12_000, factories.SUKAMAJU),
        (factories.CIBIRU, 20_000, factories.SUKAMAJU),
        (factories.MELATI, 60_000, factories.SUKAMAJU),
    ]
    assert seen.total_rupiah == seen.due_rupiah == 92_000
    with context.inside(factories.CIBIRU):
        own = Order.objects.get()
        assert (own.total_rupiah, own.fee_rupiah, own.margin_rupiah, own.state) == (20_000, 400, 1_000, "placed")
        assert Product.objects.get(id=chips).reserved == 2
        assert OrderLine.objects.get().reserved == 2
    from settlement.ledger import positions

    assert positions.of(village_code=factories.SUKAMAJU).debit_pending_rupiah == 20_000 + 60_000


def test_the_same_form_sent_again_finds_its_purchase(market):
    chips = shopping.product(factories.CIBIRU)
    form = shopping.form(shopping.basket({chips: 2}))

    first = place_order.place(form=form, at=NOON)
    again = place_order.place(form=form, at=shopping.later(1))

    assert first == again
    assert Purchase.objects.count() == SellerOrder.objects.count() == 1


def test_a_refusal_names_the_item_and_changes_nothing(market):
    chips = shopping.product(factories.CIBIRU, name="Keripik", stock=5)
    rice = shopping.product(factories.MELATI, name="Beras", stock=1)
    form = shopping.form(shopping.basket({chips: 2, rice: 2}))

    with pytest.raises(errors.SoldOut) as caught:
        place_order.place(form=form, at=NOON)

    assert caught.value.values == {"name": "Beras", "village": "Melati", "left": 1}
    assert not Purchase.objects.exists()
    assert Basket.objects.get().line_count == 2
    with context.inside(factories.CIBIRU):
        assert Product.objects.get().reserved == 0


def reprice(product_id: uuid.UUID, price_rupiah: int) -> None:
    with context.inside(factories.CIBIRU):
        rewrite(product_id, price_rupiah=price_rupiah)


def rewrite(product_id: uuid.UUID, **values: object) -> None:
    """Change a product of the village inside which this runs."""
    row = products.get(product_id=product_id)
    fields = dataclasses.replace(row.fields(), **values)
    by = factories.staff(context.here())
    products.change(product_id=product_id, version=row.version, fields=fields, act=Act(by=by, at=NOON))


def test_a_price_that_changed_is_asked_about(market):
    chips = shopping.product(factories.CIBIRU, name="Keripik", price_rupiah=10_000)
    form = shopping.form(shopping.basket({chips: 2}))
    reprice(chips, 11_000)

    with pytest.raises(errors.PriceChanged):
        place_order.place(form=form, at=NOON)

    seen = basket_contents.view(head=baskets.find(token=form.token)).sellers[0].lines[0]
    assert (seen.price_was_rupiah, seen.price_rupiah) == (10_000, 11_000)
    place_order.place(form=shopping.form(form.token or ""), at=NOON)
    assert SellerOrder.objects.get().goods_rupiah == 22_000


def test_a_second_change_names_no_product_that_did_not_change_since_it_was_seen(market):
    """The basket knows the prices of when its goods were put in; what its buyer saw since then, only the form says."""
    chips = shopping.product(factories.CIBIRU, name="Keripik", price_rupiah=10_000)
    tofu = shopping.product(factories.CIBIRU, name="Tahu", price_rupiah=4_000)
    token = shopping.basket({chips: 1, tofu: 1})
    reprice(chips, 11_000)
    form = shopping.form(token)  # seen and accepted
    reprice(tofu, 5_000)

    with pytest.raises(errors.PriceChanged) as caught:
        place_order.place(form=form, at=NOON)

    assert caught.value.values["name"] == "Tahu"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "Keripik singkong"}, errors.GoodsChanged),
        ({"unit": "bungkus 100 g"}, errors.GoodsChanged),
        ({"consignor_id": None}, errors.GoodsChanged),
        ({"price_rupiah": 11_000}, errors.PriceChanged),
    ],
)
def test_what_is_ordered_is_what_was_shown_or_nothing(market, change, error):
    """Also where the sum stays: one price rose by what the other fell."""
    chips = shopping.product(factories.CIBIRU, name="Keripik", price_rupiah=10_000)
    tofu = shopping.product(factories.CIBIRU, name="Tahu", price_rupiah=10_000)
    other_maker = shopping.product(factories.CIBIRU, name="Teh")
    form = shopping.form(shopping.basket({chips: 1, tofu: 1}))
    with context.inside(factories.CIBIRU):
        if "consignor_id" in change:
            change = {"consignor_id": products.get(product_id=other_maker).consignor_id}
        rewrite(chips, **change)
        if "price_rupiah" in change:
            rewrite(tofu, price_rupiah=9_000)

    with pytest.raises(error):
        place_order.place(form=form, at=NOON)

    assert not Purchase.objects.exists()
    place_order.place(form=shopping.form(form.token or ""), at=NOON)
    assert SellerOrder.objects.get().goods_rupiah == 20_000


def test_a_fee_that_rose_by_what_a_price_fell_is_not_taken(market):
    chips = shopping.product(factories.CIBIRU, name="Keripik", price_rupiah=10_000)
    form = shopping.form(shopping.basket({chips: 1}), method="cod_seller", delivery="courier_seller")
    with context.inside(factories.CIBIRU):
        rewrite(chips, price_rupiah=9_000)
        settings = dataclasses.replace(shops.settings(), seller_courier_far_fee_rupiah=1_000)
        shops.change(settings=settings, act=Act(by=factories.staff(context.here()), at=NOON))

    with pytest.raises(errors.PriceChanged):
        place_order.place(form=form, at=NOON)


def test_a_checkout_of_a_page_costs_no_more_statements_than_one_of_a_program(market):
    goods = {shopping.product(village, price_rupiah=10_000): 1 for village in factories.VILLAGES}
    sent = []
    for strip in (True, True, False):  # the first one prepares what the others find prepared
        form = shopping.form(shopping.basket(goods))
        if strip:
            bare = {seller: dataclasses.replace(selection, shown=None) for seller, selection in form.selections.items()}
            form = dataclasses.replace(form, selections=bare)
        with CaptureQueriesContext(connection) as caught:
            place_order.place(form=form, at=NOON)
        sent.append(sum(query["sql"].count(";") + 1 for query in caught if query["sql"] != "BEGIN"))
    assert sent[1] == sent[2] <= 17


def test_outside_the_federation_only_the_sellers_own_ways_are_open(market):
    chips = shopping.product(factories.CIBIRU)
    token = shopping.basket({chips: 1})
    form = shopping.form(token, home="", method="cod_seller", delivery="pickup_seller")
    forged = {**form.__dict__, "selections": {factories.CIBIRU: Selection(CheckoutOption("counter", "pickup_home"), 10_000)}}

    with pytest.raises(errors.ChoiceNotOffered):
        place_order.place(form=place_order.Form(**forged), at=NOON)

    place_order.place(form=form, at=NOON)
    assert SellerOrder.objects.get().holder == factories.CIBIRU


def test_three_unpaid_purchases_per_phone_are_enough(market):
    chips = shopping.product(factories.CIBIRU)
    for _ in range(3):
        shopping.buy({chips: 1})

    with pytest.raises(errors.TooManyUnpaid):
        shopping.buy({chips: 1})

    shopping.buy({chips: 1}, phone="081290990002")


def test_a_limit_that_is_reached_is_said_and_another_way_is_open(market):
    chips = shopping.product(factories.CIBIRU, price_rupiah=900_000, stock=1_000)
    for number in range(5):
        shopping.buy({chips: 2}, phone=f"08129099000{number}")
    with pytest.raises(errors.GuestLimitReached):
        shopping.buy({chips: 2}, phone="081290990009")

    shopping.buy({chips: 2}, phone="081290990009", method="cod_seller", delivery="courier_seller")


def test_a_form_without_a_buyer_is_refused(market):
    chips = shopping.product(factories.CIBIRU)
    form = shopping.form(shopping.basket({chips: 1}))

    with pytest.raises(errors.BadBuyer):
        place_order.place(
            form=place_order.Form(**{**form.__dict__, "buyer": place_order.Buyer(name=" ", phone="0812", address="")}), at=NOON
        )

    assert uuid.UUID(form.form_key)
