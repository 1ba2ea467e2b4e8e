"""A guest pays by card on a phone; a refund that the gateway could not send is sent again at the federation's desk."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from deploy import audit
from deploy.bench.support import web_servers
from federation.models import GatewayPayment, GatewayRefund, SellerOrder
from marketplace.gateway_payments import payment_round
from settlement.bank.gateways.gateway_interface import RefundState
from tests.support import factories, shopping
from tests.support.gateways import remote
from tests.support.gateways.stateful import NAME, SIGNATURE, StatefulGateway
from tests.support.marketplace import dealing
from tests.system.browser.conftest import GATEWAY
from tests.system.browser.test_market_day import log_in, put_aside

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def site(market, gateway: StatefulGateway, static_files, tmp_path: Path) -> Iterator[str]:
    """As the other browser tests' site, and it works with the gateway of this test."""
    with remote.served(gateway) as environment:
        environment = {**market.environment, **environment, "PYTHONPATH": str(ROOT)}
        with web_servers.serving(environment=environment, log=tmp_path / "web.log") as server:
            yield f"http://127.0.0.1:{server.port}"


def told(gateway: StatefulGateway, site: str) -> None:
    """The gateway's notifications arrive at the market's door."""
    while gateway.notifications:
        _kind, key = gateway.notifications.pop(0)
        line = http.client.HTTPConnection(site.removeprefix("http://"), timeout=10)
        line.request("POST", f"/api/gerbang/{NAME}/kabar/", json.dumps({"key": key}), {"X-Signature": SIGNATURE})
        assert line.getresponse().status == 200
        line.close()


def show_gateway(page: Page) -> None:
    """The gateway's own page, as bare as can be: a button back to the shop."""

    def answer(route: Route) -> None:
        back = GatewayPayment.objects.latest("id").return_url
        route.fulfill(status=200, content_type="text/html", body=f"<title>Gerbang</title><a href='{back}'>Kembali ke toko</a>")

    page.route(f"{GATEWAY}**", answer)


def order_by_card(page: Page) -> None:
    page.goto("/keranjang/")
    page.get_by_label("Desa tempat Anda membayar").select_option(label="Sukamaju")
    page.get_by_role("button", name="Lanjut memesan").click()
    page.locator("[name=name]").fill("Bu Wati")
    page.locator("[name=phone]").fill("0812 9099 0001")
    page.locator("summary", has_text="Ambil di BUMDes Sukamaju").click()
    page.get_by_text(re.compile("^Ambil di BUMDes Sukamaju, bayar dulu dengan kartu")).click()
    page.get_by_role("button", name="Pesan sekarang").click()
    page.wait_for_url(re.compile("/pesanan/"))


def test_a_guest_pays_by_card_and_a_failed_refund_is_sent_again(gateway: StatefulGateway, site: str, visit: Callable[..., Page]) -> None:
    shopping.product(factories.CIBIRU, name="Keripik bayam", price_rupiah=12_000, stock=5)
    buyer = visit("/", script=False)
    show_gateway(buyer)
    put_aside(buyer, "kripik", "Keripik bayam", 2)
    order_by_card(buyer)
    purchase = buyer.url
    buyer.get_by_role("button", name="Bayar Rp\u00a024.000").click()
    buyer.get_by_role("link", name="Lanjut bayar Rp\u00a024.000").click()
    expect(buyer).to_have_title("Gerbang")
    buyer.get_by_role("link", name="Kembali ke toko").click()
    expect(buyer.get_by_role("main")).to_contain_text("halaman ini memeriksanya sendiri")

    gateway.pay(GatewayPayment.objects.get().key)
    told(gateway, site)

    expect(buyer.get_by_role("main")).to_contain_text("Pembayaran Anda sudah diterima.", timeout=25_000)  # without a touch
    assert SellerOrder.objects.get().paid_at is not None

    dealing.cancel(*SellerOrder.objects.values_list("id", flat=True))
    payment_round.ask_all(at=timezone.now())
    gateway.refund_becomes(gateway.refund_keys()[0], RefundState.FAILED)
    told(gateway, site)
    buyer.goto(purchase)
    expect(buyer.get_by_role("main")).to_contain_text("sedang dikirim lewat cara bayarnya")
    operator = visit("/", script=False)
    log_in(operator, factories.OPERATOR)
    operator.goto("/federasi/")
    operator.locator(".panel", has_text="gerbang pembayaran menunggu keputusan").get_by_role("link", name="Periksa").click()
    operator.get_by_role("link", name="Kirim lagi").click()
    operator.get_by_label("Alasannya").fill("Bank pembeli sedang mati waktu itu")
    operator.get_by_role("button", name="Kirim lagi").click()
    expect(operator.get_by_role("main")).to_contain_text("Gerbang mencoba lagi dalam beberapa menit.")

    payment_round.ask_all(at=timezone.now())
    gateway.refund_becomes(gateway.refund_keys()[1], RefundState.SUCCEEDED)
    told(gateway, site)
    buyer.goto(purchase)
    expect(buyer.get_by_role("main")).not_to_contain_text("sedang dikirim")
    assert set(GatewayRefund.objects.values_list("state", flat=True)) == {"failed", "succeeded"}
    assert [result.name for result in audit.run() if result.count] == []
