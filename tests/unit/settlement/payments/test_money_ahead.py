"""What a village got ahead stays in the pool and rolls on with it."""

from __future__ import annotations

from datetime import timedelta

from settlement import advancing
from settlement.models import Obligation, PaymentLeg
from tests.support.settlement import paying, restoring, rounds
from tests.support.settlement.restoring import NOW, hold, lost_payout, read
from tests.support.settlement.rounds import A, B, C

DAY = timedelta(days=1)


def test_what_a_village_got_ahead_is_not_sent_again_when_it_becomes_due_and_rolls_on(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    hold()
    read(lost_payout(18_000, number="03370100123451"))
    for village in (B, C):
        restoring.states(village, at=NOW)
    restoring.release(at=NOW)  # nobody knows yet that A brought all of it in cash
    restoring.confirm_accounts(at=NOW)
    assert Obligation.objects.get(cause="adopted", debtor=B).open_rupiah == 18_000
    restoring.states(A, at=NOW, handed_over=41_200)
    assert Obligation.objects.get(cause="adopted", debtor=B).open_rupiah == 18_000
    assert PaymentLeg.objects.get(giver=A).amount_rupiah == 41_200
    assert advancing.advance(number=1, at=NOW) == "paying"
    assert list(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah")) == [(C, 18_400)]
    paying.pay_out()
    assert advancing.advance(number=1, at=NOW) == "closed"
    assert rounds.open_items(2) == {("F", "P"): 18_000, ("P", B): 18_000, (B, "F"): 18_000}
    rounds.collecting(number=2, at=NOW)
    assert rounds.open_items(2) == {}
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
