"""The basket's page: add, change, take out, say where home is."""

from __future__ import annotations

import uuid

from tests.support import factories, page_text, shopping


def put(visitor, product, quantity=1):
    form = page_text.read(visitor.get(f"/barang/{product}/")).form("/keranjang/tambah/")
    return page_text.send(visitor, form, jumlah=str(quantity))


def test_goods_of_several_villages_stand_in_one_basket_by_seller(visitor, stocked):
    put(visitor, stocked.chips, 2)
    response = put(visitor, stocked.rice)
    assert response.status_code == 302
    page = page_text.read(visitor.get(response["Location"]))
    assert "2 macam barang dari 2 desa, seharga Rp 86.500." in page.text
    assert "Baru masuk" in page.text
    assert page.text.index("Cibiru") < page.text.index("Melati")
    assert "Keranjang 2" in page_text.read(visitor.get("/")).text


def test_the_basket_cookie_is_unreadable_for_scripts_and_bound_to_the_site(visitor, stocked):
    cookie = put(visitor, stocked.chips).cookies["basket"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert len(cookie.value) == 32


def test_change_and_take_out(visitor, stocked):
    put(visitor, stocked.chips, 2)
    page = page_text.read(visitor.get("/keranjang/"))
    form = page.form("/keranjang/ubah/", barang=str(stocked.chips))
    assert "/keranjang/hapus/" in form.places
    page_text.send(visitor, form, jumlah="4")
    assert "Rp 48.000" in page_text.read(visitor.get("/keranjang/")).text
    form.action = "/keranjang/hapus/"
    page_text.send(visitor, form, jumlah="")
    assert "Keranjang masih kosong" in page_text.read(visitor.get("/keranjang/")).text


def test_a_foolish_number_is_refused_with_a_sentence(visitor, stocked):
    form = page_text.read(visitor.get(f"/barang/{stocked.chips}/")).form("/keranjang/tambah/")
    for text in ("", "-1", "0", "1000", "dua", "9" * 40, "²"):
        response = page_text.send(visitor, form, jumlah=text)
        assert response.status_code == 422, text
        assert "Jumlah harus antara 1 dan 999." in page_text.read(response).text
    assert page_text.send(visitor, form, barang="bukan-barang").status_code == 404
    assert page_text.send(visitor, form, barang=str(uuid.uuid4())).status_code == 409


def test_leading_zeros_change_no_number(visitor, stocked):
    put(visitor, stocked.chips, 2)
    form = page_text.read(visitor.get("/keranjang/")).form("/keranjang/ubah/")
    page_text.send(visitor, form, jumlah="0000005")
    assert "Rp 60.000" in page_text.read(visitor.get("/keranjang/")).text
    assert page_text.send(visitor, form, jumlah="0001000000").status_code == 422


def test_home_must_be_chosen_before_ordering(visitor, stocked):
    put(visitor, stocked.chips)
    assert visitor.get("/keranjang/pesan/")["Location"] == "/keranjang/"
    form = page_text.read(visitor.get("/keranjang/")).form("/keranjang/desa/")
    assert form.values["desa"] == ""
    refused = page_text.send(visitor, form)
    assert refused.status_code == 422
    assert "Pilih dulu desa Anda" in page_text.read(refused).text
    assert page_text.send(visitor, form, desa="34.02.99.9999").status_code == 422
    assert page_text.send(visitor, form, desa=factories.SUKAMAJU)["Location"] == "/keranjang/pesan/"
    assert page_text.read(visitor.get("/keranjang/")).form("/keranjang/desa/").values["desa"] == factories.SUKAMAJU
    assert page_text.send(visitor, form, desa="luar")["Location"] == "/keranjang/pesan/"
    assert page_text.read(visitor.get("/keranjang/")).form("/keranjang/desa/").values["desa"] == "luar"


def test_what_changed_since_is_told(visitor, stocked, market):
    put(visitor, stocked.chips)
    from federation.models import Listing

    Listing.objects.filter(id=stocked.chips).update(price_rupiah=13_000)
    assert "tadinya Rp 12.000" in page_text.read(visitor.get("/keranjang/")).text
    Listing.objects.filter(id=stocked.chips).update(in_stock=False)
    assert "Sedang habis" in page_text.read(visitor.get("/keranjang/")).text


def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(visitor, stocked):
    visitor.get(f"/barang/{stocked.chips}/")
    response = visitor.post("/keranjang/tambah/", {"barang": str(stocked.chips), "jumlah": "1"})
    assert response.status_code == 403
    assert "Buka halamannya sekali lagi" in page_text.read(response).text
    assert "basket" not in response.cookies


def test_a_made_up_token_is_no_basket(visitor, stocked):
    visitor.cookies["basket"] = "a" * 32
    assert "Keranjang masih kosong" in page_text.read(visitor.get("/keranjang/")).text
    response = put(visitor, stocked.chips)
    assert response.cookies["basket"].value != "a" * 32


def test_another_visitors_basket_stays_its_own(market, stocked, visitor):
    put(visitor, stocked.chips)
    from django.test import Client

    assert "Keranjang masih kosong" in page_text.read(Client().get("/keranjang/")).text


def test_adding_costs_at_most_six_statements_whatever_the_size(visitor, market):
    goods = [shopping.product(factories.CIBIRU, name=f"Barang {number}") for number in range(25)]
    put(visitor, goods[0])
    form = page_text.read(visitor.get(f"/barang/{goods[0]}/")).form("/keranjang/tambah/")
    costs = []
    for product in goods[1:]:
        with page_text.Statements() as statements:
            page_text.send(visitor, form, barang=str(product))
        costs.append(len(statements.said))
    assert max(costs) <= 6, costs
    assert costs[0] == costs[-1]
