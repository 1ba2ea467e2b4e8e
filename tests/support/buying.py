"""A buyer's way through the pages, as a browser without script goes it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.test import Client

from marketplace import shops
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, page_text, shopping


def put(client: Client, goods: Mapping[UUID, int]) -> None:
    """Put pieces into the basket, from each product's page."""
    for product, quantity in goods.items():
        form = page_text.read(client.get(f"/barang/{product}/")).form("/keranjang/tambah/")
        assert page_text.send(client, form, jumlah=str(quantity)).status_code == 302


def to_checkout(client: Client, goods: Mapping[UUID, int], *, home: str = factories.SUKAMAJU) -> page_text.Page:
    """Fill the basket, say where home is, open the checkout."""
    put(client, goods)
    form = page_text.read(client.get("/keranjang/")).form("/keranjang/desa/")
    return page_text.read(client.get(page_text.send(client, form, desa=home)["Location"]))


def order(client: Client, goods: Mapping[UUID, int], *, home: str = factories.SUKAMAJU, **typed: str) -> Any:
    """Order with the choices that the page offers first."""
    form = to_checkout(client, goods, home=home).form("/keranjang/pesan/")
    return page_text.send(client, form, **{"name": "Bu Wati", "phone": "0812 9999 0001", "address": "Dusun Kaliputih", **typed})


def ways(response: Any, seller: str) -> list[str]:
    """The values of the ways that the checkout page offers for a seller."""
    return re.findall(rf'name="cara-{re.escape(seller)}" value="([^"]+)"', response.content.decode())


def set_courier_fee(rupiah: int) -> None:
    """What Cibiru takes to bring goods to other villages."""
    with context.inside(factories.CIBIRU):
        shops.change(
            settings=dataclasses.replace(shops.settings(), seller_courier_far_fee_rupiah=rupiah),
            act=Act(by=factories.staff(context.here()), at=shopping.NOON),
        )
