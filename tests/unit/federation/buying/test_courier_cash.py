"""A courier's cash is the courier's until a cashier takes it: who has what, what the day counts, and each hand-in once."""

from __future__ import annotations

import uuid

import pytest

from federation.buying import courier_cash
from federation.models import CashHandIn, Payment, SellerOrder
from federation.reports import cash_book
from marketplace.orders import counter, steps
from tenants import activity_log
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import FormReused
from tenants.people import permissions
from tests.support import factories, shopping

HERE = VillageCode(factories.SUKAMAJU)


def act(person: factories.Person, minutes: int, *, key: str = "") -> Act:
    return Act(by=person.principal, at=shopping.later(minutes), key=key or uuid.uuid4().hex, reason="salah catat")


def brought(*, minutes: int, delivery: str = "courier_home", by: factories.Person = factories.UJANG) -> SellerOrder:
    """Goods of 30,000 that came from Cibiru and were handed over in Sukamaju for cash."""
    goods = shopping.product(factories.CIBIRU)
    purchase = shopping.buy({goods: 3}, method="cod_home", delivery=delivery, phone=f"0812909900{minutes:02}")
    order = SellerOrder.objects.get(purchase_id=purchase.purchase_id)
    with context.inside(factories.CIBIRU):
        for step, state in (("accept", "placed"), ("pack", "accepted"), ("send", "ready")):
            steps.take(order_id=order.id, step=step, form_state=state, act=act(factories.SARI, minutes))
    steps.take_at_home(village_code=HERE, order_id=order.id, step="hand_over", cash_rupiah=30_000, act=act(by, minutes))
    return order


def day() -> cash_book.CashDay:
    return cash_book.of_day(village_code=HERE, day=shopping.NOON.date())


def held() -> dict[str, int]:
    return {one.courier_name: one.amount_rupiah for one in courier_cash.held(village_code=HERE)}


def test_cash_from_the_door_is_the_couriers_until_a_cashier_takes_it(market):
    for minutes in (1, 2):
        brought(minutes=minutes)
    assert held() == {factories.UJANG.name: 60_000}
    assert (day().left_rupiah, day().carried_rupiah) == (0, 60_000)
    assert courier_cash.held(village_code=VillageCode(factories.CIBIRU)) == []

    form = act(factories.DARTO, 10)
    for _tap in range(2):
        counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=60_000, act=form)

    assert held() == {}
    assert (day().left_rupiah, day().carried_rupiah, day().handed_in_rupiah) == (60_000, 0, 60_000)
    [done] = CashHandIn.objects.all()
    assert (done.courier, done.received_by, done.amount_rupiah) == (factories.UJANG.id, factories.DARTO.id, 60_000)
    [entry] = activity_log.of_subject(subject_id=done.id)
    assert (entry.action, entry.by, entry.village_code) == ("cash.handed-in", factories.DARTO.id, HERE)
    assert entry.detail == {"courier": str(factories.UJANG.id), "amount_rupiah": 60_000, "receipts": [1, 2]}


def test_what_a_courier_brings_later_is_a_hand_in_of_its_own(market):
    brought(minutes=1)
    counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=30_000, act=act(factories.DARTO, 5))
    brought(minutes=7)

    assert held() == {factories.UJANG.name: 30_000}
    assert day().left_rupiah == 30_000


def test_another_sum_than_both_counted_is_not_taken(market):
    brought(minutes=1)
    form = act(factories.DARTO, 5, key="k" * 32)
    brought(minutes=3)
    for amount in (30_000, 0, -1):
        with pytest.raises(counter.HeldChanged):
            counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=amount, act=form)
    counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=60_000, act=form)
    with pytest.raises(FormReused):
        counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=30_000, act=form)
    with pytest.raises(counter.HeldChanged):
        counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=0, act=act(factories.DARTO, 6))


def test_nobody_takes_it_who_takes_no_cash_at_this_counter(market):
    brought(minutes=1)
    for person in (factories.UJANG, factories.ASEP, factories.TINI):
        with pytest.raises(permissions.Forbidden):
            counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=30_000, act=act(person, 5))


def test_cash_at_the_counter_is_in_the_box_at_once(market):
    brought(minutes=1, delivery="pickup_home", by=factories.DARTO)
    assert held() == {}
    assert day().left_rupiah == 30_000


def test_money_whose_payment_was_undone_is_nobodys(market):
    """Undone before it was brought, it never was in the box; undone after, the box has so much less."""
    brought(minutes=1)
    counter.undo(village_code=HERE, payment_id=Payment.objects.get().id, act=act(factories.DARTO, 2))
    assert held() == {}
    assert day().left_rupiah == 0
    with pytest.raises(counter.HeldChanged):
        counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=30_000, act=act(factories.DARTO, 3))

    brought(minutes=4)
    counter.hand_in(village_code=HERE, courier=factories.UJANG.id, amount_rupiah=30_000, act=act(factories.DARTO, 5))
    assert day().left_rupiah == 30_000
    payment = Payment.objects.exclude(courier_cash__hand_in=None).get(reverses=None)
    counter.undo(village_code=HERE, payment_id=payment.id, act=act(factories.DARTO, 6))
    assert day().left_rupiah == 0
    assert day().handed_in_rupiah == 30_000
