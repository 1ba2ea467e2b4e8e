"""The way back from a gateway: it passes through other hands, so it shows the purchase, and only its buyer goes on from there."""

from __future__ import annotations

import pytest
from django.test import Client

from federation.buying import purchase_details
from federation.models import GatewayPayment
from marketplace.pages.buying import payment_panel
from tests.support.payment_pages import key, order, press, read, refreshes, told


@pytest.fixture
def ordered(gateway, visitor, stocked) -> str:
    """A purchase of two sellers, 12,000 and 62,500, to be paid by card."""
    return order(visitor, {stocked.chips: 1, stocked.rice: 1})


def came_back() -> str:
    """Where the gateway leads its buyer to."""
    return GatewayPayment.objects.latest("id").return_url.removeprefix("http://testserver")


def test_the_gateway_never_learns_the_buyers_link(gateway, visitor, ordered):
    token = ordered.split("/")[2]
    press(visitor, ordered)
    assert token not in GatewayPayment.objects.get().return_url
    assert visitor.get(came_back())["Location"] == f"{ordered}?kembali=1"
    page = Client().get(came_back())
    assert page.status_code == 200
    assert token not in page.content.decode()
    assert Client().get(came_back().replace("kembali/", "kembali/0")).status_code == 404
    assert Client().get(came_back().replace("kembali/", "lihat/")).status_code == 404
    other = Client()
    other.cookies["paying"] = "b" * 32
    assert other.get(came_back()).status_code == 200


def test_in_another_browser_the_buyer_sees_how_the_payment_stands_and_pays_nothing(gateway, visitor, ordered):
    press(visitor, ordered)
    back, other = came_back(), Client()
    page = read(other, back)
    assert "halaman ini memeriksanya sendiri" in page.text
    assert refreshes(page) == [f"{payment_panel.LOOK_SECONDS};url={back}?kembali=2"]
    assert refreshes(read(other, f"{back}?kembali={payment_panel.LOOKS_MAX}")) == []
    assert not [form for form in page.forms if "/pesanan/" in form.action]
    assert not [link for link in page.links if "gerbang.test" in link]
    gateway.process(key())
    told(gateway)
    assert "Pembayaran Anda sedang diproses." in read(other, back).text
    gateway.fail(key())
    told(gateway)
    assert "Pembayaran tadi tidak jadi. Bayar lagi Rp 74.500 dari tautan yang Anda simpan" in read(other, back).text
    press(visitor, ordered, "va")
    gateway.pay(key())
    told(gateway)
    assert "Pembayaran Anda sudah diterima." in read(other, back).text
    assert refreshes(read(other, back)) == []


def test_the_way_back_ends_after_some_days(visitor, ordered, monkeypatch):
    press(visitor, ordered)
    monkeypatch.setattr(purchase_details, "RETURN_SECONDS", -1)
    assert visitor.get(came_back()).status_code == 404
