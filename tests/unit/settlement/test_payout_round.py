"""The periodic look at gateways: payouts to the bank are learned, villages are paid, and one that is silent or broken holds up nothing."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.test import override_settings

from settlement import advancing, payout_round
from settlement.bank import account_changes
from settlement.bank.gateways.gateway_interface import PayoutReading
from settlement.bank.rails.rail_interface import OutcomeState
from settlement.models import GatewayPayout, LegEvent, PaymentLeg
from settlement.payments import payouts_by_gateway
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.books_hold import books_hold  # noqa: F401 - a fixture for all of them
from tests.support.settlement.gateway_deals import GATE, deposit_sale, handed_over, shown
from tests.support.settlement.rounds import MAKER, T0, B, C


class Broken:
    """A gateway whose adapter has a fault."""

    rail = None

    def payouts(self) -> list[PayoutReading]:
        raise KeyError("payouts")


def look() -> None:
    payout_round.ask(at=T0)


def owed_to_two_villages() -> None:
    """F owes B 98,000 and C 49,000 out of what the gateway holds, and both are to be paid by it."""
    rounds.bank_accounts(B, C)
    handed_over(deposit_sale())
    handed_over(deposit_sale(home=B, seller=C, goods=50_000, fee=1_000))
    rounds.collecting()
    assert payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0)) == 2


def legs() -> list[PaymentLeg]:
    return list(PaymentLeg.objects.order_by("receiver"))


def test_what_a_gateway_paid_out_is_matched_with_the_statement_once(market, gateway):
    handed_over(deposit_sale())
    reference = gateway.pay_out(60_000)
    for _ in range(2):
        look()
    assert GatewayPayout.objects.get().amount_rupiah == 60_000
    assert shown(reference, 60_000).matched == 1
    look()
    assert rounds.balances()["agent-cash"] == 60_000 - 2_000  # the fee has become own cash
    assert rounds.balances()[f"gateway:{GATE}"] == 40_000


def test_villages_are_paid_and_asked_after_until_the_gateway_says_so(market, gateway):
    rounds.bank_accounts(B)
    handed_over(deposit_sale())
    rounds.collecting()
    payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))
    gateway.rail.answers = [TimeoutError(), TimeoutError()]
    for _ in range(2):
        look()
        assert PaymentLeg.objects.get().state == "unknown"
    look()
    assert PaymentLeg.objects.get().state == "succeeded"
    assert [(one.village, one.amount_rupiah) for one in gateway.instructed()] == [(B, 98_000)]
    assert advancing.advance(number=1, at=T0) == "closed"


def test_a_silent_gateway_holds_up_no_payout(market, gateway):
    rounds.bank_accounts(B)
    handed_over(deposit_sale())
    rounds.collecting()
    payouts_by_gateway.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))
    gateway.does_not_answer("payouts")
    look()
    assert PaymentLeg.objects.get().state == "succeeded"


def test_a_leg_that_is_refused_holds_up_no_other(market, gateway, caplog):
    owed_to_two_villages()
    gateway.rail.refused = {PaymentLeg.objects.get(receiver=B).key}
    for _ in range(2):
        look()
        assert [(leg.receiver, leg.state) for leg in legs()] == [(B, "submitted"), (C, "succeeded")]
    assert "knows its key with other terms" in caplog.text
    gateway.rail.refused = set()
    look()
    assert [(leg.receiver, leg.state) for leg in legs()] == [(B, "succeeded"), (C, "succeeded")]
    assert advancing.advance(number=1, at=T0) == "closed"


def test_a_leg_that_cannot_be_told_holds_up_no_other(market, gateway, caplog, monkeypatch):
    owed_to_two_villages()
    told = payouts_by_gateway.legs.move
    monkeypatch.setattr(payouts_by_gateway.legs, "move", lambda *, leg, **more: 1 // (leg.receiver != B) and told(leg=leg, **more))
    look()
    assert [(leg.receiver, leg.state) for leg in legs()] == [(B, "planned"), (C, "succeeded")]
    assert "could not be sent" in caplog.text


def test_a_leg_waits_while_its_village_has_stopped_its_account(market, gateway, caplog):
    owed_to_two_villages()
    account_changes.stop(party=B, act=Act(by=MAKER, at=T0))
    look()
    assert [(leg.receiver, leg.state) for leg in legs()] == [(B, "planned"), (C, "succeeded")]
    assert "could not be sent" not in caplog.text
    account_changes.resume(party=B, act=Act(by=MAKER, at=T0))
    look()
    assert [leg.state for leg in legs()] == ["succeeded"] * 2


def test_a_gateway_that_is_broken_holds_up_no_other(market, gateway, caplog):
    owed_to_two_villages()
    gateway.pay_out(3_000)
    with override_settings(PAYMENT_GATEWAYS={"rusak": f"{__name__}.Broken", **settings.PAYMENT_GATEWAYS}):
        look()
    assert GatewayPayout.objects.get().gateway == GATE
    assert {leg.state for leg in legs()} == {"succeeded"}
    assert "payouts of gateway rusak could not be read" in caplog.text


def test_a_payout_that_cannot_be_taken_in_holds_up_no_other(market, gateway, caplog):
    handed_over(deposit_sale())
    gateway.pay_out(0)
    gateway.pay_out(3_000)
    look()
    assert GatewayPayout.objects.get().amount_rupiah == 3_000
    assert "could not be taken in" in caplog.text


def test_without_a_gateway_nothing_is_asked(market):
    look()
    assert not GatewayPayout.objects.exists()


def test_what_comes_back_or_goes_after_all_is_heard_of_for_some_days(market, gateway):
    """B is owed its money once more; that C's failed payout went after all waits for a person."""
    owed_to_two_villages()
    gateway.rail.answers = [OutcomeState.SUCCEEDED, OutcomeState.FAILED]
    look()
    states = {leg.receiver: leg.state for leg in legs()}
    assert sorted(states.values()) == ["failed", "succeeded"]

    gateway.rail.answers = [OutcomeState.RETURNED] * 2
    payout_round.ask(at=T0 + timedelta(days=3))

    assert sorted(leg.state for leg in legs()) == ["failed", "returned"]
    assert LegEvent.objects.filter(quarantined=True).get().evidence.startswith("after-failure")
    assert "agent-cash" not in rounds.balances()
    gateway.rail.answers = [OutcomeState.RETURNED]
    payout_round.ask(at=T0 + timedelta(days=30))
    assert len(gateway.rail.answers) == 1  # nobody asks any more


def planned_into_silence(gateway) -> None:
    """B and C are to be paid, and the gateway is silent from now on."""
    owed_to_two_villages()
    gateway.rail.answers = [TimeoutError()] * 9


def calls(gateway) -> int:
    return 9 - len(gateway.rail.answers)


def test_after_one_silence_the_rest_stays_planned_for_the_next_round(market, gateway, caplog):
    planned_into_silence(gateway)
    look()
    assert sorted(leg.state for leg in legs()) == ["planned", "unknown"]
    assert calls(gateway) == 1
    for _ in range(3):  # the same is asked about first, and nothing else is sent into the silence
        look()
    assert sorted(leg.state for leg in legs()) == ["planned", "unknown"]
    assert calls(gateway) == 4
    assert "does not answer; what is left of its payouts waits for the next round" in caplog.text
    gateway.rail.answers = []
    look()
    assert [leg.state for leg in legs()] == ["succeeded"] * 2


def test_a_payout_that_is_never_answered_starves_no_other_for_longer_than_an_hour(market, gateway):
    planned_into_silence(gateway)
    look()
    silent = PaymentLeg.objects.get(state="unknown")
    later = T0 + payouts_by_gateway.SILENCE_TRIED_FIRST + timedelta(minutes=1)
    gateway.rail.answers = [OutcomeState.SUCCEEDED, TimeoutError()]
    payout_round.ask(at=later)
    assert {leg.state for leg in legs() if leg.id != silent.id} == {"succeeded"}
    assert PaymentLeg.objects.get(id=silent.id).state == "unknown"


def test_what_has_ended_is_not_asked_after_in_a_round_of_silence(market, gateway):
    owed_to_two_villages()
    gateway.rail.answers = [OutcomeState.SUCCEEDED, OutcomeState.SUCCEEDED]
    look()
    gateway.rail.answers = [TimeoutError()] * 9
    look()
    assert calls(gateway) == 1
