"""Stored pages: true right after every change, the same to everybody, and gone when the cache server is."""

from __future__ import annotations

import dataclasses
import gzip

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings

from federation.catalogue import catalogue_stamp
from federation.web import page_cache
from marketplace.goods import products
from tenants.acts import Act
from tenants.db import context
from tenants.models import User
from tenants.people import accounts
from tests.support import buying, factories, page_text, shopping


@pytest.fixture(autouse=True)
def _nothing_stored(market):
    page_cache._pages.clear()
    catalogue_stamp.renew()


def reprice(product, price_rupiah):
    with context.inside(factories.CIBIRU):
        row = products.get(product_id=product)
        fields = dataclasses.replace(row.fields(), price_rupiah=price_rupiah)
        products.change(
            product_id=product,
            version=row.version,
            fields=fields,
            act=Act(by=factories.staff(context.here()), at=shopping.NOON),
        )


@pytest.mark.parametrize("path", ["/", "/?kategori=jajanan", "/desa/", "/desa/cibiru/"])
def test_the_second_visitor_costs_no_statement(visitor, stocked, path):
    first = visitor.get(path)
    with page_text.Statements() as statements:
        second = Client().get(path)
    assert statements.said == []
    assert second.content == first.content
    assert second["Vary"] == "Cookie, Accept-Encoding"
    assert second["Content-Language"] == "id"
    assert "Set-Cookie" not in second


def test_right_after_a_price_change_it_shows_the_new_price(visitor, stocked):
    assert "Rp 12.000" in page_text.read(visitor.get("/")).text
    assert "Rp 12.000" in page_text.read(visitor.get("/desa/cibiru/")).text
    reprice(stocked.chips, 13_500)
    for path in ("/", "/desa/cibiru/", "/"):
        text = page_text.read(visitor.get(path)).text
        assert "Rp 13.500" in text
        assert "Rp 12.000" not in text


def test_a_change_in_another_process_counts_too(visitor, stocked):
    visitor.get("/")
    from federation.models import Listing

    Listing.objects.filter(id=stocked.chips).update(price_rupiah=14_000)
    cache.set(catalogue_stamp.KEY, "from-elsewhere", None)
    assert "Rp 14.000" in page_text.read(visitor.get("/")).text


def test_a_page_rendered_during_a_change_is_not_served_after_it(visitor, stocked, monkeypatch):
    put = page_cache._pages.put

    def change_first(key, stored):
        reprice(stocked.chips, 15_000)  # committed and announced after the old page was rendered
        put(key, stored)

    monkeypatch.setattr(page_cache._pages, "put", change_first)
    visitor.get("/")
    monkeypatch.undo()
    assert "Rp 15.000" in page_text.read(visitor.get("/")).text


def test_who_has_a_basket_or_an_account_gets_a_page_of_their_own(market, stocked):
    Client().get("/")
    guest, member = Client(), Client()
    buying.put(guest, {stocked.chips: 1})
    member.force_login(User.objects.get(id=factories.WULAN.id), backend=accounts.BACKEND)
    assert "Keranjang 1" in page_text.read(guest.get("/")).text
    assert "Mbak Wulan" in page_text.read(member.get("/")).text
    assert "Keranjang 1" not in page_text.read(Client().get("/")).text
    assert "Mbak Wulan" not in page_text.read(Client().get("/")).text


def test_languages_are_stored_apart(visitor, stocked):
    english = Client()
    english.get("/?bahasa=en")
    visitor.get("/")
    assert b'<html lang="en">' in english.get("/").content
    assert b'<html lang="en">' in english.get("/").content
    assert b'<html lang="id">' in visitor.get("/").content


def test_compressed_once_and_not_sent_again_to_who_has_it(visitor, stocked):
    visitor.get("/")
    small = visitor.get("/", headers={"accept-encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == visitor.get("/").content
    same = visitor.get("/", headers={"if-none-match": small["ETag"], "accept-encoding": "gzip"})
    assert same.status_code == 304
    assert same.content == b""
    reprice(stocked.chips, 13_000)
    assert visitor.get("/", headers={"if-none-match": small["ETag"]}).status_code == 200


def test_without_the_cache_server_pages_are_made_anew(visitor, stocked, monkeypatch):
    visitor.get("/")

    def gone(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "get", gone)
    monkeypatch.setattr(cache, "add", gone)
    assert catalogue_stamp.current() is None
    catalogue_stamp.renew()  # after a commit: must not fail the request


def test_the_market_goes_on_while_the_cache_server_is_away(visitor, stocked):
    away = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=away):
        for path in ("/", "/desa/", "/desa/cibiru/", f"/barang/{stocked.chips}/", "/keranjang/", "/pesanan/"):
            assert visitor.get(path).status_code == 200, path
        reprice(stocked.chips, 12_500)
        assert "Rp 12.500" in page_text.read(visitor.get("/")).text
        buying.put(visitor, {stocked.chips: 1})
        assert "Keranjang 1" in page_text.read(visitor.get("/")).text


def test_only_marked_pages_are_stored(visitor, stocked):
    for path in ("/keranjang/", f"/barang/{stocked.chips}/", "/desa/tidak-ada/", "/?bahasa=id", "/masuk/"):
        visitor.get(path)
    assert list(page_cache._pages._stored) == []


def test_the_memory_is_bounded(visitor, stocked, monkeypatch):
    monkeypatch.setattr(page_cache, "PAGES_MAX", 3)
    for number in range(6):
        visitor.get(f"/?q=kata{number}")
    assert len(page_cache._pages._stored) == 3
    assert page_cache._pages._bytes == sum(len(stored.compressed) for stored in page_cache._pages._stored.values())
