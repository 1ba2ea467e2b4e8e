"""People answer for a gateway while it answers itself: one of the two counts, the money is paid once, and the other is seen."""

from __future__ import annotations

import pytest

from deploy.audit import examination
from settlement.bank.gateways.gateway_interface import CALL_LASTS
from settlement.models import LegEvent, PaymentLeg, PayoutAnswer
from settlement.payments import paid_after_all
from tenants import wake_ups
from tests.support.settlement import books, gateway_payouts, races
from tests.support.settlement.gateway_payouts import OVERDUE, State
from tests.support.settlement.rounds import B


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    monkeypatch.setattr(wake_ups, "send", lambda **_: None)


@pytest.mark.parametrize("first", ["people", "gateway", "nobody"])
def test_a_late_answer_beside_the_confirmation_counts_once(market, gateway, first):
    gateway_payouts.owed_to_two()
    gateway_payouts.plan()
    leg = gateway_payouts.unanswered()
    answer = gateway_payouts.propose(leg, paid=0)
    if first == "people":
        gateway_payouts.confirm(answer)
    if first == "gateway":
        gateway_payouts.hear(leg, State.SUCCEEDED)

    def work(number: int) -> None:
        if number % 2:
            gateway_payouts.confirm(answer, at=OVERDUE + CALL_LASTS)
        else:
            gateway_payouts.hear(leg, State.SUCCEEDED, at=OVERDUE)

    outcomes = races.run(8, work)

    leg.refresh_from_db()
    went = PaymentLeg.objects.filter(receiver=B, state="succeeded").count()
    if leg.state == "succeeded":
        assert outcomes == ["AnsweredMeanwhile"] * 4 + ["done"] * 4
        assert (went, books.net(B), PayoutAnswer.objects.get().confirmed_at) == (1, {}, None)
    else:
        assert outcomes == ["done"] * 8
        assert (leg.state, went, books.net(B)) == ("failed", 0, {B: 98_000})
        assert list(paid_after_all.undecided()) == [leg]  # until people decide, nothing more goes to B
        assert LegEvent.objects.filter(leg=leg, quarantined=True).count() == 1
    assert examination.broken_books() == {}


def test_many_who_confirm_what_was_paid_after_all_count_it_once(market, gateway):
    gateway_payouts.owed_to_two()
    gateway_payouts.plan()
    leg = gateway_payouts.unanswered()
    gateway_payouts.hear(leg, State.FAILED)
    gateway_payouts.hear(leg, State.SUCCEEDED)
    answer = gateway_payouts.propose(leg, paid=98_000)

    assert races.run(6, lambda _number: gateway_payouts.confirm(answer)) == ["done"] * 6

    assert PaymentLeg.objects.filter(receiver=B, state="succeeded").count() == 1
    assert books.net(B) == {}
    assert examination.broken_books() == {}
