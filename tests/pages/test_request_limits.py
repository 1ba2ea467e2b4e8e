"""What is too large or no text is turned away with a page, and reaches no statement."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.support import buying, desks, factories, page_text

UNREADABLE = "Permintaan ini tidak terbaca"


@pytest.mark.parametrize(
    "url",
    ["/desa/ci%00biru/", "/pesanan/a%00b/", "/?q=a%00b", "/?a%00b=1", "/?sesudah=%00", "/masuk/?next=%00", "/gambar/a%00.webp", "/%00"],
)
def test_a_nul_in_an_address_is_refused(visitor, stocked, url):
    response = visitor.get(url)
    assert response.status_code == 400
    assert UNREADABLE in page_text.read(response).text


def test_a_nul_in_a_cookie_is_refused(visitor, stocked):
    assert visitor.get("/pesanan/", headers={"cookie": 'session="aaaaaaaa\\000"'}).status_code == 400


@pytest.mark.parametrize("field", ["kunci", "desa", "name", "cara-34.02.90.2002"])
def test_a_nul_in_a_form_is_refused(visitor, stocked, field):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    response = page_text.send(visitor, form, **{"name": "Bu Wati", "phone": "0812 9999 0001", field: "a\x00b"})
    assert response.status_code == 400
    assert UNREADABLE in page_text.read(response).text


def test_a_nul_in_an_urlencoded_form_or_a_download_is_refused(market):
    auditor = desks.browser(factories.AUDITOR)
    typed = "phone=a%00b&password=x"
    assert auditor.post("/masuk/", typed, content_type="application/x-www-form-urlencoded").status_code == 400
    assert auditor.get("/federasi/anggota.csv?q=%00").status_code == 400


def test_too_many_parameters_are_refused_in_the_visitors_language(visitor, stocked):
    query = "&".join(f"a{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    response = visitor.get(f"/?{query}")
    assert response.status_code == 400
    assert UNREADABLE in page_text.read(response).text
    visitor.cookies["bahasa"] = "en"
    assert "cannot be read" in page_text.read(visitor.get(f"/barang/?{query}")).text
    form = Client().post("/masuk/", dict.fromkeys(query.replace("=1", "").split("&"), "1"))
    assert form.status_code == 400


def test_a_body_that_is_too_large_is_refused_before_it_is_read(market):
    sari = desks.browser(factories.SARI)
    size = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    for url in (desks.path("office-product-new"), "/masuk/"):
        response = sari.post(url, {"name": "x"}, headers={"content-length": size})
        assert response.status_code == 413
        assert "Kirimannya terlalu besar." in page_text.read(response).text


def test_a_body_that_the_web_server_could_not_read_gets_the_markets_page(visitor, stocked):
    said = {"late": (408, "terlalu lama di jalan"), "crowded": (429, "yang belum selesai"), "no-room": (503, "Tidak ada tempat untuk")}
    for why, (status, sentence) in said.items():
        response = visitor.post("/masuk/", headers={"accept": "text/html"}, **{"pasarsama.unread": why})
        assert response.status_code == status
        assert sentence in page_text.read(response).text
        assert "/" in page_text.read(response).links


def test_nobody_has_an_invisible_name(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1}).form("/keranjang/pesan/")
    readable = "Tulis dengan huruf atau angka yang terlihat"
    for name, said in (("\u200b", readable), ("\u202eitaW uB", "ada penanda arah tulisan (U+202E)"), ("...", readable)):
        response = page_text.send(visitor, form, name=name, phone="0812 9999 0001")
        assert response.status_code == 422
        assert said in page_text.read(response).text
    sari = desks.browser(factories.SARI)
    for page in ("office-product-new", "office-consignor-new"):
        response = page_text.send(sari, desks.filled(sari, desks.path(page)), name="\u200b")
        assert "Tulis dengan huruf atau angka yang terlihat" in page_text.read(response).text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "bukan"])
def test_a_day_out_of_range_shows_todays_cash_box(market, day):
    response = desks.browser(factories.SARI).get(desks.path("office-cash"), {"hari": day})
    assert response.status_code == 200
    assert "Tanggalnya tidak terbaca" in page_text.read(response).text
