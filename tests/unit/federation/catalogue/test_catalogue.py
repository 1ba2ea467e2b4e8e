"""The catalogue: found in spite of spelling, filtered, and empty of what a shop withdrew."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import transaction

from federation.catalogue import catalogue
from marketplace.goods import products
from tenants.db import context
from tests.support import factories, shopping

CIBIRU, MELATI = factories.CIBIRU, factories.MELATI


def names(**terms: object) -> list[str]:
    return [row.name for row in catalogue.search(**terms).rows]  # type: ignore[arg-type]


@pytest.fixture
def shelves(market) -> None:
    shopping.product(CIBIRU, name="Keripik bayam", price_rupiah=10_000)
    shopping.product(CIBIRU, name="Kopi bubuk", price_rupiah=25_000, category="sembako", made_here=False)
    shopping.product(MELATI, name="Madu hutan", price_rupiah=90_000, stock=0)
    shopping.product(MELATI, name="Rahasia", published=False)


@pytest.mark.parametrize("words", ["keripik", "KRIPIK bayam", "kripik", "bayem"])
def test_spelling_is_forgiven(shelves, words):
    assert names(words=words) == ["Keripik bayam"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        *((words, ["Téh Héjo Pagilaran"]) for words in ("teh", "téh", "te\u0301h", "hejo", "héjo", "Téh Héjo", "TEH HÉJO", "\u200btéh")),
        *((words, ["Sétra peuyeum"]) for words in ("setra", "sétra", "SÉTRA")),
        *((words, ["Kopi Lébak"]) for words in ("lebak", "lébak")),
    ],
)
def test_accents_are_typed_or_not(market, words, found):
    for name in ("Te\u0301h Héjo Pagilaran", "Sétra peuyeum", "Kopi Lébak"):
        shopping.product(CIBIRU, name=name)
    assert [unicodedata.normalize("NFC", name) for name in names(words=words)] == found
    with context.inside(CIBIRU):
        assert [unicodedata.normalize("NFC", row.name) for row in products.page(words=words).rows] == found


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({}, ["Madu hutan", "Kopi bubuk", "Keripik bayam"]),
        ({"village_code": CIBIRU}, ["Kopi bubuk", "Keripik bayam"]),
        ({"price_min": 25_000}, ["Madu hutan", "Kopi bubuk"]),
        ({"price_max": 25_000}, ["Kopi bubuk", "Keripik bayam"]),
        ({"in_stock": True}, ["Kopi bubuk", "Keripik bayam"]),
        ({"made_here": True}, ["Madu hutan", "Keripik bayam"]),
        ({"category": "sembako"}, ["Kopi bubuk"]),
        ({"words": "rahasia"}, []),
    ],
)
def test_filters(shelves, terms, found):
    assert names(**terms) == found


def test_a_closed_shops_goods_are_not_on_offer(shelves):
    [listing] = catalogue.search(words="madu").rows
    assert catalogue.get(listing_id=listing.id).name == "Madu hutan"

    with transaction.atomic():
        catalogue.rename_village(village_code=MELATI, name="Melati", slug="melati", shop_open=False)

    assert names(words="madu") == []
    with pytest.raises(catalogue.NoSuchListing):
        catalogue.get(listing_id=listing.id)
