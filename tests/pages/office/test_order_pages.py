"""Pesanan: from new to delivered in four taps."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from federation.models import Purchase, SellerOrder
from marketplace.orders import reversals
from settlement.ledger import limits
from tenants import acts
from tests.support import cases, desks, factories, shopping

pytestmark = pytest.mark.usefixtures("market")


def state(order_id: uuid.UUID) -> str:
    return SellerOrder.objects.values_list("state", flat=True).get(id=order_id)


def test_a_new_order_waits_with_the_next_step_as_its_button() -> None:
    purchase, _order_id = desks.placed(method="cod_seller", delivery="courier_seller")

    page = desks.browser(factories.SARI).get(desks.path("office-orders"))

    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    said = desks.text(page)
    assert "Satu pesanan baru menunggu." in said
    assert f"{purchase.code} · Bu Wati, Sukamaju" in said
    assert "3 × Keripik bayam" in said
    assert "Terima pesanan" in said


def test_a_buyers_own_cancellation_has_words_for_its_reason() -> None:
    purchase, order_id = desks.placed()
    desks.pay(purchase)
    reversals.cancel_by_buyer(token=purchase.token, order_id=order_id, at=shopping.later(9))
    there = desks.browser(factories.DARTO)

    order = desks.text(desks.browser(factories.SARI).get(desks.path("office-order", order_id)))
    pages = [
        desks.text(there.get(desks.path("office-cash", village=factories.SUKAMAJU))),
        desks.text(there.get(desks.path("office-cash-purchase", purchase.code, village=factories.SUKAMAJU))),
    ]

    assert "Dibatalkan pembeli" in order
    assert "Pesanan dibatalkan: dibatalkan pembeli" in order
    assert "Dibatalkan: atas permintaan Anda." in desks.text(Client().get(f"/pesanan/{purchase.token}/"))
    for said in (order, *pages):
        assert "dibatalkan pembeli" in said
        assert "order.cancelled" not in said


def test_a_reason_turns_no_amount_round() -> None:
    purchase, order_id = desks.placed()
    desks.pay(purchase)
    reason = cases.contents("reason_from_right_to_left.txt").decode().strip()
    desks.press(desks.browser(factories.SARI), desks.path("office-cancel", order_id), choice="other", words=reason)

    pages = {
        "buyer": Client().get(f"/pesanan/{purchase.token}/"),
        "seller": desks.browser(factories.SARI).get(desks.path("office-order", order_id)),
        "counter": desks.browser(factories.DARTO).get(desks.path("office-cash", village=factories.SUKAMAJU)),
    }
    for where, page in pages.items():
        assert "Stok habis" in desks.text(page), where
        assert "\u202e" not in desks.text(page), where


def test_a_name_from_right_to_left_is_set_apart() -> None:
    purchase, _order_id = desks.placed()
    name = cases.contents("names_with_joiners.txt").decode().splitlines()[0]
    Purchase.objects.update(buyer_name=name)

    said = Client().get(f"/pesanan/{purchase.token}/").content.decode()

    assert f"\u2068{name}\u2069" in said


def test_the_details_show_buyer_lines_and_who_did_what() -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    sari.post(desks.step_path("accept", order_id), {"form_state": "placed"})

    page = sari.get(desks.path("office-order", order_id))

    said = desks.text(page)
    assert "Dusun Kaliputih" in said
    assert "https://wa.me/6281290990001?text=" in page.content.decode()
    assert "Pesanan diterima" in said
    assert "Bu Sari" in said


def test_a_courier_sees_only_what_is_to_be_brought() -> None:
    product_id = shopping.product(factories.SUKAMAJU)
    shopping.buy({product_id: 1}, method="cod_seller", delivery="courier_seller")
    order_id = SellerOrder.objects.get().id
    ujang, ratna = desks.browser(factories.UJANG), desks.browser(factories.RATNA)
    here = factories.SUKAMAJU

    before = ujang.get(desks.path("office-order", order_id, village=here))
    refused = ujang.post(desks.step_path("accept", order_id, village=here), {"form_state": "placed"})
    for step, was in (("accept", "placed"), ("pack", "accepted")):
        ratna.post(desks.step_path(step, order_id, village=here), {"form_state": was})
    after = ujang.get(desks.path("office-order", order_id, village=here))
    sent = ujang.post(desks.step_path("send", order_id, village=here), {"form_state": "ready"})

    assert (before.status_code, refused.status_code) == (404, 404)
    assert (after.status_code, sent.status_code) == (200, 303)
    assert ujang.get(desks.path("office-cancel", order_id, village=here)).status_code == 404
    assert state(order_id) == "underway"


def test_the_search_finds_an_order_by_code_and_by_name() -> None:
    purchase, _order_id = desks.placed()
    sari = desks.browser(factories.SARI)

    for words in (purchase.code.lower(), "wati"):
        assert purchase.code in desks.text(sari.get(desks.path("office-orders"), {"tab": "all", "q": words}))
    assert "Tidak ada pesanan dengan kode atau nama itu" in desks.text(sari.get(desks.path("office-orders"), {"q": "zzz"}))


@pytest.mark.parametrize(
    ("rupiah", "said"), [(3_750_001, ""), (3_750_000, "hampir penuh: terpakai 80 %"), (3_000_000, "sudah penuh: Rp 3.000.000")]
)
def test_a_village_is_told_from_four_fifths_on(rupiah, said) -> None:
    desks.sold(price_rupiah=1_000_000)
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=rupiah, act=acts.by_command_line(at=shopping.NOON, reason="uji"))
    office = desks.path("office-orders", village=factories.SUKAMAJU)

    for person in (factories.RATNA, factories.DARTO):
        page = desks.text(desks.browser(person).get(office))
        assert ("Batas utang desa ini" in page) == bool(said)
        assert said in page
    assert "Batas utang" not in desks.text(desks.browser(factories.UJANG).get(office))  # the courier carries no money of the village
    assert "Batas utang" not in desks.text(desks.browser(factories.SARI).get(desks.path("office-orders")))
