"""The example of the design, from the trade to the last rolled item, in rupiah."""

from __future__ import annotations

from settlement import advancing
from settlement.models import PaymentLeg
from settlement.payments import cash_payments, payouts, pool_items
from tenants.acts import Act
from tests.support.settlement import books, rounds
from tests.support.settlement.books_hold import books_hold  # noqa: F401 - a fixture for all of them
from tests.support.settlement.rounds import MAKER, SECOND, A, B, C

STATE = PaymentLeg.State


def test_gross_set_off_and_net(market):
    rounds.worked_example()

    rounds.proposed()

    found = rounds.solution()
    assert found.gross_rupiah == 240_000
    assert (found.setoff_bilateral_rupiah, found.setoff_cycles_rupiah) == (0, 176_400)
    assert (found.net_internal_debt_rupiah, found.carried_rupiah, found.cash_rupiah) == (41_200, 0, 41_200)


def test_what_set_off_leaves_is_one_item_with_the_pool_each(market):
    rounds.worked_example()
    before = books.net()

    rounds.collecting()

    assert rounds.open_items(1) == {(A, "P"): 41_200, ("P", B): 18_000, ("P", C): 18_400, ("P", "F"): 4_800}
    assert rounds.open_items(2) == {}
    assert books.net() == before == {A: -41_200, B: 18_000, C: 18_400}


def test_half_a_payment_is_shared_and_the_rest_rolls_on(market):
    rounds.worked_example()
    rounds.collecting(collection_days=7)
    [leg] = cash_payments.plan(number=1, giver=A, amount_rupiah=20_600, direct=False, act=Act(by=MAKER, at=rounds.T0))
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=rounds.T0))
    cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=rounds.T0))

    payouts.plan(number=1, act=Act(by=MAKER, at=rounds.T0))

    planned = dict(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah"))
    assert planned == {B: 9_000, C: 9_200}
    assert rounds.balances() == {"agent-cash": 18_200, "own-cash": 2_400, "fee-income": -4_800}
    for leg in PaymentLeg.objects.filter(giver="F"):
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=rounds.T0))
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=rounds.T0))
    assert advancing.advance(number=1, at=rounds.T0) == "collecting"  # A still has a week

    late = rounds.get().collect_until_at
    assert advancing.advance(number=1, at=late) == "closed"

    assert rounds.open_items(1) == {}
    assert rounds.open_items(2) == {(A, "P"): 20_600, ("P", B): 9_000, ("P", C): 9_200, ("P", "F"): 2_400}
    assert books.net() == {A: -20_600, B: 9_000, C: 9_200}
    assert rounds.balances() == {"own-cash": 2_400, "fee-income": -4_800}


def test_the_rolled_items_end_in_the_next_cycle(market):
    test_half_a_payment_is_shared_and_the_rest_rolls_on(market)
    after = rounds.get().collect_until_at
    rounds.collecting(number=2, at=after)
    assert rounds.open_items(2) == {(A, "P"): 20_600, ("P", B): 9_000, ("P", C): 9_200, ("P", "F"): 2_400}
    for leg in cash_payments.plan(number=2, giver=A, amount_rupiah=20_600, direct=True, act=Act(by=MAKER, at=after)):
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=MAKER, at=after))
        cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=SECOND, at=after))

    assert advancing.advance(number=2, at=after) == "closed"

    assert books.net() == {}
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    assert pool_items.pool(cycle=rounds.get(2)).open_claims == {B: 0, C: 0, "F": 0}
