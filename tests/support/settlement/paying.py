"""Cash of a cycle handed over in tests, all of it or a part."""

from __future__ import annotations

from settlement import advancing
from settlement.models import Obligation, PaymentLeg
from settlement.payments import cash_payments
from tenants.acts import Act
from tests.support.settlement.rounds import MAKER, SECOND, T0


def hand_over(leg: PaymentLeg) -> None:
    """Given by one person, received by another."""
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0))
    cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=T0))


def bring(giver: str, amount_rupiah: int, *, number: int = 1) -> None:
    """A village brings cash to the federation."""
    for leg in cash_payments.plan(number=number, giver=giver, amount_rupiah=amount_rupiah, direct=False, act=Act(by=MAKER, at=T0)):
        hand_over(leg)


def pay_out(*, number: int = 1) -> None:
    """The federation brings what it planned in cash."""
    for leg in PaymentLeg.objects.filter(cycle__number=number, giver="F", state="planned"):
        hand_over(leg)


def pay_all(*, number: int = 1) -> None:
    """Every debtor brings all, and every creditor gets all: the cycle can close."""
    for item in Obligation.objects.filter(creditor="P", cycle_number=number, open_rupiah__gt=0).order_by("debtor"):
        bring(item.debtor, item.open_rupiah, number=number)
    advancing.advance(number=number, at=T0)
    pay_out(number=number)
