"""A page that is older than what was changed overwrites nothing unseen: it is shown again, with what is saved and what was written."""

from __future__ import annotations

import uuid

import pytest
from django.http import HttpResponse

from federation.models import SellerOrder
from marketplace import shops
from marketplace.goods import consignors, products, stock
from marketplace.models import Consignor
from tenants.acts import Act
from tenants.db import context
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")


def act(minutes: int = 5) -> Act:
    return Act(by=factories.SARI.principal, at=shopping.later(minutes), key=uuid.uuid4().hex)


def shown_again(answer: HttpResponse, sent: page_text.Form) -> page_text.Form:
    form = page_text.read(answer).form("")
    form.action = sent.action
    return form


def test_a_shop_that_somebody_else_changed() -> None:
    sari = desks.browser(factories.SARI)
    mine, theirs = (desks.filled(sari, desks.path("office-shop")) for _tab in range(2))
    assert page_text.send(sari, theirs, seller_courier_fee_rupiah="7.000", seller_courier_far_fee_rupiah="9.000").status_code == 303
    assert page_text.send(sari, theirs, seller_courier_fee_rupiah="7.000", seller_courier_far_fee_rupiah="9.000").status_code == 303

    late = page_text.send(sari, mine, about="Buka tiap hari")

    assert late.status_code == 409
    said = desks.text(late)
    assert "Toko ini baru saja diubah orang lain" in said
    assert "Ongkos antar di dalam desa (Rp): tersimpan Rp 7.000, di formulir ini Rp 0" in said
    assert "Tentang toko ini: tersimpan kosong, di formulir ini Buka tiap hari" in said
    with context.inside(factories.CIBIRU):
        assert shops.settings().seller_courier_fee_rupiah == 7_000
    assert page_text.send(sari, shown_again(late, mine), about="Buka tiap hari").status_code == 303
    with context.inside(factories.CIBIRU):
        assert (shops.settings().about, shops.settings().seller_courier_fee_rupiah) == ("Buka tiap hari", 0)


def test_a_consignor_that_somebody_else_changed() -> None:
    shopping.product(factories.CIBIRU)
    with context.inside(factories.CIBIRU):
        [row] = consignors.all_()
    sari = desks.browser(factories.SARI)
    mine, theirs = (desks.filled(sari, desks.path("office-consignor", row.id)) for _tab in range(2))
    assert page_text.send(sari, theirs, margin_rupiah="900").status_code == 303

    late = page_text.send(sari, mine, name="Mak Ijah")

    assert late.status_code == 409
    assert "Bagian BUMDes per barang (Rp): tersimpan Rp 900, di formulir ini Rp 500" in desks.text(late)
    with context.inside(factories.CIBIRU):
        assert Consignor.objects.get().margin_rupiah == 900
    assert page_text.send(sari, shown_again(late, mine), margin_rupiah="900").status_code == 303
    with context.inside(factories.CIBIRU):
        assert (Consignor.objects.get().name, Consignor.objects.get().margin_rupiah) == ("Mak Ijah", 900)


def test_a_count_beside_a_stock_that_moved_meanwhile() -> None:
    """20 came in after the page was opened: to write 95 now would make them vanish."""
    goods = shopping.product(factories.CIBIRU, stock=100)
    sari = desks.browser(factories.SARI)
    there = desks.path("office-stock-count", goods)
    form = desks.filled(sari, desks.path("office-stock", goods), there)
    with context.inside(factories.CIBIRU):
        stock.receive(product_id=goods, quantity=20, act=act())

    late = page_text.send(sari, form, counted="95")

    assert late.status_code == 409
    assert "tadi 100 buah, sekarang 120 buah" in desks.text(late)
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=goods).on_hand == 120
    again = page_text.read(late).form(there)
    assert again.values["counted"] == "95"
    assert page_text.send(sari, again, counted="115").status_code == 303
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=goods).on_hand == 115


@pytest.mark.parametrize("name", ["office-cancel", "office-shorten"])
def test_an_order_that_was_paid_meanwhile_is_looked_at_before_it_is_undone(name: str) -> None:
    purchase, order_id = desks.placed()
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path(name, order_id))
    [line] = [field for field in form.values if field.startswith("line_")] or ["none"]
    typed = {"words": "habis"} if name == "office-cancel" else {line: "1", "reason": "habis"}
    desks.pay(purchase)

    late = page_text.send(sari, form, **typed)

    assert late.status_code == 303
    assert "sudah berubah" in desks.text(sari.get(late["Location"]))
    order = SellerOrder.objects.get()
    assert (order.state, order.total_rupiah, order.refunded_rupiah) == ("placed", 30_000, 0)
    assert page_text.send(sari, desks.filled(sari, desks.path(name, order_id)), **typed).status_code == 303
    assert SellerOrder.objects.get().refunded_rupiah > 0


def test_two_refunds_of_one_opened_page_are_one() -> None:
    """The second form, opened before the first was sent, would give the same money back once more."""
    desks.sold()
    order_id = SellerOrder.objects.get().id
    sari = desks.browser(factories.SARI)
    mine, theirs = (desks.filled(sari, desks.path("office-give-back", order_id)) for _tab in range(2))
    [line] = [field for field in mine.values if field.startswith("line_")]
    assert page_text.send(sari, theirs, **{line: "5000", "reason": "rusak"}).status_code == 303

    late = page_text.send(sari, mine, **{line: "5000", "reason": "rusak"})

    assert late.status_code == 303
    assert "sudah berubah" in desks.text(sari.get(late["Location"]))
    assert SellerOrder.objects.get().refunded_rupiah == 5_000
