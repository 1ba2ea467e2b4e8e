"""What tests of pages share: collected static files, a visitor, a stocked market."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.test import Client

from tests.support import factories, shopping


@pytest.fixture(scope="session", autouse=True)
def with_static_files(static_files) -> None:
    """Every test here shows pages."""


@pytest.fixture
def visitor(market) -> Client:
    """A browser without script, session and basket; forms need their token, as everywhere."""
    return Client(enforce_csrf_checks=True)


@dataclasses.dataclass
class Goods:
    """What is on offer in `stocked`."""

    chips: uuid.UUID
    rice: uuid.UUID
    tofu: uuid.UUID


@pytest.fixture
def stocked(market) -> Goods:
    """A product in each of the three villages."""
    return Goods(
        chips=shopping.product(factories.CIBIRU, name="Keripik bayam", price_rupiah=12_000, stock=5),
        rice=shopping.product(
            factories.MELATI, name="Beras Mentik Wangi", price_rupiah=62_500, stock=9, category="sembako", made_here=False
        ),
        tofu=shopping.product(factories.SUKAMAJU, name="Tahu putih", price_rupiah=4_000, stock=9),
    )
