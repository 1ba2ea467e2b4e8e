"""Barang, Stok, Penitip and Toko: what the shop sells, and what buyers read about it."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from federation.catalogue import catalogue
from federation.members import profiles
from federation.models import SellerOrder
from marketplace.goods import products, stock
from tenants.db import context
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")


def photo() -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#0f6b45").save(file, "JPEG")
    return SimpleUploadedFile("IMG_0001.jpg", file.getvalue(), content_type="image/jpeg")


def test_a_new_product_with_a_photo_reaches_the_market() -> None:
    shopping.product(factories.CIBIRU)  # brings a consignor
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {"name": "Sale pisang", "price_rupiah": "Rp 12.500", "unit": "bungkus", "category": "jajanan", "stock": "7"}

    answer = sari.post(form.action, {**form.values, **typed, "camera": photo(), "gallery": ""}, follow=True)

    assert "Barang baru disimpan" in desks.text(answer)
    item = catalogue.search(words="sale pisang").rows[0]
    assert (item["price_rupiah"], item["in_stock"]) == (12_500, True)
    assert item["picture"].startswith(factories.CIBIRU)


def test_a_double_tap_makes_one_product() -> None:
    shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {"name": "Sale pisang", "price_rupiah": "12500", "unit": "bungkus", "category": "jajanan", "stock": "7"}

    answers = [sari.post(form.action, {**form.values, **typed}, follow=True) for _tap in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Sale pisang" in desks.text(answers[1])
    with context.inside(factories.CIBIRU):
        assert len(products.page(words="Sale").rows) == 1


def test_what_is_missing_is_said_beside_the_field() -> None:
    shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))

    answer = page_text.send(sari, form, name="", price_rupiah="dua belas ribu", unit="kg")

    said = desks.text(answer)
    assert "Tulis nama barangnya." in said
    assert "Tulis rupiah bulat tanpa sen" in said
    assert 'aria-invalid="true"' in answer.content.decode()


def test_something_that_is_no_photo_is_refused_in_words() -> None:
    shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {"name": "Sale pisang", "price_rupiah": "12500", "unit": "bungkus", "category": "jajanan"}

    answer = sari.post(form.action, {**form.values, **typed, "camera": SimpleUploadedFile("x.jpg", b"<svg/>"), "gallery": ""})

    assert answer.status_code == 422
    assert "Foto tidak bisa dibaca" in desks.text(answer)


def test_an_edit_from_an_old_page_is_refused_but_a_double_tap_is_not() -> None:
    product_id = shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    mine = desks.filled(sari, desks.path("office-product", product_id))
    theirs = desks.filled(sari, desks.path("office-product", product_id))

    first = page_text.send(sari, mine, price_rupiah="11000")
    again = page_text.send(sari, mine, price_rupiah="11000")
    late = page_text.send(sari, theirs, price_rupiah="9000")

    assert (first.status_code, again.status_code, late.status_code) == (303, 303, 409)
    assert "baru saja diubah orang lain" in desks.text(late)
    assert catalogue.get(listing_id=product_id)["price_rupiah"] == 11_000


def test_a_hidden_product_leaves_the_market() -> None:
    product_id = shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product", product_id))
    del form.values["published"]

    page_text.send(sari, form)

    assert catalogue.search(words="keripik").rows == []
    assert "Disembunyikan" in desks.text(sari.get(desks.path("office-products")))


def test_breakage_below_reserved_stock_names_the_orders_it_breaks() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    purchase = shopping.buy({product_id: 3})
    order_id = SellerOrder.objects.get().id
    sari = desks.browser(factories.SARI)
    form = page_text.read(sari.get(desks.path("office-stock", product_id))).form("", deed="broken")
    typed = {**form.values, "broken-quantity": "4", "broken-reason": "basah kena hujan"}

    answers = [sari.post(desks.path("office-stock", product_id), typed) for _tap in range(2)]

    for answer in answers:
        assert f"{purchase.code} · Bu Wati" in desks.text(answer)
        assert "kurang 2" in desks.text(answer)
        assert desks.path("office-shorten", order_id) in page_text.read(answer).links
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id)["on_hand"] == 1


def test_goods_that_came_in_count_once_and_a_count_corrects() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari = desks.browser(factories.SARI)
    url = desks.path("office-stock", product_id)
    came = page_text.read(sari.get(url)).form("", deed="received")
    for _tap in range(2):
        assert sari.post(url, {**came.values, "received-quantity": "10"}).status_code == 303
    counted = page_text.read(sari.get(url)).form("", deed="counted")

    answer = sari.post(url, {**counted.values, "counted-counted": "14"}, follow=True)

    assert "Stok sekarang sesuai dengan hitungan." in desks.text(answer)
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id)["on_hand"] == 14
        assert [row["quantity"] for row in stock.movements(product_id=product_id)] == [-1, 10, 5]


def test_a_thousand_pieces_with_a_dot_are_a_thousand() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari = desks.browser(factories.SARI)
    url = desks.path("office-stock", product_id)
    came = page_text.read(sari.get(url)).form("", deed="received")

    sari.post(url, {**came.values, "received-quantity": "1.000"})

    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id)["on_hand"] == 1_005


def test_each_form_of_the_stock_page_counts_on_its_own() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari = desks.browser(factories.SARI)
    url = desks.path("office-stock", product_id)
    page = page_text.read(sari.get(url))
    came, broke = page.form("", deed="received"), page.form("", deed="broken")

    sari.post(url, {**came.values, "received-quantity": "10"})
    sari.post(url, {**broke.values, "broken-quantity": "2", "broken-reason": "basah"})

    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id)["on_hand"] == 13


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


def test_the_shops_settings_reach_the_buyers() -> None:
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-shop"))

    answer = page_text.send(sari, form, hours="Selasa–Minggu 07.00–12.00", seller_courier_fee_rupiah="5.000", phone="0812-9002-0001")
    wrong = page_text.send(sari, form, phone="12")

    assert answer.status_code == 303
    profile = profiles.get(village_code=factories.CIBIRU)
    assert (profile.hours, profile.seller_courier_fee_rupiah) == ("Selasa–Minggu 07.00–12.00", 5_000)
    assert 'aria-invalid="true"' in wrong.content.decode()


def test_service_looks_at_products_and_changes_none() -> None:
    product_id = shopping.product(factories.CIBIRU)
    helper = factories.MembershipFactory(village_code=factories.CIBIRU, role="service").user
    client = desks.browser(factories.Person(helper.name, helper.phone))
    url = desks.path("office-product", product_id)

    assert "Keripik bayam" in desks.text(client.get(url))
    assert client.post(url, {"name": "x"}).status_code == 404
    assert client.get(desks.path("office-product-new")).status_code == 404
    assert client.get(desks.path("office-stock", product_id)).status_code == 404
