"""Many goods counted at once: only what differs is booked, all of it or nothing."""

from __future__ import annotations

import pytest

from marketplace.goods import products, stock, stock_take
from marketplace.models import Product, StockMovement
from tenants.acts import Act
from tenants.db import context
from tenants.errors import FormReused
from tenants.people import permissions
from tests.support import factories, shopping
from tests.support.shopping import later

CIBIRU, SARI = factories.CIBIRU, factories.SARI.principal


def take(*, counts, key="form", by=SARI):
    made = {good: stock_take.Count(seen_on_hand=seen, counted=counted) for good, (seen, counted) in counts.items()}
    with context.inside(CIBIRU):
        return stock_take.count(counts=made, act=Act(by=by, at=later(5), key=key, reason="Dihitung"))


def stocks():
    with context.inside(CIBIRU):
        return dict(Product.objects.values_list("id", "on_hand"))


def test_only_what_differs_is_booked_and_a_form_counts_once(market):
    chips, tea = shopping.product(CIBIRU, stock=10), shopping.product(CIBIRU, name="Teh", stock=4)
    for changed in (1, 0):
        assert take(counts={chips: (10, 7), tea: (4, 4)}) == changed
    assert stocks() == {chips: 7, tea: 4}
    with context.inside(CIBIRU):
        [movement] = StockMovement.objects.filter(kind="counted")
        assert (movement.product_id, movement.quantity, movement.reason, movement.by) == (chips, -3, "Dihitung", SARI.account_id)
    with pytest.raises(FormReused):
        take(counts={chips: (7, 1)})


def test_a_stock_that_changed_or_is_ordered_refuses_all_of_it_and_names_the_good(market):
    chips, tea = shopping.product(CIBIRU, name="Keripik", stock=10), shopping.product(CIBIRU, name="Teh", stock=4)
    shopping.buy({tea: 3})
    with pytest.raises(stock_take.CountBelowReserved) as refused:
        take(counts={chips: (10, 7), tea: (4, 2)})
    assert refused.value.values == {"name": "Teh", "reserved": 3, "counted": 2}
    with pytest.raises(stock_take.StockChangedMeanwhile) as refused:
        take(counts={chips: (9, 7), tea: (4, 4)})
    assert refused.value.values == {"name": "Keripik", "was": 9, "now": 10}
    assert stocks() == {chips: 10, tea: 4}


def test_who_may_not_and_what_cannot_be_counted_changes_nothing(market):
    chips, other = shopping.product(CIBIRU, stock=10), shopping.product(factories.MELATI)
    with pytest.raises(permissions.Forbidden):
        take(counts={chips: (10, 7)}, by=factories.ASEP.principal)
    with pytest.raises(stock.BadStock):
        take(counts={chips: (10, 1_000_001)})
    with pytest.raises(products.NoSuchProduct):
        take(counts={chips: (10, 7), other: (100, 1)})
    assert stocks() == {chips: 10}
