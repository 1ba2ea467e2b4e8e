"""Kas: find, take, receipt, undo, pay back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from federation.models import Payment, Refund, SellerOrder
from marketplace.orders import reversals, steps
from marketplace.pages.office import cash_page
from tenants.acts import Act
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
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=shopping.later(5), reason="habis"))

    answer = page_text.send(darto, form)

    assert answer.status_code == 409
    assert Payment.objects.count() == 0
    assert "Tidak ada lagi yang harus dibayar di sini" in desks.text(answer)


def test_the_due_amount_falls_when_one_of_two_sellers_cancelled() -> None:
    chips, rice = shopping.product(factories.CIBIRU), shopping.product(factories.MELATI, name="Beras", price_rupiah=60_000)
    purchase = shopping.buy({chips: 1, rice: 1})
    order_id = SellerOrder.objects.get(seller=factories.MELATI).id
    with context.inside(factories.MELATI):
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=shopping.later(5), reason="habis"))

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
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=shopping.later(5), reason="habis"))
    waiting = darto.get(desks.path("office-cash", village=HERE))
    page = page_text.read(darto.get(desks.path("office-cash-purchase", purchase.code, village=HERE)))
    form = next(form for form in page.forms if "kembalikan" in form.action)
    asked = darto.post(form.action, form.values)
    assert "Uangnya sudah dikembalikan? Jumlah Rp 30.000 Kepada Bu Wati" in desks.text(asked)
    assert "Uang yang harus dikembalikan (1): Rp 30.000" in desks.text(darto.get(desks.path("office-cash", village=HERE)))

    answers = [desks.answered(darto, asked, follow=True) for _tap in range(2)]

    assert "Uang yang harus dikembalikan" in desks.text(waiting)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Uang sudah dikembalikan ke pembeli" in desks.text(answers[1])
    assert "Uang pembeli yang masuk kas hari itu Rp 0" in desks.text(darto.get(desks.path("office-cash", village=HERE)))


def test_another_person_hears_that_the_refund_was_paid_back_and_by_whom() -> None:
    """Cashier and manager both stand at the question; each of them holds the money in hand."""
    purchase, order_id = desks.placed()
    darto, ratna = desks.browser(factories.DARTO), desks.browser(factories.RATNA)
    page_text.send(darto, counter_form(darto, purchase.code))
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=shopping.later(5), reason="habis"))
    counter_page, refund = desks.path("office-cash-purchase", purchase.code, village=HERE), Refund.objects.get()
    pay_out = desks.path("office-pay-out", purchase.code, refund.id, village=HERE)
    asked = [page_text.send(person, desks.filled(person, counter_page, pay_out)) for person in (darto, ratna, darto)]

    answers = [desks.answered(person, page) for person, page in zip((darto, ratna, darto), asked, strict=True)]

    assert [answer.status_code for answer in answers] == [303, 409, 409]
    at = timezone.localtime(Refund.objects.get().paid_out_at)
    for refused in answers[1:]:
        said = desks.text(refused)
        assert f"sudah dikembalikan ke pembeli oleh {factories.DARTO.name}" in said
        assert f"pukul {at:%H.%M}. Jangan dibayar lagi" in said
        assert "Uang sudah dikembalikan ke pembeli." not in said
    assert desks.answered(darto, asked[0]).status_code == 303


def test_the_cash_box_stands_above_lists_that_fold_when_they_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    darto, purchase, order_id = desks.browser(factories.DARTO), *desks.placed()
    page_text.send(darto, counter_form(darto, purchase.code))
    with context.inside(factories.CIBIRU):
        reversals.cancel(order_id=order_id, act=Act(by=factories.staff(context.here()), at=shopping.later(5), reason="habis"))
    short = darto.get(desks.path("office-cash", village=HERE))
    monkeypatch.setattr(cash_page, "UNFOLDED_MAX", 0)
    long = darto.get(desks.path("office-cash", village=HERE))

    said = desks.text(short)
    assert said.index("Uang pembeli yang masuk kas hari itu Rp 30.000") < said.index("Uang yang harus dikembalikan (1): Rp 30.000")
    assert said.index("Uang yang harus dikembalikan") < said.index("Uang masuk dan keluar satu per satu (1)") < said.index("Kuitansi 1")
    assert [page.content.decode().count('<details class="panel" open>') for page in (short, long)] == [2, 0]


def test_a_courier_has_the_cash_until_the_cashier_takes_it() -> None:
    _purchase, order_id = desks.placed(method="cod_home", delivery="courier_home")
    with context.inside(factories.CIBIRU):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order_id, step=step, form_state=state, act=Act(by=factories.SARI.principal, at=shopping.later(5)))
    ujang, darto = desks.browser(factories.UJANG), desks.browser(factories.DARTO)
    steps.take_at_home(
        village_code=HERE, order_id=order_id, step="hand_over", cash_rupiah=30_000, act=Act(by=factories.UJANG.principal, at=timezone.now())
    )

    assert "Anda membawa uang tunai pembeli Rp 30.000" in desks.text(ujang.get(desks.path("office-orders", village=HERE)))
    page = darto.get(desks.path("office-cash", village=HERE))
    said = desks.text(page)
    assert "Masih dibawa kurir: Rp 30.000" in said
    assert "Uang pembeli yang masuk kas hari itu Rp 0" in said
    assert "Tidak dihitung: isi laci dari hari sebelumnya" in said
    url = desks.path("office-hand-in", factories.UJANG.id, village=HERE)
    form = page_text.read(page).form(url)
    refused = page_text.send(darto, form, amount_rupiah="29000")
    asked = darto.post(url, form.values)
    still = desks.text(darto.get(desks.path("office-cash", village=HERE)))
    yes = desks.question(asked)
    assert yes is not None
    done = [darto.post(yes.action, yes.values, follow=True) for _tap in range(2)]

    assert "Uang kurir sudah diterima? Jumlah Rp 30.000 Dari Mas Ujang Kuitansi 1 (Rp 30.000) Hitung dulu uangnya" in desks.text(asked)
    assert "Masih dibawa kurir: Rp 30.000" in still
    assert refused.status_code == 409
    assert "Uang yang dibawa kurir ini berubah" in desks.text(refused)
    for answer in done:
        assert "Uang dari kurir sudah masuk kas" in desks.text(answer)
        assert "Masih dibawa kurir" not in desks.text(answer)
        assert "Uang pembeli yang masuk kas hari itu Rp 30.000" in desks.text(answer)
    assert "Anda membawa uang" not in desks.text(ujang.get(desks.path("office-orders", village=HERE)))
    assert ujang.post(url, form.values).status_code == 404
