"""Attempts to pay at gateways and to send money back, as shared rows: called inside the transaction that changes the orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from federation.models import GatewayPayment, GatewayRefund, GatewayShare, Purchase, Refund, SellerOrder
from settlement.bank.gateways import Channel

State = GatewayPayment.State


def live_of(*, purchase_id: UUID) -> GatewayPayment | None:
    """The attempt of a purchase that may still be paid, locked."""
    return GatewayPayment.objects.select_for_update().filter(purchase_id=purchase_id, state__in=GatewayPayment.LIVE).first()


def is_being_paid(*, order_id: UUID) -> bool:
    """Whether the order may be paid at a gateway at this moment, so that it must not lapse. Its rows are locked by the caller."""
    return _live_shares().filter(order_id=order_id).exists()


def without_those_being_paid(orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """These orders, but for those that may be paid at a gateway at this moment."""
    return orders.exclude(Exists(_live_shares().filter(order_id=OuterRef("id"))))


def _live_shares() -> QuerySet[GatewayShare]:
    return GatewayShare.objects.filter(gateway_payment__state__in=GatewayPayment.LIVE)


def begin(
    *,
    purchase: Purchase,
    gateway: str,
    channel: Channel,
    amounts_rupiah: Mapping[UUID, int],
    return_url: str,
    expires_at: datetime,
    at: datetime,
) -> GatewayPayment:
    """Write that these orders are to be paid by one payment, before the gateway is called for it."""
    attempt = GatewayPayment.objects.create(
        purchase=purchase,
        gateway=gateway,
        channel=channel,
        amount_rupiah=sum(amounts_rupiah.values()),
        return_url=return_url,
        started_at=at,
        expires_at=expires_at,
        next_read_at=at,
    )
    GatewayShare.objects.bulk_create(
        GatewayShare(gateway_payment=attempt, order_id=order_id, amount_rupiah=amount)
        for order_id, amount in sorted(amounts_rupiah.items())
    )
    return attempt


def shares_of(*, attempt: GatewayPayment) -> dict[UUID, int]:
    """What of an attempt is to pay each order, in rupiah."""
    return dict(attempt.shares.values_list("order_id", "amount_rupiah"))


def send_back(*, refund: Refund, payment_id: UUID, at: datetime) -> None:
    """Let what is owed for an order go back by the gateway that took it (`payment_id`: by which the order was paid)."""
    attempt_id = GatewayPayment.objects.values_list("id", flat=True).get(payment_id=payment_id)
    _wait(gateway_payment_id=attempt_id, refund=refund, cause_id=refund.id, amount_rupiah=refund.amount_rupiah, at=at)


def send_rest_back(*, attempt: GatewayPayment, cause_id: UUID, amount_rupiah: int, at: datetime) -> None:
    """Let money of a payment that paid no order go back."""
    _wait(gateway_payment_id=attempt.id, refund=None, cause_id=cause_id, amount_rupiah=amount_rupiah, at=at)


def send_again(*, failed: GatewayRefund, at: datetime) -> None:
    """Try once more, under a new key, what did not go back."""
    _wait(
        gateway_payment_id=failed.gateway_payment_id,
        refund=failed.refund,
        cause_id=failed.cause_id,
        amount_rupiah=failed.amount_rupiah,
        at=at,
    )


def _wait(*, gateway_payment_id: UUID, refund: Refund | None, cause_id: UUID, amount_rupiah: int, at: datetime) -> None:
    GatewayRefund.objects.create(
        gateway_payment_id=gateway_payment_id,
        refund=refund,
        cause_id=cause_id,
        amount_rupiah=amount_rupiah,
        made_at=at,
        next_read_at=at,
    )
