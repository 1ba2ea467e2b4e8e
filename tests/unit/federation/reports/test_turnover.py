"""Turnover counts what was paid and handed over, once, on the federation's day, refunds taken off."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from federation.models import SellerOrder, TurnoverFact
from federation.reports import turnover
from tenants.codes import OUTSIDE
from tests.support import factories, shopping
from tests.support.marketplace import dealing

HOME, CIBIRU, MELATI = factories.SUKAMAJU, factories.CIBIRU, factories.MELATI
DAY = shopping.NOON.date()


def fact(buyer: str, seller: str, *, goods: int, delivery: int = 0, reference: str = "", at: datetime = shopping.NOON) -> None:
    turnover.write(
        reference=reference or f"{buyer}-{seller}-{goods}-{at}",
        order=SellerOrder(id=uuid.uuid4(), home_village=buyer, seller=seller),
        goods_rupiah=goods,
        delivery_rupiah=delivery,
        fee_rupiah=0,
        at=at,
    )


def test_a_sale_counts_with_its_delivery_and_what_went_back_is_taken_off(market):
    order_id = dealing.sold(shopping.product(CIBIRU, price_rupiah=10_000), ("counter", "courier_seller"))
    delivery = dealing.get(order_id).delivery_fee_rupiah

    assert turnover.matrix(from_on=DAY, to_on=DAY).cells == {(HOME, CIBIRU): 30_000 + delivery}

    dealing.take_back(order_id, 1)
    assert turnover.matrix(from_on=DAY, to_on=DAY).cells == {(HOME, CIBIRU): 20_000 + delivery}
    dealing.allow(order_id, 3_000)
    assert turnover.matrix(from_on=DAY, to_on=DAY).cells == {(HOME, CIBIRU): 17_000 + delivery}


def test_the_sums_tell_own_village_other_villages_and_outside_apart(market):
    fact(HOME, HOME, goods=5_000)
    fact(HOME, CIBIRU, goods=7_000, delivery=1_000)
    fact(MELATI, CIBIRU, goods=20_000)
    fact(OUTSIDE, CIBIRU, goods=300)

    found = turnover.matrix(from_on=DAY, to_on=DAY)

    assert (found.total_rupiah, found.within_rupiah, found.between_rupiah, found.inflow_rupiah) == (33_300, 5_000, 28_000, 300)
    assert (found.bought_by(HOME), found.bought_by(CIBIRU)) == (13_000, 0)

    # Of the largest only the smaller ones are one, and the sums are those of all.
    few = turnover.matrix(from_on=DAY, to_on=DAY, largest=1)
    rest = turnover.REST
    assert few.cells == {(rest, rest): 5_000, (rest, CIBIRU): 28_000, (OUTSIDE, CIBIRU): 300}
    assert (few.total_rupiah, few.within_rupiah, few.between_rupiah, few.inflow_rupiah) == (33_300, 5_000, 28_000, 300)


def test_one_village_sees_with_whom_it_traded_the_most_first(market):
    fact(HOME, HOME, goods=5_000)
    fact(HOME, CIBIRU, goods=8_000)
    fact(MELATI, HOME, goods=20_000)
    fact(MELATI, CIBIRU, goods=90_000)
    found = turnover.partners(village_code=HOME, from_on=DAY, to_on=DAY, largest=2)
    assert found == [turnover.Partner(MELATI, 0, 20_000), turnover.Partner(CIBIRU, 8_000, 0), turnover.Partner(turnover.REST, 5_000, 5_000)]


def test_a_reference_counts_once_and_what_is_taken_back_in_full_leaves_no_cell(market):
    for _ in range(2):
        fact(HOME, CIBIRU, goods=7_000, delivery=1_000, reference="jual")
    assert turnover.matrix(from_on=DAY, to_on=DAY).total_rupiah == 8_000

    fact(HOME, CIBIRU, goods=-7_000, delivery=-1_000, reference="kembali")
    assert turnover.matrix(from_on=DAY, to_on=DAY).cells == {}
    assert TurnoverFact.objects.count() == 2


def test_days_are_the_federations(market):
    assert turnover.last_day() is None
    fact(HOME, CIBIRU, goods=1_000, at=datetime.fromisoformat("2026-06-10T23:59:00+07:00"))
    fact(HOME, CIBIRU, goods=2_000, at=datetime.fromisoformat("2026-06-10T17:00:00+00:00"))  # midnight in Jakarta: the 11th

    assert turnover.matrix(from_on=date(2026, 6, 10), to_on=date(2026, 6, 10)).total_rupiah == 1_000
    assert turnover.matrix(from_on=date(2026, 6, 11), to_on=date(2026, 6, 11)).total_rupiah == 2_000
    assert turnover.matrix(from_on=date(2026, 6, 10), to_on=date(2026, 6, 11)).total_rupiah == 3_000
    assert turnover.last_day() == date(2026, 6, 11)
