"""Paying to a shop's own QRIS or account: chosen at the checkout, told where to pay, unpaid until the seller's cashier confirms."""

from __future__ import annotations

import dataclasses

import pytest

from federation.models import Payment, SellerOrder
from marketplace import shops
from marketplace.orders import expiry
from marketplace.pages.office import order_pages
from tenants.acts import Act
from tenants.db import context
from tests.support import buying, desks, factories, page_text, shopping

WHERE = "BRI 0337-01-001234-50-1 a.n. BUMDes Cibiru"
CODE = factories.CIBIRU


@pytest.fixture
def ordered(visitor, stocked) -> str:
    """The address of a purchase that is to be paid to Cibiru's account."""
    with context.inside(CODE):
        shops.change(
            settings=dataclasses.replace(shops.settings(), takes_transfer=True, transfer_details=WHERE),
            act=Act(by=factories.staff(context.here()), at=shopping.NOON),
        )
    buying.to_checkout(visitor, {stocked.chips: 1})
    page = visitor.get("/keranjang/pesan/")
    assert WHERE not in page_text.read(page).text  # who only looks is told no account
    way = next(way for way in buying.ways(page, CODE) if way.startswith("transfer:pickup_seller"))
    assert "bayar dulu ke QRIS atau rekening" in page_text.read(page).text
    form = page_text.read(page).form("/keranjang/pesan/")
    return page_text.send(visitor, form, name="Bu Wati", phone="081299990001", **{f"cara-{CODE}": way})["Location"]


def confirmation(client) -> page_text.Form:  # type: ignore[no-untyped-def]
    code = SellerOrder.objects.get().purchase.code
    return desks.filled(client, desks.path("office-cash-purchase", code), desks.path("office-confirm", code))


def test_the_buyer_reads_where_to_pay_and_that_it_is_not_confirmed(visitor, ordered):
    text = page_text.read(visitor.get(ordered)).text

    assert f"Bayar ke {WHERE}" in text
    assert "Belum dikonfirmasi penjual." in text
    assert "Belum dikonfirmasi. Bayar Rp 12.000 ke alamat di bawah" in text
    assert "pesanan ini batal sendiri" in text


def test_the_sellers_cashier_confirms_and_only_then_the_goods_leave(visitor, ordered):
    asep = desks.browser(factories.ASEP)
    order = SellerOrder.objects.get()
    shop = desks.path("office-order", order.id)
    for step in ("accept", "pack"):
        page_text.send(asep, desks.filled(asep, shop, desks.step_path(step, order.id)))
    page = page_text.read(asep.get(shop))
    assert "Belum dikonfirmasi. Lihat apakah uangnya sudah masuk QRIS atau rekening kita" in page.text
    assert desks.path("office-cash-purchase", order.purchase.code) in page.links
    assert not {form.action for form in page.forms} & {desks.step_path(step, order.id) for step in order_pages.STEP_ADDRESSES}

    form = confirmation(asep)
    assert "Bukti dari pembeli saja belum berarti uangnya masuk." in desks.text(
        asep.get(desks.path("office-cash-purchase", order.purchase.code))
    )
    receipts = [asep.post(form.action, form.values, follow=True) for _tap in range(2)]

    payment = Payment.objects.get()
    assert (payment.village_code, payment.tender, payment.confirmed_by) == (CODE, "account", factories.ASEP.id)
    assert all("ke QRIS atau rekening toko" in desks.text(receipt) for receipt in receipts)
    assert "Masuk ke QRIS atau rekening kita Rp 12.000" in desks.text(asep.get(desks.path("office-cash")))
    assert "Uang pembeli yang masuk kas hari itu Rp 0" in desks.text(asep.get(desks.path("office-cash")))
    assert "Barang siap diambil" in page_text.read(visitor.get(ordered)).text
    page_text.send(asep, desks.filled(asep, shop, desks.step_path("hand_over", order.id)))
    assert SellerOrder.objects.get().state == "completed"


def test_no_other_village_confirms_it(ordered):
    order = SellerOrder.objects.get()
    for person, village in ((factories.DARTO, factories.SUKAMAJU), (factories.TINI, factories.MELATI)):
        client = desks.browser(person)
        address = desks.path("office-confirm", order.purchase.code, village=village)
        client.post(address, {"tender": "account", "amount_rupiah": "12000", "form_key": "f" * 32})
        late = desks.path("office-confirm-late", order.purchase.code, order.id, village=village)
        client.post(late, {"form_key": "f" * 32})
    assert Payment.objects.count() == 0


def test_money_that_came_after_the_order_lapsed_is_written_down_and_goes_back(visitor, ordered):
    order = SellerOrder.objects.get()
    expiry.expire_due(at=order.expires_at)
    assert "Kalau Anda sudah membayar, hubungi Cibiru" in page_text.read(visitor.get(ordered)).text
    sari = desks.browser(factories.SARI)
    where = desks.path("office-cash-purchase", order.purchase.code)

    form = desks.filled(sari, where, desks.path("office-confirm-late", order.purchase.code, order.id))
    answers = [sari.post(form.action, form.values, follow=True) for _tap in range(2)]

    assert Payment.objects.count() == 1
    assert all("semuanya harus dikembalikan ke pembeli" in desks.text(answer) for answer in answers)
    assert "uangnya datang sesudah pesanan berakhir" in desks.text(answers[0])
    text = page_text.read(visitor.get(ordered)).text
    assert "Rp 12.000 dikembalikan oleh Cibiru" in text
    assert "Siapa yang mengembalikannya tertulis di bawah" in text
    refund = order.refunds.get()
    asked = page_text.send(sari, desks.filled(sari, where, desks.path("office-pay-out", order.purchase.code, refund.id)))
    assert "Uangnya sudah dikembalikan? Jumlah" in desks.text(asked)
    desks.answered(sari, asked)
    assert "Rp 12.000" not in desks.text(sari.get(where)).partition("Isi belanjaan")[0]


def test_the_shops_settings_ask_where_to_pay(market):
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-shop"))
    refused = page_text.send(sari, form, takes_transfer="on")
    assert refused.status_code == 422
    assert "Tulis ke mana pembeli membayar" in desks.text(refused)

    page_text.send(sari, form, takes_transfer="on", transfer_details=WHERE)

    with context.inside(CODE):
        assert (shops.settings().takes_transfer, shops.settings().transfer_details) == (True, WHERE)
