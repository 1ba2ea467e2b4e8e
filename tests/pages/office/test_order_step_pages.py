"""A seller's steps with an order: four taps from new to delivered, each counted once."""

from __future__ import annotations

import uuid

import pytest

from federation.models import Payment, SellerOrder
from tests.support import desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")


def state(order_id: uuid.UUID) -> str:
    return SellerOrder.objects.values_list("state", flat=True).get(id=order_id)


def test_four_taps_take_a_cash_on_delivery_order_from_new_to_completed() -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    taps = []

    for step, tab, button in (
        ("accept", "new", "Terima pesanan"),
        ("pack", "packing", "Barang sudah siap"),
        ("send", "ready", "Barang berangkat"),
        ("hand_over", "ready", "Sudah diserahkan dan uangnya diterima"),
    ):
        assert button in desks.text(sari.get(desks.path("office-orders"), {"tab": tab}))
        tap = desks.filled(sari, desks.path("office-orders"), desks.step_path(step, order_id), tab=tab)
        assert page_text.send(sari, tap).status_code == 303
        taps.append(state(order_id))

    assert taps == ["accepted", "ready", "underway", "completed"]


def test_a_double_tap_does_it_once_and_shows_the_outcome() -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    form = {"form_state": "placed"}

    answers = [sari.post(desks.step_path("accept", order_id), form, follow=True) for _tap in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert state(order_id) == "accepted"
    assert "Disiapkan" in desks.text(answers[1])


def test_a_tap_on_an_order_that_moved_on_shows_how_it_is_now() -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    desks.press(sari, desks.path("office-cancel", order_id), choice="Barangnya habis")

    answer = sari.post(desks.step_path("accept", order_id), {"form_state": "placed"}, follow=True)

    assert answer.status_code == 200
    assert "Pesanan ini sudah berubah. Beginilah keadaannya sekarang." in desks.text(answer)
    assert state(order_id) == "cancelled"


def test_a_step_that_was_done_by_another_form_is_called_done() -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery="courier_seller")
    sari = desks.browser(factories.SARI)
    form = {"form_state": "placed"}
    sari.post(desks.step_path("accept", order_id), form)

    answer = sari.post(desks.step_path("accept", order_id), {**form, "form_state": "accepted"}, follow=True)

    assert "Langkah itu sudah dilakukan. Beginilah keadaannya sekarang." in desks.text(answer)


@pytest.mark.parametrize(
    ("role", "delivery", "takes"),
    [
        ("service", "pickup_seller", False),
        ("service", "courier_seller", False),
        ("courier", "pickup_seller", False),
        ("courier", "courier_seller", True),
        ("cashier", "pickup_seller", True),
    ],
)
def test_cash_is_taken_by_who_minds_the_box_or_by_the_courier_at_the_door(role: str, delivery: str, takes: bool) -> None:
    _purchase, order_id = desks.placed(method="cod_seller", delivery=delivery)
    sari, client = desks.browser(factories.SARI), desks.browser(desks.newcomer(role))
    for step, was in (("accept", "placed"), ("pack", "accepted"), ("send", "ready"))[: 3 if delivery == "courier_seller" else 2]:
        sari.post(desks.step_path(step, order_id), {"form_state": was})
    form = {"form_state": state(order_id), "cash_rupiah": str(SellerOrder.objects.get().total_rupiah)}

    said = desks.text(client.get(desks.path("office-order", order_id)))
    answer = client.post(desks.step_path("hand_over", order_id), {**form, "back": "ready"})

    assert ("Sudah diserahkan" in said) is takes
    assert ("yang menyerahkan barang ini dan menerima uangnya" in said) is not takes
    again = client.post(desks.step_path("hand_over", order_id), {**form, "back": "ready"})

    assert answer.status_code == again.status_code == (303 if takes else 404)
    assert Payment.objects.count() == takes
