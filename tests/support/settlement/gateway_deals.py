"""What tests of gateways do: buyers pay, goods are handed over, money goes back, payouts come to the bank."""

from __future__ import annotations

import itertools
import uuid

from django.db import transaction

from settlement.bank.gateways import gateway_interface as gateways
from settlement.ledger import deposit_sales, gateway_money, open_accounts, sales
from settlement.models import PaymentLeg
from settlement.payments import agent_cash, cash_payments
from settlement.statement_lines import gateway_lines, matching
from tenants.acts import Act
from tests.support.settlement import bank_days, books, rounds
from tests.support.settlement.rounds import A, B

NOON = books.NOON
GATE = "uji"
_numbers = itertools.count(1)


def deposit_sale(
    *, home: str = A, seller: str = B, goods: int = 100_000, fee: int = 2_000, delivery: int = 0, deliverer: str = ""
) -> sales.Sale:
    return books.sale(home=home, seller=seller, holder="F", goods=goods, fee=fee, delivery=delivery, deliverer=deliverer or seller)


def paid(sale: sales.Sale, *, charge: int = 0) -> uuid.UUID:
    payment_id = uuid.uuid4()
    open_accounts.open_gateway(name=GATE, at=NOON)
    with transaction.atomic(durable=True):
        gross = sale.goods_rupiah + sale.delivery_rupiah
        gateway_money.receive(gateway=GATE, payment_id=payment_id, gross_rupiah=gross, happened_at=NOON)
        gateway_money.charge(gateway=GATE, payment_id=payment_id, charge_rupiah=charge, happened_at=NOON)
    return payment_id


def handed_over(sale: sales.Sale, *, charge: int = 0) -> uuid.UUID:
    payment_id = paid(sale, charge=charge)
    with transaction.atomic(durable=True):
        deposit_sales.post(sale=sale, payment_id=payment_id, happened_at=NOON)
    return payment_id


def told(amount: int) -> str:
    """The gateway says that it paid out; gives what the bank will show of it."""
    number = next(_numbers)
    reference = f"UJI-PAYOUT-{number:04}"
    payout = gateways.PayoutReading(id=f"po_{number}", state=gateways.PayoutState.PAID, amount_rupiah=amount, reference=reference)
    gateway_lines.learn(gateway=GATE, payout=payout, at=NOON)
    return reference


def shown(text: str, amount: int) -> matching.Imported:
    """The federation's bank statement has one more line."""
    rounds.bank_accounts()
    return bank_days.read((text, amount), first=next(_numbers))


def arrived(amount: int) -> None:
    """The gateway's payout stands on the bank statement."""
    assert shown(f"dari {told(amount)} untuk federasi", amount).matched == 1


def refunded(sale: sales.Sale, *, goods: int, fee: int, delivery: int = 0, refund_id: uuid.UUID | None = None) -> uuid.UUID:
    refund_id = refund_id or uuid.uuid4()
    with transaction.atomic(durable=True):
        deposit_sales.refund(
            order_id=sale.order_id,
            refund_id=refund_id,
            goods_rupiah=goods,
            delivery_rupiah=delivery,
            fee_rupiah=fee,
            happened_at=NOON,
        )
    return refund_id


def sent(refund_id: uuid.UUID, amount: int, *, refund_attempt_id: uuid.UUID | None = None) -> uuid.UUID:
    refund_attempt_id = refund_attempt_id or uuid.uuid4()
    with transaction.atomic(durable=True):
        deposit_sales.send_refund(
            cause_id=refund_id, refund_attempt_id=refund_attempt_id, gateway=GATE, amount_rupiah=amount, happened_at=NOON
        )
    return refund_attempt_id


def settle() -> None:
    agent_cash.settle_due(at=NOON)


def cash_to(leg: PaymentLeg) -> None:
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=rounds.MAKER, at=rounds.T0))
    cash_payments.receive(number=leg.cycle.number, leg_id=leg.id, party=leg.receiver, act=Act(by=rounds.SECOND, at=rounds.T0))
