"""A form key that comes again: the same contents count once, other contents are refused and never called done."""

from __future__ import annotations

import dataclasses

import pytest

from federation.buying.order_drafts import CheckoutOption, Selection
from federation.models import Payment, Purchase
from marketplace import shops
from marketplace.checkout import errors, place_order
from marketplace.goods import consignors, products, stock
from marketplace.models import Consignor, Order, OrderLine, Product
from marketplace.orders import counter, refunds, reversals
from tenants.acts import Act
from tenants.db import context
from tenants.errors import FormReused
from tenants.idempotency import BadKey
from tests.support import factories, shopping
from tests.support.marketplace import dealing
from tests.support.marketplace.dealing import CIBIRU, SELLER
from tests.support.shopping import NOON, later


@pytest.fixture
def chips(market):
    return shopping.product(CIBIRU, price_rupiah=10_000, stock=50)


def refused(verb, *, same, others):
    """Send the same contents twice, then each of the others with the same key."""
    for _ in range(2):
        verb(**same)
    for other in others:
        with pytest.raises(FormReused):
            verb(**{**same, **other})


def test_a_checkout_for_somebody_else_is_refused(chips):
    """Also while the basket is empty: who only has the key of a form gets no link to what it ordered."""
    form = shopping.form(shopping.basket({chips: 1}))
    same = {"form": form, "at": NOON}
    buyer = form.buyer
    others = [
        {"form": dataclasses.replace(form, buyer=dataclasses.replace(buyer, name="Orang lain"))},
        {"form": dataclasses.replace(form, buyer=dataclasses.replace(buyer, phone="081299990000"))},
        {"form": dataclasses.replace(form, selections={CIBIRU: Selection(CheckoutOption("cod_seller", "pickup_seller"), 10_000)})},
        {
            "form": dataclasses.replace(
                form, selections={seller: dataclasses.replace(row, shown=[]) for seller, row in form.selections.items()}
            )
        },
    ]
    refused(place_order.place, same=same, others=others)
    token = shopping.basket({chips: 1})
    again = [{"form": dataclasses.replace(other["form"], token=token)} for other in others]
    refused(place_order.place, same={"form": dataclasses.replace(form, token=token), "at": NOON}, others=again)
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize("key", ["", " " * 20, "k" * 65, "kunci-dengan-\x00-nul"])
def test_a_checkout_without_a_fit_key_is_refused_as_such(chips, key):
    with pytest.raises(errors.BadForm):
        place_order.place(form=dataclasses.replace(shopping.form(shopping.basket({chips: 1})), form_key=key), at=NOON)


def test_money_back_of_another_amount_is_refused(chips):
    order = dealing.sold(chips, ("counter", "courier_seller"))
    [line] = dealing.line_ids(order)
    act = Act(by=SELLER, at=later(91), key="K", reason="Pecah")
    same = {"order_id": order, "amounts_rupiah": {line: 5_000}, "delivery_rupiah": 0, "act": act}
    otherwise = {"act": dataclasses.replace(act, reason="Basi")}
    others = [{"amounts_rupiah": {line: 20_000}}, {"delivery_rupiah": 1}, {"amounts_rupiah": {}}, otherwise]
    with context.inside(CIBIRU):
        refused(refunds.give, same=same, others=others)
        with pytest.raises(FormReused):  # the key of another action
            reversals.take_back(order_id=order, pieces={line: 1}, restock=False, act=Act(by=SELLER, at=later(92), key="K", reason="Pecah"))
        assert Order.objects.get().refunded_rupiah == 5_000


def test_pieces_taken_back_or_out_otherwise_are_refused(chips):
    order = dealing.sold(chips, ("counter", "pickup_home"))
    [line] = dealing.line_ids(order)
    same = {"order_id": order, "pieces": {line: 1}, "restock": False, "act": Act(by=SELLER, at=later(90), key="K", reason="Rusak")}
    placed = dealing.buy({chips: 3}, phone="081290990002")
    [waiting] = dealing.orders_of(placed).values()
    [other] = dealing.line_ids(waiting)
    with context.inside(CIBIRU):
        refused(reversals.take_back, same=same, others=[{"pieces": {line: 2}}, {"restock": True}])
        missing = {"order_id": waiting, "missing": {other: 1}, "act": Act(by=SELLER, at=later(3), key="L", reason="Kurang")}
        of_another_order = {"act": dataclasses.replace(missing["act"], key="K")}
        refused(reversals.shorten, same=missing, others=[{"missing": {other: 2}}, of_another_order])
        assert (OrderLine.objects.get(id=line).refunded, OrderLine.objects.get(id=other).quantity) == (1, 2)


def test_stock_that_came_broke_or_was_counted_otherwise_is_refused(chips):
    with context.inside(CIBIRU):
        for key, verb, name in (("r", stock.receive, "quantity"), ("c", stock.count, "counted"), ("b", stock.break_, "quantity")):
            same = {"product_id": chips, name: 5, "act": Act(by=SELLER, at=NOON, key=key, reason="Pagi")}
            refused(verb, same=same, others=[{name: 4}, {"act": dataclasses.replace(same["act"], reason="Sore")}])
        stock.receive(product_id=chips, quantity=7, act=Act(by=SELLER, at=NOON, key="r2"))
        with pytest.raises(FormReused):
            stock.count(product_id=chips, counted=7, act=Act(by=SELLER, at=NOON, key="r2"))
        assert Product.objects.get(id=chips).on_hand == 7


def test_a_new_product_of_other_contents_is_refused(chips):
    with context.inside(CIBIRU):
        known = Product.objects.get(id=chips)
        names = [field.name for field in dataclasses.fields(products.ProductFields)]
        fields = products.ProductFields(**{name: getattr(known, name) for name in names})
        same = {"fields": fields, "stock": 3, "act": Act(by=SELLER, at=NOON, key="new")}
        dearer = dataclasses.replace(fields, price_rupiah=fields.price_rupiah + 1)
        refused(products.add, same=same, others=[{"stock": 4}, {"fields": dearer}])
        assert Product.objects.count() == 2


def test_old_forms_that_are_sent_again_stay_at_what_came_after_them(chips):
    with context.inside(CIBIRU):
        consignor = Consignor.objects.first()
        terms = {"consignor_id": consignor.id, "name": consignor.name, "kind": consignor.kind}
        for margin, fee, key in ((100, 1_000, "a"), (200, 2_000, "b"), (100, 1_000, "a")):
            consignors.change(**terms, margin_rupiah=margin, act=Act(by=SELLER, at=NOON, key=key))
            shops.change(
                settings=dataclasses.replace(shops.settings(), seller_courier_fee_rupiah=fee), act=Act(by=SELLER, at=NOON, key=key)
            )
        consignor.refresh_from_db()
        assert (consignor.margin_rupiah, shops.settings().seller_courier_fee_rupiah) == (200, 2_000)
        with pytest.raises(FormReused):
            consignors.change(**terms, margin_rupiah=300, act=Act(by=SELLER, at=NOON, key="b"))
        with pytest.raises(FormReused):
            shops.change(settings=dataclasses.replace(shops.settings(), about="lain"), act=Act(by=SELLER, at=NOON, key="b"))


def test_nobody_replays_what_somebody_else_did(chips):
    """A key that another person sends is another request: it is neither answered from the first one nor refused because of it."""
    order = dealing.sold(chips, ("counter", "pickup_home"))
    [line] = dealing.line_ids(order)
    with context.inside(CIBIRU):
        for person in (factories.SARI.principal, factories.ASEP.principal):
            reversals.take_back(order_id=order, pieces={line: 1}, restock=True, act=Act(by=person, at=later(90), key="K", reason="Rusak"))
        assert OrderLine.objects.get(id=line).refunded == 2


def test_what_must_not_count_twice_needs_the_key_of_a_form(chips):
    placed = dealing.buy({chips: 1})
    [order] = dealing.orders_of(placed).values()
    [line] = dealing.line_ids(order)
    act = Act(by=SELLER, at=later(5), reason="Kurang")
    with pytest.raises(BadKey):
        counter.confirm(village_code=CIBIRU, purchase_id=placed.purchase_id, amount_rupiah=10_000, act=act)
    with pytest.raises(BadKey):
        counter.confirm_late(village_code=CIBIRU, purchase_id=placed.purchase_id, order_id=order, act=act)
    with context.inside(CIBIRU):
        with pytest.raises(BadKey):
            reversals.shorten(order_id=order, missing={line: 1}, act=act)
        with pytest.raises(BadKey):
            stock.receive(product_id=chips, quantity=1, act=act)
    assert not Payment.objects.exists()


def test_a_form_takes_on_one_consignor(chips):
    terms = {"name": "Bu Eni", "kind": "umkm", "act": Act(by=SELLER, at=NOON, key="eni")}
    with context.inside(CIBIRU):
        assert consignors.add(**terms, margin_rupiah=100) == consignors.add(**terms, margin_rupiah=100)
        with pytest.raises(FormReused):
            consignors.add(**terms, margin_rupiah=200)
        assert Consignor.objects.filter(name="Bu Eni").count() == 1
