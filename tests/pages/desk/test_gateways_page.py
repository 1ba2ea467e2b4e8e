"""The desk's page of payment gateways: what they hold, what waits for a person, and what the operator decides about it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from federation.models import GatewayPayment, GatewayRefund, Refund
from marketplace.gateway_payments import payment_round
from marketplace.pages.desk import gateways_page
from settlement.bank.gateways.gateway_interface import Channel, Dispute, DisputeState, RefundState, Terms
from tenants import activity_log
from tests.support import desks, factories, page_text, shopping
from tests.support.gateways import paying
from tests.support.gateways.paying import give_own_cash
from tests.support.gateways.stateful import CHARGE_RUPIAH
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/gerbang/"


@pytest.fixture(autouse=True)
def at_that_hour(monkeypatch) -> None:
    """Soon after the orders of these tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: shopping.later(150))


@pytest.fixture
def failed(gateway) -> GatewayRefund:
    """A cancelled order of 20,000 whose money the gateway could not send back."""
    placed = dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card")
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.send_refunds(gateway, state=RefundState.FAILED)
    return GatewayRefund.objects.get()


@pytest.fixture
def wrong_sum(gateway) -> GatewayPayment:
    """20,071 came for an order of 20,000."""
    started = paying.start(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="qris"), channel=Channel.QRIS)
    gateway.pay(paying.key_of(started), amount_rupiah=20_071)
    paying.told(gateway)
    return GatewayPayment.objects.get(id=started.payment_id)


@pytest.fixture
def taken_back(gateway) -> GatewayPayment:
    """The gateway said that 20,000 were paid, and then that it failed."""
    payment = paying.pay(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"), gateway)
    gateway.fail(payment.key)
    paying.told(gateway)
    return GatewayPayment.objects.get()


def of_payment(row: GatewayPayment, way: str) -> str:
    return f"{PATH}uang-masuk/{row.id}/{way}/"


def of_refund(row: GatewayRefund, way: str) -> str:
    return f"{PATH}uang-kembali/{row.id}/{way}/"


def decide(client: Client, url: str, reason: str = "Sudah diperiksa"):
    """Fill in the form of a decision and send it, as a browser would."""
    return page_text.send(client, desks.filled(client, url), reason=reason)


def links(client: Client) -> set[str]:
    return {link for link in page_text.read(client.get(PATH)).links if link.startswith(PATH) and link != PATH and "?" not in link}


def waits() -> int:
    return GatewayPayment.objects.exclude(problem="").count() + GatewayRefund.objects.exclude(problem="").count()


def test_each_gateway_is_shown_with_what_it_holds_and_takes(gateway) -> None:
    gateway.terms = {Channel.CARD: Terms(largest_rupiah=50_000_000), Channel.VIRTUAL_ACCOUNT: Terms(refunds=False)}
    paying.pay(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"), gateway)

    page = desks.text(desks.browser(factories.OPERATOR).get(PATH))

    assert f"uji dipakai Uang di sana Rp {20_000 - CHARGE_RUPIAH:,} menurut buku".replace(",", ".") in page
    assert "Kartu debit atau kredit (paling banyak Rp 50.000.000)" in page
    assert "Virtual account bank (uang kembali tidak bisa dikirim)" in page
    assert "Tidak ada yang menunggu keputusan." in page


def test_a_gateway_that_is_used_no_more_still_holds_money(gateway) -> None:
    paying.pay(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"), gateway)

    with override_settings(PAYMENT_GATEWAYS={}):
        page = desks.text(desks.browser(factories.OPERATOR).get(PATH))

    assert "uji tidak dipakai lagi Uang di sana Rp 17.500" in page
    assert "Tidak ada pembeli yang membayar lewat sini sekarang." in page


def test_without_any_gateway_it_says_so() -> None:
    operator = desks.browser(factories.OPERATOR)

    assert "Federasi belum memakai gerbang pembayaran." in desks.text(operator.get(PATH))
    assert "gerbang pembayaran menunggu" not in desks.text(operator.get("/federasi/"))


def test_what_waits_is_shown_with_why_and_the_desk_begins_with_it(failed) -> None:
    operator = desks.browser(factories.OPERATOR)
    code = failed.gateway_payment.purchase.code

    page = desks.text(operator.get(PATH))
    start = operator.get("/federasi/")

    assert "1 hal tentang uang di gerbang menunggu keputusan." in page
    assert f"Uang kembali untuk {code} Gerbang gagal mengirim uang kembali." in page
    assert "Nomor di gerbang pay_1 Jumlah Rp 20.000" in page
    assert "1 hal tentang uang di gerbang pembayaran menunggu keputusan." in desks.text(start)
    assert PATH in page_text.read(start).links


def test_a_refund_is_sent_again(gateway, failed) -> None:
    operator = desks.browser(factories.OPERATOR)
    assert links(operator) == {of_refund(failed, "ulang"), of_refund(failed, "kas")}

    answer = decide(operator, of_refund(failed, "ulang"))

    assert (answer.status_code, answer["Location"]) == (303, f"{PATH}?hasil=gateway_refund_again")
    assert "Gerbang mencoba lagi dalam beberapa menit." in desks.text(operator.get(answer["Location"]))
    assert waits() == 0
    paying.send_refunds(gateway, at=shopping.later(160))
    assert Refund.objects.get().paid_out_at is not None
    assert broken_rules() == []
    assert "Sudah diperiksa" in [entry.reason for entry in activity_log.of_subject(subject_id=failed.cause_id)]


def test_a_refund_is_paid_out_of_the_federations_own_cash_if_that_suffices(failed) -> None:
    operator = desks.browser(factories.OPERATOR)
    refused = decide(operator, of_refund(failed, "kas"))
    assert refused.status_code == 409
    assert "Kas federasi sendiri hanya Rp 0" in desks.text(refused)
    assert "Sudah diperiksa" in refused.content.decode()  # what was typed stays
    give_own_cash(30_000)

    answer = decide(operator, of_refund(failed, "kas"), reason="Transfer ke BRI pembeli")

    assert answer["Location"] == f"{PATH}?hasil=gateway_refund_paid"
    assert Refund.objects.get().paid_out_by == factories.OPERATOR.id
    assert waits() == 0


def test_money_of_a_wrong_sum_goes_back(wrong_sum) -> None:
    operator = desks.browser(factories.OPERATOR)
    assert "Diminta Rp 20.000 Diterima Rp 20.071" in desks.text(operator.get(PATH))
    assert links(operator) == {of_payment(wrong_sum, "kembalikan")}
    assert "Seluruh Rp 20.071 dikirim kembali" in desks.text(operator.get(of_payment(wrong_sum, "kembalikan")))

    assert decide(operator, of_payment(wrong_sum, "kembalikan")).status_code == 303

    assert GatewayRefund.objects.get().amount_rupiah == 20_071
    assert waits() == 0


def test_what_the_gateway_took_back_is_written_off(taken_back) -> None:
    operator = desks.browser(factories.OPERATOR)
    assert links(operator) == {of_payment(taken_back, "hilang")}

    assert decide(operator, of_payment(taken_back, "hilang")).status_code == 303

    assert waits() == 0
    assert "gateway-payment.written-off" in [entry.action for entry in activity_log.of_subject(subject_id=taken_back.id)]


def test_a_payment_that_nobody_decides_is_given_up(gateway) -> None:
    started = paying.start(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"))
    row = GatewayPayment.objects.get(id=started.payment_id)
    gateway.does_not_hear("read", "cancel")
    payment_round.ask_all(at=row.expires_at + payment_round.OVERDUE_AFTER)
    operator = desks.browser(factories.OPERATOR)
    assert links(operator) == {of_payment(row, "batal")}
    assert "Kalau Rp 20.000 datang juga, uang itu dikembalikan." in desks.text(operator.get(of_payment(row, "batal")))
    assert operator.get(of_payment(row, "selesai")).status_code == 409

    assert decide(operator, of_payment(row, "batal")).status_code == 303

    row.refresh_from_db()
    assert (row.state, waits()) == ("cancelled", 0)
    assert operator.get(of_payment(row, "batal")).status_code == 409


def test_a_refund_that_arrived_though_it_was_sent_again_is_only_looked_into(gateway, failed) -> None:
    operator = desks.browser(factories.OPERATOR)
    decide(operator, of_refund(failed, "ulang"))
    GatewayRefund.objects.filter(state="waiting").update(sent_at=shopping.later(148))
    gateway.refund_becomes(failed.key, RefundState.SUCCEEDED)
    paying.told(gateway, at=shopping.later(149))
    assert links(operator) == {of_refund(failed, "selesai"), of_payment(failed.gateway_payment, "samakan")}

    assert decide(operator, of_refund(failed, "selesai")).status_code == 303
    assert waits() == 0


def test_disputes_are_counted(gateway) -> None:
    payment = paying.pay(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"), gateway)
    gateway.dispute(payment.key, amount_rupiah=20_000)
    paying.told(gateway)
    assert "1 pembayaran sedang disengketakan pembeli lewat banknya." in desks.text(desks.browser(factories.AUDITOR).get(PATH))


def test_without_a_reason_nothing_is_done(failed) -> None:
    for reason in ("", "   ", "x" * 301):
        assert decide(desks.browser(factories.OPERATOR), of_refund(failed, "ulang"), reason=reason).status_code == 422
    assert waits() == 1


def test_a_difference_is_shown_and_the_books_follow_the_gateway(gateway) -> None:
    payment = paying.pay(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"), gateway)
    GatewayPayment.objects.update(stated_rupiah=15_000, difference_rupiah=-2_500)
    operator = desks.browser(factories.OPERATOR)
    page = desks.text(operator.get(PATH))
    assert "Uang pembayaran ini di gerbang tidak sama dengan di buku." in page
    assert links(operator) == {of_payment(payment, "samakan")}
    assert "selisih" in desks.text(operator.get(of_payment(payment, "samakan")))
    decide(operator, of_payment(payment, "samakan"))
    page = desks.text(operator.get(PATH))
    assert "uji dipakai Uang di sana Rp 15.000 menurut buku" in page
    assert "Tidak ada yang menunggu keputusan." in page


def test_what_does_not_fit_or_was_decided_meanwhile_is_said(failed, wrong_sum) -> None:
    operator = desks.browser(factories.OPERATOR)
    form = desks.filled(operator, of_refund(failed, "ulang"))
    decide(operator, of_refund(failed, "ulang"))
    answer = page_text.send(operator, form, reason="Uji")
    assert answer.status_code == 409
    assert "Ini sudah diselesaikan, atau tidak ada." in desks.text(answer)
    wrong = GatewayPayment.objects.exclude(problem="").get()
    for url in (of_refund(failed, "kas"), of_refund(failed, "selesai"), of_payment(wrong, "selesai"), of_payment(wrong, "hilang")):
        assert operator.get(url).status_code == 409, url
        assert operator.post(url, {"reason": "Uji"}).status_code == 409, url
    assert operator.get(f"{PATH}uang-masuk/{uuid.uuid4()}/kembalikan/").status_code == 409
    assert GatewayRefund.objects.filter(refund__isnull=False).count() == 2


@pytest.mark.parametrize("person", [factories.APPROVER, factories.AUDITOR])
def test_others_at_the_desk_look_and_decide_nothing(failed, person) -> None:
    client = desks.browser(person)
    assert "Gerbang gagal mengirim uang kembali." in desks.text(client.get(PATH))
    assert links(client) == set()
    for way in ("ulang", "kas", "selesai"):
        assert client.get(of_refund(failed, way)).status_code == 404
        assert client.post(of_refund(failed, way), {"reason": "Uji"}).status_code == 404
    assert waits() == 1


def test_a_manager_of_a_village_finds_nothing_there(failed) -> None:
    sari = desks.browser(factories.SARI)
    for url in (PATH, of_refund(failed, "ulang")):
        assert sari.get(url).status_code == 404


def test_a_long_list_says_how_many_are_left(failed, monkeypatch) -> None:
    monkeypatch.setattr(gateways_page, "PROBLEMS_MAX", 0)
    assert "Masih ada 1 lagi." in desks.text(desks.browser(factories.OPERATOR).get(PATH))


def test_in_english(failed) -> None:
    page = desks.text(desks.browser(factories.OPERATOR).get(PATH, {"bahasa": "en"}, follow=True))
    assert "Payment gateway" in page
    assert "1 matter about money at gateways waits for a decision." in page


def test_a_dispute_that_was_won_and_not_paid_back_is_named(gateway, monkeypatch) -> None:
    payment = paying.pay(dealing.buy({shopping.product(factories.CIBIRU): 2}, method="card"), gateway)
    number = gateway.dispute(payment.key, amount_rupiah=20_000)
    gateway.dispute_becomes(payment.key, Dispute(id=number, state=DisputeState.WON, withdrawn_rupiah=20_000))
    paying.told(gateway)
    operator = desks.browser(factories.OPERATOR)
    assert number not in desks.text(operator.get(PATH))
    assert "dimenangkan" not in desks.text(operator.get("/federasi/"))

    monkeypatch.setattr("django.utils.timezone.now", lambda: shopping.later(150) + timedelta(days=15))
    operator = desks.browser(factories.OPERATOR)

    said = desks.text(operator.get(PATH))
    assert "Sengketa yang dimenangkan, uangnya belum kembali" in said
    assert f"{payment.purchase.code} · " in said
    assert number in said
    assert "1 sengketa sudah dimenangkan, tetapi gerbang belum mengembalikan uangnya: Rp 20.000." in desks.text(operator.get("/federasi/"))
