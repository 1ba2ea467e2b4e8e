"""A village does not leave while somebody still waits for it: for goods, for money, or for what it owes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections, transaction

from federation import models
from federation.members import leaving
from marketplace.checkout import place_order
from settlement.ledger import limits, positions, sales, unsettled
from settlement.models import Cycle, PaymentLeg
from settlement.reports import limit_history
from tenants import acts, errors, villages
from tests.support import shopping
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU
from tests.support.settlement import books

# Somebody waits for a lock, or looks again and again whether another transaction has ended.
WAITING = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' OR wait_event = 'PgSleep'"
LONG_AGO = shopping.NOON - villages.SEEN_EVERYWHERE_AFTER
ARGUMENTS = {"act": acts.by_command_line(at=shopping.NOON, reason="bergabung")}
LATER = {"act": acts.by_command_line(at=shopping.NOON + timedelta(days=30), reason="bergabung")}


def archive(market, code: str) -> None:
    with market.as_owner():
        if villages.is_active(code=code):
            villages.suspend(code=code, act=acts.by_command_line(at=LONG_AGO, reason="bergabung"))
        villages.archive(code=code, **ARGUMENTS)


def refuse(check, village: str, arguments=ARGUMENTS) -> None:
    with transaction.atomic():
        check(village_code=village, **arguments)


def state(code: str) -> str:
    villages.forget()
    return villages.by_code(code=code).state


def test_a_living_order_holds_its_seller_and_its_home_but_no_third_village(market):
    shopping.buy({shopping.product(CIBIRU): 2})

    for code in (CIBIRU, SUKAMAJU):
        with pytest.raises(leaving.NotFinished) as refused:
            archive(market, code)
        assert refused.value.values == {"orders": 1, "refunds": 0}
        assert state(code) == "suspended"
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
            refuse(leaving.refuse_unfinished, code)
        assert refused.value.values == {"orders": 0, "refunds": 1}
    models.Refund.objects.update(paid_out_at=shopping.NOON)
    for code in (CIBIRU, SUKAMAJU):
        refuse(leaving.refuse_unfinished, code, LATER)


@pytest.mark.parametrize("code", [CIBIRU, SUKAMAJU], ids=["seller", "holder"])
def test_seller_and_holder_stay_until_buyers_cannot_want_money_back(market, code):
    shopping.buy({shopping.product(CIBIRU): 2})
    models.SellerOrder.objects.update(state="completed", ended_at=shopping.NOON)
    models.Federation.objects.update(leaving_days=20)
    cache.clear()

    with pytest.raises(leaving.RefundsStillPossible) as refused:
        refuse(leaving.refuse_unfinished, code)
    assert [word for word in ("2026-06-10", "2026-06-30", "20 hari") if word not in str(refused.value)] == []
    almost = acts.by_command_line(at=shopping.NOON + timedelta(days=20, seconds=-1), reason="bergabung")
    with pytest.raises(leaving.RefundsStillPossible):
        refuse(leaving.refuse_unfinished, code, {"act": almost})
    refuse(leaving.refuse_unfinished, code, LATER)
    refuse(leaving.refuse_unfinished, MELATI)


def test_money_of_its_orders_at_a_gateway_holds_the_seller(market):
    shopping.buy({shopping.product(CIBIRU): 2})
    order = models.SellerOrder.objects.get()
    models.SellerOrder.objects.update(state="completed", ended_at=shopping.NOON)
    payment = models.GatewayPayment.objects.create(
        purchase=order.purchase, gateway="uji", channel="card", amount_rupiah=1, started_at=shopping.NOON, expires_at=shopping.NOON
    )
    models.GatewayShare.objects.create(gateway_payment=payment, order=order, amount_rupiah=1)

    with pytest.raises(leaving.GatewayNotFinished) as refused:
        refuse(leaving.refuse_unfinished, CIBIRU, LATER)
    assert refused.value.values == {"payments": 1, "refunds": 0, "disputes": 0}
    models.GatewayPayment.objects.update(state="succeeded")
    models.GatewayDispute.objects.create(gateway_payment=payment, external_id="d", state="open", learned_at=shopping.NOON)
    with pytest.raises(leaving.GatewayNotFinished) as refused:
        refuse(leaving.refuse_unfinished, CIBIRU, LATER)
    assert refused.value.values == {"payments": 0, "refunds": 0, "disputes": 1}
    models.GatewayDispute.objects.update(state="won")
    refuse(leaving.refuse_unfinished, CIBIRU, LATER)


def test_a_village_stays_while_the_cycle_that_paid_it_is_not_closed(market):
    cycle = Cycle.objects.create(number=99, state="paying", opened_at=shopping.NOON)
    PaymentLeg.objects.create(
        cycle=cycle, giver="F", receiver=CIBIRU, amount_rupiah=5, rail="bank", state="succeeded", key="k", planned_at=shopping.NOON
    )

    with pytest.raises(unsettled.PaidInThisCycle):
        refuse(unsettled.refuse_unsettled, CIBIRU)
    refuse(unsettled.refuse_unsettled, MELATI)


def test_a_reservation_holds_both_sides_until_it_is_voided(market):
    sale = books.sale()
    books.reserve(sale)

    for code in (SUKAMAJU, CIBIRU):
        with pytest.raises(unsettled.NotSettled) as refused:
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

    with pytest.raises(unsettled.NotSettled) as refused:
        archive(market, SUKAMAJU)

    assert refused.value.values == {"obligations": 2, "reserved": 0, "net": 0}


def test_a_position_without_obligations_is_not_settled_either(market):
    books.complete(books.sale(goods=50_000, fee=0))
    books.rows_changed("UPDATE settlement_obligation SET open_rupiah = 0")

    for code, net in ((SUKAMAJU, -50_000), (CIBIRU, 50_000)):
        with pytest.raises(unsettled.NotSettled) as refused:
            archive(market, code)
        assert refused.value.values == {"obligations": 0, "reserved": 0, "net": net}


def test_a_refused_village_is_as_before(market):
    shopping.buy({shopping.product(CIBIRU): 2})

    with pytest.raises(errors.DomainError):
        archive(market, CIBIRU)

    assert state(CIBIRU) == "suspended"
    shopping.product(CIBIRU)  # still writes there


@contextmanager
def on_its_way(work: Callable[[], object]) -> Iterator[None]:
    """Work in another thread that has begun when this is entered, and that goes on once somebody waits for its locks."""
    begun, given_up = threading.Event(), threading.Event()
    reserve = sales.reserve

    def slow(**terms: object) -> None:
        reserve(**terms)  # type: ignore[arg-type]
        begun.set()
        until = time.monotonic() + 60
        while not books.rows(WAITING) and not given_up.is_set() and time.monotonic() < until:
            time.sleep(0.02)
            books.rows("SELECT FROM pg_stat_clear_snapshot()")  # else a transaction sees for ever what it saw first

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sales, "reserve", slow)
        thread.start()
        try:
            assert begun.wait(60)
            yield
        finally:
            given_up.set()
            thread.join(60)


def test_an_order_that_is_being_placed_is_waited_for_and_counted(market):
    for code in (CIBIRU, SUKAMAJU):
        form = shopping.form(shopping.basket({shopping.product(CIBIRU): 2}))
        before = models.SellerOrder.objects.count()
        with on_its_way(lambda form=form: place_order.place(form=form, at=shopping.NOON)), pytest.raises(leaving.NotFinished) as refused:
            refuse(leaving.refuse_unfinished, code)
        assert refused.value.values == {"orders": before + 1, "refunds": 0}


def test_a_reservation_that_is_being_taken_is_waited_for_and_counted(market):
    with on_its_way(lambda: books.reserve(books.sale(goods=50_000, fee=0))), pytest.raises(unsettled.NotSettled) as refused:
        refuse(unsettled.refuse_unsettled, SUKAMAJU)

    assert refused.value.values["reserved"] == 50_000


def test_nothing_is_reserved_for_a_village_that_left_and_the_log_says_why(market):
    archive(market, SUKAMAJU)

    with pytest.raises(sales.CreditLimitExceeded):
        books.reserve(books.sale(goods=1, fee=0))

    [change] = limit_history.changes(village_code=SUKAMAJU)
    assert (change.after_rupiah, change.guests_after_rupiah, change.reason) == (0, 0, "bergabung")


def test_a_village_that_stays_keeps_its_limits(market):
    books.reserve(books.sale())
    before = limits.use(village_code=SUKAMAJU)

    with pytest.raises(unsettled.NotSettled):
        archive(market, SUKAMAJU)

    assert limits.use(village_code=SUKAMAJU) == before
    assert limit_history.changes(village_code=SUKAMAJU) == []
