"""The round asks for what is due, those that wait for their buyer first; one that never answers holds up nothing else for long."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from federation.models import GatewayPayment, GatewayRefund
from marketplace.gateway_payments import payment_round
from tests.support import factories, shopping
from tests.support.gateways import paying
from tests.support.gateways.paying import bought
from tests.support.marketplace import dealing
from tests.support.shopping import later


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
    monkeypatch.undo()
    look(16)
    assert GatewayPayment.objects.get(id=first.payment_id).state == "succeeded"


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
