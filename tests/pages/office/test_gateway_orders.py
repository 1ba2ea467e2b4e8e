"""Orders whose money the federation holds, in the back office: said as such, and no business of the cash box."""

from __future__ import annotations

import pytest

from federation.models import Payment, SellerOrder
from marketplace.orders import dues
from tests.support import desks, factories, page_text, shopping
from tests.support.gateways import paying
from tests.support.marketplace import dealing

CIBIRU, HOME = factories.CIBIRU, factories.SUKAMAJU


@pytest.fixture(autouse=True)
def at_that_hour(monkeypatch, market) -> None:
    """Soon after the orders of these tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: shopping.later(15))


@pytest.fixture
def bought(gateway):
    """Goods of Cibiru for 20,000, ordered by card from Sukamaju."""
    return paying.bought()


def take_steps(*steps: str) -> page_text.Page:
    """What Cibiru's manager does with the order; gives the order's page then."""
    sari, order = desks.browser(factories.SARI), SellerOrder.objects.get()
    shop = desks.path("office-order", order.id)
    for step in steps:
        page_text.send(sari, desks.filled(sari, shop, desks.step_path(step, order.id)))
    return page_text.read(sari.get(shop))


def test_an_unpaid_order_says_through_whom_it_is_paid_and_waits_for_that(bought) -> None:
    order = SellerOrder.objects.get()
    assert "bayar dengan kartu lewat federasi" in desks.text(desks.browser(factories.SARI).get(desks.path("office-orders")))

    page = take_steps("accept", "pack")

    assert "Belum dibayar. Pembeli membayar lewat federasi; tunggu sampai tercatat lunas." in page.text
    assert not {form.action for form in page.forms} & {desks.step_path(step, order.id) for step in ("send", "hand_over")}
    assert "uangnya diterima" not in page.text


def test_a_paid_one_says_so_and_goes_its_way(bought, gateway) -> None:
    paying.pay(bought, gateway)

    page = take_steps("accept", "pack", "send")

    assert "sudah dibayar lewat federasi" in page.text
    assert SellerOrder.objects.get().state == "underway"


@pytest.mark.parametrize(("person", "village"), [(factories.ASEP, CIBIRU), (factories.DARTO, HOME)])
def test_no_counter_takes_its_money(bought, person, village) -> None:
    cashier, order = desks.browser(person), SellerOrder.objects.get()
    where = desks.path("office-cash-purchase", order.purchase.code, village=village)

    page = page_text.read(cashier.get(where))

    assert "Tidak ada lagi yang harus dibayar di sini." in page.text
    assert "tidak dibayar di sini" in page.text
    confirm = desks.path("office-confirm", order.purchase.code, village=village)
    assert confirm not in {form.action for form in page.forms}
    cashier.post(confirm, {"tender": "cash", "amount_rupiah": "20000", "form_key": "f" * 32})
    assert Payment.objects.count() == 0
    assert not dues.is_payable(order=order, village_code=village)


def test_the_cash_book_and_refunds_at_the_counter_do_not_count_it(bought, gateway) -> None:
    paying.pay(bought, gateway)
    dealing.cancel(*dealing.orders_of(bought).values())
    for person, village in ((factories.SARI, CIBIRU), (factories.RATNA, HOME)):
        page = desks.text(desks.browser(person).get(desks.path("office-cash", village=village)))
        assert "Uang pembeli yang masuk kas hari itu Rp 0" in page
        assert "20.000" not in page
        where = desks.path("office-cash-purchase", SellerOrder.objects.get().purchase.code, village=village)
        assert "sudah dikembalikan" not in desks.text(desks.browser(person).get(where))


def test_the_home_village_hands_over_without_taking_money(bought, gateway) -> None:
    paying.pay(bought, gateway)
    take_steps("accept", "pack", "send")
    ratna, order_id = desks.browser(factories.RATNA), SellerOrder.objects.get().id
    parcels = desks.path("office-parcels", village=HOME)
    assert "sudah dibayar" in desks.text(ratna.get(parcels))
    for name in ("office-parcel-arrived", "office-parcel-hand-over"):
        page_text.send(ratna, desks.filled(ratna, parcels, desks.path(name, order_id, village=HOME)))
    assert SellerOrder.objects.get().state == "completed"
