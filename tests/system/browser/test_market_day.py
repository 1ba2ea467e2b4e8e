"""A day of the market in a phone's browser: three villages in one basket, cash at the counter, four taps at each seller."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy import audit
from federation.models import SellerOrder
from settlement.ledger import positions
from settlement.models import Obligation
from tests.support import factories, shopping

pytestmark = [pytest.mark.browser, pytest.mark.slow]

S, C, M = factories.SUKAMAJU, factories.CIBIRU, factories.MELATI


def put_aside(page: Page, words: str, name: str, pieces: int) -> None:
    page.goto("/")
    page.get_by_label("Cari barang").fill(words)
    page.get_by_role("button", name="Cari").click()
    page.get_by_role("link", name=re.compile(name)).first.click()
    page.locator("[name=jumlah]").fill(str(pieces))
    page.get_by_role("button", name="Masukkan ke keranjang").click()


def log_in(page: Page, person: factories.Person) -> None:
    page.goto("/masuk/")
    page.get_by_label("Nomor HP").fill(person.phone.replace("+62", "0"))
    page.get_by_label("Kata sandi").fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Masuk").click()


def order(page: Page) -> str:
    """From the basket to the purchase's page; gives the code."""
    page.goto("/keranjang/")
    page.get_by_label("Desa tempat Anda membayar").select_option(label="Sukamaju")
    page.get_by_role("button", name="Lanjut memesan").click()
    page.locator("[name=name]").fill("Bu Wati")
    page.locator("[name=phone]").fill("0812 9099 0001")
    page.locator("[name=address]").fill("Dusun Kaliputih")
    page.get_by_role("button", name="Pesan sekarang").click()
    page.wait_for_url(re.compile("/pesanan/"))
    return page.locator(".say .big").inner_text()


def tap_through(page: Page, slug: str, *taps: str) -> None:
    for tap in taps:
        page.goto(f"/desa/{slug}/kelola/?tab=all")
        page.get_by_role("button", name=tap).click()


@pytest.fixture
def goods(market) -> None:
    shopping.product(C, name="Keripik bayam", price_rupiah=12_000, stock=5)
    shopping.product(M, name="Beras Mentik Wangi", price_rupiah=60_000, stock=9)
    shopping.product(S, name="Tahu putih", price_rupiah=4_000, stock=9)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_guest_buys_from_three_villages_and_everybody_does_their_part(goods, visit: Callable[..., Page], script: bool):
    buyer = visit("/", script=script)
    put_aside(buyer, "kripik", "Keripik bayam", 2)
    put_aside(buyer, "beras", "Beras Mentik", 1)
    put_aside(buyer, "tahu", "Tahu putih", 3)
    code = order(buyer)

    cashier = visit("/", script=script)
    log_in(cashier, factories.DARTO)
    cashier.goto("/desa/sukamaju/kelola/kas/")
    cashier.get_by_label(re.compile("[Kk]ode")).first.fill(code.lower())
    cashier.get_by_role("main").get_by_role("button").first.click()
    expect(cashier.get_by_text("Rp\u00a096.000").first).to_be_visible()
    cashier.get_by_role("button", name=re.compile("sudah masuk kas")).click()
    expect(cashier.get_by_role("main")).to_contain_text("Kuitansi")

    for person, slug in ((factories.SARI, "cibiru"), (factories.TINI, "melati")):
        seller = visit("/", script=script)
        log_in(seller, person)
        tap_through(seller, slug, "Terima pesanan", "Barang sudah siap", "Barang berangkat")
    home = visit("/", script=script)
    log_in(home, factories.RATNA)
    tap_through(home, "sukamaju", "Terima pesanan", "Barang sudah siap", "Sudah diserahkan")
    for _ in range(4):  # two parcels: each arrives, each is handed over
        home.goto("/desa/sukamaju/kelola/titipan/")
        home.get_by_role("main").get_by_role("button").first.click()

    buyer.reload()
    expect(buyer.get_by_role("main")).to_contain_text("Selesai")
    assert set(SellerOrder.objects.values_list("state", flat=True)) == {"completed"}
    _money_stands_as_the_table_says()


def _money_stands_as_the_table_says() -> None:
    """Fee 2 %: H owes each seller goods less fee, and F every fee, also that of its own sale."""
    owed = {(row.debtor, row.creditor): 0 for row in Obligation.objects.all()}
    for row in Obligation.objects.all():
        owed[row.debtor, row.creditor] += row.open_rupiah
    assert owed == {(S, C): 23_520, (S, M): 58_800, (S, "F"): 480 + 1_200 + 240}
    home, cibiru, melati = (positions.of(village_code=code) for code in (S, C, M))
    assert home.debit_posted_rupiah == 23_520 + 58_800 + 1_920
    assert home.debit_pending_rupiah == 0
    assert (cibiru.credit_posted_rupiah, melati.credit_posted_rupiah) == (23_520, 58_800)
    assert [result.name for result in audit.run() if result.count] == []
