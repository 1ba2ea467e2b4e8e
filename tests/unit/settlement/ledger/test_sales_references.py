"""One business event has one effect, however often it is told; another event under its name is refused."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import transaction

from settlement.ledger import function_calls, sales
from tests.support.settlement import books
from tests.support.settlement.books import A, B


def test_reserving_again_is_quiet(market):
    sale = books.sale()

    books.reserve(sale)
    books.reserve(sale)

    assert books.sums(f"clearing:{A}") == {"debit_pending": 100_000}


def test_reserving_again_with_other_terms_is_refused(market):
    sale = books.sale()
    books.reserve(sale)

    with pytest.raises(function_calls.ReferenceReused):
        books.reserve(books.sale(order_id=sale.order_id, goods=90_000))


def test_reserving_a_new_order_beside_an_old_one_reserves_the_new_one_only(market):
    old, new = books.sale(), books.sale(goods=10_000, fee=200)
    books.reserve(old)

    books.reserve(old, new)

    assert books.sums(f"clearing:{A}") == {"debit_pending": 110_000}


def test_posting_again_for_the_same_payment_is_quiet(market):
    sale = books.sale()
    payment = books.complete(sale)

    books.post(sale, payment_id=payment)

    assert len(books.obligations()) == 2


@pytest.mark.parametrize("holder", [A, B])
def test_posting_for_a_second_payment_is_refused(market, holder):
    sale = books.sale(holder=holder)
    books.complete(sale)

    with pytest.raises((sales.AlreadyPosted, sales.NotReserved)):
        books.post(sale)


def test_refunding_again_is_quiet_and_with_other_terms_refused(market):
    sale, refund_id = books.sale(), uuid.uuid4()
    books.complete(sale)

    books.refund(sale, goods=10_000, fee=200, refund_id=refund_id)
    books.refund(sale, goods=10_000, fee=200, refund_id=refund_id)

    assert books.net() == {A: -90_000, B: 88_200}
    with pytest.raises(function_calls.ReferenceReused):
        books.refund(sale, goods=20_000, fee=400, refund_id=refund_id)


def test_voiding_and_undoing_again_is_quiet(market):
    sale, other = books.sale(), books.sale()
    payment = books.complete(other)
    books.reserve(sale)

    for _ in range(2):
        books.void(sale)
        books.unpost(other, payment)

    assert books.sums(f"clearing:{A}") == {"debit_pending": 100_000, "debit_posted": 100_000, "credit_posted": 100_000}


def test_voiding_what_was_never_reserved_does_nothing(market):
    books.void(books.sale())

    assert books.rows("SELECT count(*) FROM settlement_reference") == [(0,)]


def test_posted_order_is_not_voided(market):
    sale = books.sale()
    books.complete(sale)

    with pytest.raises(sales.AlreadyPosted):
        books.void(sale)


def test_voided_or_unreserved_or_underreserved_order_is_not_posted(market):
    voided, reserved = books.sale(), books.sale()
    books.reserve(voided, reserved)
    books.void(voided)

    for sale in (voided, books.sale(), books.sale(order_id=reserved.order_id, goods=100_001)):
        with pytest.raises(sales.NotReserved):
            books.post(sale)


def test_reserved_order_is_not_refunded_in_the_ledger(market):
    sale = books.sale()
    books.reserve(sale)

    with pytest.raises(sales.NotPosted):
        books.refund(sale, goods=10_000)


def test_verbs_need_an_open_transaction(market):
    with pytest.raises(RuntimeError, match="open transaction"):
        sales.reserve(sales=[books.sale()], happened_at=books.NOON)


def test_reserving_is_one_round_trip(market, django_statements):
    books.reserve(books.sale())  # prepares it, if this connection is new

    with django_statements() as statements, transaction.atomic():
        sales.reserve(sales=[books.sale(), books.sale()], happened_at=books.NOON)

    assert [re.sub(r"\d+\(.*", "", text) for text in statements] == ["EXECUTE hot_"]
