"""What gateways pay out to the bank: matched by reference and amount, agent cash from then on; what the federation takes and covers by it,
and what a cycle gets; never paid out before it is there.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from settlement import advancing
from settlement.bank.gateways import gateway_interface as gateways
from settlement.ledger import deposit_sales
from settlement.models import GatewayPayout, PaymentLeg, StatementLine
from settlement.payments import cash_payments
from settlement.statement_lines import explaining, gateway_lines, suspense, suspense_account
from tenants.acts import Act
from tests.support.settlement import books, rounds
from tests.support.settlement.gateway_deals import GATE, NOON, arrived, cash_to, deposit_sale, handed_over, paid, settle, shown, told
from tests.support.settlement.rounds import A, B, C


def test_own_cash_covers_the_charge_as_far_as_it_goes(market):
    books.complete(books.sale(home=A, seller=B, goods=100_000, fee=500))
    rounds.collecting()
    for leg in cash_payments.plan(number=1, giver=A, amount_rupiah=100_000, direct=True, act=Act(by=rounds.MAKER, at=rounds.T0)):
        cash_to(leg)
    assert advancing.advance(number=1, at=rounds.T0) == "closed"
    assert rounds.balances() == {"own-cash": 500, "fee-income": -500}
    paid(deposit_sale(), charge=700)

    for _ in range(2):
        settle()

    balances = rounds.balances()
    assert (balances.get("own-cash", 0), balances["agent-cash"], balances["uncovered"]) == (0, 500, 200)


def test_of_a_payout_no_more_is_taken_than_it_brought_and_later_only_what_agent_cash_exceeds(market):
    handed_over(deposit_sale(goods=1_000_000, fee=20_000))
    arrived(15_000)
    assert rounds.balances()["own-cash"] == 15_000
    settle()
    assert rounds.balances()["own-cash"] == 15_000  # the rest lies at the gateway
    arrived(985_000)
    assert (rounds.balances()["own-cash"], rounds.balances()["agent-cash"]) == (20_000, 980_000)

    sale = deposit_sale()
    payment_id = paid(sale)
    arrived(100_000)
    with transaction.atomic(durable=True):
        deposit_sales.post(sale=sale, payment_id=payment_id, happened_at=NOON)
    settle()
    assert (rounds.balances()["own-cash"], rounds.balances()["agent-cash"]) == (22_000, 1_078_000)


def decide(line: StatementLine) -> None:
    suspense.count_as_gateways(line_id=line.id, gateway=GATE, act=Act(by=rounds.MAKER, at=rounds.T0, reason="Kata gerbang"))


def test_a_payout_is_matched_by_its_reference_and_amount_alone(market):
    paid(deposit_sale())
    reference = told(60_000)
    assert shown(reference, 59_999).matched == shown("entah dari siapa", 60_000).matched == 0
    assert shown(f"trf {reference.lower().replace('-', ' ')} x", 60_000).matched == 1
    assert shown(reference, 60_000).matched == 0  # it stands on a line already
    assert rounds.balances()["agent-cash"] == 60_000


def test_a_payout_that_is_told_after_its_line_was_imported_is_matched_then(market):
    paid(deposit_sale())
    assert shown("UJI-PAYOUT-9999", 60_000).matched == 0
    payout = gateways.PayoutReading(id="po_late", state=gateways.PayoutState.PAID, amount_rupiah=60_000, reference="UJI-PAYOUT-9999")
    for _ in range(2):
        gateway_lines.learn(gateway=GATE, payout=payout, at=NOON)
    assert rounds.balances()["agent-cash"] == 60_000
    assert StatementLine.objects.get().state == "matched"


def test_a_line_that_names_no_payout_is_a_gateways_when_a_person_says_so_and_it_held_so_much(market):
    paid(deposit_sale())
    told(60_000)
    shown("tanpa nomor", 60_000)
    shown("terlalu banyak", 100_001)
    line, too_much = StatementLine.objects.order_by("amount_rupiah")

    for _ in range(2):
        decide(line)
    with pytest.raises(gateway_lines.MoreThanAtGateway):
        decide(too_much)

    assert rounds.balances() == {"agent-cash": 60_000, f"gateway:{GATE}": 40_000, "customer-deposits": -100_000}
    assert GatewayPayout.objects.get().line_id == line.id
    explaining.explain(line_id=too_much.id, act=Act(by=rounds.MAKER, at=rounds.T0, reason="Bukan dari gerbang"))


def test_what_lay_in_suspense_turns_out_to_be_a_gateways(market):
    paid(deposit_sale())
    shown("tanpa nomor", 60_000)
    line = StatementLine.objects.get()
    suspense.hold(line_id=line.id, act=Act(by=rounds.MAKER, at=rounds.T0, reason="Belum jelas"))
    for _ in range(2):
        decide(line)
    assert rounds.balances() == {"agent-cash": 60_000, f"gateway:{GATE}": 40_000, "customer-deposits": -100_000}
    assert suspense_account.left_of(line=line) == 0


def test_what_the_gateway_takes_from_the_bank_is_at_the_gateway_again(market):
    paid(deposit_sale())
    arrived(100_000)
    shown("ditarik gerbang", -30_000)
    for _ in range(2):
        decide(StatementLine.objects.get(incoming=False))
    assert rounds.balances() == {"agent-cash": 70_000, f"gateway:{GATE}": 30_000, "customer-deposits": -100_000}


def test_what_passes_the_federation_becomes_own_cash_as_far_as_its_money_has_arrived(market):
    """B owes F a fee of 3,000 from its own sales and is owed 98,000 from a deposit sale: the fee is set off against it."""
    handed_over(deposit_sale())
    arrived(40_000)
    books.complete(books.sale(home=B, seller=B, holder=B, goods=150_000, fee=3_000))

    rounds.collecting()

    assert rounds.solution().setoff_bilateral_rupiah == 6_000
    assert rounds.open_items(1) == {("F", "P"): 60_000, ("P", B): 95_000}  # 35,000 have arrived and count as collected
    balances = rounds.balances()
    assert (balances["agent-cash"], balances["own-cash"], balances[f"gateway:{GATE}"]) == (35_000, 5_000, 60_000)

    arrived(60_000)
    assert advancing.advance(number=1, at=rounds.get().collect_until_at) == "paying"
    [leg] = PaymentLeg.objects.filter(giver="F")
    assert (leg.receiver, leg.amount_rupiah) == (B, 95_000)
    cash_to(leg)
    assert advancing.advance(number=1, at=rounds.T0) == "closed"
    assert rounds.balances() == {"own-cash": 5_000, "fee-income": -5_000}
    assert books.net() == {}


def test_what_has_not_arrived_by_the_date_rolls_on(market):
    handed_over(deposit_sale())
    arrived(40_000)
    rounds.collecting()
    assert rounds.open_items(1) == {("F", "P"): 60_000, ("P", B): 98_000}

    assert advancing.advance(number=1, at=rounds.get().collect_until_at) == "paying"
    [leg] = PaymentLeg.objects.filter(giver="F")
    assert leg.amount_rupiah == 38_000
    cash_to(leg)
    assert advancing.advance(number=1, at=rounds.T0) == "closed"

    assert rounds.open_items(2) == {("F", "P"): 60_000, ("P", B): 60_000}
    assert books.net() == {B: 60_000}
    arrived(60_000)
    rounds.collecting(number=2)
    assert advancing.advance(number=2, at=rounds.get(2).collect_until_at) == "paying"
    [leg] = PaymentLeg.objects.filter(giver="F", cycle__number=2)
    cash_to(leg)
    assert advancing.advance(number=2, at=rounds.T0) == "closed"
    assert rounds.balances() == {"own-cash": 2_000, "fee-income": -2_000}


def test_fees_that_go_back_come_out_of_the_federations_own_cash(market):
    """A fee refunded after its cycle is owed by the federation; where it owes the pool it pays from its own cash."""
    sale = books.sale(home=A, seller=C, goods=100_000, fee=2_000)
    books.complete(sale)
    rounds.collecting()
    for leg in cash_payments.plan(number=1, giver=A, amount_rupiah=100_000, direct=True, act=Act(by=rounds.MAKER, at=rounds.T0)):
        cash_to(leg)
    assert advancing.advance(number=1, at=rounds.T0) == "closed"
    assert rounds.balances() == {"own-cash": 2_000, "fee-income": -2_000}

    books.refund(sale, goods=100_000, fee=2_000)

    assert rounds.open_items(2) == {(C, A): 98_000, ("F", A): 2_000}
    rounds.collecting(number=2)
    assert rounds.open_items(2) == {(C, "P"): 98_000, ("P", A): 100_000}  # its own cash has paid the 2,000 already
    assert rounds.balances() == {"agent-cash": 2_000}
    for leg in cash_payments.plan(number=2, giver=C, amount_rupiah=98_000, direct=True, act=Act(by=rounds.MAKER, at=rounds.T0)):
        cash_to(leg)
    assert advancing.advance(number=2, at=rounds.T0) == "paying"
    [leg] = PaymentLeg.objects.filter(giver="F", cycle__number=2)
    assert leg.amount_rupiah == 2_000
    cash_to(leg)
    assert advancing.advance(number=2, at=rounds.T0) == "closed"
    assert rounds.balances() == {}
    assert books.net() == {}


def test_a_gateway_takes_no_more_than_lies_there_for_nobody_else(market):
    handed_over(deposit_sale())
    shown("ditarik gerbang", -900_000)
    line = StatementLine.objects.get()
    act = Act(by=rounds.MAKER, at=rounds.T0, reason="kata gerbang")

    with pytest.raises(gateway_lines.MoreThanAgentCash):
        suspense.count_as_gateways(line_id=line.id, gateway=GATE, act=act)
    with pytest.raises(gateway_lines.NoSuchGateway):
        suspense.count_as_gateways(line_id=line.id, gateway="bukan", act=act)

    line.refresh_from_db()
    assert (line.state, "agent-cash" in rounds.balances()) == ("open", False)
