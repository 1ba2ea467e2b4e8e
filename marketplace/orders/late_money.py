"""Money that comes for an order which ended without it: it is taken, and all of it is owed back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from marketplace.orders import order_reasons, refunds
from marketplace.orders.order_records import OrderRecords
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.events import EventKind


def owe_back(*, pair: OrderRecords, payment_id: UUID, act: Act) -> None:
    """Write on a locked order that ended unpaid that this payment paid it, and that the money goes back. Inside the seller's schema."""
    own = pair.own
    own.paid_at = act.at
    refunds.owe(
        pair=pair,
        goods_rupiah=own.goods_rupiah,
        delivery_rupiah=own.delivery_fee_rupiah,
        reference=f"late:{payment_id}",
        act=replace(act, reason=order_reasons.LATE_MONEY),
    )
    pair.save()
    pair.record(kind=EventKind.PAYMENT_LATE, act=act, where=VillageCode(pair.shared.holder))
