"""Paying through the federation on a purchase's page: what is due, the link to the gateway, what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from federation.models import GatewayPayment, SellerOrder
from marketplace.gateway_payments import payment_round
from marketplace.pages.buying import payment_panel, purchase_pages
from settlement.bank.gateways.gateway_interface import Channel, RefundState, Terms
from tests.support import buying, factories, page_text
from tests.support.marketplace import dealing
from tests.support.payment_pages import key, order, press, read, refreshes, told

CIBIRU, MELATI = factories.CIBIRU, factories.MELATI


@pytest.fixture
def ordered(gateway, visitor, stocked) -> str:
    """A purchase of two sellers, 12,000 and 62,500, to be paid by card."""
    return order(visitor, {stocked.chips: 1, stocked.rice: 1})


def actions(page: page_text.Page, url: str) -> set[str]:
    return {form.action.removeprefix(url) for form in page.forms if form.action.startswith(url)}


def test_what_is_due_is_one_sum_with_the_channel_that_was_ordered(visitor, ordered):
    page = read(visitor, ordered)
    assert "Bayar Rp 74.500 di bawah, paling lambat besok pukul" in page.text
    assert page.form(f"{ordered}bayar/").values["cara"] == "card"
    assert [has["value"] for tag, has in page.tags if has.get("name") == "cara"] == ["card", "wallet", "va", "qris"]
    assert page.text.count("Belum dibayar. Bayar sebelum besok pukul") == 2
    assert refreshes(page) == []


def test_the_button_leads_to_a_page_with_the_link_to_the_gateway(gateway, visitor, ordered):
    answer = press(visitor, ordered, "qris")
    assert (answer.status_code, answer["Location"]) == (302, ordered)  # no redirect to another site: the policy forbids it to forms
    page = read(visitor, ordered)
    assert "https://gerbang.test/pay_1" in page.links
    assert "Lanjut bayar Rp 74.500" in page.text
    assert "Pembayaran Rp 74.500 sudah disiapkan. Selesaikan di halaman pembayaran, paling lambat besok pukul" in page.text
    assert page.form(f"{ordered}bayar/").values["cara"] == "qris"
    payment = GatewayPayment.objects.get()
    assert payment.channel == "qris"
    assert payment.return_url.startswith("http://testserver/pesanan/kembali/")


def test_pressed_twice_it_is_one_payment_and_another_channel_ends_the_first(gateway, visitor, ordered):
    form = read(visitor, ordered).form(f"{ordered}bayar/")
    for _tap in range(2):
        assert page_text.send(visitor, form).status_code == 302
    assert len(gateway.keys()) == 1
    press(visitor, ordered, "wallet")
    assert len(gateway.keys()) == 2
    assert len(gateway.keys(waiting=True)) == 1
    page = read(visitor, ordered)
    assert "https://gerbang.test/pay_2" in page.links
    assert "Pembayaran Rp 74.500 (Dompet digital) sudah disiapkan, paling lambat" in page.text
    assert "Yang sebelumnya tidak berlaku lagi." in page.text


def test_who_comes_back_before_the_gateway_has_said_anything_waits_on_a_page_that_looks_again(gateway, visitor, ordered):
    press(visitor, ordered)
    page = read(visitor, f"{ordered}?kembali=1")
    assert "halaman ini memeriksanya sendiri" in page.text
    assert refreshes(page) == [f"{payment_panel.LOOK_SECONDS};url={ordered}?kembali=2"]
    gateway.pay(key())
    told(gateway)
    page = read(visitor, f"{ordered}?kembali=2")
    assert "Pembayaran Anda sudah diterima. Terima kasih." in page.text
    assert page.text.count("segera menyiapkan barangnya.") == 2
    assert refreshes(page) == []
    assert actions(page, ordered) == {f"batal/{order_id}/" for order_id in SellerOrder.objects.values_list("id", flat=True)}
    assert "Terima kasih" not in read(visitor, ordered).text


@pytest.mark.parametrize("number", ["0", str(payment_panel.LOOKS_MAX), "99", "-1", "x", ""])
def test_it_does_not_look_for_ever(visitor, ordered, number):
    press(visitor, ordered)
    assert refreshes(read(visitor, f"{ordered}?kembali={number}")) == []


def test_the_button_to_look_again_asks_the_gateway(gateway, visitor, ordered):
    press(visitor, ordered)
    gateway.pay(key())
    answer = page_text.send(visitor, read(visitor, ordered).form(f"{ordered}bayar/periksa/"))
    assert answer["Location"] == f"{ordered}?kembali=1"
    assert "Pembayaran Anda sudah diterima." in read(visitor, answer["Location"]).text


def test_while_the_gateway_has_not_decided_nobody_pays_again(gateway, visitor, ordered):
    form = read(visitor, ordered).form(f"{ordered}bayar/")
    press(visitor, ordered)
    gateway.process(key())
    told(gateway)
    page = read(visitor, ordered)
    assert "Pembayaran Anda sedang diproses. Jangan membayar lagi" in page.text
    assert page.text.count("Pembayarannya sedang diperiksa. Jangan membayar lagi.") == 2
    assert "bayar/" not in actions(page, ordered)
    assert "bayar/periksa/" in actions(page, ordered)
    answer = page_text.send(visitor, form)  # a page that was open before
    assert answer.status_code == 409
    assert "Tunggu sebentar, jangan membayar lagi." in page_text.read(answer).text


def test_after_a_failure_it_is_paid_again(gateway, visitor, ordered):
    press(visitor, ordered)
    gateway.fail(key())
    told(gateway)
    page = read(visitor, ordered)
    assert "Pembayaran tadi tidak jadi. Bayar lagi Rp 74.500 di bawah" in page.text
    press(visitor, ordered, "va")
    gateway.pay(key())
    told(gateway)
    assert SellerOrder.objects.filter(paid_at=None).count() == 0


def test_money_that_does_not_fit_is_looked_into(gateway, visitor, ordered):
    press(visitor, ordered)
    gateway.pay(key(), amount_rupiah=74_571)
    told(gateway)
    page = read(visitor, ordered)
    assert "Uang Anda masuk, tetapi tidak cocok dengan yang diminta." in page.text
    assert not {"bayar/", "bayar/periksa/"} & actions(page, ordered)


def test_a_gateway_that_does_not_answer_is_said_and_the_same_button_goes_on(gateway, visitor, ordered):
    gateway.does_not_answer("start")
    answer = press(visitor, ordered)
    assert answer.status_code == 503
    assert "Anda tidak akan membayar dua kali." in page_text.read(answer).text
    page = read(visitor, ordered)
    assert "Pembayaran Rp 74.500 belum terbuka. Tekan tombolnya sekali lagi" in page.text
    gateway.does_not_answer()
    press(visitor, ordered)
    assert "https://gerbang.test/pay_1" in read(visitor, ordered).links
    assert len(gateway.keys()) == 1


def test_a_channel_that_is_not_offered_is_refused(gateway, visitor, ordered):
    for channel in ("bon", "", "CARD"):
        assert press(visitor, ordered, channel).status_code == 409
    gateway.terms[Channel.CARD] = Terms(largest_rupiah=10_000)
    page = read(visitor, ordered)
    assert "cara" not in page.form(f"{ordered}bayar/").values  # another channel is the buyer's to choose
    gateway.terms.clear()
    assert "lewat federasi sedang tidak tersedia" in read(visitor, ordered).text
    assert GatewayPayment.objects.count() == 0


def test_cancelling_a_part_while_a_payment_waits_asks_for_the_rest_only(gateway, visitor, ordered):
    press(visitor, ordered)
    rice = SellerOrder.objects.get(seller=MELATI)
    page_text.send(visitor, read(visitor, ordered).form(f"{ordered}batal/{rice.id}/"))
    page = read(visitor, ordered)
    assert "Yang harus dibayar berubah menjadi Rp 12.000. Jangan pakai lagi nomor atau kode bayar yang lama" in page.text
    assert "https://gerbang.test/pay_1" not in page.links
    press(visitor, ordered)
    assert gateway.keys(waiting=True) == [key()]
    gateway.pay(key())
    told(gateway)
    assert "segera menyiapkan barangnya." in read(visitor, ordered).text


def test_cancelling_everything_while_a_payment_waits_warns_of_the_old_code(gateway, visitor, ordered):
    press(visitor, ordered)
    for order_id in SellerOrder.objects.values_list("id", flat=True):
        page_text.send(visitor, read(visitor, ordered).form(f"{ordered}batal/{order_id}/"))
    page = read(visitor, ordered)
    assert "Tidak ada lagi yang perlu dibayar. Kalau Anda memegang nomor atau kode bayar, jangan dipakai lagi." in page.text
    gateway.pay(key())
    told(gateway)
    page = read(visitor, ordered)
    assert "Uang kembali Rp 74.500 untuk Anda sedang dikirim lewat cara bayarnya." in page.text
    assert page.text.count("dikirim kembali lewat cara bayarnya.") == 2


def test_money_for_what_was_shortened_meanwhile_comes_back_by_itself(gateway, visitor, stocked):
    url = order(visitor, {stocked.tofu: 3})
    press(visitor, url)
    order_id = SellerOrder.objects.get().id
    gateway.pay(key())
    dealing.shorten(order_id, 1)
    told(gateway)
    page = read(visitor, url)
    assert "Ada uang Rp 4.000 yang tidak terpakai untuk pesanan ini; sedang dikirim kembali lewat cara bayarnya." in page.text
    payment_round.ask_all(at=timezone.now())
    gateway.refund_becomes(gateway.refund_keys()[0], RefundState.SUCCEEDED)
    told(gateway)
    assert "yang tidak terpakai" not in read(visitor, url).text


def test_when_its_time_is_over_it_says_so(gateway, visitor, ordered):
    SellerOrder.objects.update(expires_at=timezone.now() + timedelta(seconds=90))
    page = read(visitor, ordered)
    assert "Waktu membayarnya sudah habis, jadi pesanan ini batal sendiri." in page.text
    assert "bayar/" not in actions(page, ordered)


def test_who_found_it_by_code_and_phone_sees_how_it_stands_and_pays_nothing(gateway, visitor, ordered):
    press(visitor, ordered)
    code = SellerOrder.objects.first().purchase.code
    other = Client()
    looked = page_text.send(other, read(other, "/pesanan/").form("/pesanan/cari/"), code=code, phone="081299990001")["Location"]
    page = read(other, f"{looked}?kembali=1")
    assert "Belum dibayar: Rp 74.500, paling lambat besok pukul" in page.text
    assert "Membayarnya dari tautan yang Anda simpan" in page.text
    assert not [link for link in page.links if "gerbang.test" in link]
    assert not [form for form in page.forms if "bayar" in form.action]
    assert refreshes(page) == []


def test_strangers_pay_and_ask_nothing(gateway, visitor, ordered):
    for path in ("bayar/", "bayar/periksa/"):
        assert Client().post(f"/pesanan/{'b' * 32}/{path}", {"cara": "card"}).status_code == 404
        assert visitor.post(f"{ordered}{path}", {"cara": "card"}).status_code == 403  # without the form's token
        assert visitor.get(f"{ordered}{path}")["Location"].startswith(ordered)
    assert gateway.calls == []


def test_nobody_hammers_the_gateway(visitor, ordered, monkeypatch):
    monkeypatch.setattr(purchase_pages, "QUESTIONS_MAX", 2)
    assert [press(visitor, ordered).status_code for _ in range(3)] == [302, 302, 429]


def test_looking_asks_the_gateway_nothing(gateway, visitor, ordered):
    press(visitor, ordered)
    before = list(gateway.calls)
    read(visitor, f"{ordered}?kembali=3")
    assert gateway.calls == before


def test_cash_and_card_in_one_purchase_are_each_said(gateway, visitor, stocked):
    buying.to_checkout(visitor, {stocked.chips: 1, stocked.tofu: 1})
    answer = visitor.get("/keranjang/pesan/")
    card = next(way for way in buying.ways(answer, CIBIRU) if way.startswith("card:pickup_home"))
    form = page_text.read(answer).form("/keranjang/pesan/")
    url = page_text.send(visitor, form, name="Bu Wati", phone="081299990001", **{f"cara-{CIBIRU}": card})["Location"]
    page = read(visitor, url)
    assert "Bayar Rp 4.000 di loket" in page.text
    assert "Bayar Rp 12.000 di bawah" in page.text


def test_it_asks_few_statements(visitor, ordered):
    press(visitor, ordered)
    visitor.get(ordered)
    with page_text.Statements() as statements:
        visitor.get(ordered)
    assert len(statements.said) <= 9, statements.said
