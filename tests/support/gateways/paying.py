"""Buyers pay at the gateway of tests, which then pays, refuses or takes its time; the round and notifications tell the market."""

from __future__ import annotations

from datetime import datetime

from federation.models import GatewayPayment, GatewayRefund
from marketplace.checkout import place_order
from marketplace.gateway_payments import pay_purchase, payment_offer, payment_round
from settlement.bank.gateways.gateway_interface import Channel, RefundState
from settlement.ledger import federation_books
from tests.support import factories, shopping
from tests.support.gateways.stateful import NAME, StatefulGateway
from tests.support.marketplace import dealing
from tests.support.settlement import bank_days
from tests.support.shopping import later


def start(placed: place_order.Placed, *, channel: Channel = Channel.CARD, at: datetime | None = None) -> pay_purchase.Started:
    """The buyer presses the button."""
    return pay_purchase.start(token=placed.token, channel=channel, return_url="https://pasar.test/kembali", at=at or later(2))


def key_of(started: pay_purchase.Started) -> str:
    return started.payment_id.hex


def told(gateway: StatefulGateway, *, at: datetime | None = None) -> None:
    """The gateway's notifications arrive, in their order."""
    while gateway.notifications:
        _kind, key = gateway.notifications.pop(0)
        assert payment_round.ask_about(gateway=NAME, key=key, at=at or later(5))


def pay(placed: place_order.Placed, gateway: StatefulGateway, *, channel: Channel = Channel.CARD) -> GatewayPayment:
    """The buyer pays all that goes through the gateway, and it says so."""
    started = start(placed, channel=channel)
    gateway.pay(key_of(started))
    told(gateway)
    return GatewayPayment.objects.get(id=started.payment_id)


def send_refunds(gateway: StatefulGateway, *, state: RefundState = RefundState.SUCCEEDED, at: datetime | None = None) -> None:
    """What waits to go back is sent, and the gateway says how it ended."""
    moment = at or later(120)
    GatewayRefund.objects.filter(state="waiting").update(next_read_at=moment)
    payment_round.ask_all(at=moment)
    for row in GatewayRefund.objects.filter(state__in=("pending", "action")):
        gateway.refund_becomes(row.key, state)
    told(gateway, at=moment)


def bought(*, pieces: int = 2, method: str = "card") -> place_order.Placed:
    """Goods of one seller, to be paid at the gateway."""
    return dealing.buy({shopping.product(factories.CIBIRU): pieces}, method=method)


def of_two() -> place_order.Placed:
    """Goods of two sellers, 20,000 and 30,000."""
    return dealing.buy({shopping.product(factories.CIBIRU): 2, shopping.product(factories.MELATI): 3}, method="card")


def states(placed: place_order.Placed) -> set[str]:
    """Of its orders."""
    return {dealing.get(order_id).state for order_id in dealing.orders_of(placed).values()}


def offer(placed: place_order.Placed, *, minutes: int = 3) -> payment_offer.PaymentOffer:
    """What its page shows of paying."""
    return payment_offer.of_purchase(purchase_id=placed.purchase_id, at=later(minutes))


def give_own_cash(rupiah: int) -> None:
    """Beside what covers the federation's costs until now, it has so much cash of its own."""
    bank_days.own_cash(rupiah + federation_books.read().uncovered_rupiah, at=later(1))
