"""A village does not leave while somebody still waits for it: for goods, for money, or for what it owes."""

from __future__ import annotations

import pytest

from federation import leaving, models
from settlement import leaving as settling
from settlement import positions
from tenants import refusals, villages
from tests import factories, shopping
from tests.factories import CIBIRU, MELATI, SUKAMAJU
from tests.settlement import books


def archive(market, code: str) -> None:
    with market.as_owner():
        villages.archive(code=code, by=factories.OPERATOR.id, at=shopping.NOON, reason="bergabung")


def state(code: str) -> str:
    villages.forget()
    return villages.by_code(code=code).state


def test_a_living_order_holds_its_seller_and_its_home_but_no_third_village(market):
    shopping.buy({shopping.product(CIBIRU): 2})

    for code in (CIBIRU, SUKAMAJU):
        with pytest.raises(leaving.NotFinished) as refused:
            archive(market, code)
        assert refused.value.values == {"orders": 1, "refunds": 0}
        assert state(code) == "active"
    archive(market, MELATI)
    assert state(MELATI) == "archived"


@pytest.mark.parametrize("part", ["holder", "deliverer"])
def test_whoever_takes_the_cash_or_brings_the_goods_stays_too(market, part):
    shopping.buy({shopping.product(CIBIRU): 2})
    models.SellerOrder.objects.update(**{part: MELATI})

    with pytest.raises(leaving.NotFinished):
        archive(market, MELATI)


def test_a_refund_that_is_due_holds_its_counter_and_its_seller_until_it_is_paid_out(market):
    shopping.buy({shopping.product(CIBIRU): 2})
    order = models.SellerOrder.objects.get()
    models.SellerOrder.objects.update(state="completed", ended_at=shopping.NOON)
    models.Refund.objects.create(
        order=order, reference="r", village_code=SUKAMAJU, goods_rupiah=1, amount_rupiah=1, fee_rupiah=0, reason="x", made_at=shopping.NOON
    )

    for code in (CIBIRU, SUKAMAJU):
        with pytest.raises(leaving.NotFinished) as refused:
            leaving.refuse_unfinished(village_code=code, at=shopping.NOON)
        assert refused.value.values == {"orders": 0, "refunds": 1}
    models.Refund.objects.update(paid_out_at=shopping.NOON)
    for code in (CIBIRU, SUKAMAJU):
        leaving.refuse_unfinished(village_code=code, at=shopping.NOON)


def test_a_reservation_holds_both_sides_until_it_is_voided(market):
    sale = books.sale()
    books.reserve(sale)

    for code in (SUKAMAJU, CIBIRU):
        with pytest.raises(settling.NotSettled) as refused:
            archive(market, code)
        assert (refused.value.values["reserved"], refused.value.values["obligations"]) != (0, 0)
    archive(market, MELATI)
    books.void(sale)
    archive(market, CIBIRU)
    assert state(CIBIRU) == "archived"


def test_an_even_position_over_open_obligations_is_not_settled(market):
    books.complete(books.sale(home=SUKAMAJU, seller=CIBIRU, goods=50_000, fee=0))
    books.complete(books.sale(home=MELATI, seller=SUKAMAJU, goods=50_000, fee=0))
    assert positions.of(village_code=SUKAMAJU).net_rupiah == 0

    with pytest.raises(settling.NotSettled) as refused:
        archive(market, SUKAMAJU)

    assert refused.value.values == {"obligations": 2, "reserved": 0, "net": 0}


def test_a_position_without_obligations_is_not_settled_either(market):
    books.complete(books.sale(goods=50_000, fee=0))
    books.rows_changed("UPDATE settlement_obligation SET open_rupiah = 0")

    for code, net in ((SUKAMAJU, -50_000), (CIBIRU, 50_000)):
        with pytest.raises(settling.NotSettled) as refused:
            archive(market, code)
        assert refused.value.values == {"obligations": 0, "reserved": 0, "net": net}


def test_a_refused_village_is_still_open(market):
    shopping.buy({shopping.product(CIBIRU): 2})

    with pytest.raises(refusals.Refused):
        archive(market, CIBIRU)

    assert state(CIBIRU) == "active"
    shopping.product(CIBIRU)  # still writes there
