"""Disputes of payments at gateways, as shared rows: what of each is booked."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from federation.models import GatewayDispute, GatewayPayment

Row: TypeAlias = GatewayDispute
State = GatewayDispute.State


def noted(*, payment: GatewayPayment, external_id: str, state: State, at: datetime) -> Row:
    """A dispute of a locked payment, by the gateway's own number for it; noted now, in this state, where it was not known."""
    row, _new = GatewayDispute.objects.get_or_create(
        gateway_payment=payment, external_id=external_id, defaults={"state": state, "learned_at": at}
    )
    return row
