"""A look at the address of an action leads somewhere, and nobody meets an empty page."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.support import desks, factories, page_text

ACTIONS = [
    ("/keranjang/tambah/", "/keranjang/"),
    ("/keranjang/ubah/", "/keranjang/"),
    ("/keranjang/desa/", "/keranjang/"),
    ("/keluar/", "/"),
    ("/pesanan/cari/", "/pesanan/"),
    (f"/pesanan/rahasia/batal/{uuid.UUID(int=7)}/", "/pesanan/rahasia/"),
]


@pytest.mark.parametrize(("action", "page"), ACTIONS)
def test_a_look_at_an_action_leads_to_the_page_above_it(visitor, stocked, action, page):
    for answer in (visitor.get(action), visitor.get(f"{action}?bahasa=en")):
        assert (answer.status_code, answer["Location"]) == (302, page)
    assert answer.cookies["bahasa"].value == "en"


def test_a_look_at_an_action_of_the_office_leads_to_its_page(market):
    sari, some = desks.browser(factories.SARI), uuid.uuid4()
    office = "/desa/cibiru/kelola/"
    assert sari.get(desks.path("office-confirm", "K7M-42P"))["Location"] == f"{office}kas/K7M-42P/"
    assert sari.get(desks.path("office-pay-out", "K7M-42P", some))["Location"] == f"{office}kas/K7M-42P/"
    assert sari.get(desks.path("office-accept", some))["Location"] == f"{office}pesanan/{some}/"
    assert sari.get(desks.path("office-parcel-arrived", some))["Location"] == f"{office}titipan/"


def test_a_form_for_a_page_that_takes_none_says_so(market):
    response = Client().post("/keranjang/", {"x": "1"})
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    page = page_text.read(response)
    assert "Halaman ini hanya bisa dilihat" in page.text
    assert "/keranjang/" in page.links


def test_after_the_login_a_form_that_was_too_late_leads_to_the_page_that_held_it(market):
    url = desks.path("office-accept", uuid.uuid4())
    page = desks.path("office-orders")
    guest = Client()
    assert guest.get(f"{page}?tab=baru")["Location"] == f"/masuk/?next={page}%3Ftab%3Dbaru"
    for referer, wanted in ((f"http://testserver{page}", page), ("http://elsewhere.example/x", url), ("", url)):
        answer = guest.post(url, {"form_state": "placed"}, headers={"referer": referer})
        assert answer["Location"] == f"/masuk/?next={wanted}"
