"""One purchase, many sellers, paid out through a cycle: what went wrong with payouts in other markets."""

from __future__ import annotations

import pytest
from django.db import connections, transaction

from settlement import advancing
from settlement.bank.rails import rail_interface as rails
from settlement.models import PaymentLeg
from settlement.payments import bank_files, legs, payouts
from settlement.reports import village_statement
from tenants import acts
from tenants.acts import Act
from tests.support import shopping
from tests.support.marketplace import dealing
from tests.support.marketplace.dealing import CIBIRU, HOME, MELATI
from tests.support.settlement import bank_days, books, paying, races, rounds
from tests.support.settlement.rounds import MAKER, T0

STATE = PaymentLeg.State


@pytest.fixture
def collecting(market):
    """Cibiru and Melati sold to one buyer of Sukamaju, who paid both at once; Sukamaju owes 90,000 of it in the cycle."""
    goods = {shopping.product(CIBIRU, price_rupiah=30_000): 1, shopping.product(MELATI, price_rupiah=60_000): 1}
    placed = dealing.buy(goods)
    dealing.pay(placed)
    for order in dealing.orders_of(placed).values():
        dealing.hand_over(order)
    rounds.bank_accounts(CIBIRU, MELATI)
    rounds.collecting()


def sent() -> dict[str, int]:
    return dict(PaymentLeg.objects.filter(giver="F").values_list("receiver", "amount_rupiah"))


def test_every_seller_of_one_payment_is_paid_out(collecting):
    """Elsewhere payouts were refused because one payment stood for several orders."""
    paying.bring(HOME, 90_000)

    payouts.plan(number=1, act=Act(by=MAKER, at=T0))

    assert sent() == {CIBIRU: 29_400, MELATI: 58_800}


def test_payouts_asked_for_by_many_at_once_send_what_lies_there_and_no_more(collecting):
    """Elsewhere payouts asked for more than the account could send."""
    paying.bring(HOME, 10_001)
    connections.close_all()

    assert races.run(4, lambda _: payouts.plan(number=1, act=Act(by=MAKER, at=T0))) == ["done"] * 4

    balances = rounds.balances()
    assert sum(sent().values()) == balances["agent-cash"] == 10_001 - balances["own-cash"]
    assert sent() == {CIBIRU: 3_267, MELATI: 6_534}  # of 29,400 and 58,800, a ninth part and a rupiah rounded


def test_a_payout_that_fails_after_it_succeeded_is_owed_again_everywhere_and_paid_anew(collecting):
    """Elsewhere a payout that the bank returned still read as settled: a failure after a success was thrown away."""
    paying.bring(HOME, 90_000)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    payout = PaymentLeg.objects.get(receiver=CIBIRU)
    other = PaymentLeg.objects.get(receiver=MELATI)
    bank_days.read((payout.key, -29_400), (other.key, -58_800))
    assert (books.net(), seen()) == ({}, (29_400, 0))

    for _ in range(2):
        tell(payout, "failed")

    assert (books.net(), seen()) == ({CIBIRU: 29_400}, (0, 29_400))
    assert rounds.balances()["agent-cash"] == 29_400
    assert advancing.advance(number=1, at=T0) == "paying"
    again = PaymentLeg.objects.get(receiver=CIBIRU, state=STATE.PLANNED)
    assert again.amount_rupiah == 29_400
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    tell(again, "succeeded")
    assert advancing.advance(number=1, at=T0) != "closed"  # told, not seen yet
    bank_days.read((again.key, -29_400), first=9)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert (books.net(), seen()) == ({}, (29_400, 0))


def tell(leg: PaymentLeg, state: str) -> None:
    """What the bank says of a payment, ahead of its statement."""
    outcome = rails.Outcome(state=rails.OutcomeState(state), amount_rupiah=leg.amount_rupiah, at=T0, evidence="kata bank")
    with transaction.atomic(durable=True):
        legs.learn(leg=legs.locked(leg_id=leg.id), outcome=outcome, act=acts.by_system(at=T0), matched=False)


def seen() -> tuple[int, int]:
    """What Cibiru's statement says that it got, and what is left."""
    found = village_statement.of(number=1, village_code=CIBIRU)
    assert found is not None
    return found.moved_rupiah, found.left_rupiah
