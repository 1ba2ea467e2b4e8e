"""Payouts: what comes back is paid again, what is called off is not given, and shares never pass what lies there."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from settlement import advancing, rails
from settlement.cycles import standing
from settlement.models import PaymentLeg
from settlement.payments import closing, handovers, items, legs, payouts
from tests.cycles import rounds
from tests.cycles.rounds import APPROVER, MAKER, T0, A, B
from tests.settlement import books, races

STATE = PaymentLeg.State


def hand_over(leg: PaymentLeg) -> None:
    handovers.give(leg_id=leg.id, by=MAKER, at=T0)
    handovers.receive(leg_id=leg.id, by=APPROVER, at=T0)


def paid_in(*, amount: int = 41_200) -> None:
    for leg in handovers.plan(number=1, giver=A, amount_rupiah=amount, direct=False, by=MAKER, at=T0):
        hand_over(leg)


def hear(leg: PaymentLeg, state: str, *, matched: bool = True) -> None:
    outcome = rails.Outcome(state=rails.OutcomeState(state), amount_rupiah=leg.amount_rupiah, at=T0, evidence="kata bank")
    with transaction.atomic(durable=True):
        legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, by=None, at=T0, matched=matched)


def test_a_payout_that_comes_back_while_reconciling_is_paid_again(market, monkeypatch):
    rounds.worked_example()
    rounds.collecting()
    monkeypatch.setattr(closing.reconciliation, "unexplained", lambda **_: {"statement-lines": 1})  # something else holds the cycle open
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


def test_many_may_end_paying_at_once(market):
    rounds.worked_example()
    rounds.collecting(collection_days=0)

    outcomes = races.run(8, lambda _: advancing.advance(number=1, at=T0))

    assert outcomes == ["done"] * 8
    assert rounds.get().state == "closed"


def test_cash_that_was_called_off_is_neither_given_nor_received(market):
    rounds.worked_example()
    rounds.collecting()
    [leg] = handovers.plan(number=1, giver=A, amount_rupiah=1_000, direct=False, by=MAKER, at=T0)
    handovers.call_off(leg_id=leg.id, reason="Uang belum ada", by=MAKER, at=T0)

    for deed in (handovers.give, handovers.receive):
        with pytest.raises(standing.CycleMovedOn):
            deed(leg_id=leg.id, by=MAKER, at=T0)


def test_what_villages_bring_to_each_other_leaves_the_federations_cash_free(market):
    rounds.worked_example()
    rounds.collecting()
    paid_in(amount=20_600)
    handovers.plan(number=1, giver=A, amount_rupiah=20_600, direct=True, by=MAKER, at=T0)

    payouts.plan(number=1, by=MAKER, at=T0)

    sent = sum(PaymentLeg.objects.filter(giver="F").values_list("amount_rupiah", flat=True))
    assert sent + items.purse(cycle=rounds.get()).outgoing["F"] == 20_600


def test_the_purse_of_a_closed_cycle_shows_what_was_paid(market):
    rounds.worked_example()
    rounds.collecting()
    paid_in(amount=20_600)
    advancing.advance(number=1, at=rounds.get().collect_until_at)
    for leg in PaymentLeg.objects.filter(giver="F"):
        hand_over(leg)
    assert advancing.advance(number=1, at=T0) == "closed"

    purse = items.purse(cycle=rounds.get())

    assert (purse.collected_rupiah, purse.paid_rupiah) == (20_600, 20_600)


@pytest.mark.parametrize("matched", [True, False])
def test_a_payout_by_bank_comes_back_from_where_it_went(market, matched):
    rounds.bank_accounts(B)
    rounds.worked_example()
    rounds.collecting()
    paid_in()
    payouts.plan(number=1, by=MAKER, at=T0)
    sent = PaymentLeg.objects.get(giver="F", receiver=B)
    before = rounds.purses()

    hear(sent, "succeeded", matched=matched)
    if matched:
        with transaction.atomic(durable=True):
            legs.settle(leg=legs.locked(leg_id=sent.id), at=T0)  # told and seen at once, and seen again: it left once
        assert "in-transit" not in rounds.purses()
    hear(sent, "returned")

    assert rounds.purses() == before
    assert items.purse(cycle=rounds.get()).due() == {B: 18_000}


CLAIMS = st.lists(st.integers(1, 10**12), min_size=1, max_size=12)


@given(claims=CLAIMS, steps=st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=8))
def test_shares_of_what_comes_in_bit_by_bit_never_pass_it_and_end_at_the_claims(claims, steps):
    named = {f"{number:02}": claim for number, claim in enumerate(claims)}
    whole, collected, paid = sum(claims), 0, dict.fromkeys(named, 0)
    empty = items.Purse(
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
        purse = dataclasses.replace(empty, collected_rupiah=collected, outgoing=dict(paid), committed_rupiah=out)
        due = purse.due()
        assert sum(purse.entitled().values()) == collected
        assert all(amount > 0 and paid[party] + amount <= named[party] for party, amount in due.items())
        assert sum(due.values()) == collected - out  # nothing that lies there is left lying, nothing more is sent
        if pays:
            for party, amount in due.items():
                paid[party] += amount
    assert paid == named
