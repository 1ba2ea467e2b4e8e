"""A village's statement: every rupiah of it, the same from both ends, and nothing of what others have with each other."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from settlement import advancing
from settlement.cycles import approving, carry_terms, cutoff, objections
from settlement.cycles.lifecycle import NoSuchCycle
from settlement.models import Obligation
from settlement.payments import cash_payments, legs
from settlement.reports import full_statement, village_statement
from tenants.acts import Act
from tenants.errors import FormReused
from tests.support import page_text
from tests.support.settlement import books, rounds
from tests.support.settlement.books_hold import books_hold  # noqa: F401 - after every test here
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

VILLAGES = (A, B, C)


def statement(village: str = A, number: int = 1) -> full_statement.FullStatement:
    return full_statement.statement(number=number, village_code=village)


def items(found: full_statement.FullStatement) -> set[tuple[str, bool, int, int]]:
    return {(item.other, item.owes, item.amount_rupiah, item.setoff_rupiah) for item in found.items}


def obligation(debtor: str, creditor: str) -> uuid.UUID:
    return Obligation.objects.get(debtor=debtor, creditor=creditor).id


def object_to(debtor: str, creditor: str, *, by: str, at=T0, number: int = 1) -> None:
    act = Act(by=MAKER, at=at, reason="barangnya rusak")
    objections.object_to(number=number, obligation_id=obligation(debtor, creditor), village_code=by, act=act)


def hand_over(giver: str, amount: int, *, number: int = 1, at=T0, direct: bool = False) -> None:
    for leg in cash_payments.plan(number=number, giver=giver, amount_rupiah=amount, direct=direct, act=Act(by=MAKER, at=at)):
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=at))
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=at))


def test_the_worked_example_as_each_village_reads_it(market):
    rounds.worked_example()
    rounds.proposed(objection_days=3)

    a, b = statement(A), statement(B)
    assert items(a) == {(B, True, 98_000, 58_800), ("F", True, 2_000, 0), (C, False, 58_800, 58_800)}
    assert (a.summary.owed_rupiah, a.summary.claimed_rupiah, a.summary.net_rupiah) == (100_000, 58_800, -41_200)
    assert (a.summary.owes, a.summary.cash_rupiah, a.summary.carried_rupiah, a.summary.position_rupiah) == (True, 41_200, 0, -41_200)
    assert (a.opening_rupiah, a.traded_rupiah, a.reference) == (0, -41_200, "PS0001-3402902001")
    assert items(b) == {(A, False, 98_000, 58_800), (C, True, 78_400, 58_800), ("F", True, 1_600, 0)}
    assert (b.summary.net_rupiah, b.summary.position_rupiah) == (18_000, 18_000)
    assert all(item.cause.kind == "order" and item.cause.order_id and not item.earlier for item in a.items)
    assert (len(a.summary.snapshot_sha256), len(a.summary.solution_sha256)) == (64, 64)


def test_what_was_set_off_against_whom(market):
    rounds.worked_example()
    rounds.proposed()

    by_other = {one.other: one for one in statement(A).exchanges}

    assert set(by_other) == {B, C, "F"}
    assert (by_other[B].owed_rupiah, by_other[B].owed_setoff_rupiah, by_other[B].claimed_setoff_rupiah) == (98_000, 58_800, 0)
    assert (by_other[C].claimed_rupiah, by_other[C].claimed_setoff_rupiah, by_other[C].owed_setoff_rupiah) == (58_800, 58_800, 0)
    assert by_other["F"].owed_setoff_rupiah == 0


def test_nothing_is_shown_before_it_is_computed_or_after_it_is_given_up(market):
    rounds.worked_example()
    with pytest.raises(NoSuchCycle):
        statement()  # still open
    rounds.cut_off()

    early = statement()
    advancing.advance(number=1, at=T0)
    shown = statement()
    approving.abort(number=1, act=Act(by=MAKER, at=T0, reason="keliru"))
    given_up = statement()

    assert [(one.summary.shown, len(one.items), one.summary.net_rupiah) for one in (early, shown, given_up)] == [
        (False, 0, 0),
        (True, 3, -41_200),
        (False, 0, 0),
    ]
    with pytest.raises(NoSuchCycle):
        statement(number=9)


def test_what_is_on_hold_is_apart_with_reason_and_answer_for_both_sides_only(market):
    rounds.worked_example()
    rounds.proposed(objection_days=3)

    object_to(A, B, by=A)

    assert statement(A).summary.shown is False
    advancing.advance(number=1, at=T0)
    [mine], [theirs] = statement(A).held, statement(B).held
    assert (mine.other, mine.owes, mine.amount_rupiah, mine.objected_by, mine.reason) == (B, True, 98_000, A, "barangnya rusak")
    assert (theirs.other, theirs.owes, theirs.objected_by, theirs.answer, theirs.answered_at) == (A, False, A, "", None)
    assert statement(C).held == []
    assert items(statement(A)) == {("F", True, 2_000, 0), (C, False, 58_800, 0)}  # the circle is broken
    objections.answer(number=1, objection_id=rounds_objection(), answer="sudah dicek, benar", act=Act(by=SECOND, at=T0))
    assert [one.answer for one in statement(B).held] == ["sudah dicek, benar"]


def rounds_objection() -> uuid.UUID:
    [(found,)] = books.rows("SELECT id FROM settlement_objection")
    return uuid.UUID(str(found))


def test_a_hold_that_nobody_answers_stands_on_the_next_statement_too(market):
    rounds.worked_example()
    rounds.proposed(objection_days=0)
    object_to(A, B, by=B)
    advancing.advance(number=1, at=T0)
    rounds.approve()
    advancing.advance(number=1, at=rounds.T0)
    late = T0 + timedelta(days=30)
    assert advancing.advance(number=1, at=late) == "closed"

    rounds.proposed(number=2, at=late)
    waiting = statement(A, 2)
    objections.answer(number=1, objection_id=rounds_objection(), answer="benar", act=Act(by=SECOND, at=late))
    rounds.approve(number=2, at=late)
    advancing.advance(number=2, at=late)
    assert advancing.advance(number=2, at=late + timedelta(days=30)) == "closed"
    rounds.proposed(number=3, at=late + timedelta(days=31))

    assert [one.objected_by for one in waiting.held] == [B]
    assert statement(A, 3).held == []
    assert (B, True, 98_000) in {(item.other, item.owes, item.amount_rupiah) for item in statement(A, 3).items}
    assert [item.earlier for item in statement(A, 3).items if item.other == B] == [True]


def test_payments_and_what_rolls_on(market):
    rounds.worked_example()
    carry_terms.set_debtor_limit(village_code=A, amount_rupiah=1_200, act=Act(by=MAKER, at=T0, reason="panen"))
    carry_terms.agree(village_code=B, amount_rupiah=5_000, act=Act(by=MAKER, at=T0))
    rounds.collecting()
    hand_over(A, 10_000)
    [planned] = cash_payments.plan(number=1, giver=A, amount_rupiah=5_000, direct=False, act=Act(by=MAKER, at=T0))

    now = statement(A).summary
    assert (now.cash_rupiah, now.carried_rupiah, now.moved_rupiah, now.under_way_rupiah) == (40_000, 1_200, 10_000, 5_000)
    assert (now.left_rupiah, now.room_rupiah, now.position_rupiah) == (30_000, 25_000, -31_200)
    assert [(leg.giver, leg.receiver, leg.amount_rupiah, leg.state) for leg in now.legs] == [
        (A, "F", 10_000, "succeeded"),
        (A, "F", 5_000, "planned"),
    ]
    assert village_statement.leg(number=1, leg_id=planned.id, village_code=A).waits_for_giver
    advancing.advance(number=1, at=rounds.get().collect_until_at)
    for village in (B, C):
        for leg in statement(village).summary.legs:
            cash_payments.give(number=1, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0))
            cash_payments.receive(number=1, leg_id=leg.id, party=village, act=Act(by=SECOND, at=T0))
    late = T0 + timedelta(days=30)
    assert advancing.advance(number=1, at=late) == "closed"

    ended = {village: statement(village).summary for village in VILLAGES}
    assert ended[A].position_rupiah == -31_200
    assert sum(one.position_rupiah for one in ended.values()) == -3_600  # the federation's part
    rounds.proposed(number=2, at=late)
    for village in VILLAGES:
        again = statement(village, 2)
        assert again.opening_rupiah == ended[village].position_rupiah
        assert all(item.cause.kind == "cycle" and item.cause.cycle_number == 1 and item.other == "P" for item in again.items)


def test_a_refund_after_the_snapshot_names_its_order(market):
    sale = books.sale(home=A, seller=B, goods=100_000, fee=2_000)
    books.complete(sale)
    rounds.proposed()
    books.refund(sale, goods=10_000, fee=200)
    rounds.approve()
    advancing.advance(number=1, at=T0)
    late = T0 + timedelta(days=30)
    advancing.advance(number=1, at=late)
    rounds.proposed(number=2, at=late)

    found = [item for item in statement(A, 2).items if item.cause.kind == "refund"]

    assert {(item.other, item.owes, item.amount_rupiah, item.earlier) for item in found} == {
        (B, False, 9_800, False),
        ("F", False, 200, False),
    }
    assert {item.cause.order_id for item in found} == {sale.order_id}


def test_a_third_village_reads_nothing_of_it(market):
    rounds.trade(A, B, 100_000)
    rounds.collecting()
    [leg] = cash_payments.plan(number=1, giver=A, amount_rupiah=50_000, direct=False, act=Act(by=MAKER, at=T0))

    found = statement(C)

    assert (found.items, found.held, list(found.summary.legs), list(found.exchanges)) == ([], [], [], [])
    assert (found.summary.net_rupiah, found.summary.cash_rupiah) == (0, 0)
    with pytest.raises(legs.NoSuchLeg):
        village_statement.leg(number=1, leg_id=leg.id, village_code=C)
    with pytest.raises(legs.NoSuchLeg):
        village_statement.leg(number=2, leg_id=leg.id, village_code=A)


def test_lists_and_what_runs_now(market):
    rounds.worked_example()
    assert (village_statement.page(village_code=A).rows, village_statement.current(village_code=A)) == ([], None)
    rounds.collecting()
    late = T0 + timedelta(days=30)
    advancing.advance(number=1, at=late)
    rounds.trade(B, C, 50_000)
    rounds.proposed(number=2, at=late)

    found = village_statement.page(village_code=A).rows

    assert [(one.number, one.state, one.net_rupiah) for one in found] == [(2, "proposed", -41_200), (1, "closed", -41_200)]
    assert [one.number for one in village_statement.page(village_code=A, after=village_statement.NEWEST.cursor([2])).rows] == [1]
    now = village_statement.current(village_code=A)
    assert now is not None
    assert now.number == 2


def test_a_form_that_announces_cash_counts_once(market):
    rounds.worked_example()
    rounds.collecting()
    wish = {"number": 1, "giver": A, "direct": True, "act": Act(by=MAKER, at=T0, key="k" * 32)}

    first = cash_payments.plan(amount_rupiah=20_600, **wish)
    again = cash_payments.plan(amount_rupiah=20_600, **wish)

    assert [leg.amount_rupiah for leg in first] == [9_000, 9_200, 2_400]
    assert again == []
    with pytest.raises(FormReused):
        cash_payments.plan(amount_rupiah=100, **wish)


def test_three_statements_whatever_the_size(market):
    for _ in range(30):
        rounds.trade(A, B, 1_000)
        rounds.trade(C, A, 700)
    rounds.proposed()

    with page_text.Statements() as few:
        statement(B)
    with page_text.Statements() as many:
        assert len(statement(A).items) == 120 - 30  # C pays its own fees

    assert len(few.said) == len(many.said) == 3


def test_cut_off_alone_is_enough_to_be_listed(market):
    cutoff.cut_off(number=1, objection_days=1, collection_days=1, act=Act(by=MAKER, at=T0))

    [only] = village_statement.page(village_code=C).rows

    assert (only.number, only.state, only.shown) == (1, "cutoff", False)
