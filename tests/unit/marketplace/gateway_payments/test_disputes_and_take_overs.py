"""What a dispute gives the buyer of an order whose seller has left is not taken over besides, in whichever order the two come."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connections

from federation.buying import take_overs
from federation.models import GatewayPayment, TakeOver
from marketplace.gateway_payments import gateway_attention, waiting_problems
from settlement.bank.gateways.gateway_interface import Dispute, DisputeState
from settlement.ledger import federation_books, gateway_money
from tenants.acts import Act
from tests.support import factories
from tests.support.gateways import paying
from tests.support.marketplace import dealing, ordering
from tests.support.settlement import books, leavers, rounds
from tests.support.shopping import later

SUM = 20_000


@pytest.fixture
def payment(market, gateway) -> GatewayPayment:
    """20,000 rupiah by card for goods that are with their buyer; then the seller leaves. The federation has 50,000 of its own."""
    placed = paying.bought()
    payment = paying.pay(placed, gateway)
    dealing.hand_over(*dealing.orders_of(placed).values())
    paying.give_own_cash(50_000)
    leavers.leave(market, order_of(payment).seller)
    return payment


def order_of(payment):
    return payment.shares.get().order


def propose(payment, amount: int = SUM) -> uuid.UUID:
    act = Act(by=factories.OPERATOR.principal, at=later(50), key=uuid.uuid4().hex, reason="Barang rusak")
    return take_overs.propose(order_id=order_of(payment).id, amount_rupiah=amount, act=act)


def approve(take_over_id: uuid.UUID) -> None:
    take_overs.approve(take_over_id=take_over_id, act=Act(by=factories.APPROVER.principal, at=later(55)))


def disputed(payment, gateway, *, amount: int = SUM) -> Dispute:
    number = gateway.dispute(payment.key, amount_rupiah=amount)
    paying.told(gateway, at=later(60))
    return Dispute(id=number, state=DisputeState.OPEN, withdrawn_rupiah=amount)


def ends(payment, gateway, dispute: Dispute, state: DisputeState) -> None:
    returned = dispute.withdrawn_rupiah if state is DisputeState.WON else 0
    ended = Dispute(id=dispute.id, state=state, withdrawn_rupiah=dispute.withdrawn_rupiah, returned_rupiah=returned)
    gateway.dispute_becomes(payment.key, ended)
    paying.told(gateway, at=later(70))


def problems() -> list[str]:
    return [str(problem) for row in waiting_problems.read().payments for problem in row.problems]


def broken() -> set[str]:
    """What the audit finds beside the debts of whoever left at once."""
    return set(ordering.broken_rules()) - {"villages-that-left-owe-nothing"}


def test_before_the_approval_nothing_is_taken_over(payment, gateway):
    proposed = propose(payment, 5_000)
    dispute = disputed(payment, gateway)

    with pytest.raises(take_overs.Disputed):
        propose(payment, 5_000)
    with pytest.raises(take_overs.Disputed):
        approve(proposed)
    ends(payment, gateway, dispute, DisputeState.LOST)
    with pytest.raises(take_overs.BeyondPaid):
        propose(payment, 5_000)
    with pytest.raises(take_overs.BeyondPaid):
        approve(proposed)

    assert not TakeOver.objects.exclude(approved_at=None).exists()
    assert broken() == set()


def test_after_the_approval_a_person_asks_the_buyer_for_what_came_twice(payment, gateway):
    approve(propose(payment, 12_000))
    dispute = disputed(payment, gateway)
    assert problems() == []

    ends(payment, gateway, dispute, DisputeState.LOST)

    assert problems() == ["twice"]
    assert broken() == set()
    gateway_attention.close_payment(payment_id=payment.id, act=Act(by=rounds.MAKER, at=later(200), reason="Pembeli membayar kembali"))
    assert (problems(), broken()) == ([], set())


@pytest.mark.parametrize(("taken", "lost"), [(12_000, 8_000), (12_000, 8_001)])
def test_both_together_may_give_the_buyer_all_that_was_paid_and_no_more(payment, gateway, taken, lost):
    approve(propose(payment, taken))

    ends(payment, gateway, disputed(payment, gateway, amount=lost), DisputeState.LOST)

    assert problems() == (["twice"] if taken + lost > SUM else [])
    assert broken() == set()


def test_one_that_is_won_or_whose_take_over_was_declined_is_no_problem(payment, gateway):
    declined = propose(payment)
    take_overs.decline(take_over_id=declined, act=Act(by=factories.APPROVER.principal, at=later(51), reason="Tidak perlu"))
    ends(payment, gateway, disputed(payment, gateway, amount=SUM), DisputeState.LOST)
    assert problems() == []


def test_won_after_the_approval_it_changes_nothing(payment, gateway):
    approve(propose(payment))
    ends(payment, gateway, disputed(payment, gateway), DisputeState.WON)
    assert (problems(), broken()) == ([], set())
    assert federation_books.read().disputed_rupiah == 0


def test_what_the_gateway_took_back_is_decided_first_and_then_gone(payment, gateway):
    """Written off, the buyer has the money as by a dispute that was lost."""
    proposed = propose(payment)
    gateway.fail(payment.key)
    paying.told(gateway, at=later(60))
    assert problems() == ["taken-back"]

    with pytest.raises(take_overs.TakenBack):
        propose(payment)
    with pytest.raises(take_overs.TakenBack):
        approve(proposed)
    gateway_attention.write_payment_off(payment_id=payment.id, act=Act(by=rounds.MAKER, at=later(80), reason="Ditarik"))
    with pytest.raises(take_overs.BeyondPaid):
        approve(proposed)


@pytest.mark.parametrize("dispute_first", [True, False])
def test_at_the_same_moment_one_of_them_knows_of_the_other(payment, gateway, monkeypatch, dispute_first):
    """The first waits with what it did uncommitted until the second waits for it."""
    proposed = propose(payment)
    dispute = disputed(payment, gateway, amount=0)
    lost = Dispute(id=dispute.id, state=DisputeState.LOST, withdrawn_rupiah=SUM)
    gateway.dispute_becomes(payment.key, lost)
    stopped, outcomes = threading.Event(), []
    first = gateway_money if dispute_first else take_overs.taken_over
    name = "dispute" if dispute_first else "bear"
    real = getattr(first, name)

    def slow(**terms: object) -> object:
        done = real(**terms)
        stopped.set()
        wait_until_somebody_waits()
        return done

    monkeypatch.setattr(first, name, slow)
    works = [lambda: paying.told(gateway, at=later(70)), lambda: approve(proposed)]
    threads = [threading.Thread(target=in_thread, args=(work, outcomes)) for work in (works if dispute_first else works[::-1])]
    threads[0].start()
    assert stopped.wait(30)
    threads[1].start()
    for thread in threads:
        thread.join(60)

    approved = TakeOver.objects.filter(approved_at__isnull=False).exists()
    assert approved is not dispute_first
    assert outcomes == (["done", "BeyondPaid"] if dispute_first else ["done", "done"])
    assert problems() == ([] if dispute_first else ["twice"])
    assert broken() == set()


def wait_until_somebody_waits() -> None:
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _look in range(200):
        if books.rows(waiting):
            return
        books.rows("SELECT pg_stat_clear_snapshot(), pg_sleep(0.02)")


def in_thread(work, outcomes: list[str]) -> None:
    try:
        work()
        outcomes.append("done")
    except Exception as error:
        outcomes.append(type(error).__name__)
    finally:
        connections.close_all()
