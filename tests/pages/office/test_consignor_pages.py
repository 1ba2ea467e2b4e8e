"""Penitip: who sells through the shop, and what it keeps."""

from __future__ import annotations

import pytest

from tests.support import desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")


def test_a_consignor_has_one_margin() -> None:
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-consignor-new"))
    typed = {"name": "Warung Bu Tuti", "kind": "warung", "phone": "0812 9002 7777"}

    both = page_text.send(sari, form, **typed, margin_rupiah="500", margin_percent="10")
    one = [page_text.send(sari, form, **typed, margin_percent="7,5") for _tap in range(2)]
    page = sari.get(desks.path("office-consignors"))

    assert "Isi salah satu saja" in desks.text(both)
    assert [answer.status_code for answer in one] == [303, 303]
    assert "Warung Bu Tuti" in desks.text(page)
    assert "7,5 %" in desks.text(page)
