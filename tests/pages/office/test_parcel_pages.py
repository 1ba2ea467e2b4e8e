"""Titipan: other villages' goods come here and are handed to our people."""

from __future__ import annotations

import uuid

import pytest

from federation.models import Payment, SellerOrder
from marketplace.orders import counter, reversals, steps
from tenants.acts import Act
from tenants.db import context
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")
HERE = factories.SUKAMAJU


def on_its_way(**wishes: str):  # type: ignore[no-untyped-def]
    """An order of Cibiru for Sukamaju that left the seller; one that is paid at the counter is paid."""
    purchase, order_id = desks.placed(**wishes)
    if wishes.get("method", "counter") == "counter":
        desks.pay(purchase)
    with context.inside(factories.CIBIRU):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order_id, step=step, form_state=state, act=Act(by=factories.SARI.principal, at=shopping.later(5)))
    return purchase, order_id


def arrived(order_id: uuid.UUID) -> str:
    return desks.path("office-parcel-arrived", order_id, village=HERE)


def handed_over(order_id: uuid.UUID) -> str:
    return desks.path("office-parcel-hand-over", order_id, village=HERE)


def test_goods_that_are_still_packed_are_announced() -> None:
    _purchase, order_id = desks.placed()
    with context.inside(factories.CIBIRU):
        steps.take(order_id=order_id, step="accept", form_state="placed", act=Act(by=factories.staff(context.here()), at=shopping.later(1)))

    said = desks.text(desks.browser(factories.UJANG).get(desks.path("office-parcels", village=HERE)))

    assert "Satu titipan dari desa lain untuk warga kita." in said
    assert "Masih disiapkan di Cibiru." in said


def test_a_parcel_with_cash_on_delivery_arrives_and_is_handed_over() -> None:
    _purchase, order_id = on_its_way(method="cod_home", delivery="courier_home")
    ujang = desks.browser(factories.UJANG)
    url = desks.path("office-parcels", village=HERE)

    for action, button in ((arrived(order_id), "Sudah sampai di sini"), (handed_over(order_id), "Sudah diserahkan dan uangnya diterima")):
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
    counter.undo(
        village_code=HERE,
        payment_id=Payment.objects.get().id,
        act=Act(by=factories.staff(HERE), at=shopping.later(9), reason="salah orang"),
    )
    darto = desks.browser(factories.DARTO)
    url = desks.path("office-parcels", village=HERE)
    darto.post(arrived(order_id))

    page = page_text.read(darto.get(url))
    early = darto.post(handed_over(order_id))

    assert f"Belum dibayar. Minta pembeli membayar dulu di Kas dengan kode {purchase.code}." in page.text
    assert desks.path("office-cash-purchase", purchase.code, village=HERE) in page.links
    assert early.status_code == 409
    assert "Belum dibayar" in desks.text(early)


def test_the_courier_takes_no_cash_for_a_parcel_that_is_picked_up() -> None:
    _purchase, order_id = on_its_way(method="cod_home", delivery="pickup_home")
    ujang, darto = desks.browser(factories.UJANG), desks.browser(factories.DARTO)
    url = desks.path("office-parcels", village=HERE)
    darto.post(arrived(order_id))
    total = str(SellerOrder.objects.get().total_rupiah)

    said = desks.text(ujang.get(url))
    refused = ujang.post(handed_over(order_id), {"cash_rupiah": total})

    assert "Pengelola atau kasir yang menyerahkan barang ini dan menerima uangnya." in said
    assert "Sudah diserahkan" not in said
    assert refused.status_code == 404
    assert not Payment.objects.exists()
    assert darto.post(handed_over(order_id), {"cash_rupiah": total}).status_code == 303
    assert Payment.objects.exists()


def test_a_parcel_that_moved_on_is_not_called_done() -> None:
    _purchase, order_id = on_its_way()
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=shopping.later(9), reason="hilang"))

    answer = desks.browser(factories.UJANG).post(arrived(order_id), follow=True)

    assert "Pesanan ini sudah berubah. Beginilah keadaannya sekarang." in desks.text(answer)
