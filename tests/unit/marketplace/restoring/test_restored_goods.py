"""Goods and their consignors after a restore: as the catalogue last showed them."""

from __future__ import annotations

import uuid

from marketplace.goods import consignors, products
from marketplace.models import Consignor, Product
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, shopping, village_exports
from tests.support.factories import CIBIRU
from tests.support.shopping import NOON


def _act():
    return Act(by=factories.staff(CIBIRU), at=NOON, key=uuid.uuid4().hex)


def test_a_newer_price_and_a_new_name_of_the_consignor_stay(market, tmp_path):
    product_id = shopping.product(CIBIRU, price_rupiah=10_000)
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    with context.inside(CIBIRU):
        product = products.get(product_id=product_id)
        changed = {**product.fields().__dict__, "price_rupiah": 12_500, "description": "Pedas"}
        products.change(product_id=product_id, version=1, fields=products.ProductFields(**changed), act=_act())
        maker = Consignor.objects.get()
        consignors.change(consignor_id=maker.id, name="Bu Lilis", kind=maker.kind, margin_rupiah=500, act=_act())
    result = village_exports.restore(market.database, folder)
    assert (result.found["goods"], result.found["consignors"]) == (0, 0)
    with context.inside(CIBIRU):
        product = Product.objects.get()
        assert (product.price_rupiah, product.description, product.published) == (12_500, "Pedas", True)
        assert list(Consignor.objects.values_list("id", "name", "margin_rupiah")) == [(maker.id, "Bu Lilis", 500)]
    assert village_exports.broken(market.database) == {}


def test_goods_of_a_consignor_whose_margin_nobody_knows_are_not_sold(market, tmp_path):
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    known = shopping.product(CIBIRU, name="Pernah dipesan")
    shopping.buy({known: 1})
    shopping.product(CIBIRU, name="Tak pernah")
    with context.inside(CIBIRU):
        ids = set(Product.objects.values_list("id", flat=True))
        maker = Product.objects.get(id=known).consignor_id
    result = village_exports.restore(market.database, folder)
    assert (result.found["goods"], result.found["consignors"]) == (2, 2)
    with context.inside(CIBIRU):
        assert set(Product.objects.values_list("id", flat=True)) == ids
        assert not Product.objects.filter(published=True).exists()
        assert Product.objects.get(id=known).consignor_id == maker  # as its order says
    assert village_exports.broken(market.database) == {}
