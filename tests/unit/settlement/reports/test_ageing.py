"""How old the open debts are, by the federation's days."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.db import transaction

from settlement.ledger import parties, sales
from settlement.models import Obligation
from settlement.reports import ageing
from tests.support.settlement import books
from tests.support.settlement.books import A, B, C

AT = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)  # midnight in Jakarta: 1 July begins
DAY = timedelta(days=1)


def owe(amount: int, *, at: datetime, home: str = A, seller: str = B) -> sales.Sale:
    """A sale without fee that is paid and handed over at that instant: one obligation of this amount."""
    chosen = books.sale(goods=amount, fee=0, home=home, seller=seller)
    with transaction.atomic(durable=True):
        sales.reserve(sales=[chosen], happened_at=at)
        sales.post(sale=chosen, payment_id=uuid.uuid4(), happened_at=at)
    return chosen


def buckets(at: datetime = AT) -> dict[str, tuple[int, int, int, int]]:
    return {found.debtor: found.buckets_rupiah for found in ageing.open_obligations(at=at)}


def test_each_day_falls_into_its_bucket(market):
    for days, amount in ((0, 1), (30, 2), (31, 4), (60, 8), (61, 16), (90, 32), (91, 64), (400, 128)):
        owe(amount, at=AT - days * DAY)

    assert buckets() == {A: (3, 12, 48, 192)}
    [found] = ageing.open_obligations(at=AT)
    assert (found.open_rupiah, found.count, found.oldest_at, found.oldest_days) == (255, 8, AT - 400 * DAY, 400)


def test_days_are_the_federations_and_begin_at_its_midnight(market):
    minute = timedelta(minutes=1)
    owe(1, at=AT - 30 * DAY)  # 1 June 00.00 in Jakarta
    owe(2, at=AT - 30 * DAY - minute)  # 31 May 23.59 there

    assert buckets(AT) == {A: (1, 2, 0, 0)}
    assert buckets(AT + DAY - minute) == {A: (1, 2, 0, 0)}
    assert buckets(AT + DAY) == {A: (0, 3, 0, 0)}


def test_only_what_is_open_counts_and_a_later_clock_makes_it_older(market):
    part = owe(100, at=AT)
    books.refund(part, goods=40)
    whole = owe(50, at=AT, home=B, seller=C)
    books.refund(whole, goods=50)

    assert buckets() == {A: (60, 0, 0, 0)}
    assert buckets(AT + 95 * DAY) == {A: (0, 0, 0, 60)}
    assert buckets(AT - DAY) == {A: (60, 0, 0, 0)}  # a clock that is behind makes nothing negative


def test_who_owes_whom_does_not_mix_and_one_debtor_can_be_asked_for(market, django_statements):
    owe(10, at=AT - 40 * DAY)
    owe(20, at=AT, home=B, seller=A)
    owe(30, at=AT - 100 * DAY, home=C, seller=A)

    with django_statements() as statements:
        found = ageing.open_obligations(at=AT)

    assert len(statements) == 1
    assert [(one.debtor, one.buckets_rupiah) for one in found] == [(A, (0, 10, 0, 0)), (B, (20, 0, 0, 0)), (C, (0, 0, 0, 30))]
    assert ageing.open_obligations(at=AT, debtor=B) == [found[1]]
    assert ageing.open_obligations(at=AT, debtor="34.02.90.2099") == []
    assert sum(one.open_rupiah for one in found) == sum(Obligation.objects.values_list("open_rupiah", flat=True))


def test_an_item_of_a_cycle_ages_by_its_own_row_and_the_pool_is_no_debtor(market):
    made = {"cause": "cycle", "cause_id": uuid.uuid4(), "cycle_number": 1, "created_at": AT}
    for debtor, creditor, days in ((A, parties.POOL, 40), (parties.POOL, B, 40), (A, parties.POOL, 3)):
        at = AT - days * DAY
        Obligation.objects.create(debtor=debtor, creditor=creditor, amount_rupiah=10, open_rupiah=10, happened_at=at, **made)

    assert buckets() == {A: (10, 10, 0, 0)}
