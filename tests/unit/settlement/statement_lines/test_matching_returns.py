"""What takes a match back is never done unseen: a pay-in goes by a person's word, a payout comes back once it was seen to leave."""

from __future__ import annotations

import pytest

from settlement.models import PaymentLeg, StatementLine
from settlement.payments import cash_payments, pool_items
from settlement.statement_lines import suspense
from tenants.acts import Act
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C
from tests.unit.settlement.statement_lines.test_matching import LEG, STATE, lines, own, payouts_sent


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def test_a_pay_in_that_the_bank_takes_back_waits_for_a_person_and_is_open_again(collecting):
    bank_days.read((own(), 41_200))
    shown = StatementLine.objects.get()

    bank_days.read((f"KOREKSI {own()}", -41_200), first=2)

    back = StatementLine.objects.get(state=STATE.OPEN)
    assert (back.why, PaymentLeg.objects.get().state) == ("taken-back", LEG.SUCCEEDED)
    suspense.take_back(line_id=back.id, pay_in_id=shown.id, act=Act(by=SECOND, at=T0, reason="kata bank"))
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    bank_days.read((f"KOREKSI {own()}", -41_200), first=4)
    assert lines(state=STATE.OPEN) == [(41_200, STATE.OPEN, "no-such-pay-in")]


def test_cash_on_its_way_between_villages_is_not_what_the_bank_takes_back(collecting):
    """What one village brings to another was never with the federation, so nothing of it was paid on."""
    bank_days.read((own(), 20_600))
    cash_payments.plan(number=1, giver=A, amount_rupiah=20_600, direct=True, act=Act(by=MAKER, at=T0))

    bank_days.take_back(StatementLine.objects.get(), own(), 20_600, first=2)

    assert lines(state=STATE.OPEN) == []
    pool = pool_items.pool(cycle=rounds.get())
    assert (pool.collected_rupiah, pool.open_debts) == (0, {A: 41_200})


def test_a_payout_comes_back_only_once_it_was_seen_to_leave(collecting):
    """Columns the wrong way round would have every payout come back, and be paid again."""
    bank_days.read((own(), 41_200))
    sent = payouts_sent()

    bank_days.read((sent[B].key, 18_000), first=9)

    assert lines(state=STATE.OPEN) == [(18_000, STATE.OPEN, "not-seen-leaving")]
    assert PaymentLeg.objects.get(id=sent[B].id).state == LEG.SUBMITTED
    assert pool_items.pool(cycle=rounds.get()).due() == {}
    bank_days.read((sent[B].key, -18_000), first=8)
    assert lines(leg=sent[B].id) == [(18_000, STATE.MATCHED, ""), (18_000, STATE.MATCHED, "")]
    assert PaymentLeg.objects.get(id=sent[B].id).state == LEG.RETURNED
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 18_000}
