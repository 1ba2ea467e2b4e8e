"""What is printed fits its paper, and no figure is broken: receipts on rolls of 58 and 80 mm, the sheet of a cycle on A4."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page

from federation.models import Federation
from marketplace import shops
from marketplace.orders import counter
from settlement.ledger import limits
from tenants import acts, models, villages
from tenants.acts import Act
from tenants.db import context
from tests.support import cycling, desks, factories, shopping

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MILLIMETRE = 96 / 25.4  # pixels
LONG = "Raden Ayu Siti Nurhaliza-Wijayakusumawardhaningrat Purbakusumowidagdo"
LONG_WORD = "Purbakusumowidagdo-Wijayakusumawardhaningratpurbakusumowidagdo-Wijayakusuma"
# Figures of which the text runs over more than one line, and what reaches beyond the paper's right edge.
BROKEN = r"""[...document.querySelectorAll('main *')].flatMap(one => [...one.childNodes]).filter(node => node.nodeType === 3)
.flatMap(node => [...node.data.matchAll(/(?:Rp\s?)?\d[\d.]*\d/g)].map(found => {
const words = document.createRange(); words.setStart(node, found.index); words.setEnd(node, found.index + found[0].length);
return [found[0], new Set([...words.getClientRects()].map(box => Math.round(box.top))).size]})).filter(one => one[1] > 1)"""
BEYOND = """[...document.querySelectorAll('main, main *')].filter(one => one.checkVisibility())
.filter(one => one.getBoundingClientRect().right > innerWidth + 0.5).map(one => one.outerHTML.slice(0, 200))"""


def open_printed(page: Page, path: str, person: factories.Person, *, millimetres: float) -> None:
    """Look at a page as it is printed on paper that takes so many millimetres."""
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": desks.browser(person).cookies[name].value, "url": page.url}])
    page.set_viewport_size({"width": int(millimetres * MILLIMETRE), "height": 800})
    page.emulate_media(media="print")
    page.goto(path)


def assert_whole(page: Page, figure: str) -> None:
    assert figure in page.inner_text("main").replace("\xa0", " ")
    assert page.evaluate(BROKEN) == []
    assert page.evaluate(BEYOND) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def large_debts() -> None:
    Federation.objects.update(unproven_unpaid_max_rupiah=10**10)
    act = acts.by_command_line(at=shopping.NOON, reason="uji")
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=10**11, guest_limit_rupiah=10**11, act=act)


@pytest.fixture
def receipts(market) -> None:  # type: ignore[no-untyped-def]
    """Receipt 1 of Sukamaju for two sellers, with long names; 2 takes it back."""
    for village in (factories.SUKAMAJU, factories.CIBIRU):
        with context.inside(village):
            changed = dataclasses.replace(shops.settings(), bumdes_name=f"BUMDes {LONG}")
            shops.change(settings=changed, act=Act(by=factories.staff(village), at=shopping.NOON))
    large_debts()
    goods = {shopping.product(village, price_rupiah=9_876_543): 1 for village in (factories.CIBIRU, factories.MELATI)}
    purchase = shopping.buy(goods, name=LONG)
    act = Act(by=factories.staff(factories.SUKAMAJU), at=shopping.later(1), key="k" * 32, reason=f"Salah terima, {LONG}")
    taken = counter.confirm(village_code=factories.SUKAMAJU, purchase_id=purchase.purchase_id, amount_rupiah=2 * 9_876_543, act=act)
    counter.undo(village_code=factories.SUKAMAJU, payment_id=taken.payment_id, act=dataclasses.replace(act, at=shopping.later(2)))


@pytest.mark.parametrize("millimetres", [48, 58, 72, 80])
def test_receipts_fit_their_paper(receipts: None, visit: Callable[..., Page], millimetres: int) -> None:
    page = visit("/")
    for number, figure in ((1, "Rp 19.753.086"), (2, "−Rp 19.753.086")):
        open_printed(page, f"/desa/sukamaju/kelola/kas/kuitansi/{number}/", factories.RATNA, millimetres=millimetres)
        assert_whole(page, figure)
        assert "Rp 9.876.543" in page.inner_text("main").replace("\xa0", " ")
        assert "Cetak lewat" not in page.inner_text("main")


def test_the_sheet_of_a_cycle_fits_a4(market, visit: Callable[..., Page]) -> None:  # type: ignore[no-untyped-def]
    large_debts()
    with market.as_owner(), context.public():
        models.Village.objects.filter(code=factories.CIBIRU).update(name=LONG_WORD)
        villages.changed()
    cycling.sold(price_rupiah=98_765_432)
    cycling.collecting()
    page = visit("/")
    path = "/desa/sukamaju/kelola/putaran/1/cetak/"
    open_printed(page, path, factories.RATNA, millimetres=182)
    assert_whole(page, "Rp 296.296.296")
