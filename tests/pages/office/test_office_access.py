"""Who may open what in a back office: Sukamaju's and Melati's people see nothing of Cibiru's, and each role only its part."""

from __future__ import annotations

import uuid

import pytest
from django.urls import URLPattern, reverse

from federation.models import Payment, SellerOrder
from marketplace.goods import products
from tenants.db import context
from tests.support import desks, factories, page_text, shopping
from tests.support.settlement import leavers

pytestmark = pytest.mark.usefixtures("market")

STRANGERS = (factories.TINI, factories.RATNA, factories.WULAN, factories.AUDITOR)


def everything(order_id: uuid.UUID, product_id: uuid.UUID, code: str) -> list[tuple[str, tuple[object, ...]]]:
    """Every page and action of the back office, with real ids."""
    other = uuid.uuid4()
    return [
        *[(name, ()) for name in ("office-orders", "office-parcels", "office-products", "office-product-new", "office-consignors")],
        *[(name, ()) for name in ("office-consignor-new", "office-cash", "office-news", "office-shop", "office-staff", "office-more")],
        *[(name, ()) for name in ("office-assist", "office-assist-start", "office-assist-stop")],
        *[(name, ()) for name in ("office-reopening", "office-reopening-count")],
        *[(name, (order_id,)) for name in ("office-order", "office-cancel", "office-shorten", "office-take-back", "office-give-back")],
        *[(name, (order_id,)) for name in ("office-accept", "office-pack", "office-send", "office-hand-over")],
        *[(name, (order_id,)) for name in ("office-parcel-arrived", "office-parcel-hand-over")],
        *[(name, (product_id,)) for name in ("office-product", "office-stock", "office-stock-receive")],
        *[(name, (product_id,)) for name in ("office-stock-break", "office-stock-count")],
        *[(name, (other,)) for name in ("office-consignor", "office-hand-in")],
        *[(name, (code,)) for name in ("office-cash-purchase", "office-confirm")],
        ("office-receipt", (1,)),
        *[(name, ()) for name in ("office-cycles", "office-bank-account", "office-carry", "office-stated-cash")],
        *[(f"office-bank-account-{action}", ()) for action in ("confirm", "stop", "resume")],
        *[(name, (1,)) for name in ("office-cycle", "office-cycle-print", "office-cycle-csv", "office-cycle-xlsx", "office-cycle-cash")],
        *[(name, (1, other)) for name in ("office-objection", "office-cycle-give", "office-cycle-receive", "office-cycle-call-off")],
        *[(name, (code, other)) for name in ("office-undo", "office-pay-out", "office-pay-out-taken-over", "office-confirm-late")],
    ]


def test_every_path_of_the_back_office_is_in_this_list() -> None:
    from marketplace.pages.office import urls as office_urls
    from marketplace.pages.office.settlement import urls as cycles_urls

    listed = {name for name, _args in everything(uuid.uuid4(), uuid.uuid4(), "K7M-42P")}

    paths = [*(path for path in office_urls.urlpatterns if isinstance(path, URLPattern)), *cycles_urls.urlpatterns]
    assert len(office_urls.urlpatterns) + len(cycles_urls.urlpatterns) - len(paths) == 1  # where the one set takes the other in
    assert listed == {path.name for path in paths}


def test_strangers_find_nothing_and_change_nothing() -> None:
    product_id = shopping.product(factories.CIBIRU)
    purchase = shopping.buy({product_id: 3})
    order_id = SellerOrder.objects.get().id

    for person in STRANGERS:
        client = desks.browser(person)
        for name, args in everything(order_id, product_id, purchase.code):
            url = desks.path(name, *args)
            typed = {"form_state": "placed", "choice": "Barangnya habis", "quantity": "1", "reason": "x", "name": "x"}
            assert client.get(url).status_code == 404, (person.name, url)
            assert client.post(url, typed).status_code == 404, (person.name, url)

    assert SellerOrder.objects.get().state == "placed"
    assert not Payment.objects.exists()


def test_a_visitor_is_led_to_the_login(visitor) -> None:  # type: ignore[no-untyped-def]
    answer = visitor.get(desks.path("office-orders"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_a_foreign_order_or_product_is_not_there_in_ones_own_office() -> None:
    product_id = shopping.product(factories.CIBIRU)
    shopping.buy({product_id: 3})
    order_id = SellerOrder.objects.get().id
    tini = desks.browser(factories.TINI)
    here = factories.MELATI

    assert tini.get(desks.path("office-order", order_id, village=here)).status_code == 404
    assert tini.post(desks.step_path("accept", order_id, village=here), {"form_state": "placed"}).status_code == 404
    assert tini.post(desks.path("office-cancel", order_id, village=here), {"choice": "Barangnya habis"}).status_code == 404
    assert tini.post(desks.path("office-parcel-arrived", order_id, village=here)).status_code == 404
    assert tini.get(desks.path("office-product", product_id, village=here)).status_code == 404
    stock = {"quantity": "5", "form_key": "k" * 32}
    assert tini.post(desks.path("office-stock-receive", product_id, village=here), stock).status_code == 404
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id).on_hand == 100


def test_the_cashier_of_a_village_without_a_part_finds_no_purchase() -> None:
    purchase, _order_id = desks.placed()
    tini = desks.browser(factories.TINI)
    here = factories.MELATI

    assert tini.get(desks.path("office-cash-purchase", purchase.code, village=here)).status_code == 404
    take = {"amount_rupiah": "30000", "form_key": "k" * 32}
    assert tini.post(desks.path("office-confirm", purchase.code, village=here), take).status_code == 404
    assert not Payment.objects.exists()


def test_a_payment_and_its_receipt_belong_to_the_counter_that_took_it() -> None:
    purchase, _order_id = desks.placed()
    darto, asep = desks.browser(factories.DARTO), desks.browser(factories.ASEP)
    url = desks.path("office-cash-purchase", purchase.code, village=factories.SUKAMAJU)
    form = desks.filled(darto, url, desks.path("office-confirm", purchase.code, village=factories.SUKAMAJU))
    page_text.send(darto, form)
    payment_id = Payment.objects.get().id

    assert asep.get(desks.path("office-cash-purchase", purchase.code)).status_code == 200  # Cibiru sells
    assert asep.post(desks.path("office-undo", purchase.code, payment_id), {"reason": "x"}).status_code == 404
    assert asep.get(desks.path("office-receipt", 1)).status_code == 404
    assert Payment.objects.count() == 1


def test_each_role_sees_its_part() -> None:
    sees = {
        factories.SARI: {"office-orders", "office-parcels", "office-products", "office-cash", "office-consignors", "office-shop"},
        factories.ASEP: {"office-orders", "office-parcels", "office-cash"},
        desks.newcomer("courier"): {"office-orders", "office-parcels"},
        desks.newcomer("service"): {"office-orders", "office-products"},
    }
    pages = set.union(*sees.values())

    for person, hers in sees.items():
        client = desks.browser(person)
        assert {name for name in pages if client.get(desks.path(name)).status_code == 200} == hers, person.role


def test_a_role_that_ended_opens_nothing_from_that_day_on() -> None:
    from tenants import models

    sari = desks.browser(factories.SARI)
    assert sari.get(desks.path("office-orders")).status_code == 200

    models.Membership.objects.filter(user_id=factories.SARI.id).update(until_on=factories.START.date())

    assert sari.get(desks.path("office-orders")).status_code == 404


def test_the_people_of_a_village_that_left_read_so_and_others_find_nothing(market) -> None:  # type: ignore[no-untyped-def]
    product_id = shopping.product(factories.CIBIRU)
    purchase = shopping.buy({product_id: 3})
    order_id = SellerOrder.objects.get().id
    leavers.leave(market, factories.CIBIRU)

    for name, args in everything(order_id, product_id, purchase.code):
        url = desks.path(name, *args)
        for person in (factories.SARI, factories.ASEP):
            for answer in (desks.browser(person).get(url), desks.browser(person).post(url, {"reason": "x"})):
                assert answer.status_code == 404, url
                assert "Kantor ini sudah tutup" in desks.text(answer), url
                assert "Desa Cibiru sudah keluar dari federasi: tokonya tutup sejak 1 Juni 2026" in desks.text(answer)
                assert "tetap disimpan federasi" in desks.text(answer)
        for person in STRANGERS:
            assert "sudah keluar" not in desks.text(desks.browser(person).get(url)), (person.name, url)

    assert SellerOrder.objects.get().state == "placed"
    assert desks.browser(factories.SARI).get(reverse("purchase", args=[purchase.token])).status_code == 200


def test_pages_are_kept_nowhere() -> None:
    sari = desks.browser(factories.SARI)

    for name in ("office-orders", "office-cash", "office-products", "office-more", "office-news", "office-assist"):
        assert "no-store" in sari.get(desks.path(name))["Cache-Control"]
