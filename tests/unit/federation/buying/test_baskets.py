"""A guest's basket joins the account's at login, within what any basket may hold."""

from __future__ import annotations

import uuid

import pytest

from federation.buying import baskets
from federation.models import Basket, BasketLine
from tests.support import factories, shopping


def put(basket_id: uuid.UUID, village: str, *, times: int = 1) -> None:
    """Lines of a village's goods, as adding them would write."""
    BasketLine.objects.bulk_create(
        BasketLine(
            basket_id=basket_id, product_id=uuid.uuid4(), village_code=village, quantity=1, price_rupiah=1_000, added_at=shopping.NOON
        )
        for _ in range(times)
    )
    Basket.objects.filter(id=basket_id).update(line_count=BasketLine.objects.filter(basket_id=basket_id).count())


def two_baskets() -> tuple[Basket, Basket]:
    own, guest = (Basket.objects.create(created_at=shopping.NOON, touched_at=shopping.NOON) for _ in range(2))
    Basket.objects.filter(id=own.id).update(account_id=factories.RATNA.id)
    return own, guest


def merged(own: Basket, guest: Basket) -> tuple[int, int]:
    """How many lines and villages the account's basket holds afterwards."""
    baskets.merge(token=guest.token, account_id=factories.RATNA.id, at=shopping.NOON)
    codes = list(BasketLine.objects.filter(basket_id=own.id).values_list("village_code", flat=True))
    assert Basket.objects.get().line_count == len(codes)
    return len(codes), len(set(codes))


@pytest.mark.parametrize(("own_villages", "guest_villages", "expected"), [(30, 5, 30), (28, 5, 30), (0, 31, 30), (3, 4, 7)])
def test_a_login_never_takes_a_basket_beyond_30_villages(market, own_villages, guest_villages, expected):
    own, guest = two_baskets()
    for number in range(own_villages):
        put(own.id, f"34.02.90.{2000 + number}")
    for number in range(guest_villages):
        put(guest.id, f"34.02.91.{2000 + number}")

    assert merged(own, guest) == (expected, expected)


def test_goods_of_a_village_that_is_in_a_full_basket_already_are_still_taken(market):
    own, guest = two_baskets()
    for number in range(baskets.VILLAGES_MAX):
        put(own.id, f"34.02.90.{2000 + number}")
    put(guest.id, "34.02.91.2000")
    put(guest.id, "34.02.90.2005", times=2)

    assert merged(own, guest) == (32, 30)


def test_a_login_never_takes_a_basket_beyond_200_lines(market):
    own, guest = two_baskets()
    put(own.id, factories.CIBIRU, times=199)
    put(guest.id, factories.CIBIRU, times=3)

    assert merged(own, guest) == (200, 1)
