"""What a gateway of random trade pays out, to the federation's account and to villages, told early, late and wrongly."""

from __future__ import annotations

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.bank.gateways import gateway_interface as gateways
from settlement.bank.gateways.gateway_interface import CALL_LASTS
from settlement.bank.rails import progress
from settlement.bank.rails import rail_interface as rails
from settlement.ledger import federation_books
from settlement.models import Cycle, PaymentLeg, PayoutAnswer, StatementLine
from settlement.payments import agent_cash, paid_after_all, payout_answers, payouts_by_gateway, pool_items
from settlement.statement_lines import explaining, gateway_lines, suspense
from tenants.acts import Act
from tests.support.settlement.random_banks import Banks
from tests.support.settlement.random_gateways import GATE
from tests.support.settlement.random_payments import PERCENT, Rail, State, picked
from tests.support.settlement.random_rounds import PICK
from tests.support.settlement.rounds import APPROVER, MAKER


class GatewayPayouts(Banks):
    """What leaves the gateway besides refunds."""

    def __init__(self) -> None:
        super().__init__()
        self.told = 0

    @rule(percent=PERCENT, told_first=st.booleans(), twice=st.booleans())
    def gateway_pays_out(self, percent, told_first, twice):
        """To the bank; by the reference that it told before or tells after. More than it holds by the books is no payout of its."""
        amount = self.gate * percent // 100
        if amount > 0:
            self.pay_out_to_bank(amount, told_first=told_first, twice=twice)

    def pay_out_to_bank(self, amount: int, *, told_first: bool = True, twice: bool = False) -> None:
        self.told += 1
        state, reference = gateways.PayoutState.PAID, f"UJI/PO-{self.told:05}"
        payout = gateways.PayoutReading(id=f"po_{self.told}", state=state, amount_rupiah=amount, reference=reference)
        for _ in range((1 + twice) * told_first):
            gateway_lines.learn(gateway=GATE, payout=payout, at=self.now)
        line = self.statement(f"DARI {reference} TRF", amount, incoming=True)
        assert (line.state == StatementLine.State.MATCHED) is (told_first and amount <= self.gate)
        for _ in range((1 + twice) * (not told_first)):
            gateway_lines.learn(gateway=GATE, payout=payout, at=self.now)
        line.refresh_from_db()
        assert (line.state == StatementLine.State.MATCHED) is (amount <= self.gate)
        if amount <= self.gate:
            self.gate -= amount
        else:
            explaining.explain(line_id=line.id, act=Act(by=MAKER, at=self.now, reason="Bukan dari gerbang"))

    @rule(percent=st.integers(1, 100))
    def a_person_knows_a_gateways_line(self, percent):
        amount = self.gate * percent // 100
        if amount > 0:
            line = self.statement("uang masuk", amount, incoming=True)
            self.count_as_gateways(line)
            self.gate -= amount

    def count_as_gateways(self, line: StatementLine) -> None:
        for _tap in range(2):
            suspense.count_as_gateways(line_id=line.id, gateway=GATE, act=Act(by=MAKER, at=self.now, reason="Kata gerbang"))

    @rule()
    def gateway_takes_what_it_lacks(self):
        """From the federation's account, as far as that has money which is nobody's in the pool."""
        books = federation_books.read()
        amount = min(-self.gate, books.agent_cash_rupiah - books.suspense_rupiah - agent_cash.in_pool())
        if amount > 0:
            self.count_as_gateways(self.statement("ditarik", amount, incoming=False))
            self.gate += amount

    @precondition(lambda self: self.state in Cycle.TAKES_PAYMENTS)
    @rule()
    def plan_payouts_by_gateway(self):
        before = pool_items.pool(cycle=self.moving()).room("F")
        payouts_by_gateway.plan(number=self.moving().number, gateway=GATE, act=Act(by=MAKER, at=self.now))
        under_way = sum(PaymentLeg.objects.filter(rail=Rail.GATEWAY, state__in=PaymentLeg.ACTIVE).values_list("amount_rupiah", flat=True))
        assert under_way <= max(0, self.gate) or not before
        assert pool_items.pool(cycle=self.moving()).room("F") >= 0

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK, said=st.sampled_from(list(rails.OutcomeState)), right=st.sampled_from([True, True, True, False]))
    def hear_of_a_gateway_payout(self, pick, said, right):
        leg = picked(pick, rail=Rail.GATEWAY)
        if leg is not None:
            self.hear_of(leg, said, right=right)

    def hear_of(self, leg: PaymentLeg, said: rails.OutcomeState, *, right: bool = True) -> None:
        """The gateway's word, twice; it pays nothing that it does not hold, and knows no key that stands for another payout's money."""
        if PayoutAnswer.objects.filter(counted_leg=leg).exists():
            return
        if said is rails.OutcomeState.SUCCEEDED and leg.amount_rupiah > self.gate:
            said = rails.OutcomeState.FAILED
        outcome = rails.Outcome(state=said, amount_rupiah=leg.amount_rupiah + (not right), at=self.now, evidence="kata gerbang")
        step = progress.after(state=progress.LegState(leg.state), outcome=outcome, amount_rupiah=leg.amount_rupiah)
        for _ in range(2):
            payouts_by_gateway.learn(leg_id=leg.id, outcome=outcome, at=self.now)
        now = PaymentLeg.objects.get(id=leg.id).state
        assert now == step.state
        if (now == State.SUCCEEDED) is not (leg.state == State.SUCCEEDED):
            sign = 1 if now == State.SUCCEEDED else -1
            self.gate -= sign * leg.amount_rupiah
            self.net[leg.receiver] -= sign * leg.amount_rupiah  # also after its cycle: the village is owed it once more
        self.people_decide(leg)

    def people_decide(self, leg: PaymentLeg) -> None:
        """What a gateway says of a failed payout is decided by two: it paid it where it had the money, or has it back."""
        if not paid_after_all.undecided().filter(id=leg.id).exists():
            return
        known = paid_after_all.in_force(leg=leg)
        paid = 0 if known is not None or leg.amount_rupiah > self.gate else leg.amount_rupiah
        self.say_of(leg, paid=paid)
        moved = paid or -(known.paid_rupiah if known is not None else 0)
        self.gate -= moved
        self.net[leg.receiver] -= moved
        assert not paid_after_all.undecided().exists()

    def say_of(self, leg: PaymentLeg, *, paid: int) -> None:
        """The gateway's written answer, entered by one and confirmed by another when no call is on its way any more; each twice."""
        act = Act(by=MAKER, at=self.now, key=uuid.uuid4().hex, reason="Kata gerbang")
        for _tap in range(2):
            answer = payout_answers.propose(leg_id=leg.id, paid_rupiah=paid, reference="UJI/1", act=act)
        self.now += CALL_LASTS
        for _tap in range(2):
            payout_answers.confirm(answer_id=answer, act=Act(by=APPROVER, at=self.now))

    @precondition(lambda self: self.moved_once)
    @rule(pick=PICK, percent=st.sampled_from([0, 100, 100, 60]))
    def people_answer_for_a_gateway(self, pick, percent):
        leg = picked(pick, rail=Rail.GATEWAY, state=State.SUBMITTED)
        paid = leg.amount_rupiah * percent // 100 if leg is not None else 0
        if leg is None or paid > self.gate:
            return
        self.say_of(leg, paid=paid)
        assert PaymentLeg.objects.get(id=leg.id).state == (State.SUCCEEDED if paid == leg.amount_rupiah else State.FAILED)
        self.gate -= paid
        self.net[leg.receiver] -= paid

    @rule(percent=st.sampled_from([37, 100]), collection_days=st.sampled_from([0, 5]))
    def it_goes_on_all_the_same(self, percent, collection_days):
        """Once more, since there are twice as many other things to do as without a gateway."""
        self.it_goes_on(percent, False, collection_days)

    def end_what_is_under_way(self) -> None:
        super().end_what_is_under_way()
        for leg in PaymentLeg.objects.filter(cycle=self.moving(), rail=Rail.GATEWAY, state__in=PaymentLeg.ACTIVE).order_by("id"):
            self.hear_of(PaymentLeg.objects.select_related("cycle").get(id=leg.id), rails.OutcomeState.SUCCEEDED)

    def settle_everything(self) -> None:
        """Whatever the gateway holds comes to the bank, or what it lacks goes there; then all is as without one."""
        if self.gate > 0:
            self.pay_out_to_bank(self.gate)
        self.gateway_takes_what_it_lacks()
        agent_cash.settle_due(at=self.now)
        super().settle_everything()
