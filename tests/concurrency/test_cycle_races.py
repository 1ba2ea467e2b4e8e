"""Cycles against everything that happens at the same moment: refunds, postings, folds, and other processes that do the same step.

Each guard is also taken away, and then the race is lost.
"""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from django.db import connection, transaction

from deploy.audit import examination
from settlement import advancing
from settlement.cycles import lifecycle, snapshots
from settlement.ledger import locks, positions, sales
from settlement.models import Cycle, CycleEdge, Obligation, PaymentLeg
from settlement.payments import legs, own_share, payouts
from tenants import wake_ups
from tenants.acts import Act
from tests.support.settlement import books, paying, races, rounds
from tests.support.settlement.rounds import MAKER, T0, A, B, C

WAIT_AT_GATE = f"SELECT pg_advisory_xact_lock_shared({races.GATE})"


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    monkeypatch.setattr(wake_ups, "send", lambda **_: None)


def wait_at_gate() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WAIT_AT_GATE)


def freeze(*, at_gate: bool = False) -> None:
    snapshots.take(number=1, at=T0)
    if at_gate:
        wait_at_gate()


def cut_and_freeze(*, at_gate: bool = False) -> None:
    rounds.cut_off()
    freeze(at_gate=at_gate)


def test_a_refund_beside_the_snapshot_is_in_it_or_owed_back(market):
    sold = [books.sale(goods=100_000, fee=2_000, home=A, seller=B) for _ in range(12)]
    for sale in sold:
        books.complete(sale)
    rounds.cut_off()

    def work(number: int) -> None:
        if number == 0:
            freeze()
        for sale in sold[number - 1 :: 3] if number else ():
            books.refund(sale, goods=30_000, fee=600)

    assert races.run(4, work) == ["done"] * 4

    assert examination.broken_books() == {}
    assert books.net() == {A: -12 * 70_000, B: 12 * 68_600}
    for sale in sold:
        frozen = CycleEdge.objects.get(obligation_id=Obligation.objects.get(cause="order", cause_id=sale.order_id, creditor=B).id)
        back = Obligation.objects.filter(cause="refund", debtor=B, transfer__cause_id=sale.order_id).values_list("amount_rupiah", flat=True)
        assert frozen.open_rupiah - sum(back) == 68_600


def test_without_the_gate_a_refund_shrinks_what_is_frozen(market):
    sale = books.sale(goods=100_000, fee=0)
    books.complete(sale)
    rounds.cut_off()
    with market.as_owner():
        races.change_function("settlement_refund", (r"PERFORM pg_advisory_xact_lock_shared\(7402, 0\);", ""))
        races.change_function(
            "settlement_reverse", (r"IF shrunk > 0 THEN", f"PERFORM pg_advisory_xact_lock_shared({races.GATE}); IF shrunk > 0 THEN")
        )

    def work(number: int) -> None:
        if number:
            books.refund(sale, goods=30_000)
        else:
            races.wait_for_one_at_the_gate()  # the refund has seen that nothing is frozen
            freeze(at_gate=True)

    assert races.run_to_the_gate(2, work) == ["done", "done"]
    assert "edges-are-obligations" in examination.broken_books()


class Posting(threading.Thread):
    """Posts a sale and holds its transaction open until told to commit."""

    def __init__(self, sale: sales.Sale) -> None:
        super().__init__(daemon=True)
        self.sale, self.posted, self.commit = sale, threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic(durable=True):
                sales.post(sale=self.sale, payment_id=uuid.uuid4(), happened_at=books.NOON)
                self.posted.set()
                self.commit.wait(30)
        finally:
            connection.close()


def test_a_posting_on_its_way_at_the_cut_off_is_waited_for_and_holds_up_nobody(market):
    slow, quick = books.sale(home=A, seller=B), books.sale(home=B, seller=C)
    books.reserve(slow, quick)
    posting = Posting(slow)
    posting.start()
    assert posting.posted.wait(30)
    rounds.cut_off()
    freezing = threading.Thread(target=lambda: (freeze(), connection.close()), daemon=True)
    freezing.start()
    until = time.monotonic() + 30
    while not books.rows("SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND NOT granted", locks.POSTINGS):
        assert time.monotonic() < until, "the cut-off did not wait"
        time.sleep(0.01)

    books.post(quick)
    books.complete(books.sale(home=C, seller=A))

    assert rounds.get().state == Cycle.State.CUTOFF
    posting.commit.set()
    freezing.join(30)
    assert rounds.get().state == Cycle.State.SNAPSHOT
    stamps = dict(Obligation.objects.exclude(creditor="F").values_list("debtor", "cycle_number"))
    assert stamps == {A: 1, B: 2, C: 2}
    assert CycleEdge.objects.filter(debtor=A, creditor=B).count() == 1
    assert examination.broken_books() == {}


def test_without_the_stamps_lock_the_snapshot_misses_a_posting(market):
    sale = books.sale()
    books.reserve(sale)
    with market.as_owner():
        races.change_function(
            "settlement_stamp",
            (r"PERFORM pg_advisory_xact_lock_shared\(7401, found_number\);", f"PERFORM pg_advisory_xact_lock_shared({races.GATE});"),
            (r"SELECT c\.number INTO still FROM settlement_cycle c WHERE c\.state = 'open';", "still := found_number;"),
        )

    def work(number: int) -> None:
        if number:
            books.post(sale)
        else:
            races.wait_for_one_at_the_gate()  # the posting has read its number
            cut_and_freeze(at_gate=True)

    assert races.run_to_the_gate(2, work) == ["done", "done"]
    assert "cut-off-loses-nothing" in examination.broken_books()


def test_refunds_postings_folds_and_cycles_never_lock_each_other_out(market):
    sold = [books.sale(goods=10_000, fee=200, home=A if n % 2 else B, seller=C if n % 3 else (B if n % 2 else A)) for n in range(90)]
    for sale in sold:
        books.complete(sale)

    def work(number: int) -> None:
        for turn in range(10):
            if number == 0:
                rounds.cut_off(number=turn + 1, collection_days=0)
                advancing.advance(number=turn + 1, at=T0)
                rounds.approve(number=turn + 1)
                advancing.advance(number=turn + 1, at=T0)
            elif number == 1:
                positions.fold()
            elif number < 5:
                for sale in sold[turn * 9 + (number - 2) * 3 :][:3]:
                    books.refund(sale, goods=1_000, fee=20)
            else:
                for _ in range(3):
                    books.complete(books.sale(goods=1_000, fee=20, home=C, seller=A if number % 2 else B))

    assert races.run(8, work) == ["done"] * 8
    assert Cycle.objects.filter(state=Cycle.State.CLOSED).count() == 10
    assert examination.broken_books() == {}


def pool_of(amount: int) -> None:
    """A cycle that collects, with this much in its pool."""
    rounds.worked_example()
    rounds.collecting()
    paying.bring(A, amount)


def plan_payouts(_number: int) -> None:
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))


def planned() -> int:
    return sum(PaymentLeg.objects.filter(giver="F").values_list("amount_rupiah", flat=True))


def test_many_who_plan_payouts_plan_them_once(market):
    pool_of(20_600)

    assert races.run(8, plan_payouts) == ["done"] * 8

    assert planned() == 18_200
    assert examination.broken_books() == {}


def test_without_the_cycles_lock_payouts_are_planned_twice(market, monkeypatch):
    pool_of(20_600)
    plan_all = legs.plan_all

    def wait_and_plan(**terms):  # everything was counted by then
        with connection.cursor() as cursor:
            cursor.execute(WAIT_AT_GATE)
        plan_all(**terms)

    monkeypatch.setattr(lifecycle, "locked", lambda *, number, within=None: Cycle.objects.get(number=number))
    monkeypatch.setattr(own_share, "take", lambda **_: None)  # its reference would stop the second one
    monkeypatch.setattr(legs, "plan_all", wait_and_plan)

    assert races.run_to_the_gate(2, plan_payouts) == ["done", "done"]

    assert planned() == 2 * 18_200


def test_many_who_advance_a_cycle_do_each_step_once(market):
    rounds.worked_example()
    rounds.cut_off(collection_days=0)
    races.run(8, lambda _: advancing.advance(number=1, at=T0))
    rounds.approve()

    assert races.run(8, lambda _: advancing.advance(number=1, at=T0)) == ["done"] * 8

    assert rounds.get().state == Cycle.State.CLOSED
    repeated = books.rows(
        "SELECT action, count(*) FROM tenants_activityentry WHERE action LIKE 'cycle.%%' GROUP BY action HAVING count(*) > 1"
    )
    assert repeated == []
    assert examination.broken_books() == {}
