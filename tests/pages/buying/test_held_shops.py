"""What buyers read while shops are held after a restore, and that the other sellers of a basket can be ordered."""

from __future__ import annotations

import html

from federation.models import SellerOrder
from tests.support import buying, factories, holding, page_text

WHY = "Toko ini dibuka lagi setelah pengelolanya memeriksa stok dan loket"


def test_market_shop_list_and_product_say_so(visitor, stocked):
    assert "3 barang dari 3 warung dan perajin di 3 desa" in page_text.read(visitor.get("/")).text
    holding.hold()
    holding.release(factories.MELATI, factories.SUKAMAJU)
    market = page_text.read(visitor.get("/")).text
    assert "2 barang dari 2 warung dan perajin di 2 desa" in market
    assert "1 toko dibuka lagi setelah pengelolanya memeriksa stok dan loket" in market
    assert "Keripik bayam" not in market
    shop = page_text.read(visitor.get("/desa/cibiru/")).text
    assert WHY in shop
    assert "Keripik bayam" not in shop
    assert WHY not in page_text.read(visitor.get("/desa/melati/")).text
    assert "Dibuka lagi setelah stok dan loketnya diperiksa" in page_text.read(visitor.get("/desa/")).text
    product = visitor.get(f"/barang/{stocked.chips}/")
    assert product.status_code == 409
    assert "belum menerima pesanan baru" in page_text.read(product).text
    holding.release(factories.CIBIRU)
    assert WHY not in page_text.read(visitor.get("/desa/cibiru/")).text
    assert "dibuka lagi" not in page_text.read(visitor.get("/")).text


def test_basket_and_checkout_say_it_beside_the_seller_and_the_others_are_ordered(visitor, stocked):
    buying.put(visitor, {stocked.chips: 1, stocked.rice: 1})
    form = page_text.read(visitor.get("/keranjang/")).form("/keranjang/desa/")
    holding.hold()
    holding.release(factories.MELATI)
    basket = page_text.read(visitor.get("/keranjang/"))
    assert basket.text.count(WHY) == 1
    assert "Barangnya tetap di keranjang. Barang penjual lain bisa dipesan dulu." in basket.text

    checkout = page_text.read(visitor.get(page_text.send(visitor, form, desa=factories.SUKAMAJU)["Location"]))
    assert checkout.text.count(WHY) == 1
    assert "Semua Rp 62.500" in checkout.text
    form = checkout.form("/keranjang/pesan/")
    assert f"isi-{factories.CIBIRU}" not in form.values
    sent = page_text.send(visitor, form, name="Bu Wati", phone="0812 9999 0001", address="Dusun Kaliputih")
    assert sent.status_code == 302
    assert SellerOrder.objects.get().seller == factories.MELATI
    assert "Keripik bayam" in page_text.read(visitor.get("/keranjang/")).text


def test_a_checkout_that_was_open_is_refused_in_words_and_may_be_sent_again(visitor, stocked):
    form = buying.to_checkout(visitor, {stocked.chips: 1, stocked.rice: 1}).form("/keranjang/pesan/")
    holding.hold()
    holding.release(factories.MELATI)
    buyer = {"name": "Bu Wati", "phone": "0812 9999 0001", "address": "Dusun Kaliputih"}
    response = page_text.send(visitor, form, **buyer)
    assert response.status_code == 409
    assert "data pasar baru dipulihkan dari cadangan" in html.unescape(response.content.decode())
    assert SellerOrder.objects.count() == 0
    again = page_text.read(response).form("/keranjang/pesan/")
    assert page_text.send(visitor, again).status_code == 302
    assert SellerOrder.objects.get().seller == factories.MELATI


def test_with_nothing_else_in_the_basket_there_is_no_button(visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1})
    holding.hold()
    page = page_text.read(visitor.get("/keranjang/pesan/"))
    assert WHY in page.text
    assert "Setelah memesan, Anda mendapat kode" not in page.text
