"""The periodic look at gateways: payouts to the bank are learned, villages are paid, and one that is silent holds up nothing."""

from __future__ import annotations

from settlement import advancing
from settlement.models import GatewayPayout, PaymentLeg
from settlement.payments import gateway_legs, gateway_round
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.gateway_deals import GATE, deposit_sale, handed_over, shown
from tests.support.settlement.rounds import MAKER, T0, B


def look() -> None:
    gateway_round.ask(at=T0)


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
    gateway_legs.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))
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
    gateway_legs.plan(number=1, gateway=GATE, act=Act(by=MAKER, at=T0))
    gateway.does_not_answer("payouts")
    look()
    assert PaymentLeg.objects.get().state == "succeeded"


def test_without_a_gateway_nothing_is_asked(market):
    look()
    assert not GatewayPayout.objects.exists()
