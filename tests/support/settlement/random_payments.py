"""Payments of random rounds from hand to hand, given, received and called off by the right and the wrong."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.cycles import lifecycle
from settlement.models import Cycle, PaymentLeg, StatementLine
from settlement.payments import bank_payouts, cash_payments, payouts, pool_items
from tenants.acts import Act
from tests.support.settlement.random_rounds import PICK, Rounds
from tests.support.settlement.random_trade import VILLAGES, WHO
from tests.support.settlement.rounds import MAKER, SECOND

State = PaymentLeg.State
Rail = PaymentLeg.Rail
WITH_ACCOUNTS = VILLAGES[:4]  # the others are paid in cash
PERCENT = st.integers(1, 110)


def picked(pick: int, **which: object) -> PaymentLeg | None:
    found = list(PaymentLeg.objects.filter(**which).order_by("id").values_list("id", flat=True))
    return PaymentLeg.objects.select_related("cycle").get(id=found[pick % len(found)]) if found else None


class Payments(Rounds):
    """What villages and couriers do after the set-off."""

    def room(self, village: str) -> int:
        """What a village still owes the pool beside what is under way; nothing while nobody may pay."""
        if self.state not in Cycle.TAKES_PAYMENTS:
            return 0
        if not self.takes_pay_ins():
            return 0
        pool = pool_items.pool(cycle=self.moving())
        return pool.open_debts.get(village, 0) - pool.incoming.get(village, 0)

    def takes_pay_ins(self) -> bool:
        cycle = self.moving()
        return Cycle.takes_pay_ins(state=self.state, collect_until_at=cycle.collect_until_at, at=self.now)

    def moving(self) -> Cycle:
        assert self.cycle is not None
        return self.cycle

    @precondition(lambda self: self.cycle)
    @rule(who=WHO, percent=PERCENT, direct=st.booleans())
    def bring(self, who, percent, direct):
        room = self.room(who)
        amount = max(1, room * percent // 100)
        terms = {"number": self.moving().number, "giver": who, "amount_rupiah": amount, "direct": direct, "act": Act(by=MAKER, at=self.now)}
        if self.state not in Cycle.TAKES_PAYMENTS:
            with pytest.raises(lifecycle.CycleMovedOn):
                cash_payments.plan(**terms)
        elif not self.takes_pay_ins():
            with pytest.raises(cash_payments.TooLateToPlan):
                cash_payments.plan(**terms)
        elif amount > room:
            with pytest.raises(pool_items.MoreThanOpen):
                cash_payments.plan(**terms)
        else:
            assert sum(leg.amount_rupiah for leg in cash_payments.plan(**terms)) == amount

    @precondition(lambda self: self.state in Cycle.TAKES_PAYMENTS)
    @rule(percent=st.integers(1, 100), direct=st.booleans())
    def everybody_brings_cash(self, percent, direct):
        for who in VILLAGES:
            amount = self.room(who) * percent // 100
            if amount:
                terms = {
                    "number": self.moving().number,
                    "giver": who,
                    "amount_rupiah": amount,
                    "direct": direct,
                    "act": Act(by=MAKER, at=self.now),
                }
                for leg in cash_payments.plan(**terms):
                    self.hand_over(leg)

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK, again=st.booleans())
    def give(self, pick, again):
        leg = picked(pick, rail=Rail.CASH)
        if leg is None:
            return
        for _ in range(1 + again):
            if leg.state == State.FAILED:
                with pytest.raises(cash_payments.CalledOff):
                    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.now))
            elif leg.state == State.PLANNED and leg.giver == "F" and self.was_shown(leg.receiver):
                with pytest.raises(bank_payouts.FailedPayoutOnStatement):
                    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.now))
            else:
                cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.now))

    def was_shown(self, *villages: str) -> bool:
        """Whether a line that waits shows money of a payout to one of these that had failed."""
        failed = PaymentLeg.objects.filter(cycle=self.moving(), giver="F", receiver__in=villages, rail=Rail.BANK, state=State.FAILED)
        keys = set(failed.values_list("key", flat=True))
        return StatementLine.objects.filter(state=StatementLine.State.OPEN, incoming=False, key__in=keys).exists()

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK, by=st.sampled_from([SECOND, SECOND, MAKER]), again=st.booleans())
    def receive(self, pick, by, again):
        leg = picked(pick, rail=Rail.CASH)
        if leg is None:
            return
        refusal = {State.PLANNED: cash_payments.NotGivenYet, State.FAILED: cash_payments.CalledOff}.get(State(leg.state))
        if leg.state == State.SUBMITTED and by == MAKER:
            refusal = cash_payments.SamePerson
        if refusal:
            with pytest.raises(refusal):
                cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=by, at=self.now))
            return
        for _ in range(1 + again):
            cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=by, at=self.now))
        if leg.state == State.SUBMITTED:
            self.moved(leg, sign=1)

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK)
    def call_off(self, pick):
        leg = picked(pick, rail=Rail.CASH)
        if leg is None:
            return
        if leg.state == State.SUCCEEDED:
            with pytest.raises(cash_payments.ReceivedAlready):
                cash_payments.call_off(
                    number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.now, reason="Tidak jadi")
                )
        else:
            cash_payments.call_off(
                number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.now, reason="Tidak jadi")
            )

    def hand_over(self, leg: PaymentLeg) -> None:
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=self.now))
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=self.now))
        self.moved(leg, sign=1)

    def moved(self, leg: PaymentLeg, *, sign: int) -> None:
        if leg.giver != "F":
            self.net[leg.giver] += sign * leg.amount_rupiah
        if leg.receiver != "F":
            self.net[leg.receiver] -= sign * leg.amount_rupiah

    @precondition(lambda self: self.cycle)
    @rule()
    def plan_payouts(self):
        if self.state in Cycle.TAKES_PAYMENTS:
            payouts.plan(number=self.moving().number, act=Act(by=MAKER, at=self.now))
            assert payouts.plan(number=self.moving().number, act=Act(by=MAKER, at=self.now)) == 0
        else:
            with pytest.raises(lifecycle.CycleMovedOn):
                payouts.plan(number=self.moving().number, act=Act(by=MAKER, at=self.now))
