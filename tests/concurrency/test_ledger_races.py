"""Real processes at once. Each race is also run with its guard taken away, and then must be lost."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from deploy import audit
from settlement.ledger import limits, positions, sales
from tenants import acts
from tests.support.settlement import books, races
from tests.support.settlement.books import A, B, C

PROCESSES = 20


def limit(rupiah: int) -> None:
    limits.set_limit(village_code=A, limit_rupiah=rupiah, guest_limit_rupiah=rupiah, act=acts.by_command_line(at=books.NOON, reason="Uji"))


def exposure() -> int:
    return positions.of(village_code=A).exposure_rupiah


def reserve_one(number: int) -> None:
    books.reserve(books.sale(goods=100_000, seller=B if number % 2 else C, by_guest=bool(number % 3)))


def test_a_village_at_its_limit_is_never_passed(market):
    limit(500_000)

    outcomes = races.run(PROCESSES, reserve_one)

    assert outcomes == ["CreditLimitExceeded"] * 15 + ["done"] * 5
    assert exposure() == 500_000


def test_increments_of_others_are_seen_under_the_lock(market):
    """Half of the processes undo payments, which adds debt beside the position while the others reserve."""
    undone = [books.sale(goods=50_000, fee=0) for _ in range(PROCESSES // 2)]
    paid = [books.complete(sale) for sale in undone]
    positions.fold()
    limit(1_000_000)

    def work(number: int) -> None:
        if number % 2:
            books.unpost(undone[number // 2], paid[number // 2])
        else:
            reserve_one(number)

    outcomes = races.run(PROCESSES, work)

    assert outcomes == ["CreditLimitExceeded"] * 5 + ["done"] * 15
    assert exposure() == 1_000_000


def test_without_lock_and_guard_the_limit_is_passed(market):
    limit(500_000)
    enough = "debtor.amount + greatest(0, p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_posted_rupiah) <= p.limit_rupiah"
    with market.as_owner():
        races.change_function(
            "settlement_reserve",
            # Looked at without the lock, and then believed.
            (
                r"PERFORM settlement_fold\(debtor.account\);",
                f"PERFORM FROM settlement_position p WHERE p.account = debtor.account AND {enough};"
                "IF NOT FOUND THEN PERFORM settlement_refuse_debtor(debtor.account, debtor.amount); END IF;"
                f"PERFORM pg_advisory_xact_lock_shared({races.GATE});",
            ),
            (r"AND \(p\.limit_rupiah IS NULL.*?<= p\.guest_limit_rupiah\)", ""),
        )
        books.rows_changed("ALTER TABLE settlement_transfer DROP CONSTRAINT transfer_within_limit")

    outcomes = races.run_to_the_gate(PROCESSES, reserve_one)

    assert outcomes == ["done"] * PROCESSES
    assert exposure() > 500_000
    assert "reservation-within-its-limit" in {result.name for result in audit.run() if result.count}


def test_without_lock_and_guard_the_constraint_still_holds(market):
    limit(500_000)
    with market.as_owner():
        races.change_function(
            "settlement_reserve",
            (r"PERFORM settlement_fold\(debtor.account\);", f"PERFORM pg_advisory_xact_lock_shared({races.GATE});"),
            (r"AND \(p\.limit_rupiah IS NULL.*?<= p\.guest_limit_rupiah\)", ""),
        )

    outcomes = races.run_to_the_gate(PROCESSES, reserve_one)

    assert outcomes == ["IntegrityError"] * 15 + ["done"] * 5
    assert exposure() == 500_000


def reserve_two_debtors(number: int) -> None:
    """One purchase of each kind of order: A's and B's cash, B's and A's."""
    pair = [books.sale(home=A, seller=C, goods=1_000, fee=20), books.sale(home=B, seller=C, goods=1_000, fee=20)]
    books.reserve(*(pair if number % 2 else reversed(pair)))


def test_opposite_debtors_do_not_deadlock(market):
    def work(number: int) -> None:
        for _ in range(10):
            reserve_two_debtors(number)

    assert races.run(8, work) == ["done"] * 8
    assert {village: positions.of(village_code=village).exposure_rupiah for village in (A, B)} == {A: 80_000, B: 80_000}


def test_without_one_order_of_locks_opposite_debtors_deadlock(market):
    with market.as_owner():
        races.change_function(
            "settlement_reserve",
            (r'ORDER BY g\.debit COLLATE "C"\s+LOOP', "ORDER BY array_position(p_debits, g.debit) LOOP"),
            (
                r"WITH added AS \(\s+INSERT INTO settlement_transfer",
                f"PERFORM pg_advisory_xact_lock_shared({races.GATE}); WITH added AS (INSERT INTO settlement_transfer",
            ),
        )

    assert races.run_to_the_gate(2, reserve_two_debtors) == ["deadlock", "done"]


@pytest.mark.parametrize("kind", ["reserve", "post", "void", "refund", "unpost"])
def test_one_reference_at_once_has_one_effect(market, kind):
    sale, payment_id, refund_id = books.sale(by_guest=True), uuid.uuid4(), uuid.uuid4()
    if kind != "reserve":
        books.reserve(sale)
    if kind in ("refund", "unpost"):
        books.post(sale, payment_id=payment_id)
    calls = {
        "reserve": lambda _: books.reserve(sale),
        "post": lambda _: books.post(sale, payment_id=payment_id),
        "void": lambda _: books.void(sale),
        "refund": lambda _: books.refund(sale, goods=50_000, fee=1_000, refund_id=refund_id),
        "unpost": lambda _: books.unpost(sale, payment_id),
    }
    before = len(books.transfers())

    outcomes = races.run(PROCESSES, calls[kind])

    assert outcomes == ["done"] * PROCESSES
    assert len(books.transfers()) - before == (4 if kind == "unpost" else 2)


def test_without_the_unique_reference_one_sale_is_reserved_many_times(market):
    sale = books.sale()
    with market.as_owner():
        books.rows_changed("ALTER TABLE settlement_reference DROP CONSTRAINT settlement_reference_pkey")
        races.change_function(
            "settlement_refer",
            (
                r"BEGIN\s+WITH added",
                "BEGIN PERFORM FROM settlement_reference r WHERE r.reference = ANY (p_references); IF FOUND THEN RETURN '{}'; END IF;"
                f"PERFORM pg_advisory_xact_lock_shared({races.GATE}); WITH added",
            ),
        )

    outcomes = races.run_to_the_gate(PROCESSES, lambda _: books.reserve(sale))

    assert outcomes == ["done"] * PROCESSES
    assert exposure() == PROCESSES * 100_000


def test_folding_beside_writers_loses_and_doubles_nothing(market):
    def work(number: int) -> None:
        for _ in range(10):
            if number % 4 == 0:
                positions.fold()
            else:
                books.complete(books.sale(goods=1_000, fee=20, home=A if number % 2 else B, seller=B if number % 2 else A))

    assert races.run(8, work) == ["done"] * 8

    assert [result for result in audit.run() if result.count and result.name in ("accounts-balanced", "position-is-its-transfers")] == []
    assert books.sums("fee-income") == {"credit_posted": 6 * 10 * 20}


@pytest.mark.parametrize("holder", [A, B])
def test_two_payments_at_once_post_one_sale_once(market, holder):
    """The market locks the order before it comes here; should it forget, the books still hold one posting."""
    sale = books.sale(holder=holder)
    books.reserve(sale)

    outcomes = races.run(8, lambda _: books.post(sale))

    assert outcomes.count("done") == 1
    assert len(books.obligations()) == (2 if holder == A else 1)


@pytest.mark.parametrize("holder", [A, B])
def test_without_the_orders_lock_two_payments_post_it_twice(market, holder):
    sale = books.sale(holder=holder)
    books.reserve(sale)
    with market.as_owner():
        races.change_function(
            "settlement_post",
            (r"PERFORM pg_advisory_xact_lock\(.*?\);", ""),
            (
                r"IF seen\.guests THEN",
                f"PERFORM pg_advisory_xact_lock_shared({races.GATE}); PERFORM pg_sleep(random() * 0.5); IF seen.guests THEN",
            ),
        )

    outcomes = races.run_to_the_gate(8, lambda _: books.post(sale))

    assert outcomes.count("done") > 1
    assert len(books.obligations()) > (2 if holder == A else 1)
    assert "one-event-one-effect" in {result.name for result in audit.run() if result.count}


def test_posting_and_voiding_at_once_have_one_of_both_effects(market):
    sale = books.sale()
    books.reserve(sale)

    outcomes = races.run(2, lambda number: books.post(sale) if number else books.void(sale))

    assert outcomes.count("done") == 1
    assert books.net() in ({}, {A: -100_000, B: 98_000})
    assert "debit_pending" not in books.sums(f"clearing:{A}")


def test_refunds_at_once_stay_within_the_sale(market):
    sale = books.sale(goods=100_000, fee=0)
    books.complete(sale)

    outcomes = races.run(8, lambda _: books.refund(sale, goods=30_000))

    assert outcomes == ["RefundExceedsSale"] * 5 + ["done"] * 3
    assert books.obligations() == [(A, B, 100_000, 10_000)]


def test_verbs_inside_a_refused_transaction_leave_nothing(market):
    limit(50_000)

    def reserve_apart() -> None:
        with transaction.atomic(durable=True):
            for goods in (10_000, 90_000):
                sales.reserve(sales=[books.sale(goods=goods)], happened_at=books.NOON)

    with pytest.raises(sales.CreditLimitExceeded):
        reserve_apart()

    assert books.transfers() == []
    assert books.rows("SELECT count(*) FROM settlement_reference") == [(0,)]
