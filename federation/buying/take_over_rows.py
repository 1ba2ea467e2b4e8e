"""What the federation takes over of villages that left, as pages read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from federation.buying import purchases, take_overs
from federation.models import SellerOrder, TakeOver
from tenants import villages
from tenants.codes import FEDERATION, VillageCode


@dataclass(frozen=True, kw_only=True)
class TakeOverRow:
    """One of them as pages show it; `payer_name`: who pays the buyer, "" the federation."""

    id: UUID
    purchase_code: str
    seller_name: str
    holder_name: str  # "" the federation
    payer_name: str
    amount_rupiah: int
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    approved_at: datetime | None
    declined_at: datetime | None
    paid_out_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Eligible:
    """An order of which something can be taken over, and how much at most."""

    order_id: UUID
    seller_name: str
    holder_name: str
    left_rupiah: int


def eligible(*, code: str) -> Sequence[Eligible]:
    """The orders of a purchase, by its short code, of which something can be taken over; none if there is no such purchase."""
    purchase = purchases.by_code(code=code)
    rows = SellerOrder.objects.filter(purchase=purchase).order_by("seller") if purchase else []
    return [_eligible(row) for row in rows if take_overs.is_eligible(row)]


def order(*, order_id: UUID) -> Eligible | None:
    """An order of which something can be taken over; None for every other."""
    row = SellerOrder.objects.filter(id=order_id).first()
    return _eligible(row) if row is not None and take_overs.is_eligible(row) else None


def listed(*, limit: int) -> Sequence[TakeOverRow]:
    """All of them, those that wait for a decision or the buyer first, then the newest."""
    rows = TakeOver.objects.select_related("order__purchase").order_by("-proposed_at", "-id")
    open_ones = list(rows.filter(declined_at=None, paid_out_at=None)[:limit])
    done = rows.exclude(declined_at=None, paid_out_at=None)[: limit - len(open_ones)]
    return [_row(row) for row in [*open_ones, *done]]


def find(*, take_over_id: UUID) -> TakeOverRow:
    """One of them.

    :raises take_overs.NoSuchTakeOver: if there is none
    """
    row = TakeOver.objects.select_related("order__purchase").filter(id=take_over_id).first()
    if row is None:
        raise take_overs.NoSuchTakeOver
    return _row(row)


def waits(*, take_over_id: UUID) -> bool:
    """Whether it waits for a decision."""
    return TakeOver.objects.filter(id=take_over_id, approved_at=None, declined_at=None).exists()


def due_at(*, village_code: VillageCode, purchase_id: UUID) -> Sequence[TakeOverRow]:
    """What this village's counter still owes the buyer of a purchase for the federation."""
    rows = TakeOver.objects.select_related("order__purchase").filter(order__purchase_id=purchase_id, payer=village_code, paid_out_at=None)
    return [_row(row) for row in rows.order_by("approved_at")]


def waiting_at(*, village_code: VillageCode) -> Sequence[TakeOverRow]:
    """All that this village's counter still owes buyers for the federation."""
    rows = TakeOver.objects.select_related("order__purchase").filter(payer=village_code, paid_out_at=None)
    return [_row(row) for row in rows.order_by("approved_at")]


def of_purchase(*, purchase_id: UUID) -> Sequence[TakeOverRow]:
    """What was approved for a purchase, as its buyer is told."""
    rows = TakeOver.objects.select_related("order__purchase").filter(order__purchase_id=purchase_id, approved_at__isnull=False)
    return [_row(row) for row in rows.order_by("approved_at")]


def _eligible(row: SellerOrder) -> Eligible:
    left = take_overs.left_rupiah(order=row)
    return Eligible(order_id=row.id, seller_name=_name(row.seller), holder_name=_name(row.holder), left_rupiah=left)


def _name(party: str) -> str:
    return "" if party in (FEDERATION, "") else villages.by_code(code=party).name


def _row(row: TakeOver) -> TakeOverRow:
    order = row.order
    return TakeOverRow(
        id=row.id,
        purchase_code=order.purchase.code,
        seller_name=_name(order.seller),
        holder_name=_name(order.holder),
        payer_name=_name(row.payer),
        amount_rupiah=row.amount_rupiah,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_at=row.approved_at,
        declined_at=row.declined_at,
        paid_out_at=row.paid_out_at,
    )
