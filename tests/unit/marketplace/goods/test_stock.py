"""Pieces on hand change by what came in, broke or was counted, each form once, and never below what orders wait for."""

from __future__ import annotations

import pytest

from marketplace.goods import stock
from marketplace.models import Product
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping
from tests.support.marketplace.dealing import SELLER
from tests.support.shopping import later

CIBIRU = factories.CIBIRU


@pytest.fixture
def chips(market):
    product_id = shopping.product(CIBIRU, stock=10)
    with context.inside(CIBIRU):
        yield product_id


def act(key: str, minutes: int = 1) -> Act:
    return Act(by=SELLER, at=later(minutes), key=key)


def on_hand() -> int:
    return Product.objects.get().on_hand


def test_what_comes_and_breaks_is_added_and_taken_off(chips):
    stock.receive(product_id=chips, quantity=5, act=act("datang"))
    stock.break_(product_id=chips, quantity=3, act=act("pecah"))
    stock.break_(product_id=chips, quantity=3, act=act("pecah", 2))  # the same form again
    assert on_hand() == 12

    with pytest.raises(stock.NotThatMany):
        stock.break_(product_id=chips, quantity=13, act=act("semua"))
    for pieces in (0, -1, stock.STOCK_MAX + 1):
        with pytest.raises(stock.BadStock):
            stock.receive(product_id=chips, quantity=pieces, act=act(f"datang {pieces}"))
    assert on_hand() == 12


def test_a_count_that_found_nothing_new_counts_once(chips):
    stock.count(product_id=chips, counted=10, act=act("hitung"))
    stock.receive(product_id=chips, quantity=5, act=act("datang", 2))
    stock.count(product_id=chips, counted=10, act=act("hitung", 3))
    assert on_hand() == 15


def test_a_count_below_what_orders_wait_for_is_refused(chips):
    with context.public():
        shopping.buy({chips: 4})
    with pytest.raises(stock.CountBelowReserved):
        stock.count(product_id=chips, counted=3, act=act("hitung"))
    stock.count(product_id=chips, counted=4, act=act("hitung lagi"))
    assert on_hand() == 4
