"""A consignor's name is its key: one person is never two to the books."""

from __future__ import annotations

import pytest

from marketplace.goods import consignors
from marketplace.models import Consignor
from tenants.acts import Act
from tenants.db import context
from tests.support.marketplace.dealing import CIBIRU, SELLER
from tests.support.shopping import NOON


def _add(name: str, key: str) -> None:
    consignors.add(name=name, kind="umkm", margin_rupiah=500, act=Act(by=SELLER, at=NOON, key=key))


@pytest.mark.parametrize("other", ["Bu  Café", "Bu Cafe\u0301", "bu café", "Bu\u00a0Café"])
def test_a_name_that_looks_like_another_is_refused(market, other):
    with context.inside(CIBIRU):
        _add("Bu Café", "one")
        with pytest.raises(consignors.ConsignorExists, match="Bu Café sudah ada"):
            _add(other, "two")
        assert Consignor.objects.filter(name__startswith="Bu").count() == 1


def test_a_consignor_may_change_how_its_own_name_is_written(market):
    with context.inside(CIBIRU):
        _add("Bu wati", "one")
        row = Consignor.objects.get(name="Bu wati")
        consignors.change(consignor_id=row.id, name="Bu Wati", kind="umkm", margin_rupiah=500, act=Act(by=SELLER, at=NOON, key="two"))
        assert Consignor.objects.filter(name="Bu Wati").exists()
