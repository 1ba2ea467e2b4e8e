"""Money paid through a gateway: held there for the buyer, owed to who delivered, given back, disputed."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.db import transaction

from deploy.audit import examination
from settlement.ledger import deposit_sales, function_calls, gateway_money, sales
from settlement.ledger.gateway_money import DisputeMoney
from settlement.models import StatementLine
from settlement.statement_lines import explaining
from tenants.acts import Act
from tests.support.settlement import books, rounds
from tests.support.settlement.gateway_deals import GATE, NOON, arrived, deposit_sale, handed_over, paid, refunded, sent, settle, shown
from tests.support.settlement.rounds import A, B


def test_what_was_paid_is_a_deposit_at_the_gateway_and_the_charge_is_the_federations(market):
    paid(deposit_sale(), charge=700)

    assert rounds.balances() == {
        f"gateway:{GATE}": 99_300,
        "gateway-cost": 700,
        "customer-deposits": -100_000,
        "uncovered": 700,
        "between-funds": -700,
    }
    assert books.obligations() == []


def test_handed_over_the_federation_owes_the_seller_and_its_fee_waits_for_the_money(market):
    handed_over(deposit_sale(delivery=5_000), charge=700)
    settle()

    assert books.obligations() == [("F", B, 103_000, 103_000)]
    balances = rounds.balances()
    assert (balances[f"gateway:{GATE}"], balances["fee-income"]) == (104_300, -2_000)
    assert (balances["fees-untaken"], balances.get("uncovered", 0)) == (-1_300, 0)  # what was to be covered is met by the fee
    assert "own-cash" not in balances

    arrived(104_300)

    balances = rounds.balances()
    assert (balances["agent-cash"], balances["own-cash"]) == (103_000, 1_300)
    assert not balances.keys() & {f"gateway:{GATE}", "fees-untaken", "uncovered", "between-funds"}


def test_a_delivery_by_the_home_courier_is_owed_to_the_home_village(market):
    handed_over(deposit_sale(delivery=5_000, deliverer=A))

    assert books.obligations() == [("F", A, 5_000, 5_000), ("F", B, 98_000, 98_000)]


def test_a_sale_within_one_village_is_owed_to_it_alone(market):
    handed_over(deposit_sale(home=B, delivery=5_000))

    assert books.obligations() == [("F", B, 103_000, 103_000)]


def test_each_event_is_booked_once(market):
    sale = deposit_sale()
    payment_id = handed_over(sale, charge=700)
    with transaction.atomic(durable=True):
        terms = {"gateway": GATE, "payment_id": payment_id, "happened_at": NOON}
        assert not gateway_money.receive(**terms, gross_rupiah=100_000)
        assert not gateway_money.charge(**terms, charge_rupiah=700)
        deposit_sales.post(sale=sale, payment_id=payment_id, happened_at=NOON)
    with pytest.raises(function_calls.ReferenceReused), transaction.atomic(durable=True):
        gateway_money.receive(**terms, gross_rupiah=90_000)

    refund_id = uuid.uuid4()
    for _ in range(2):
        refunded(sale, goods=10_000, fee=200, refund_id=refund_id)
    refund_attempt_id = sent(refund_id, 10_000)
    sent(refund_id, 10_000, refund_attempt_id=refund_attempt_id)

    assert books.obligations() == [("F", B, 98_000, 88_200)]
    assert rounds.balances()[f"gateway:{GATE}"] == 89_300
    assert "customer-deposits" not in rounds.balances()


def test_an_order_is_posted_by_one_payment(market):
    sale = deposit_sale()
    handed_over(sale)
    second = paid(sale)
    with pytest.raises(sales.AlreadyPosted), transaction.atomic(durable=True):
        deposit_sales.post(sale=sale, payment_id=second, happened_at=NOON)
    assert books.obligations() == [("F", B, 98_000, 98_000)]


def test_a_deposit_goes_back_before_the_goods_are_handed_over(market):
    sale = deposit_sale()
    paid(sale)
    with transaction.atomic(durable=True):
        deposit_sales.void(order_id=sale.order_id, happened_at=NOON)
    sent(uuid.uuid4(), 100_000)

    assert rounds.balances() == {}


def test_a_refund_shrinks_what_the_seller_is_owed_and_waits_as_a_deposit(market):
    sale = deposit_sale(delivery=5_000)
    handed_over(sale)

    refund_id = refunded(sale, goods=50_000, fee=1_000, delivery=5_000)

    assert books.obligations() == [("F", B, 103_000, 49_000)]
    assert rounds.balances()["customer-deposits"] == -55_000
    sent(refund_id, 55_000)
    settle()
    assert rounds.balances() == {f"gateway:{GATE}": 50_000, "fee-income": -1_000, "fees-untaken": -1_000, "between-funds": 1_000}
    with pytest.raises(sales.RefundExceedsSale):
        refunded(sale, goods=50_001, fee=1_000)
    assert books.obligations() == [("F", B, 103_000, 49_000)]


def test_a_refund_that_failed_after_it_was_sent_is_owed_again(market):
    sale = deposit_sale()
    handed_over(sale)
    refund_id = refunded(sale, goods=50_000, fee=1_000)
    refund_attempt_id = sent(refund_id, 50_000)
    for _ in range(2):
        with transaction.atomic(durable=True):
            deposit_sales.return_refund(
                cause_id=refund_id, refund_attempt_id=refund_attempt_id, gateway=GATE, amount_rupiah=50_000, happened_at=NOON
            )
    assert (rounds.balances()[f"gateway:{GATE}"], rounds.balances()["customer-deposits"]) == (100_000, -50_000)
    sent(refund_id, 50_000)
    assert rounds.balances()[f"gateway:{GATE}"] == 50_000


def test_a_refund_after_the_snapshot_is_advanced_and_owed_by_the_seller(market):
    sale = deposit_sale()
    handed_over(sale)
    rounds.proposed()

    sent(refunded(sale, goods=50_000, fee=1_000), 50_000)
    settle()

    assert rounds.open_items(2) == {(B, "F"): 49_000}
    balances = rounds.balances()
    assert (balances[f"gateway:{GATE}"], balances["fee-income"]) == (50_000, -1_000)
    assert balances["uncovered"] == 48_000  # 49,000 for the seller and its fee of 1,000, less the 2,000 that lay there


def test_a_payment_that_turned_out_to_be_none_leaves_the_order_open_for_another(market):
    sale = deposit_sale(delivery=5_000, deliverer=A)
    payment_id = handed_over(sale)
    for _ in range(2):
        with transaction.atomic(durable=True):
            deposit_sales.unpost(order_id=sale.order_id, payment_id=payment_id, happened_at=NOON)
    assert all(left == 0 for *_, left in books.obligations())
    assert rounds.balances() == {f"gateway:{GATE}": 105_000, "customer-deposits": -105_000}
    with transaction.atomic(durable=True):
        deposit_sales.post(sale=sale, payment_id=uuid.uuid4(), happened_at=NOON)
    assert sum(left for *_, left in books.obligations()) == 103_000


def test_a_dispute_takes_the_money_when_it_opens_and_gives_it_back_when_it_is_won(market):
    payment_id, dispute_id = paid(deposit_sale()), uuid.uuid4()
    terms = {"gateway": GATE, "payment_id": payment_id, "dispute_id": dispute_id, "happened_at": NOON}
    with transaction.atomic(durable=True):
        opened = DisputeMoney(withdrawn_rupiah=100_000, fee_rupiah=15_000)
        gateway_money.dispute(**terms, before=DisputeMoney(), now=opened)
    assert rounds.balances() == {
        f"gateway:{GATE}": -15_000,
        "disputed": 100_000,
        "customer-deposits": -100_000,
        "gateway-cost": 15_000,
        "uncovered": 15_000,
        "between-funds": -15_000,
    }
    with transaction.atomic(durable=True):
        won = dataclasses.replace(opened, returned_rupiah=100_000, fee_returned_rupiah=15_000)
        gateway_money.dispute(**terms, before=opened, now=won)
    settle()
    assert rounds.balances() == {f"gateway:{GATE}": 100_000, "customer-deposits": -100_000}


def test_a_lost_dispute_is_the_federations_until_the_seller_refunds_the_order(market):
    sale = deposit_sale()
    payment_id, dispute_id = handed_over(sale), uuid.uuid4()
    terms = {"gateway": GATE, "payment_id": payment_id, "dispute_id": dispute_id, "happened_at": NOON}
    with transaction.atomic(durable=True):
        lost = DisputeMoney(withdrawn_rupiah=100_000, lost_rupiah=100_000)
        gateway_money.dispute(**terms, before=DisputeMoney(), now=lost)
    settle()
    assert rounds.balances() == {"dispute-cost": 100_000, "fee-income": -2_000, "uncovered": 98_000, "between-funds": -98_000}

    refund_id, attempt_id = refunded(sale, goods=100_000, fee=2_000), uuid.uuid4()
    back = {"cause_id": refund_id, "refund_attempt_id": attempt_id, "amount_rupiah": 100_000, "happened_at": NOON}
    for _ in range(2):
        with transaction.atomic(durable=True):
            deposit_sales.settle_refund_by_dispute(**back)
    settle()

    assert rounds.balances() == {}
    assert books.obligations() == [("F", B, 98_000, 0)]


def test_a_cost_that_is_set_off_against_a_fee_still_at_the_gateway_is_no_lack(market):
    handed_over(deposit_sale())
    shown("BIAYA ADM", -6_500)
    line = StatementLine.objects.get(state=StatementLine.State.OPEN)
    explaining.explain(line_id=line.id, act=Act(by=rounds.MAKER, at=NOON, reason="Biaya bank"))
    settle()

    balances = rounds.balances()
    assert (balances["agent-cash"], balances["uncovered"], balances.get("fees-untaken", 0)) == (-6_500, 4_500, 0)
    assert examination.broken_books() == {}

    arrived(100_000)
    assert examination.broken_books() == {}
