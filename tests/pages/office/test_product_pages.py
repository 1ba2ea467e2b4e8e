"""Barang: what the shop sells."""

from __future__ import annotations

import io
import uuid
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
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
    consignor = consignor_of(shopping.product(factories.CIBIRU))
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {
        "name": "Sale pisang",
        "price_rupiah": "Rp 12.500",
        "unit": "bungkus",
        "category": "jajanan",
        "stock": "7",
        "consignor_id": consignor,
    }

    answer = sari.post(form.action, {**form.values, **typed, "camera": photo(), "gallery": ""}, follow=True)

    assert "Barang baru disimpan" in desks.text(answer)
    item = catalogue.search(words="sale pisang").rows[0]
    assert (item.price_rupiah, item.in_stock) == (12_500, True)
    assert item.picture.startswith(factories.CIBIRU)


def test_a_double_tap_makes_one_product() -> None:
    consignor = consignor_of(shopping.product(factories.CIBIRU))
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {
        "name": "Sale pisang",
        "price_rupiah": "12500",
        "unit": "bungkus",
        "category": "jajanan",
        "stock": "7",
        "consignor_id": consignor,
    }

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


def test_a_photo_stays_chosen_while_another_field_is_wrong() -> None:
    """The form comes back for its price; sent again without a photo, the product has the one that was chosen."""
    consignor = consignor_of(shopping.product(factories.CIBIRU))
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {"name": "Sale pisang", "unit": "bungkus", "category": "jajanan", "stock": "7", "consignor_id": consignor}

    refused = sari.post(form.action, {**form.values, **typed, "camera": photo(), "gallery": ""})

    assert refused.status_code == 422
    assert "Foto yang tadi dipilih masih tersimpan" in desks.text(refused)
    again = come_back(refused, form)
    held = again.values["photo"]
    assert "gambar" not in refused.content.decode()
    assert page_text.send(sari, again, price_rupiah="12500").status_code == 303
    item = catalogue.search(words="sale pisang").rows[0]
    assert item.picture == f"{factories.CIBIRU}/{held}"


def test_a_photo_that_is_gone_is_asked_for_again_and_nothing_published_without() -> None:
    consignor = consignor_of(shopping.product(factories.CIBIRU))
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {"name": "Sale pisang", "price_rupiah": "12500", "unit": "bungkus", "category": "jajanan", "consignor_id": consignor}

    refused = page_text.send(sari, form, **typed, photo="0" * 32)

    assert refused.status_code == 422
    assert "Foto yang tadi dipilih sudah tidak tersimpan" in desks.text(refused)
    assert catalogue.search(words="sale pisang").rows == []
    assert page_text.send(sari, come_back(refused, form)).status_code == 303


def test_whose_goods_they_are_is_never_chosen_beforehand() -> None:
    shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    assert form.values["consignor_id"] == ""

    refused = page_text.send(sari, form, name="Sale pisang", price_rupiah="12500", unit="bungkus", category="jajanan")

    assert refused.status_code == 422
    assert "Pilih dari siapa barangnya" in desks.text(refused)


def come_back(answer: HttpResponse, sent: page_text.Form) -> page_text.Form:
    """The form of a page that came back."""
    form = page_text.read(answer).form("")
    form.action = sent.action
    return form


def consignor_of(product_id: uuid.UUID) -> str:
    with context.inside(factories.CIBIRU):
        return str(products.get(product_id=product_id).consignor_id)


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
    assert "Harga (Rp): tersimpan Rp 11.000, di formulir ini Rp 9.000" in desks.text(late)
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


@pytest.mark.parametrize("field", ["name", "unit", "description"])
def test_letters_that_were_lost_on_the_way_are_not_stored(field: str) -> None:
    consignor = consignor_of(shopping.product(factories.CIBIRU))
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    typed = {"name": "Kopi", "price_rupiah": "12500", "unit": "cangkir", "category": "jajanan", "stock": "7", "consignor_id": consignor}
    body = urlencode({**form.values, **typed, "camera": "", "gallery": "", field: b"Caf\xe9"})

    answer = sari.post(form.action, body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert "Ada huruf yang tidak terbaca" in desks.text(answer)
    assert not catalogue.search(words="kopi").rows
