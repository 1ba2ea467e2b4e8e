"""Pages on a phone of 360 px: nothing wider than the screen, every link high enough for a finger, menus and tables that fit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page

from marketplace.orders import steps
from tenants.acts import Act
from tenants.db import context
from tests.support import desks, factories, holding, shopping

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH = "document.documentElement.scrollWidth"
SMALL = """[...document.querySelectorAll('main a, main button, .end a, .end button, .foot a')].filter(seen => seen.checkVisibility())
.filter(seen => seen.getBoundingClientRect().height < 24).map(seen => seen.textContent)"""
FOOT = """[...document.querySelectorAll('.foot a')].map(way => {
const words = document.createRange(); words.selectNodeContents(way); const box = words.getBoundingClientRect();
return [box.left, box.right, box.top]})"""
ROWS = "[...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect().height)"


@pytest.fixture
def goods(market) -> uuid.UUID:  # type: ignore[no-untyped-def]
    """A product's id; one of its parcels is on its way to Sukamaju, another was paid and handed over there."""
    product_id = shopping.product(factories.CIBIRU)
    _purchase, order_id = desks.placed(method="cod_home", delivery="pickup_home")
    with context.inside(factories.CIBIRU):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order_id, step=step, form_state=state, act=Act(by=factories.SARI.principal, at=shopping.later(5)))
    desks.sold(minutes=10)
    return product_id


def log_in(page: Page, person: factories.Person) -> None:
    name = settings.SESSION_COOKIE_NAME
    address = page.url.split("/", 3)
    page.context.add_cookies([{"name": name, "value": desks.browser(person).cookies[name].value, "url": "/".join(address[:3])}])


def assert_fits(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate(WIDTH) <= 360, path
    assert page.evaluate(SMALL) == [], path
    places = page.evaluate(FOOT)
    assert all(left >= 8 and right <= 352 for left, right, _ in places), (path, places)
    beside = [(one, two) for one, two in zip(places, places[1:], strict=False) if one[2] == two[2]]  # of one row
    assert all(one[1] + 4 <= two[0] for one, two in beside), (path, places)


def test_pages_fit_a_phone(goods: uuid.UUID, visit: Callable[..., Page]) -> None:
    guest, ratna, auditor, operator = visit("/"), visit("/"), visit("/"), visit("/")
    log_in(ratna, factories.RATNA)
    log_in(auditor, factories.AUDITOR)
    log_in(operator, factories.OPERATOR)

    for path in ("/", "/masuk/", "/daftar/", "/desa/cibiru/", f"/barang/{goods}/"):
        assert_fits(guest, path)
    for path in ("", "titipan/", "barang/", "kas/", "lainnya/", "kas/kuitansi/1/", "putaran/", "putaran/rekening/", "putaran/sisa/"):
        assert_fits(ratna, f"/desa/sukamaju/kelola/{path}")
    cycles = ("putaran/", "putaran/1/", "putaran/1/uang/", "putaran/1/cocok/", "rekening-koran/", "rekening-bank/", "rekening-bank/F/")
    for path in ("", *cycles, "gerbang/", "sisa/", "anggota/", "posisi/", "batas/", "jurnal/", "jejak/"):
        assert_fits(auditor, f"/federasi/{path}")
    for path in ("putaran/1/tutup/", "putaran/1/batal/", "sisa/ubah/", "rekening-koran/masukkan/", "rekening-bank/F/ubah/"):
        assert_fits(operator, f"/federasi/{path}")
    assert_fits(operator, f"/federasi/batas/{factories.CIBIRU}/ubah/")
    holding.hold(at=shopping.NOON - timedelta(days=9))  # as after a restore
    for path in ("", "buka-lagi/", "buka-lagi/stok/"):
        assert_fits(ratna, f"/desa/sukamaju/kelola/{path}")
    for path in ("", f"{factories.CIBIRU}/usul/"):
        assert_fits(operator, f"/federasi/toko-ditahan/{path}")

    button = guest.get_by_role("button", name="Masukkan ke keranjang").bounding_box()
    assert button is not None
    assert button["height"] < 60  # one line of words
    auditor.goto("/federasi/anggota/")
    assert max(auditor.evaluate(ROWS)) < 60
