"""Barang: what the shop sells."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from federation.catalogue import catalogue
from marketplace.goods import products
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
    assert (item.price_rupiah, item.in_stock) == (12_500, True)
    assert item.picture.startswith(factories.CIBIRU)


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
    assert catalogue.get(listing_id=product_id).price_rupiah == 11_000


def test_a_hidden_product_leaves_the_market() -> None:
    product_id = shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product", product_id))
    del form.values["published"]

    page_text.send(sari, form)

    assert catalogue.search(words="keripik").rows == []
    assert "Disembunyikan" in desks.text(sari.get(desks.path("office-products")))


def test_service_looks_at_products_and_changes_none() -> None:
    product_id = shopping.product(factories.CIBIRU)
    helper = factories.MembershipFactory(village_code=factories.CIBIRU, role="service").user
    client = desks.browser(factories.Person(helper.name, helper.phone))
    url = desks.path("office-product", product_id)

    assert "Keripik bayam" in desks.text(client.get(url))
    assert client.post(url, {"name": "x"}).status_code == 404
    assert client.get(desks.path("office-product-new")).status_code == 404
    assert client.get(desks.path("office-stock", product_id)).status_code == 404
