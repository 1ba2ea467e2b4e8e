"""Purchases that are paid at a gateway, one for every way through: paid, refunded, paid twice, in a wrong sum, too late, disputed."""

from __future__ import annotations

import uuid

from federation.models import GatewayRefund
from marketplace.checkout import place_order
from settlement.bank.gateways.gateway_interface import Channel, Dispute, DisputeState, RefundState
from tests.support import factories, shopping
from tests.support.gateways import configured, paying
from tests.support.gateways.stateful import StatefulGateway
from tests.support.marketplace import dealing
from tests.support.shopping import later

SUM, FEE = 24_000, 1_000  # of a purchase; of a dispute


def live() -> dict[str, uuid.UUID]:
    """Let purchases of Melati's goods go every way; gives orders by name."""
    rice = shopping.product(factories.MELATI, name="Beras hitam", price_rupiah=12_000, stock=100)
    with configured.working() as gateway:
        orders = {"card": _refunded(rice, gateway), "card_lost": _disputed(rice, gateway, DisputeState.LOST)}
        _disputed(rice, gateway, DisputeState.WON)
        _paid_twice(rice, gateway)
        _wrong_sum(rice, gateway)
        _refund_failed(rice, gateway)
        _waits_for_its_buyer(rice)
    return orders


def _buy(rice: uuid.UUID, number: int) -> tuple[place_order.Placed, uuid.UUID]:
    placed = dealing.buy({rice: 2}, method="card", phone=f"0812900003{number:02}")
    [order_id] = dealing.orders_of(placed).values()
    return placed, order_id


def _refunded(rice: uuid.UUID, gateway: StatefulGateway) -> uuid.UUID:
    """Handed over, and one of two pieces comes back."""
    placed, order_id = _buy(rice, 1)
    paying.pay(placed, gateway)
    dealing.hand_over(order_id)
    dealing.take_back(order_id, 1)
    paying.send_refunds(gateway)
    return order_id


def _disputed(rice: uuid.UUID, gateway: StatefulGateway, ends: DisputeState) -> uuid.UUID:
    """Handed over and disputed; where that is lost, the seller takes the goods back, and the buyer has the money already."""
    placed, order_id = _buy(rice, 2 if ends is DisputeState.LOST else 3)
    payment = paying.pay(placed, gateway)
    dealing.hand_over(order_id)
    number = gateway.dispute(payment.key, amount_rupiah=SUM, fee_rupiah=FEE)
    paying.told(gateway, at=later(100))
    back = SUM if ends is DisputeState.WON else 0
    ended = Dispute(
        id=number, state=ends, withdrawn_rupiah=SUM, fee_rupiah=FEE, returned_rupiah=back, fee_returned_rupiah=FEE if back else 0
    )
    gateway.dispute_becomes(payment.key, ended)
    paying.told(gateway, at=later(110))
    if ends is DisputeState.LOST:
        dealing.take_back(order_id, 2)
        paying.send_refunds(gateway)
    return order_id


def _paid_twice(rice: uuid.UUID, gateway: StatefulGateway) -> None:
    placed, _order_id = _buy(rice, 4)
    first, second = paying.start(placed), paying.start(placed, channel=Channel.QRIS)
    gateway.notifications.clear()
    for started in (second, first):
        gateway.pay(paying.key_of(started))
    paying.told(gateway)
    paying.send_refunds(gateway)


def _wrong_sum(rice: uuid.UUID, gateway: StatefulGateway) -> None:
    placed, _order_id = _buy(rice, 5)
    gateway.pay(paying.key_of(paying.start(placed)), amount_rupiah=SUM + 71)
    paying.told(gateway)


def _refund_failed(rice: uuid.UUID, gateway: StatefulGateway) -> None:
    """It had succeeded before."""
    placed, order_id = _buy(rice, 6)
    paying.pay(placed, gateway)
    dealing.cancel(order_id)
    paying.send_refunds(gateway)
    gateway.refund_becomes(GatewayRefund.objects.get(refund__order_id=order_id).key, RefundState.FAILED)
    paying.told(gateway, at=later(125))


def _waits_for_its_buyer(rice: uuid.UUID) -> None:
    placed, _order_id = _buy(rice, 7)
    paying.start(placed)
