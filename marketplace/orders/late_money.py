"""Money that comes for an order which ended without it: it is taken, and all of it is owed back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from marketplace.orders import order_reasons, refunds
from marketplace.orders.order_records import OrderRecords
from tenants.events import EventKind


def owe_back(*, pair: OrderRecords, payment_id: UUID, by: UUID | None, at: datetime) -> None:
    """Write on a locked order that ended unpaid that this payment paid it, and that the money goes back. Inside the seller's schema."""
    own = pair.own
    own.paid_at = at
    refunds.owe(
        pair=pair,
        goods_rupiah=own.goods_rupiah,
        delivery_rupiah=own.delivery_fee_rupiah,
        reference=f"late:{payment_id}",
        reason=order_reasons.LATE_MONEY,
        by=by,
        at=at,
    )
    pair.save()
    pair.record(kind=EventKind.PAYMENT_LATE, by=by, at=at, where=pair.shared.holder)
