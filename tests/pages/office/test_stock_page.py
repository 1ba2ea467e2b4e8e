"""Stok of one product: what came in, broke and was counted, each once, and the orders that lack pieces."""

from __future__ import annotations

import pytest

from federation.models import SellerOrder
from marketplace.goods import products, stock_queries
from tenants.db import context
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")


def test_breakage_below_reserved_stock_names_the_orders_it_breaks() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    purchase = shopping.buy({product_id: 3})
    order_id = SellerOrder.objects.get().id
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-stock", product_id), desks.path("office-stock-break", product_id))
    typed = {**form.values, "quantity": "4", "reason": "basah kena hujan"}

    answers = [sari.post(form.action, typed, follow=True) for _tap in range(2)]

    for answer in answers:
        assert "Kerusakan dicatat dan stok dikurangi." in desks.text(answer)
        assert f"{purchase.code} · Bu Wati" in desks.text(answer)
        assert "kurang 2" in desks.text(answer)
        assert desks.path("office-shorten", order_id) in page_text.read(answer).links
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id).on_hand == 1


def test_goods_that_came_in_count_once_and_a_count_corrects() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari = desks.browser(factories.SARI)
    url = desks.path("office-stock", product_id)
    came = desks.filled(sari, url, desks.path("office-stock-receive", product_id))
    for _tap in range(2):
        assert page_text.send(sari, came, quantity="10").status_code == 303
    counted = desks.filled(sari, url, desks.path("office-stock-count", product_id))

    answer = sari.get(page_text.send(sari, counted, counted="14")["Location"])

    assert "Stok sekarang sesuai dengan hitungan." in desks.text(answer)
    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id).on_hand == 14
        assert [row["quantity"] for row in stock_queries.movements(product_id=product_id)] == [-1, 10, 5]


def test_a_thousand_pieces_with_a_dot_are_a_thousand() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari = desks.browser(factories.SARI)

    desks.press(sari, desks.path("office-stock", product_id), desks.path("office-stock-receive", product_id), quantity="1.000")

    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id).on_hand == 1_005


def test_each_form_of_the_stock_page_counts_on_its_own() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari = desks.browser(factories.SARI)
    page = page_text.read(sari.get(desks.path("office-stock", product_id)))
    came, broke = (page.form(desks.path(f"office-stock-{action}", product_id)) for action in ("receive", "break"))

    page_text.send(sari, came, quantity="10")
    page_text.send(sari, broke, quantity="2", reason="basah")

    with context.inside(factories.CIBIRU):
        assert products.get(product_id=product_id).on_hand == 13


def test_what_is_missing_is_said_in_its_form_and_refusals_above_it() -> None:
    product_id = shopping.product(factories.CIBIRU, stock=5)
    sari, url = desks.browser(factories.SARI), desks.path("office-stock", product_id)

    empty = desks.press(sari, url, desks.path("office-stock-break", product_id), quantity="1", reason="")
    many = desks.press(sari, url, desks.path("office-stock-break", product_id), quantity="9", reason="basah")

    assert (empty.status_code, many.status_code) == (422, 409)
    assert "Tulis apa yang terjadi" in desks.text(empty)
    assert page_text.read(many).form(desks.path("office-stock-break", product_id)).values["quantity"] == "9"
    assert sari.post(url, {"quantity": "1"}).status_code == 405
