"""Titipan: other villages' goods come here and are handed to our people."""

from __future__ import annotations

import pytest

from federation.models import Payment, SellerOrder
from marketplace import steps
from tenants import context
from tests import factories, shopping
from tests.pages import desks, reading

pytestmark = pytest.mark.usefixtures("market")
HERE = factories.SUKAMAJU


def on_its_way(**wishes: str):  # type: ignore[no-untyped-def]
    """An order of Cibiru for Sukamaju that left the seller."""
    purchase, order_id = desks.placed(**wishes)
    with context.inside(factories.CIBIRU):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order_id, step=step, form_state=state, by=factories.SARI.id, at=shopping.later(5))
    return purchase, order_id


def test_goods_that_are_still_packed_are_announced() -> None:
    _purchase, order_id = desks.placed()
    with context.inside(factories.CIBIRU):
        steps.take(order_id=order_id, step="accept", form_state="placed", by=None, at=shopping.later(1))

    said = desks.text(desks.browser(factories.UJANG).get(desks.path("office-parcels", village=HERE)))

    assert "Satu titipan dari desa lain untuk warga kita." in said
    assert "Masih disiapkan di Cibiru." in said


def test_a_parcel_with_cash_on_delivery_arrives_and_is_handed_over() -> None:
    _purchase, order_id = on_its_way(method="cod_home", delivery="pickup_home")
    ujang = desks.browser(factories.UJANG)
    url, action = desks.path("office-parcels", village=HERE), desks.path("office-parcel-step", order_id, village=HERE)

    for button in ("Sudah sampai di sini", "Sudah diserahkan dan uangnya diterima"):
        assert button in desks.text(ujang.get(url))
        tap = desks.filled(ujang, url, action)
        for _again in range(2):
            answer = ujang.post(action, tap.values, follow=True)
            assert answer.status_code == 200

    assert SellerOrder.objects.get().state == "completed"
    assert Payment.objects.get().village_code == HERE
    assert "Tidak ada titipan" in desks.text(ujang.get(url))


def test_a_parcel_that_is_not_paid_leads_to_the_counter() -> None:
    purchase, order_id = on_its_way()
    darto = desks.browser(factories.DARTO)
    url, action = desks.path("office-parcels", village=HERE), desks.path("office-parcel-step", order_id, village=HERE)
    darto.post(action, {"step": "arrived"})

    page = reading.read(darto.get(url))
    early = darto.post(action, {"step": "hand_over"})

    assert f"Belum dibayar. Minta pembeli membayar dulu di Kas dengan kode {purchase.code}." in page.text
    assert desks.path("office-cash-purchase", purchase.code, village=HERE) in page.links
    assert early.status_code == 409
    assert "Belum dibayar" in desks.text(early)
