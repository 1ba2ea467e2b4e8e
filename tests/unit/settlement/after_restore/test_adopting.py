"""What comes back into the books after a restore: as a payment of the cycle under way as far as it can, else as money ahead."""

from __future__ import annotations

from datetime import timedelta

from settlement import advancing
from settlement.models import Obligation, PaymentLeg
from settlement.payments import payouts
from tenants.acts import Act
from tests.support.settlement import bank_days, books, paying, restoring, rounds
from tests.support.settlement.restoring import ACT, NOW, hold, lost_payout, released
from tests.support.settlement.rounds import MAKER, T0, A, B, C

DAY = timedelta(days=1)


def ahead() -> dict[tuple[str, str], int]:
    rows = Obligation.objects.filter(cause="adopted").values_list("debtor", "creditor", "open_rupiah")
    return {(debtor, creditor): amount for debtor, creditor, amount in rows}


def test_the_worked_example_lost_after_its_backup_is_settled_to_the_rupiah(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    released(("TRSF PS0001-3402902001", 20_600), lost_payout(18_000, number="03370100123451"))
    assert ahead() == {("F", A): 20_600, (B, "F"): 18_000}
    assert rounds.balances() == {"agent-cash": 2_600, "uncovered": 18_000, "between-funds": -18_000, "fee-income": -4_800}

    rounds.collecting(at=NOW)
    assert rounds.open_items(1) == {(A, "P"): 20_600, ("P", C): 18_400, ("P", "F"): 2_200}
    assert rounds.balances() == {"own-cash": 2_600, "fee-income": -4_800}
    bank_days.read(("TRSF PS0001-3402902001", 20_600), first=9)
    assert advancing.advance(number=1, at=NOW) == "paying"
    assert list(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah")) == [(C, 18_400)]
    paying.pay_out()
    advancing.advance(number=1, at=NOW)
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    assert books.net() == {}


def test_what_a_cycle_under_way_has_for_it_is_paid_there_and_the_rest_is_ahead(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    hold()
    released(("TRSF PS0002-3402902001", 20_600), lost_payout(18_000, number="03370100123451"))
    assert list(PaymentLeg.objects.order_by("id").values_list("giver", "receiver", "amount_rupiah", "state")) == [
        (A, "F", 20_600, "succeeded"),
        ("F", B, 18_000, "succeeded"),
    ]
    assert ahead() == {}
    payouts.plan(number=1, act=ACT)
    assert not PaymentLeg.objects.filter(receiver=B, state="planned").exists()


def test_cash_that_the_backup_knew_on_its_way_is_in_the_figures_of_the_village(market):
    rounds.worked_example()
    rounds.collecting()
    paying.bring(A, 41_200)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    hold()
    restoring.states(A, at=NOW)
    restoring.states(B, at=NOW, received=18_000)
    restoring.states(C, at=NOW)
    restoring.release(at=NOW)
    assert set(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah", "state")) == {
        (B, 18_000, "failed"),
        (B, 18_000, "succeeded"),
        (C, 18_400, "failed"),
    }
    advancing.advance(number=1, at=NOW)
    assert list(PaymentLeg.objects.filter(state="planned").values_list("receiver", "amount_rupiah")) == [(C, 18_400)]


def test_a_payout_that_came_back_is_owed_again(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    rounds.collecting()
    hold()
    text, amount = lost_payout(18_000, number="03370100123451")
    released(("TRSF PS0001-3402902001", 41_200), (text, amount), (f"RETUR {text}", -amount))
    leg = PaymentLeg.objects.get(giver="F")
    assert (leg.key, leg.state) == (text.split()[0], "returned")
    assert rounds.open_items(1)["P", B] == 18_000


def test_a_payout_that_came_back_where_no_cycle_is_under_way_is_nothing_in_sum(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    text, amount = lost_payout(18_000, number="03370100123451")
    released(("TRSF PS0001-3402902001", 41_200), (text, amount), (f"RETUR {text}", -amount))
    assert ahead() == {("F", A): 41_200, (B, "F"): 18_000, ("F", B): 18_000}
