"""Pesankan untuk warga: staff order for somebody without a phone."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from federation.models import Purchase
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")
HERE = factories.SUKAMAJU


def begin(client: Client) -> HttpResponse:
    """Press the button by which a cashier begins to order for others."""
    page, start = (desks.path(name, village=HERE) for name in ("office-assist", "office-assist-start"))
    return desks.press(client, page, start)


def test_staff_order_for_somebody_without_a_phone() -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    assert begin(darto).status_code == 302
    put = desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/")
    page_text.send(darto, put, jumlah="2")

    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")
    answer = darto.post(form.action, {**form.values, "name": "Mbah Karto", "phone": "", "address": "Dusun Ngampel"}, follow=True)

    purchase = Purchase.objects.get()
    darto_id = factories.DARTO.id
    assert (purchase.buyer_name, purchase.buyer_phone, purchase.ordered_by, purchase.account_id) == ("Mbah Karto", "", darto_id, None)
    assert purchase.home_village == HERE
    assert f"{purchase.code} · Mbah Karto" in desks.text(answer)


def test_a_second_tap_leads_to_the_same_purchase() -> None:
    """The first one ended the ordering for others; the form still says for whom it was."""
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    begin(darto)
    page_text.send(darto, desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/"))
    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")
    typed = {**form.values, "name": "Mbah Karto", "phone": "", "address": "Dusun Ngampel"}

    first, second = (darto.post(form.action, typed) for _ in range(2))

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == desks.path("office-cash-purchase", Purchase.objects.get().code, village=HERE)


def test_an_own_form_stays_an_own_one_where_ordering_for_others_began_in_another_tab() -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    page_text.send(darto, desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/"))
    page_text.send(darto, desks.filled(darto, "/keranjang/", "/keranjang/desa/"), desa=HERE)
    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")
    begin(darto)

    answer = darto.post(form.action, {**form.values, "name": "Darto", "phone": "081290990001", "address": ""})

    assert answer.status_code == 302
    assert (Purchase.objects.get().ordered_by, Purchase.objects.get().account_id) == (None, factories.DARTO.id)


def test_nobody_orders_for_others_by_writing_a_village_into_the_form() -> None:
    product_id = shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    page_text.send(sari, desks.filled(sari, f"/barang/{product_id}/", "/keranjang/tambah/"))
    page_text.send(sari, desks.filled(sari, "/keranjang/", "/keranjang/desa/"), desa=HERE)
    form = desks.filled(sari, "/keranjang/pesan/", "/keranjang/pesan/")

    answer = sari.post(form.action, {**form.values, "name": "Mbah Karto", "phone": "", "address": "", "untuk": HERE})

    assert answer.status_code == 422
    assert not Purchase.objects.exists()


def test_who_has_no_phone_is_offered_no_gateway(gateway) -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    begin(darto)
    page_text.send(darto, desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/"), jumlah="2")

    page = desks.text(darto.get("/keranjang/pesan/"))

    assert "bayar dulu di loketnya" in page
    assert "kartu" not in page
    assert "QRIS federasi" not in page


@pytest.mark.parametrize("home", [factories.MELATI, ""])
def test_staff_order_on_the_credit_of_their_own_village_only(home: str) -> None:
    """Such orders count to no buyer and no guest: with another home they would fill that village's limit."""
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    begin(darto)
    page_text.send(darto, desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/"))
    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")

    answer = darto.post(form.action, {**form.values, "name": "Mbah Karto", "phone": "", "address": "Dusun Ngampel", "desa": home})

    assert answer.status_code == 403
    assert "Petugas hanya bisa memesankan untuk warga desanya sendiri." in desks.text(answer)
    assert not Purchase.objects.exists()


def test_every_page_says_for_whom_the_cashier_orders_until_it_is_stopped() -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    stop = desks.path("office-assist-stop", village=HERE)
    pages = ["/", "/desa/", "/desa/cibiru/", f"/barang/{product_id}/", "/keranjang/", "/pesanan/", "/tidak-ada/"]
    pages += [desks.path("office-cash", village=HERE), reverse("login")]
    words = "Anda sedang memesankan untuk warga Sukamaju, bukan untuk diri sendiri."
    assert not any(words in desks.text(darto.get(url)) for url in pages)
    begin(darto)

    said = {url: words in desks.text(darto.get(url)) for url in pages}
    others = desks.text(desks.browser(factories.RATNA).get("/"))
    ended = page_text.send(darto, page_text.read(darto.get("/")).form(stop))

    assert all(said.values()), said
    assert words not in others
    assert ended.status_code == 303
    assert not any(words in desks.text(darto.get(url)) for url in pages)


def test_without_that_mode_a_phone_is_asked_for() -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    page_text.send(darto, desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/"), jumlah="2")
    home = desks.filled(darto, "/keranjang/", "/keranjang/desa/")
    page_text.send(darto, home, desa=HERE)
    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")

    answer = darto.post(form.action, {**form.values, "name": "Mbah Karto", "phone": "", "address": "Dusun Ngampel"})

    assert answer.status_code == 422
    assert not Purchase.objects.exists()
