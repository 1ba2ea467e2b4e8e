"""Villages paid out of what a gateway holds, in tests: what is owed to two of them, what is sent, what the gateway says, and people."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from settlement.bank.gateways.gateway_interface import CALL_LASTS
from settlement.bank.rails import rail_interface as rails
from settlement.models import PaymentLeg
from settlement.payments import payout_answers, payouts_by_gateway
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.gateway_deals import GATE, deposit_sale, handed_over
from tests.support.settlement.rounds import APPROVER, MAKER, T0, B, C

State = rails.OutcomeState
OVERDUE = T0 + payout_answers.ANSWERS_WITHIN


class Silent:
    """A gateway's way of paying out that never answers; `asked` are the calls that it heard."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def submit(self, instruction: rails.Instruction) -> rails.Outcome:
        self.asked.append(f"submit {instruction.key}")
        raise TimeoutError

    def ask(self, key: str) -> rails.Outcome | None:
        self.asked.append(f"ask {key}")
        raise TimeoutError


def owed_to_two(**days: int) -> None:
    """F owes B 98,000 and C 49,000 out of what the gateway holds, and the cycle collects."""
    rounds.bank_accounts(B, C)
    handed_over(deposit_sale())
    handed_over(deposit_sale(home=B, seller=C, goods=50_000, fee=1_000))
    rounds.collecting(**days)


def plan(*, at: datetime = T0) -> int:
    return payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=at))


def unanswered(receiver: str = B) -> PaymentLeg:
    """The planned payout to a village, sent at T0 into the gateway's silence."""
    leg_id = PaymentLeg.objects.get(receiver=receiver, state="planned", rail="gateway").id
    payouts_by_gateway.send(leg_id=leg_id, gateway=Silent(), at=T0)
    leg = PaymentLeg.objects.get(id=leg_id)
    assert leg.state == "unknown"
    return leg


def hear(leg: PaymentLeg, state: State, *, amount: int | None = None, at: datetime = T0) -> None:
    """The gateway itself says how a payout stands."""
    outcome = rails.Outcome(state=state, amount_rupiah=leg.amount_rupiah if amount is None else amount, at=at, evidence="kata gerbang")
    payouts_by_gateway.learn(leg_id=leg.id, outcome=outcome, at=at)


def propose(leg: PaymentLeg, *, paid: int, at: datetime = OVERDUE, key: str = "") -> uuid.UUID:
    """The operator enters what the gateway wrote."""
    act = Act(by=MAKER, at=at, key=key or uuid.uuid4().hex, reason="Kata gerbang dalam surat")
    return payout_answers.propose(leg_id=leg.id, paid_rupiah=paid, reference="UJI/7/2026", act=act)


def confirm(answer_id: uuid.UUID, *, at: datetime = OVERDUE + CALL_LASTS) -> None:
    payout_answers.confirm(answer_id=answer_id, act=Act(by=APPROVER, at=at))


def say(leg: PaymentLeg, *, paid: int, at: datetime = OVERDUE) -> uuid.UUID:
    """The gateway's written answer, entered by one and confirmed by another in time."""
    found = propose(leg, paid=paid, at=at)
    confirm(found, at=at + CALL_LASTS + timedelta(seconds=1))
    return found
