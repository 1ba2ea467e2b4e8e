"""The list of goods, its search, a village's shop, a product."""

from __future__ import annotations

import base64
import dataclasses
import uuid

import pytest

from marketplace.goods import products
from tenants.acts import Act
from tenants.db import context
from tests.support import factories, page_text, shopping


def test_the_market_shows_goods_of_every_village_and_says_so_first(visitor, stocked):
    page = page_text.read(visitor.get("/"))
    assert "3 barang dari 3 warung dan perajin di 3 desa" in page.text
    assert page.text.index("3 barang dari") < page.text.index("Keripik bayam") < page.text.index("Saring") + 10_000
    for name, price in (("Keripik bayam", "Rp 12.000"), ("Beras Mentik Wangi", "Rp 62.500"), ("Tahu putih", "Rp 4.000")):
        assert name in page.text
        assert price in page.text
    assert f"/barang/{stocked.chips}/" in page.links


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kripik", ["Keripik bayam"]),
        ("q=bras", ["Beras Mentik Wangi"]),
        ("q=Tau+putih", ["Tahu putih"]),
        ("kategori=sembako", ["Beras Mentik Wangi"]),
        ("kategori=tidak-ada", ["Keripik bayam", "Beras Mentik Wangi", "Tahu putih"]),
        (f"desa={factories.SUKAMAJU}", ["Tahu putih"]),
        ("min=5.000&maks=Rp+20000", ["Keripik bayam"]),
        ("buatan=1", ["Keripik bayam", "Tahu putih"]),
        ("q=beras&maks=100", []),
        ("sesudah=ngawur&min=abc", ["Keripik bayam", "Beras Mentik Wangi", "Tahu putih"]),
        ("q=%F0%9F%8D%9A&sesudah=bukan-tanda", []),
        ("maks=99999999999999999999", ["Keripik bayam", "Beras Mentik Wangi", "Tahu putih"]),
    ],
)
def test_search_and_filters(visitor, stocked, query, found):
    response = visitor.get(f"/?{query}")
    assert response.status_code == 200
    page = page_text.read(response)
    assert {name for name in ("Keripik bayam", "Beras Mentik Wangi", "Tahu putih") if name in page.text} == set(found)
    if not found:
        assert "Tidak ada barang yang cocok" in page.text


def test_a_search_stands_in_its_form_again_and_is_escaped(visitor, stocked):
    response = visitor.get("/", {"q": '"><script>x</script>', "kategori": "jajanan"})
    assert b"<script>" not in response.content
    form = page_text.read(response).forms[0]
    assert form.values["q"] == '"><script>x</script>'


@pytest.mark.parametrize("begin", ["/", "/?q=barang"])
def test_the_next_page_follows_without_gap_or_repetition(visitor, market, begin):
    for number in range(45):
        shopping.product(factories.CIBIRU, name=f"Barang nomor {number:02}", price_rupiah=1_000 + number)
    seen, url = [], begin
    for _ in range(3):
        page = page_text.read(visitor.get(url))
        seen += [link for link in page.links if link.startswith("/barang/")]
        following = [link for link in page.links if "sesudah=" in link and "bahasa=" not in link]
        url = following[0] if following else ""
    assert len(seen) == len(set(seen)) == 45
    assert url == ""


@pytest.mark.parametrize("query", ["", "q=beras"])
@pytest.mark.parametrize("value", ['"2026-06-10T12:00:00+00:00"', "7", "-1", "1e999", "NaN", "99999999999", "null", "[]", '"x"'])
def test_a_cursor_of_another_list_or_a_forged_one_begins_at_the_start(visitor, stocked, query, value):
    start = page_text.read(visitor.get(f"/?{query}")).links
    for name in ("goods", "goods-found", "journal"):
        cursor = base64.urlsafe_b64encode(f'["{name}",{value},"{uuid.UUID(int=0)}"]'.encode()).decode()
        page = visitor.get(f"/?{query}&sesudah={cursor}")
        assert page.status_code == 200
        if name != ("goods-found" if query else "goods"):
            assert [link for link in page_text.read(page).links if link.startswith("/barang/")] == [
                link for link in start if link.startswith("/barang/")
            ]


def test_an_unknown_village_and_an_unknown_product_are_pages_of_the_house(visitor, stocked):
    for url in ("/desa/tidak-ada/", f"/barang/{uuid.uuid4()}/", "/tidak-ada/"):
        response = visitor.get(url)
        assert response.status_code == 404, url
        assert "/" in page_text.read(response).links
        assert "Pasarsama" in page_text.read(response).text


def test_a_product_can_be_put_into_the_basket_from_its_page(visitor, stocked):
    page = page_text.read(visitor.get(f"/barang/{stocked.chips}/"))
    form = page.form("/keranjang/tambah/")
    assert form.values["barang"] == str(stocked.chips)
    assert "Tersedia" in page.text
    assert "Toko Desa Cibiru" in page.text


def test_product_text_is_plain_text(visitor, market):
    product = shopping.product(factories.CIBIRU, name="<b>Tebal</b>", description="<img src=x onerror=alert(1)>\n\nhttps://example.org")
    response = visitor.get(f"/barang/{product}/")
    assert b"<img src=x" not in response.content
    assert b"<b>Tebal" not in response.content
    assert b'href="https://example.org' not in response.content


def test_what_ran_out_says_so_and_offers_no_button(visitor, market):
    product = shopping.product(factories.CIBIRU, stock=0)
    page = page_text.read(visitor.get(f"/barang/{product}/"))
    assert "Habis" in page.text
    assert all(form.action != "/keranjang/tambah/" for form in page.forms)


def test_english_by_a_switch_that_stays(visitor, stocked):
    link = next(link for link in page_text.read(visitor.get("/?q=tahu")).links if "bahasa=en" in link)
    assert "q=tahu" in link
    page = page_text.read(visitor.get(link))
    assert "Search" in page.text
    again = visitor.get("/")
    assert b'<html lang="en">' in again.content
    assert "Rp 4,000" in page_text.read(again).text
    visitor.get("/?bahasa=id")
    assert b'<html lang="id">' in visitor.get("/").content


def test_a_withdrawn_product_is_gone(visitor, stocked):
    with context.inside(factories.CIBIRU):
        row = products.get(product_id=stocked.chips)
        fields = dataclasses.replace(row.fields(), published=False)
        products.change(
            product_id=stocked.chips, version=row.version, fields=fields, act=Act(by=factories.staff(context.here()), at=shopping.NOON)
        )
    assert visitor.get(f"/barang/{stocked.chips}/").status_code == 404
    assert "Keripik" not in page_text.read(visitor.get("/")).text
