"""A phone number pasted from contacts or a chat brings signs that nobody sees: every page that asks for one takes it all the same."""

from __future__ import annotations

import pytest
from django.test import Client

from federation.models import Purchase
from tenants.models import User
from tests.support import buying, cases, page_text

PASTED = cases.contents("phone_numbers.txt").decode().splitlines()
NUMBERS = ["+6281299991010", "+6281299991011", "+6281299991013", "+6281299991014"]
PAIRS = list(zip(PASTED, NUMBERS, strict=True))


@pytest.mark.parametrize(("pasted", "number"), PAIRS)
def test_register_and_login_take_it(visitor, stocked, pasted, number):
    form = page_text.read(visitor.get("/daftar/")).form("/daftar/")
    assert page_text.send(visitor, form, name="Pak Slamet", phone=pasted, password="kebun-pisang-77")["Location"] == "/"
    assert User.objects.filter(phone=number).exists()

    other = Client(enforce_csrf_checks=True)
    form = page_text.read(other.get("/masuk/")).form("/masuk/")
    assert page_text.send(other, form, phone=pasted, password="kebun-pisang-77")["Location"] == "/"


@pytest.mark.parametrize(("pasted", "number"), PAIRS)
def test_checkout_and_the_search_for_a_purchase_take_it(visitor, stocked, pasted, number):
    assert buying.order(visitor, {stocked.chips: 1}, phone=pasted).status_code == 302
    assert Purchase.objects.get().buyer_phone == number

    other = Client(enforce_csrf_checks=True)
    form = page_text.read(other.get("/pesanan/")).form("/pesanan/cari/")
    found = page_text.send(other, form, code=Purchase.objects.get().code, phone=pasted)
    assert found.status_code == 302
    assert Purchase.objects.get().code in page_text.read(other.get(found["Location"])).text
