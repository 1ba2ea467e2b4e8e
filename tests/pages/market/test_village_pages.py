"""A village's shop: its own goods, its hours, and that it is closed."""

from __future__ import annotations

from tenants import acts, villages
from tests.support import factories, page_text, shopping


def test_a_village_shop_shows_only_its_own_goods_and_when_the_counter_is_open(visitor, stocked):
    page = page_text.read(visitor.get("/desa/cibiru/"))
    assert "Keripik bayam" in page.text
    assert "Tahu putih" not in page.text
    assert "Alamat dan jam buka loket" in page.text
    assert "/desa/cibiru/" in page_text.read(visitor.get("/desa/")).links


def test_a_suspended_village_says_that_it_is_closed(visitor, stocked, market):
    villages.suspend(code=factories.CIBIRU, act=acts.by_command_line(at=shopping.NOON, reason="uji"))
    response = visitor.get("/desa/cibiru/")
    assert "sedang tutup" in page_text.read(response).text


def test_a_village_that_closes_is_out_of_the_markets_counts_at_once(visitor, stocked, market):
    assert "3 barang dari 3 warung dan perajin di 3 desa" in page_text.read(visitor.get("/")).text

    villages.suspend(code=factories.CIBIRU, act=acts.by_command_line(at=shopping.NOON, reason="uji"))
    assert "2 barang dari 2 warung dan perajin di 2 desa" in page_text.read(visitor.get("/")).text

    villages.resume(code=factories.CIBIRU, act=acts.by_command_line(at=shopping.NOON, reason="uji"))
    assert "3 barang dari 3 warung dan perajin di 3 desa" in page_text.read(visitor.get("/")).text
