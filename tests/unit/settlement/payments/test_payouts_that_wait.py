"""A village whose account is not in force yet, or stopped, waits for its money, and the cycle with it; nothing is paid in cash."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement import advancing
from settlement.bank import account_changes
from settlement.models import PaymentLeg
from settlement.payments import bank_payouts, cash_payments, payouts, pool_items
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

DAY = timedelta(days=1)


def hand_over(leg: PaymentLeg) -> None:
    cash_payments.give(number=1, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=T0))
    cash_payments.receive(number=1, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=T0))


def paid_in() -> None:
    for leg in cash_payments.plan(number=1, giver=A, amount_rupiah=41_200, direct=False, act=Act(by=MAKER, at=T0)):
        hand_over(leg)


def planned() -> list[tuple[str, str]]:
    return list(PaymentLeg.objects.filter(giver="F").order_by("receiver").values_list("receiver", "rail"))


def test_a_village_whose_account_is_not_in_force_yet_waits_and_is_not_paid_in_cash(market):
    rounds.worked_example()
    rounds.bank_accounts()
    rounds.collecting()
    paid_in()
    rounds.account(B, number="12345678", at=T0)  # its first one

    payouts.plan(number=1, act=Act(by=MAKER, at=T0 + DAY - timedelta(seconds=1)))
    assert planned() == [(C, "cash")]
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 18_000}  # kept for it
    payouts.plan(number=1, act=Act(by=MAKER, at=T0 + DAY))
    assert planned() == [(B, "bank"), (C, "cash")]


def test_a_cycle_stays_open_for_a_village_that_stopped_and_pays_when_it_goes_on(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    paid_in()
    account_changes.stop(party=B, act=Act(by=MAKER, at=T0))
    assert advancing.advance(number=1, at=T0) == "paying"
    hand_over(PaymentLeg.objects.get(receiver=C))
    assert planned() == [(C, "cash")]
    assert advancing.advance(number=1, at=T0 + DAY) == "paying"
    account_changes.resume(party=B, act=Act(by=MAKER, at=T0 + DAY))
    assert advancing.advance(number=1, at=T0 + DAY) == "paying"
    assert planned() == [(B, "bank"), (C, "cash")]


def test_a_payout_is_not_brought_in_cash_because_its_account_was_stopped(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    paid_in()
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    leg = PaymentLeg.objects.get(receiver=B)
    account_changes.stop(party=B, act=Act(by=MAKER, at=T0))
    with pytest.raises(bank_payouts.AccountWaits):
        bank_payouts.pay_in_cash(number=1, leg_id=leg.id, act=Act(by=MAKER, at=T0, reason="rekening tidak jalan"))
