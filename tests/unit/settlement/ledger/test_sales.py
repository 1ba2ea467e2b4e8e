"""Each row of settlement's posting table that needs no gateway, and the worked example up to its gross obligations."""

from __future__ import annotations

import pytest

from settlement import money
from settlement.ledger import sales
from tests.support.settlement import books
from tests.support.settlement.books import A, B, C


def test_sale_held_by_the_home_village(market):
    sale = books.sale(goods=100_000, fee=2_000)

    books.complete(sale)

    assert books.obligations() == [(A, B, 98_000, 98_000), (A, "F", 2_000, 2_000)]
    assert books.sums(f"clearing:{A}") == {"debit_posted": 100_000}
    assert books.sums(f"clearing:{B}") == {"credit_posted": 98_000}
    assert books.sums("fee-income") == {"credit_posted": 2_000}


def test_delivery_fee_is_owed_when_the_seller_delivers_and_another_holds_the_cash(market):
    books.complete(books.sale(delivery=5_000, deliverer=B))

    assert books.obligations() == [(A, B, 103_000, 103_000), (A, "F", 2_000, 2_000)]


def test_delivery_fee_stays_with_the_home_village_that_delivers(market):
    books.complete(books.sale(delivery=5_000, deliverer=A))

    assert books.obligations() == [(A, B, 98_000, 98_000), (A, "F", 2_000, 2_000)]


def test_sale_held_by_the_seller_owes_the_fee_only(market):
    books.complete(books.sale(holder=B, delivery=5_000))

    assert books.obligations() == [(B, "F", 2_000, 2_000)]
    assert books.net() == {B: -2_000}


def test_sale_within_one_village_owes_the_fee_only(market):
    books.complete(books.sale(home=B))

    assert books.obligations() == [(B, "F", 2_000, 2_000)]


def test_sale_to_a_buyer_from_outside_is_held_by_the_seller(market):
    books.complete(books.sale(home="", holder=B))

    assert books.obligations() == [(B, "F", 2_000, 2_000)]


def test_nobody_outside_holds_cash(market):
    with pytest.raises(ValueError, match="holds the cash"):
        books.complete(books.sale(home="", holder=C))


def test_before_it_is_paid_and_handed_over_a_sale_is_pending(market):
    books.reserve(books.sale())

    assert books.obligations() == []
    assert books.sums(f"clearing:{A}") == {"debit_pending": 100_000}
    assert books.sums(f"clearing:{B}") == {"credit_pending": 98_000}
    assert books.sums("fee-income") == {"credit_pending": 2_000}


def test_voiding_leaves_nothing(market):
    sale = books.sale(by_guest=True)
    books.reserve(sale)

    books.void(sale)

    assert all(not books.sums(account) for account in (f"clearing:{A}", f"clearing:{B}", "fee-income"))
    assert {phase for phase, *_ in books.transfers()} == {"pending", "voided"}


def test_no_fee_makes_no_transfer(market):
    books.complete(books.sale(fee=0))

    assert books.transfers() == [
        ("pending", "sale", f"clearing:{A}", f"clearing:{B}", 100_000),
        ("posted", "sale", f"clearing:{A}", f"clearing:{B}", 100_000),
    ]


def test_shortened_order_posts_less_and_releases_the_rest(market):
    sale = books.sale(goods=100_000, fee=2_000)
    books.reserve(sale)

    books.post(books.sale(order_id=sale.order_id, goods=40_000, fee=800))

    assert books.obligations() == [(A, B, 39_200, 39_200), (A, "F", 800, 800)]
    assert books.sums(f"clearing:{A}") == {"debit_posted": 40_000}


def test_order_shortened_to_nothing_is_voided_by_its_posting(market):
    sale = books.sale()
    books.reserve(sale)

    books.post(books.sale(order_id=sale.order_id, goods=0, fee=0))

    assert books.obligations() == []
    assert books.sums(f"clearing:{A}") == {}


def test_refund_of_a_sale_held_by_the_home_village_goes_the_same_way_back(market):
    sale = books.sale(goods=100_000, fee=2_000, delivery=5_000)
    books.complete(sale)

    books.refund(sale, goods=30_000, fee=600, delivery=5_000)

    assert books.obligations() == [(A, B, 103_000, 68_600), (A, "F", 2_000, 1_400)]
    assert books.net() == {A: -70_000, B: 68_600}


def test_refund_of_a_sale_held_by_the_seller_returns_its_fee(market):
    sale = books.sale(holder=B, delivery=5_000)
    books.complete(sale)

    books.refund(sale, goods=30_000, fee=600, delivery=5_000)

    assert books.obligations() == [(B, "F", 2_000, 1_400)]


def test_delivery_fee_that_was_never_owed_does_not_go_back_in_the_ledger(market):
    sale = books.sale(delivery=5_000, deliverer=A)
    books.complete(sale)

    books.refund(sale, goods=10_000, fee=200, delivery=5_000)

    assert books.obligations() == [(A, B, 98_000, 88_200), (A, "F", 2_000, 1_800)]


def test_refunds_in_parts_equal_the_whole(market):
    sale = books.sale(goods=99_999, fee=1_999, delivery=700)
    books.complete(sale)

    back = 0
    for part in (33_333, 1, 66_665):
        fee = money.fee_returned(fee_rupiah=1_999, goods_rupiah=99_999, refunded_rupiah=back + part) - money.fee_returned(
            fee_rupiah=1_999, goods_rupiah=99_999, refunded_rupiah=back
        )
        books.refund(sale, goods=part, fee=fee, delivery=700 if back == 0 else 0)
        back += part

    assert {open_ for *_, open_ in books.obligations()} == {0}
    assert books.net() == {}


@pytest.mark.parametrize("back", [{"goods": 103_001}, {"goods": 50_000, "fee": 2_001}, {"goods": 1, "delivery": 5_001}])
def test_no_more_goes_back_than_came(market, back):
    sale = books.sale(delivery=5_000)
    books.complete(sale)

    with pytest.raises(sales.RefundExceedsSale):
        books.refund(sale, **back)


def test_refund_of_what_is_not_open_any_more_is_owed_the_other_way(market):
    sale = books.sale()
    books.complete(sale)
    books.rows_changed("UPDATE settlement_obligation SET open_rupiah = 10000 WHERE creditor = %s", B)  # as a set-off would

    books.refund(sale, goods=50_000, fee=1_000)

    assert books.obligations() == [(A, B, 98_000, 0), (A, "F", 2_000, 1_000), (B, A, 39_000, 39_000)]


def test_undone_payment_takes_the_posting_back_and_reserves_again(market):
    sale = books.sale()
    payment = books.complete(sale)

    books.unpost(sale, payment)

    assert {open_ for *_, open_ in books.obligations()} == {0}
    shown = books.sums(f"clearing:{A}")
    assert (shown["debit_pending"], shown["debit_posted"], shown["credit_posted"]) == (100_000, 100_000, 100_000)

    books.post(sale)

    assert [row for row in books.obligations() if row[3]] == [(A, B, 98_000, 98_000), (A, "F", 2_000, 2_000)]
    assert books.net() == {A: -100_000, B: 98_000}


def test_undone_payment_after_a_refund_takes_back_what_was_left(market):
    sale = books.sale(holder=B)
    payment = books.complete(sale)
    books.refund(sale, goods=50_000, fee=1_000)

    books.unpost(sale, payment)

    assert books.net() == {}
    assert books.obligations() == [(B, "F", 2_000, 0)]


def test_a_sale_that_was_refunded_in_full_and_undone_can_be_posted_again(market):
    sale = books.sale(delivery=5_000)
    payment = books.complete(sale)
    books.refund(sale, goods=100_000, fee=2_000, delivery=5_000)
    books.unpost(sale, payment)
    assert books.net() == {}

    again = books.sale(order_id=sale.order_id, goods=0, fee=0)
    books.post(again)

    assert books.net() == {}


def test_worked_example_up_to_its_gross_obligations(market):
    fee = money.basis_points(amount_rupiah=100_000, basis_points=200)
    books.complete(books.sale(home=A, seller=B, goods=100_000, fee=fee))
    # COD by C's own courier would put the cash with C; at the counter of B the courier's fee of B's own courier stays with B.
    fee = money.basis_points(amount_rupiah=80_000, basis_points=200)
    books.complete(books.sale(home=B, seller=C, goods=80_000, fee=fee, delivery=5_000, deliverer=B))
    fee = money.basis_points(amount_rupiah=60_000, basis_points=200)
    books.complete(books.sale(home=C, seller=A, goods=60_000, fee=fee))

    assert books.obligations() == sorted(
        [
            (A, B, 98_000, 98_000),
            (A, "F", 2_000, 2_000),
            (B, C, 78_400, 78_400),
            (B, "F", 1_600, 1_600),
            (C, A, 58_800, 58_800),
            (C, "F", 1_200, 1_200),
        ]
    )
    assert sum(amount for _, _, amount, _ in books.obligations()) == 240_000
    assert books.net() == {A: -41_200, B: 18_000, C: 18_400}
    assert books.sums("fee-income") == {"credit_posted": 4_800}
