"""Kas: find, take, receipt, undo, pay back; and ordering for somebody without a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from federation.models import Payment, Purchase, SellerOrder
from marketplace.orders import reversals
from marketplace.pages.office import cash_page
from tenants.db import context
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")
HERE = factories.SUKAMAJU


def counter_form(client, code: str) -> page_text.Form:  # type: ignore[no-untyped-def]
    """The form by which the cashier says that the money is there."""
    return desks.filled(client, desks.path("office-cash-purchase", code, village=HERE), desks.path("office-confirm", code, village=HERE))


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code.replace('-', '').lower()} "])
def test_a_code_is_found_in_any_writing(write) -> None:  # type: ignore[no-untyped-def]
    purchase, _order_id = desks.placed()

    answer = desks.browser(factories.DARTO).get(desks.path("office-cash", village=HERE), {"kode": write(purchase.code)}, follow=True)

    assert answer.status_code == 200
    assert f"{purchase.code} · Bu Wati" in desks.text(answer)
    assert "Rp 30.000" in desks.text(answer)


def test_an_unknown_code_says_what_to_do() -> None:
    answer = desks.browser(factories.DARTO).get(desks.path("office-cash", village=HERE), {"kode": "ZZZ-ZZZ"})

    assert answer.status_code == 404
    assert "Lihat lagi kodenya di HP pembeli" in desks.text(answer)


def test_the_same_form_takes_the_money_once_and_shows_the_same_receipt() -> None:
    purchase, _order_id = desks.placed()
    darto = desks.browser(factories.DARTO)
    form = counter_form(darto, purchase.code)

    receipts = [darto.post(form.action, form.values, follow=True) for _tap in range(2)]

    assert Payment.objects.count() == 1
    for receipt in receipts:
        said = desks.text(receipt)
        assert "Kuitansi nomor 1" in said
        assert "Rp 30.000" in said
        assert "Barang dari Cibiru" in said
    assert SellerOrder.objects.get().paid_at is not None


def test_an_amount_that_changed_meanwhile_is_not_taken() -> None:
    purchase, order_id = desks.placed()
    darto = desks.browser(factories.DARTO)
    form = counter_form(darto, purchase.code)
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order_id, reason="habis", by=factories.staff(context.here()), at=shopping.later(5))

    answer = page_text.send(darto, form)

    assert answer.status_code == 409
    assert Payment.objects.count() == 0
    assert "Tidak ada lagi yang harus dibayar di sini" in desks.text(answer)


def test_the_due_amount_falls_when_one_of_two_sellers_cancelled() -> None:
    chips, rice = shopping.product(factories.CIBIRU), shopping.product(factories.MELATI, name="Beras", price_rupiah=60_000)
    purchase = shopping.buy({chips: 1, rice: 1})
    order_id = SellerOrder.objects.get(seller=factories.MELATI).id
    with context.inside(factories.MELATI):
        reversals.cancel(order_id=order_id, reason="habis", by=factories.staff(context.here()), at=shopping.later(5))

    page = desks.browser(factories.DARTO).get(desks.path("office-cash-purchase", purchase.code, village=HERE))

    assert "Masih harus dibayar di sini Rp 10.000" in desks.text(page)


def test_a_wrong_confirmation_is_undone_with_a_reason_and_both_stay_on_record() -> None:
    purchase, _order_id = desks.placed()
    darto = desks.browser(factories.DARTO)
    page_text.send(darto, counter_form(darto, purchase.code))
    url = desks.path("office-undo", purchase.code, Payment.objects.get().id, village=HERE)
    form = desks.filled(darto, url)

    bare = page_text.send(darto, form, reason="")
    told = [darto.post(url, {**form.values, "reason": "salah orang"}, follow=True) for _tap in range(2)]

    assert "Tulis sebabnya" in desks.text(bare)
    for answer in told:
        assert answer.status_code == 200
        assert "Pembayaran itu dibatalkan" in desks.text(answer)
    assert Payment.objects.count() == 2
    assert "Masih harus dibayar di sini Rp 30.000" in desks.text(told[1])
    undone = darto.get(desks.path("office-receipt", 1, village=HERE))
    assert "Dibatalkan, lihat kuitansi 2" in desks.text(undone)
    assert desks.path("office-receipt", 2, village=HERE) in page_text.read(undone).links
    day = desks.text(darto.get(desks.path("office-cash", village=HERE), {"hari": f"{timezone.localdate():%Y-%m-%d}"}))
    assert day.count("sudah dibatalkan") == desks.text(told[1]).count("sudah dibatalkan") == 1
    assert "Pembatalan nomor 2" in desks.text(darto.get(desks.path("office-receipt", 2, village=HERE)))


def test_a_refund_waits_at_the_counter_until_it_is_paid_out_once() -> None:
    purchase, order_id = desks.placed()
    darto = desks.browser(factories.DARTO)
    page_text.send(darto, counter_form(darto, purchase.code))
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order_id, reason="habis", by=factories.staff(context.here()), at=shopping.later(5))
    waiting = darto.get(desks.path("office-cash", village=HERE))
    page = page_text.read(darto.get(desks.path("office-cash-purchase", purchase.code, village=HERE)))
    form = next(form for form in page.forms if "kembalikan" in form.action)

    answers = [darto.post(form.action, form.values, follow=True) for _tap in range(2)]

    assert "Uang yang harus dikembalikan" in desks.text(waiting)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Uang sudah dikembalikan ke pembeli" in desks.text(answers[1])
    assert "Seharusnya ada di kas Rp 0" in desks.text(darto.get(desks.path("office-cash", village=HERE)))


def test_the_cash_box_stands_above_lists_that_fold_when_they_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    darto, purchase, order_id = desks.browser(factories.DARTO), *desks.placed()
    page_text.send(darto, counter_form(darto, purchase.code))
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order_id, reason="habis", by=factories.staff(context.here()), at=shopping.later(5))
    short = darto.get(desks.path("office-cash", village=HERE))
    monkeypatch.setattr(cash_page, "UNFOLDED_MAX", 0)
    long = darto.get(desks.path("office-cash", village=HERE))

    said = desks.text(short)
    assert said.index("Seharusnya ada di kas Rp 30.000") < said.index("Uang yang harus dikembalikan (1): Rp 30.000")
    assert said.index("Uang yang harus dikembalikan") < said.index("Uang masuk dan keluar satu per satu (1)") < said.index("Kuitansi 1")
    assert [page.content.decode().count('<details class="panel" open>') for page in (short, long)] == [2, 0]


def test_staff_order_for_somebody_without_a_phone() -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    start = desks.filled(darto, desks.path("office-assist", village=HERE))
    assert page_text.send(darto, start).status_code == 302
    put = desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/")
    page_text.send(darto, put, jumlah="2")

    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")
    answer = darto.post(form.action, {**form.values, "name": "Mbah Karto", "phone": "", "address": "Dusun Ngampel"}, follow=True)

    purchase = Purchase.objects.get()
    darto_id = factories.DARTO.id
    assert (purchase.buyer_name, purchase.buyer_phone, purchase.ordered_by, purchase.account_id) == ("Mbah Karto", "", darto_id, None)
    assert purchase.home_village == HERE
    assert f"{purchase.code} · Mbah Karto" in desks.text(answer)


@pytest.mark.parametrize("home", [factories.MELATI, ""])
def test_staff_order_on_the_credit_of_their_own_village_only(home: str) -> None:
    """Such orders count to no buyer and no guest: with another home they would fill that village's limit."""
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    page_text.send(darto, desks.filled(darto, desks.path("office-assist", village=HERE)))
    page_text.send(darto, desks.filled(darto, f"/barang/{product_id}/", "/keranjang/tambah/"))
    form = desks.filled(darto, "/keranjang/pesan/", "/keranjang/pesan/")

    answer = darto.post(form.action, {**form.values, "name": "Mbah Karto", "phone": "", "address": "Dusun Ngampel", "desa": home})

    assert answer.status_code == 403
    assert "Petugas hanya bisa memesankan untuk warga desanya sendiri." in desks.text(answer)
    assert not Purchase.objects.exists()


def test_every_page_says_for_whom_the_cashier_orders_until_it_is_stopped() -> None:
    product_id = shopping.product(factories.CIBIRU)
    darto = desks.browser(factories.DARTO)
    stop = desks.path("office-assist", village=HERE)
    pages = ["/", "/desa/", "/desa/cibiru/", f"/barang/{product_id}/", "/keranjang/", "/pesanan/", "/tidak-ada/"]
    pages += [desks.path("office-cash", village=HERE), reverse("login")]
    words = "Anda sedang memesankan untuk warga Sukamaju, bukan untuk diri sendiri."
    assert not any(words in desks.text(darto.get(url)) for url in pages)
    page_text.send(darto, desks.filled(darto, stop))

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
