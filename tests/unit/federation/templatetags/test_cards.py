"""The grid of goods, which is written without the template language: everything of a row is escaped, figures follow the language."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.utils import translation

from federation.catalogue.catalogue import Offer
from federation.templatetags import cards
from tenants.codes import VillageCode

CHIPS = Offer(
    id=uuid.UUID(int=7),
    name="Keripik",
    unit="bungkus",
    price_rupiah=12_000,
    village_code=VillageCode("34.02.90.2002"),
    village_name="Cibiru",
    village_slug="cibiru",
    consignor_name="",
    picture="",
    made_here=True,
    flagship=False,
    in_stock=True,
    category="jajanan",
)


def test_words_of_shops_are_escaped() -> None:
    hostile = dataclasses.replace(CHIPS, name="<b>1", unit="<i>2", village_name="<u>3", picture='4"><script>')

    grid = cards.cards([hostile])

    for written in ("<b>1", "<i>2", "<u>3", '4"', "<script>"):
        assert written not in grid
    assert "&lt;b&gt;1" in grid


@pytest.mark.parametrize(("language", "price", "tag"), [("id", "Rp\u00a012.000", "Buatan desa"), ("en", "Rp\u00a012,000", "Made here")])
def test_price_and_tag_follow_the_language(language: str, price: str, tag: str) -> None:
    with translation.override(language):
        grid = cards.cards([CHIPS])

    assert price in grid
    assert tag in grid
    assert f"/{CHIPS.id}/" in grid


def test_what_is_sold_out_says_so_before_anything_else() -> None:
    with translation.override("id"):
        grid = cards.cards([dataclasses.replace(CHIPS, in_stock=False, flagship=True)])

    assert "Habis" in grid
    assert "Unggulan" not in grid


def test_pictures_beyond_the_first_ones_wait_until_they_are_scrolled_to() -> None:
    grid = cards.cards([dataclasses.replace(CHIPS, picture=f"p{number}") for number in range(cards.EAGER + 2)])

    assert grid.count("<img") == cards.EAGER + 2
    assert grid.count('loading="lazy"') == 2
