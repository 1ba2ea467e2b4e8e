"""A line that a person says is a payout of ours which was over already: what it paid twice, the village owes, and the audit knows why."""

from __future__ import annotations

from django.db import transaction

from settlement import advancing
from settlement.cycles import lifecycle
from settlement.models import Obligation, PaymentLeg, StatementLine
from settlement.payments import bank_files, bank_payouts, legs, payouts
from settlement.payments.legs import State
from settlement.statement_lines import payout_lines
from tenants.acts import Act
from tests.support.settlement import bank_days, paid_twice, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B


def filed() -> PaymentLeg:
    """B's payout of 98,000 in a file for the bank."""
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    return PaymentLeg.objects.get(receiver=B, state=State.SUBMITTED)


def test_what_was_paid_twice_is_owed_back_and_known_to_the_audit(market):
    rounds.bank_accounts(A, B)
    rounds.trade(A, B, 100_000)
    rounds.collecting()
    bank_days.read(("PS0001-3402902001", 100_000))
    refused = filed()
    bank_payouts.refuse(number=1, leg_id=refused.id, act=Act(by=SECOND, at=T0, reason="kata bank"))
    again = filed()
    with transaction.atomic():
        again.cycle = lifecycle.locked(number=1)
        legs.move(leg=again, to=State.SUCCEEDED, evidence="kata bank", act=Act(by=MAKER, at=T0), matched=False)
    bank_days.read((again.key, -98_000), (refused.key, -98_000), first=5)
    line = StatementLine.objects.get(state="open")

    payout_lines.count_as_payout(line_id=line.id, payout_id=refused.id, act=Act(by=SECOND, at=T0, reason="kata bank"))

    owed = Obligation.objects.get(cause="payout")
    assert (owed.debtor, owed.creditor, owed.amount_rupiah) == (B, "F", 98_000)
    assert paid_twice.broken_rules() == []
    assert advancing.advance(number=1, at=T0) == "closed"
