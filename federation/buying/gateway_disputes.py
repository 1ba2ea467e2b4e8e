"""Disputes of payments at gateways, as shared rows: what of each is booked."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import F, QuerySet

from federation.models import GatewayDispute, GatewayPayment, GatewayRefund

Row: TypeAlias = GatewayDispute
State = GatewayDispute.State


def noted(*, payment: GatewayPayment, external_id: str, state: State, at: datetime) -> Row:
    """A dispute of a locked payment, by the gateway's own number for it; noted now, in this state, where it was not known."""
    row, _new = GatewayDispute.objects.get_or_create(
        gateway_payment=payment, external_id=external_id, defaults={"state": state, "learned_at": at}
    )
    return row


def is_disputed(*, order_id: UUID) -> bool:
    """Whether a dispute about the payment of an order is undecided, whose money the gateway withdrew."""
    return _of_order(order_id).exclude(state=State.LOST).filter(withdrawn_rupiah__gt=F("returned_rupiah")).exists()


def lost_rupiah(*, order_id: UUID) -> int:
    """What the buyer of an order has of its payment by lost disputes, beside what settled refunds; of all orders of that payment."""
    lost = list(_of_order(order_id).filter(state=State.LOST).values_list("gateway_payment", "withdrawn_rupiah", "returned_rupiah"))
    used = GatewayRefund.objects.filter(gateway_payment__in={payment for payment, _withdrawn, _returned in lost})
    gone = sum(withdrawn - returned for _payment, withdrawn, returned in lost)
    return max(0, gone - sum(used.values_list("by_dispute_rupiah", flat=True)))


def _of_order(order_id: UUID) -> QuerySet[GatewayDispute]:
    return GatewayDispute.objects.filter(gateway_payment__payment__allocations__order_id=order_id)
