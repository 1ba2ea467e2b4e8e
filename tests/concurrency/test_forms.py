"""The same checkout form, sent twenty times at once, is one purchase; and one buyer's forms wait for each other."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from federation.models import Purchase, SellerOrder
from marketplace.checkout import place_order
from marketplace.models import Product
from tenants.db import context
from tests.support import factories, shopping
from tests.support.concurrency import actions, crowd
from tests.support.concurrency.actor import Call

pytestmark = pytest.mark.slow

TIMES = 20


@pytest.fixture
def chips(market):
    return shopping.product(factories.CIBIRU, stock=100)


def sending(forms, **spoiled):
    return [Call(run=place_order.place, terms={"form": form, "at": shopping.NOON}, **spoiled) for form in forms]


def test_one_form_sent_twenty_times_is_one_purchase_with_one_answer(chips):
    form = shopping.form(shopping.basket({chips: 2}))

    answers = crowd.run(sending([form] * TIMES))

    assert crowd.counted(answers) == {"done": TIMES}
    purchase = Purchase.objects.get()
    assert set(crowd.done(answers)) == {place_order.Placed(purchase.id, purchase.token, purchase.code)}
    assert SellerOrder.objects.count() == 1
    with context.inside(factories.CIBIRU):
        assert Product.objects.get(id=chips).reserved == 2
    crowd.assert_books_hold()


def test_without_locks_and_unique_key_one_form_is_twenty_purchases(market, chips):
    """The proof that the test above can fail: everybody looks for an earlier purchase before anybody makes one."""
    form = shopping.form(shopping.basket({chips: 2}))
    with market.as_owner():
        for name in ("federation_purchase_form_key", "federation_purchase_form_key_key"):
            actions.say(f"ALTER TABLE federation_purchase DROP CONSTRAINT IF EXISTS {name}")

    answers = crowd.run(sending([form] * TIMES, spoil=actions.without_buyer_lock), gate=TIMES)

    assert crowd.counted(answers) == {"done": TIMES}
    assert Purchase.objects.filter(form_key=form.form_key).count() == TIMES


def test_without_locks_the_unique_key_alone_still_gives_everybody_the_one_purchase(chips):
    form = shopping.form(shopping.basket({chips: 2}))

    answers = crowd.run(sending([form] * TIMES, spoil=actions.without_buyer_lock), gate=TIMES)

    assert crowd.counted(answers) == {"done": TIMES}
    assert len(set(crowd.done(answers))) == Purchase.objects.count() == 1


def test_two_forms_of_one_basket_are_one_purchase(chips):
    """The page is open in two tabs, each with a key of its own."""
    form = shopping.form(shopping.basket({chips: 2}))

    answers = crowd.run(sending([form, dataclasses.replace(form, form_key=uuid.uuid4().hex)]))

    assert crowd.counted(answers) == {"done": 1, "BasketEmpty": 1}
    assert Purchase.objects.count() == 1


def test_of_ten_baskets_of_one_phone_three_are_ordered(chips):
    answers = crowd.run(sending(actions.forms([{chips: 1}] * 10, phone="081290990001")))

    assert crowd.counted(answers) == {"done": 3, "TooManyUnpaidOfPhone": 7}
    assert Purchase.objects.count() == 3


def test_of_ten_baskets_of_one_phone_as_many_are_ordered_as_a_guest_may_leave_unpaid(market):
    rice = shopping.product(factories.CIBIRU, price_rupiah=900_000)

    answers = crowd.run(sending(actions.forms([{rice: 1}] * 10, phone="081290990001")))

    assert crowd.counted(answers) == {"done": 2, "UnpaidSumTooLarge": 8}
    assert Purchase.objects.count() == 2


def test_without_the_buyers_lock_all_of_them_are_ordered(market):
    """The proof that the test above can fail: everybody sums what is unpaid before anybody orders."""
    rice = shopping.product(factories.CIBIRU, price_rupiah=900_000)

    answers = crowd.run(sending(actions.forms([{rice: 1}] * 10, phone="081290990001"), spoil=actions.without_buyer_lock), gate=10)

    assert crowd.counted(answers) == {"done": 10}


def test_of_fifteen_baskets_of_one_address_ten_are_ordered(chips):
    answers = crowd.run(sending(actions.forms([{chips: 1}] * 15, source="192.0.2.7")))

    assert crowd.counted(answers) == {"done": 10, "TooManyUnpaidOfAddress": 5}
