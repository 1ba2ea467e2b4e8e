"""The round asks for what is due, those that wait for their buyer first; one that never answers holds up nothing else for long."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from federation.buying import gateway_problems
from federation.models import GatewayPayment, GatewayRefund
from marketplace.gateway_payments import gateway_attention, pay_purchase, payment_offer, payment_round, waiting_problems
from settlement.bank.gateways.gateway_interface import RefundState
from tenants.acts import Act
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.gateways.paying import bought
from tests.support.marketplace import dealing
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import rounds
from tests.support.shopping import later

ACT = Act(by=rounds.MAKER, at=later(6), reason="Sudah ditanyakan ke gerbang")


def look(minutes: int) -> int:
    return payment_round.ask_all(at=later(minutes))


def reads(gateway) -> int:
    return sum(call.startswith("read ") for call in gateway.calls)


def test_without_anything_due_nothing_is_asked(market, gateway):
    paying.pay(bought(), gateway)
    before = len(gateway.calls)
    assert look(6) == 0
    assert len(gateway.calls) == before


def test_a_payment_that_never_answers_holds_up_no_refund(market, gateway):
    placed = bought()
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    paying.start(dealing.buy(other_goods(), method="card", phone="081290990009"), at=later(31))
    gateway.does_not_answer("read")
    look(40)
    assert GatewayRefund.objects.get().state == "pending"


def other_goods() -> dict[uuid.UUID, int]:
    return {shopping.product(factories.MELATI): 1}


def test_a_fault_of_ours_with_one_payment_holds_up_no_other(market, gateway, monkeypatch):
    first = paying.start(bought())
    second = paying.start(dealing.buy(other_goods(), method="card", phone="081290990009"))
    for started in (first, second):
        gateway.pay(paying.key_of(started))
    record = payment_round.readings.record

    def faulty(*, payment_id, **terms):
        if payment_id == first.payment_id:
            raise ZeroDivisionError
        return record(payment_id=payment_id, **terms)

    monkeypatch.setattr(payment_round.readings, "record", faulty)
    look(5)
    assert GatewayPayment.objects.get(id=second.payment_id).state == "succeeded"
    [problem] = waiting_problems.read().payments
    assert (problem.payment_id, *problem.problems) == (first.payment_id, "unreadable")
    monkeypatch.undo()
    look(16)
    assert GatewayPayment.objects.get(id=first.payment_id).state == "succeeded"
    assert gateway_problems.count() == 0


def test_a_reading_that_cannot_be_booked_waits_for_a_person_and_is_asked_again(market, gateway):
    placed = bought()
    key = paying.key_of(paying.start(placed))
    gateway.pay(key, charge_rupiah=-100)
    paying.told(gateway)
    [problem] = waiting_problems.read().payments
    assert (*problem.problems, problem.can_send_back, problem.can_write_off) == ("unreadable", False, False)
    assert paying.offer(placed).stage is payment_offer.Stage.UNDER_REVIEW
    with pytest.raises(pay_purchase.UnderReview):
        paying.start(placed, at=later(6))
    gateway_attention.close_payment(payment_id=problem.payment_id, act=ACT)
    look(16)
    assert gateway_problems.count() == 1  # whoever closed it did not make it readable
    gateway.pay(key)
    look(27)
    assert gateway_problems.count() == 0
    assert paying.states(placed) == {"placed"}
    assert paying.offer(placed, minutes=28).stage is payment_offer.Stage.PAID
    assert broken_rules() == []


def test_an_answer_to_the_buyers_button_that_cannot_be_read_is_no_fault_of_the_page(market, gateway, monkeypatch):
    placed = bought()
    with monkeypatch.context() as patched:
        patched.setattr(gateway, "start", lambda _order: 1 / 0)
        with pytest.raises(pay_purchase.UnderReview):
            paying.start(placed)
    assert gateway_problems.count() == 1
    look(13)
    assert gateway_problems.count() == 0
    assert paying.start(placed, at=later(14)).url


def test_a_refund_whose_reading_cannot_be_booked_waits_for_a_person_too(market, gateway, monkeypatch):
    placed = bought()
    paying.pay(placed, gateway)
    dealing.cancel(*dealing.orders_of(placed).values())
    look(40)
    key = GatewayRefund.objects.get().key
    gateway.refund_becomes(key, RefundState.SUCCEEDED)
    with monkeypatch.context() as patched:
        patched.setattr(gateway, "read_refund", lambda **_of: 1 / 0)
        paying.told(gateway, at=later(41))
    [problem] = waiting_problems.read().refunds
    assert (*problem.problems, problem.can_decide) == ("unreadable", False)
    look(52)
    assert gateway_problems.count() == 0
    assert GatewayRefund.objects.get().state == "succeeded"
    assert broken_rules() == []


@pytest.mark.parametrize("paid", [True, False])
def test_what_ended_is_asked_for_ever_seldomer_and_then_no_more(market, gateway, paid):
    started = paying.start(bought())
    (gateway.pay if paid else gateway.fail)(paying.key_of(started))
    paying.told(gateway)
    before, gaps = reads(gateway), []
    while (due := GatewayPayment.objects.get().next_read_at) is not None:
        payment_round.ask_all(at=due)
        gaps.append(due)
    assert 5 < reads(gateway) - before < 16
    assert gaps[-1] - gaps[0] > timedelta(days=3)
