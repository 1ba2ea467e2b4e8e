"""Payouts: what comes back is paid again, what is called off is not given, and shares never pass what lies there."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from settlement import advancing
from settlement.bank.rails import rail_interface as rails
from settlement.models import PaymentLeg
from settlement.payments import cash_payments, end_of_cycle, legs, payouts, pool_items, reconciliation
from tenants import acts
from tenants.acts import Act
from tests.support.settlement import bank_days, books, races, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

STATE = PaymentLeg.State


def hand_over(leg: PaymentLeg) -> None:
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0))
    cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=T0))


def paid_in(*, amount: int = 41_200) -> None:
    for leg in cash_payments.plan(number=1, giver=A, amount_rupiah=amount, direct=False, act=Act(by=MAKER, at=T0)):
        hand_over(leg)


def hear(leg: PaymentLeg, state: str, *, matched: bool = True) -> None:
    outcome = rails.Outcome(state=rails.OutcomeState(state), amount_rupiah=leg.amount_rupiah, at=T0, evidence="kata bank")
    with transaction.atomic(durable=True):
        legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, act=acts.by_system(at=T0), matched=matched)


def test_a_payout_that_comes_back_while_reconciling_is_paid_again(market, monkeypatch):
    rounds.worked_example()
    rounds.collecting()
    monkeypatch.setattr(
        end_of_cycle.reconciliation, "unexplained", lambda **_: {"statement-lines": 1}
    )  # something else holds the cycle open
    paid_in()
    advancing.advance(number=1, at=T0)
    for leg in PaymentLeg.objects.filter(giver="F"):
        hand_over(leg)
    assert advancing.advance(number=1, at=T0) == "reconciling"
    back = PaymentLeg.objects.get(giver="F", receiver=B)
    hear(back, "returned")

    assert advancing.advance(number=1, at=T0) == "paying"

    again = PaymentLeg.objects.get(giver="F", receiver=B, state=STATE.PLANNED)
    assert again.amount_rupiah == back.amount_rupiah
    hand_over(again)
    monkeypatch.undo()
    assert advancing.advance(number=1, at=T0) == "closed"
    assert books.net() == {}


def test_nobody_holds_a_cycle_open_after_its_date_by_announcing_cash(market):
    rounds.worked_example()
    rounds.collecting()
    after = rounds.get().collect_until_at
    announce = {"number": 1, "giver": A, "direct": True}
    given, *waiting = cash_payments.plan(**announce, amount_rupiah=20_000, act=Act(by=MAKER, at=T0))
    cash_payments.give(number=1, leg_id=given.id, party=A, act=Act(by=MAKER, at=T0))

    assert advancing.advance(number=1, at=after) == "paying"
    with pytest.raises(cash_payments.TooLateToPlan, match="putaran berikutnya"):
        cash_payments.plan(**announce, amount_rupiah=600, act=Act(by=MAKER, at=after))
    cash_payments.receive(number=1, leg_id=given.id, party=given.receiver, act=Act(by=SECOND, at=after))
    assert {PaymentLeg.objects.get(id=leg.id).state for leg in waiting} == {STATE.FAILED}
    for leg in PaymentLeg.objects.filter(giver="F"):
        hand_over(leg)

    assert advancing.advance(number=1, at=after) == "closed"


def test_cash_announced_while_paying_before_the_date_is_called_off_at_the_date(market):
    """All was paid in early, one payment came back, and its village announces it again."""
    rounds.worked_example()
    rounds.collecting()
    after = rounds.get().collect_until_at
    paid_in()
    end_of_cycle.end_collecting(number=1, at=T0)  # and nothing was paid out of it yet
    back = PaymentLeg.objects.filter(giver=A).get()
    hear(back, "returned")
    [again] = cash_payments.plan(number=1, giver=A, amount_rupiah=600, direct=False, act=Act(by=MAKER, at=T0))
    assert advancing.advance(number=1, at=T0) == "paying"
    assert PaymentLeg.objects.get(id=again.id).state == STATE.PLANNED

    advancing.advance(number=1, at=after)

    assert PaymentLeg.objects.get(id=again.id).state == STATE.FAILED


def test_many_may_end_paying_at_once(market):
    rounds.worked_example()
    rounds.collecting(collection_days=0)

    outcomes = races.run(8, lambda _: advancing.advance(number=1, at=T0))

    assert outcomes == ["done"] * 8
    assert rounds.get().state == "closed"


def test_cash_that_was_called_off_is_neither_given_nor_received(market):
    rounds.worked_example()
    rounds.collecting()
    [leg] = cash_payments.plan(number=1, giver=A, amount_rupiah=1_000, direct=False, act=Act(by=MAKER, at=T0))
    cash_payments.call_off(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0, reason="Uang belum ada"))

    for act, party in ((cash_payments.give, leg.giver), (cash_payments.receive, leg.receiver)):
        with pytest.raises(cash_payments.CalledOff, match="dibatalkan"):
            act(number=1, leg_id=leg.id, party=party, act=Act(by=MAKER, at=T0))


def test_each_side_speaks_for_itself_and_only_the_federation_for_more(market):
    rounds.worked_example()
    rounds.collecting()
    direct = next(
        leg
        for leg in cash_payments.plan(number=1, giver=A, amount_rupiah=20_600, direct=True, act=Act(by=MAKER, at=T0))
        if leg.receiver == C
    )
    who = {"number": 1, "leg_id": direct.id}

    for party in (B, C, "F"):
        with pytest.raises(legs.NoSuchLeg):
            cash_payments.give(**who, party=party, act=Act(by=MAKER, at=T0))
    cash_payments.give(**who, party=A, act=Act(by=MAKER, at=T0))
    for party in (A, B, "F"):
        with pytest.raises(legs.NoSuchLeg):
            cash_payments.receive(**who, party=party, act=Act(by=SECOND, at=T0))
    for party in (B,):
        with pytest.raises(legs.NoSuchLeg):
            cash_payments.call_off(**who, party=party, act=Act(by=SECOND, at=T0, reason="Tidak jadi"))
    for elsewhere in ({**who, "number": 2}, {**who, "leg_id": uuid.uuid4()}):
        with pytest.raises(legs.NoSuchLeg):
            cash_payments.receive(**elsewhere, party=C, act=Act(by=SECOND, at=T0))
    direct.refresh_from_db()
    assert direct.state == "submitted"

    cash_payments.call_off(**who, party="F", act=Act(by=SECOND, at=T0, reason="Uangnya masih di Sukamaju"))

    direct.refresh_from_db()
    assert direct.state == "failed"


def test_a_bank_transfer_is_not_confirmed_by_hand(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    paid_in(amount=20_600)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    by_bank = PaymentLeg.objects.get(giver="F", receiver=B)

    with pytest.raises(cash_payments.NotInCash):
        cash_payments.give(number=1, leg_id=by_bank.id, party="F", act=Act(by=MAKER, at=T0))
    with pytest.raises(legs.NoSuchLeg):  # whose it is comes before what it is
        cash_payments.give(number=1, leg_id=by_bank.id, party=A, act=Act(by=MAKER, at=T0))


def test_what_villages_bring_to_each_other_leaves_the_federations_cash_free(market):
    rounds.worked_example()
    rounds.collecting()
    paid_in(amount=20_600)
    cash_payments.plan(number=1, giver=A, amount_rupiah=20_600, direct=True, act=Act(by=MAKER, at=T0))

    payouts.plan(number=1, act=Act(by=MAKER, at=T0))

    sent = sum(PaymentLeg.objects.filter(giver="F").values_list("amount_rupiah", flat=True))
    assert sent + pool_items.pool(cycle=rounds.get()).outgoing["F"] == 20_600


def test_the_pool_of_a_closed_cycle_shows_what_was_paid(market):
    rounds.worked_example()
    rounds.collecting()
    paid_in(amount=20_600)
    advancing.advance(number=1, at=rounds.get().collect_until_at)
    for leg in PaymentLeg.objects.filter(giver="F"):
        hand_over(leg)
    assert advancing.advance(number=1, at=T0) == "closed"

    pool = pool_items.pool(cycle=rounds.get())

    assert (pool.collected_rupiah, pool.paid_rupiah) == (20_600, 20_600)


@pytest.mark.parametrize("matched", [True, False])
def test_a_payout_by_bank_comes_back_from_where_it_went(market, matched):
    rounds.bank_accounts(B)
    rounds.worked_example()
    rounds.collecting()
    paid_in()
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    sent = PaymentLeg.objects.get(giver="F", receiver=B)
    before = rounds.balances()

    hear(sent, "succeeded", matched=matched)
    if matched:
        with transaction.atomic(durable=True):
            legs.settle(leg=legs.locked(leg_id=sent.id), at=T0)  # told and seen at once, and seen again: it left once
        assert "in-transit" not in rounds.balances()
    hear(sent, "returned")

    assert rounds.balances() == before
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 18_000}


def test_what_came_back_after_its_cycle_is_named_once(market):
    rounds.bank_accounts(B)
    rounds.worked_example()
    rounds.collecting()
    paid_in()
    advancing.advance(number=1, at=T0)
    bank = PaymentLeg.objects.get(giver="F", receiver=B)
    bank_days.read((bank.key, -bank.amount_rupiah))
    for leg in PaymentLeg.objects.filter(giver="F", rail=PaymentLeg.Rail.CASH):
        hand_over(leg)
    assert advancing.advance(number=1, at=T0) == "closed"
    bank_days.read((bank.key, bank.amount_rupiah), first=2)
    rounds.collecting(number=2)

    assert reconciliation.unexplained(cycle=rounds.get(2)) == {"suspense": -18_000}


CLAIMS = st.lists(st.integers(1, 10**12), min_size=1, max_size=12)


@given(claims=CLAIMS, steps=st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=8))
def test_shares_of_what_comes_in_bit_by_bit_never_pass_it_and_end_at_the_claims(claims, steps):
    named = {f"{number:02}": claim for number, claim in enumerate(claims)}
    whole, collected, paid = sum(claims), 0, dict.fromkeys(named, 0)
    empty = pool_items.CyclePool(
        debts={},
        claims=named,
        open_debts={},
        open_claims={},
        incoming={},
        outgoing={},
        collected_rupiah=0,
        paid_rupiah=0,
        committed_rupiah=0,
    )
    for percent, pays in [*steps, (100, True)]:
        collected += (whole - collected) * percent // 100
        out = sum(paid.values())
        pool = dataclasses.replace(empty, collected_rupiah=collected, outgoing=dict(paid), committed_rupiah=out)
        due = pool.due()
        assert sum(pool.entitled().values()) == collected
        assert all(amount > 0 and paid[party] + amount <= named[party] for party, amount in due.items())
        assert sum(due.values()) == collected - out  # nothing that lies there is left lying, nothing more is sent
        if pays:
            for party, amount in due.items():
                paid[party] += amount
    assert paid == named
