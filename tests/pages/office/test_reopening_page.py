"""Buka toko lagi: the start page leads there, staff read it, the manager counts and states; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from federation.models import Refund
from marketplace.models import Product, StockMovement
from marketplace.orders import reversals
from marketplace.pages.office import reopening_page
from tenants import models, villages
from tenants.acts import Act
from tenants.db import context
from tests.support import authenticator, desks, factories, holding, page_text, shopping
from tests.support.marketplace import ordering
from tests.support.shopping import later

START, HERE, COUNT = (f"/desa/sukamaju/kelola/{path}" for path in ("", "buka-lagi/", "buka-lagi/stok/"))


@pytest.fixture
def refund(market) -> Refund:
    """20,000 that wait at Sukamaju's counter when the market is restored."""
    placed = shopping.buy({shopping.product(factories.CIBIRU, price_rupiah=10_000): 2})
    ordering.pay(placed)
    with context.inside(factories.CIBIRU):
        order_id = ordering.only_order().id
        reversals.cancel(order_id=order_id, act=Act(by=ordering.SELLER, at=later(5), reason="Habis"))
    holding.hold(at=later(10))
    return Refund.objects.get()


@pytest.fixture
def ratna(market) -> Client:
    return desks.browser(factories.RATNA)


def test_the_manager_states_what_was_paid_is_asked_once_and_the_shop_trades(ratna, refund):
    start = page_text.read(ratna.get(START))
    assert "Toko ini belum dibuka lagi." in start.text
    assert HERE in start.links
    page = page_text.read(ratna.get(HERE))
    assert "dari cadangan 09/06/2026 22.00" in page.text
    assert "Rp 20.000" in page.text
    form = page.form(HERE)
    assert "paid" not in form.values
    asked = page_text.send(ratna, form, paid=str(refund.id), lost_orders_rupiah="0", stock_looked_at="on")
    question = page_text.read(asked)
    assert "Yang dicentang tidak akan dibayar lagi" in question.text
    assert factories.SUKAMAJU in villages.held()
    yes = question.form("")
    yes.action = HERE
    answers = [page_text.send(ratna, yes) for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert factories.SUKAMAJU not in villages.held()
    refund.refresh_from_db()
    assert refund.paid_out_by == factories.RATNA.id
    after = page_text.read(ratna.get(answers[0]["Location"]))
    assert "Toko sudah dibuka lagi" in after.text
    assert HERE not in after.links
    assert "Toko ini tidak ditahan." in page_text.read(ratna.get(HERE)).text


def test_what_was_typed_stays_when_something_is_missing_or_changed_behind_it(ratna, refund):
    form = page_text.read(ratna.get(HERE)).form(HERE)
    answer = page_text.send(ratna, form, paid=str(refund.id), reason="Pak Darno")
    assert answer.status_code == 422
    page = page_text.read(answer)
    assert "Tulis jumlahnya. Tulis 0 kalau tidak ada." in page.text
    assert "Lihat dulu stok barangnya, lalu centang." in page.text
    again = page.form(HERE)
    assert (again.values["paid"], again.values["reason"]) == (str(refund.id), "Pak Darno")
    Refund.objects.update(voided_at=later(11))
    answer = page_text.send(ratna, again, lost_orders_rupiah="45.000", stock_looked_at="on")
    assert answer.status_code == 409
    page = page_text.read(answer)
    assert "berubah sejak halaman dibuka" in page.text
    assert page.form(HERE).values["lost_orders_rupiah"] == "45.000"
    assert factories.SUKAMAJU in villages.held()


def test_staff_read_it_and_only_the_manager_has_its_button(refund):
    darto = desks.browser(factories.DARTO)
    page = page_text.read(darto.get(HERE))
    assert "Rp 20.000" in page.text
    assert "Hanya pengelola toko yang membukanya lagi." in page.text
    assert page_text.send(darto, page.form(HERE), lost_orders_rupiah="0", stock_looked_at="on").status_code == 403
    assert factories.SUKAMAJU in villages.held()
    assert desks.browser(factories.UJANG).get(HERE).status_code == 404
    assert darto.get(COUNT).status_code == 404
    assert "Lihat apa yang kurang" in desks.text(darto.get(START))


def test_all_goods_are_counted_page_by_page_and_only_what_differs_is_booked(market, ratna, monkeypatch):
    monkeypatch.setattr(reopening_page, "GOODS_A_PAGE", 2)
    goods = {name: shopping.product(factories.SUKAMAJU, name=name, stock=10) for name in ("Abon", "Beras", "Cabai")}
    holding.hold()
    first = page_text.read(ratna.get(COUNT))
    assert "Abon" in first.text
    assert "Cabai" not in first.text
    form = first.form(COUNT)
    answers = [page_text.send(ratna, form, **{f"counted_{goods['Abon']}": "7"}) for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    second = page_text.read(ratna.get(answers[0]["Location"]))
    assert "Cabai" in second.text
    last = page_text.send(ratna, second.form(COUNT), **{f"counted_{goods['Cabai']}": "0"})
    assert last["Location"].startswith(HERE)
    with context.inside(factories.SUKAMAJU):
        assert dict(Product.objects.values_list("name", "on_hand")) == {"Abon": 7, "Beras": 10, "Cabai": 0}
        assert StockMovement.objects.filter(kind="counted").count() == 2
    assert models.ActivityEntry.objects.filter(action="stock.counted").count() == 2


def test_a_count_that_does_not_fit_any_more_names_the_good_and_keeps_what_was_typed(market, ratna):
    abon, rice = (shopping.product(factories.SUKAMAJU, name=name, stock=10) for name in ("Abon", "Beras"))
    holding.hold()
    form = page_text.read(ratna.get(COUNT)).form(COUNT)
    with context.inside(factories.SUKAMAJU):
        Product.objects.filter(id=rice).update(on_hand=9)
    typed = {f"counted_{abon}": "7", f"counted_{rice}": "8"}
    answer = page_text.send(ratna, form, **typed)
    assert answer.status_code == 409
    page = page_text.read(answer)
    assert "tadi menurut buku ada 10 buah, sekarang 9" in page.text
    again = page.form(COUNT)
    assert {name: again.values[name] for name in typed} == typed
    assert page_text.send(ratna, again).status_code == 303
    with context.inside(factories.SUKAMAJU):
        assert dict(Product.objects.values_list("name", "on_hand")) == {"Abon": 7, "Beras": 8}


def test_a_manager_who_has_one_time_codes_gives_one(ratna, refund):
    secret = authenticator.enrolled(user_id=factories.RATNA.id, at=timezone.now() - timedelta(days=1))
    form = page_text.read(ratna.get(HERE)).form(HERE)
    said = {"lost_orders_rupiah": "0", "stock_looked_at": "on", "paid": str(refund.id)}
    refused = [page_text.send(ratna, form, **said, code=code) for code in ("", authenticator.wrong(secret, timezone.now()))]
    assert [answer.status_code for answer in refused] == [422, 422]
    assert page_text.read(refused[1]).form(HERE).values["paid"] == str(refund.id)
    assert ratna.post(HERE, {**form.values, **said}).status_code == 422
    assert factories.SUKAMAJU in villages.held()
    code = authenticator.code(secret, timezone.now())
    assert [page_text.send(ratna, form, **said, code=code).status_code for _tap in range(2)] == [303, 303]
    assert factories.SUKAMAJU not in villages.held()


def test_the_cashier_reads_why_a_refund_is_not_paid_out_and_has_no_button_for_it(refund):
    darto = desks.browser(factories.DARTO)
    purchase = desks.path("office-cash-purchase", refund.order.purchase.code, village=factories.SUKAMAJU)
    page = page_text.read(darto.get(purchase))
    assert "Toko ini belum dibuka lagi." in page.text
    assert "sudah dikembalikan" not in page.text
    pay_out = desks.path("office-pay-out", refund.order.purchase.code, refund.id, village=factories.SUKAMAJU)
    refused = page_text.send(darto, page.form(pay_out))
    assert refused.status_code == 409
    assert "uang ini mungkin sudah dibayarkan" in desks.text(refused)
    holding.release(factories.SUKAMAJU)
    assert "Uang Rp 20.000 sudah dikembalikan" in desks.text(darto.get(purchase))
