"""Toko, Kabar and Lainnya: what buyers read about the shop, what happened to orders, and the way to everything else."""

from __future__ import annotations

import pytest

from federation.members import profiles
from tenants import events
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")


def test_the_shops_settings_reach_the_buyers() -> None:
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-shop"))

    answer = page_text.send(sari, form, hours="Selasa–Minggu 07.00–12.00", seller_courier_fee_rupiah="5.000", phone="0812-9002-0001")
    wrong = page_text.send(sari, form, phone="12")

    assert answer.status_code == 303
    profile = profiles.get(village_code=factories.CIBIRU)
    assert (profile.hours, profile.seller_courier_fee_rupiah) == ("Selasa–Minggu 07.00–12.00", 5_000)
    assert 'aria-invalid="true"' in wrong.content.decode()


def test_news_of_an_order_reach_the_sellers_office_and_nobody_elses() -> None:
    purchase, _order_id = desks.placed()
    events.sweep(at=shopping.later(2))

    cibiru = desks.text(desks.browser(factories.SARI).get(desks.path("office-news")))
    melati = desks.text(desks.browser(factories.TINI).get(desks.path("office-news", village=factories.MELATI)))

    assert f"Pesanan baru masuk · {purchase.code}" in cibiru
    assert purchase.code not in melati
    assert "Belum ada kabar" in melati


def test_the_last_tab_leads_to_what_a_role_may_open_and_nothing_else() -> None:
    for person in (factories.SARI, factories.ASEP, desks.newcomer("courier"), desks.newcomer("service")):
        client = desks.browser(person)
        page = page_text.read(client.get(desks.path("office-more")))
        ways = [link for link in page.links if "/kelola/" in link and "bahasa" not in link]

        assert ways
        for way in ways:
            assert client.get(way).status_code == 200, (person.role, way)
