"""The desk's page of refunds that the federation takes over: proposed by the operator, approved by another, told to cashier and buyer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from federation.buying import take_overs
from federation.models import SellerOrder, TakeOver
from tenants.acts import Act
from tests.support import authenticator, desks, factories, page_text, shopping
from tests.support.settlement import bank_days, leavers
from tests.support.shopping import later

pytestmark = pytest.mark.usefixtures("market")
PAGE = "/federasi/ambil-alih/"


@pytest.fixture
def order(market) -> SellerOrder:  # type: ignore[no-untyped-def]
    """Three pieces of Cibiru for 30,000, paid at Sukamaju's counter; Cibiru has left, and the federation has 50,000 of its own."""
    order_id = desks.sold()
    bank_days.own_cash(50_000, at=shopping.NOON, first=91)
    leavers.leave(market, factories.CIBIRU)
    return SellerOrder.objects.select_related("purchase").get(id=order_id)


def test_operator_proposes_approver_approves_cashier_pays_and_the_buyer_reads_it(order: SellerOrder) -> None:
    operator, approver, darto = (desks.browser(person) for person in (factories.OPERATOR, factories.APPROVER, factories.DARTO))
    code, secret = order.purchase.code, authenticator.enrolled(at=timezone.now() - timedelta(days=1))
    assert "paling banyak Rp 30.000" in desks.text(operator.get(PAGE, {"kode": code}))
    propose = f"{PAGE}usul/{order.id}/"

    done = desks.press(operator, propose, amount_rupiah="10.000", reason="Barang rusak")
    assert done["Location"] == f"{PAGE}?hasil=take_over_proposed"
    waiting = TakeOver.objects.get()
    assert "menunggu persetujuan orang lain" in desks.text(operator.get(PAGE))
    assert f"{waiting.id}/setuju/" not in desks.offered(operator, PAGE)

    assert "tidak bisa dibatalkan lagi" in desks.text(approver.get(f"{PAGE}{waiting.id}/setuju/"))
    done = desks.press(approver, f"{PAGE}{waiting.id}/setuju/", code=authenticator.code(secret, timezone.now()))
    assert done["Location"] == f"{PAGE}?hasil=take_over_approved"
    assert "Pembeli dibayar di loket Sukamaju" in desks.text(approver.get(PAGE))

    link = f"/pesanan/{order.purchase.token}/"
    said = desks.text(darto.get(link))
    assert "Desa Cibiru sudah keluar dari federasi" in said
    assert "bisa diambil di loket Sukamaju" in said
    counter = desks.path("office-cash-purchase", code, village=factories.SUKAMAJU)
    pay_out = desks.path("office-pay-out-taken-over", code, waiting.id, village=factories.SUKAMAJU)
    assert "ditanggung federasi karena Cibiru sudah keluar" in desks.text(darto.get(counter))
    asked = page_text.send(darto, desks.filled(darto, counter, pay_out))
    assert "Uangnya sudah dikembalikan? Jumlah Rp 10.000" in desks.text(asked)
    assert TakeOver.objects.get().paid_out_at is None
    assert desks.answered(darto, asked).status_code == 303
    assert "sudah Anda terima" in desks.text(darto.get(link))
    assert "sudah dibayarkan" in desks.text(operator.get(PAGE))


def test_without_the_right_code_nothing_is_approved(order: SellerOrder) -> None:
    act = Act(by=factories.OPERATOR.principal, at=later(100), key="0" * 16, reason="Barang rusak")
    page = f"{PAGE}{take_overs.propose(order_id=order.id, amount_rupiah=1_000, act=act)}/setuju/"
    approver = desks.browser(factories.APPROVER)
    without = approver.get(page)
    assert "Tanpa kode itu Anda belum bisa menyetujui apa pun." in desks.text(without)
    assert approver.post(page, {"form_key": "1" * 16, "code": "123456"}).status_code == 409
    secret = authenticator.enrolled(at=timezone.now() - timedelta(days=1))

    wrong = desks.press(approver, page, code=authenticator.wrong(secret, timezone.now()))

    assert wrong.status_code == 422
    assert "Kodenya tidak cocok" in desks.text(wrong)
    assert approver.post(page, {"form_key": "1" * 16}).status_code == 422
    assert TakeOver.objects.get().approved_at is None


def test_the_second_approver_hears_who_approved_it_and_when(order: SellerOrder) -> None:
    act = Act(by=factories.OPERATOR.principal, at=later(100), key="0" * 16, reason="Barang rusak")
    page = f"{PAGE}{take_overs.propose(order_id=order.id, amount_rupiah=1_000, act=act)}/setuju/"
    factories.MembershipFactory(user_id=factories.WULAN.id, user=None, village_code="", role="approver")
    first, second = desks.browser(factories.APPROVER), desks.browser(factories.WULAN)
    now = timezone.now()
    secrets = [authenticator.enrolled(user_id=person.id, at=now - timedelta(days=1)) for person in (factories.APPROVER, factories.WULAN)]
    forms = [desks.filled(person, page) for person in (first, second)]
    codes = [authenticator.code(secret, now) for secret in secrets]

    taps = [page_text.send(first, forms[0], code=codes[0]) for _tap in range(2)]
    late = page_text.send(second, forms[1], code=codes[1])

    assert [tap.status_code for tap in taps] == [303, 303]
    assert late.status_code == 409
    at = timezone.localtime(TakeOver.objects.get().approved_at)
    assert f"sudah disetujui oleh {factories.APPROVER.name}" in desks.text(late)
    assert f"pukul {at:%H.%M}. Jangan serahkan uangnya lagi." in desks.text(late)
    assert "serahkan uangnya kepada pembeli sekarang" not in desks.text(late)


def test_a_refusal_is_said_on_the_page(order: SellerOrder) -> None:
    operator, approver = desks.browser(factories.OPERATOR), desks.browser(factories.APPROVER)
    assert "paling banyak Rp 30.000" in desks.text(desks.press(operator, f"{PAGE}usul/{order.id}/", amount_rupiah="30.001", reason="x y"))
    assert desks.press(operator, f"{PAGE}usul/{order.id}/", amount_rupiah="", reason="x y").status_code == 422
    desks.press(operator, f"{PAGE}usul/{order.id}/", amount_rupiah="30.000", reason="Barang rusak")
    waiting = TakeOver.objects.get()
    bank_days.own_cash(-45_000, at=shopping.NOON, first=92)

    secret = authenticator.enrolled(at=timezone.now() - timedelta(days=1))
    refused = desks.press(approver, f"{PAGE}{waiting.id}/setuju/", code=authenticator.code(secret, timezone.now()))

    assert refused.status_code == 409
    assert "Kas sendiri federasi tinggal Rp 5.000" in desks.text(refused)


def test_it_can_be_declined_by_either(order: SellerOrder) -> None:
    for person in (factories.OPERATOR, factories.APPROVER):
        act = Act(by=factories.OPERATOR.principal, at=later(100), key=person.phone.rjust(16, "0"), reason="Barang rusak")
        found = take_overs.propose(order_id=order.id, amount_rupiah=1_000, act=act)
        browser = desks.browser(person)
        done = desks.press(browser, f"{PAGE}{found}/tolak/", reason="Sudah diganti")
        assert done["Location"] == f"{PAGE}?hasil=take_over_declined"
    assert TakeOver.objects.filter(declined_at=None).count() == 0


def test_each_role_finds_its_part(order: SellerOrder) -> None:
    auditor, operator, approver = (desks.browser(person) for person in (factories.AUDITOR, factories.OPERATOR, factories.APPROVER))
    assert auditor.get(PAGE).status_code == 200
    assert [browser.get(f"{PAGE}usul/{order.id}/").status_code for browser in (operator, approver, auditor)] == [200, 404, 404]
    assert desks.browser(factories.RATNA).get(PAGE).status_code == 404
