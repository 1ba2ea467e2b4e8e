"""A village leaves when its payments cannot come back any more, as far as anybody knows, and nothing of it waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.ledger import unsettled
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import bank_files, bank_payouts, payouts
from settlement.statement_lines import suspense
from tenants import acts
from tenants.acts import Act
from tenants.codes import VillageCode
from tests.support.settlement import bank_days, paying, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
TERM = PaymentLeg.ASKED_AFTER_END
SAID = Act(by=SECOND, at=T0, reason="kata bank")


def leave(village: str, *, at=T0) -> None:
    """What its archiving asks of the ledger."""
    with transaction.atomic():
        unsettled.refuse_unsettled(village_code=VillageCode(village), act=acts.by_command_line(at=at, reason="keluar"))


@pytest.fixture
def sent(market) -> dict[str, PaymentLeg]:
    """A paid in by bank, and everything is on its way by bank; the payouts by receiver."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()
    bank_days.read((OWN, 41_200))
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    return {leg.receiver: leg for leg in PaymentLeg.objects.filter(giver="F")}


def all_leave(sent: dict[str, PaymentLeg]) -> None:
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=2)
    assert advancing.advance(number=1, at=T0) == "closed"


@pytest.mark.parametrize("village", [A, B], ids=["paid in", "was paid"])
def test_it_waits_until_its_last_payment_cannot_come_back(sent, village):
    all_leave(sent)
    ended_at = (
        PaymentLeg.objects.filter(giver=village).values_list("ended_at", flat=True).first()
        or PaymentLeg.objects.get(receiver=village).ended_at
    )

    with pytest.raises(unsettled.PaidNotLongAgo) as refused:
        leave(village, at=ended_at + TERM - timedelta(seconds=1))
    assert refused.value.values["days"] == 14
    leave(village, at=ended_at + TERM)


def test_a_payout_that_the_bank_refused_is_waited_for_too_but_none_that_was_never_sent(sent):
    bank_payouts.refuse(number=1, leg_id=sent[B].id, act=SAID)
    bank_days.read((sent[C].key, -sent[C].amount_rupiah), first=2)
    advancing.advance(number=1, at=T0)
    again = PaymentLeg.objects.get(receiver=B, state="planned")
    bank_payouts.pay_in_cash(number=1, leg_id=again.id, act=SAID)
    paying.pay_out()
    assert advancing.advance(number=1, at=T0) == "closed"

    with pytest.raises(unsettled.PaidNotLongAgo):
        leave(B, at=T0 + timedelta(days=13))
    leave(B, at=T0 + TERM)


def test_cash_in_two_hands_does_not_come_back(market):
    rounds.trade(A, B, 10_000, fee_percent=0)
    rounds.collecting()
    paying.pay_all()
    assert advancing.advance(number=1, at=T0) == "closed"

    for village in (A, B):
        leave(village)


def test_lines_about_its_money_are_decided_first(sent):
    """B's payout came back after the end and lies in suspense; a line names A's payment, and waits."""
    all_leave(sent)
    bank_days.read((sent[B].key, 18_000), (OWN, 500), first=9)
    late = T0 + timedelta(days=60)

    for village in (A, B):
        with pytest.raises(unsettled.LinesWait) as refused:
            leave(village, at=late)
        assert refused.value.values == {"lines": 1}
    leave(C, at=late)
    bank_days.read(("kirim ulang", -18_000), first=10)
    again = StatementLine.objects.get(state="open", incoming=False)
    suspense.pay_back(line_id=again.id, source_id=StatementLine.objects.get(state="suspense").id, act=SAID)
    leave(B, at=late)
