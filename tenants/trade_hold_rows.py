"""Which villages are held after a restore, and how each hold ended, as the federation's desk and the auditor read it (trade_holds)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from tenants import keyset, models, trade_holds
from tenants.codes import VillageCode
from tenants.people import accounts

Step = models.TradeHoldStep.Step
BY_CODE = keyset.Order("held", {"code": str})
NEWEST = keyset.Order("released", {"at": datetime, "id": UUID}, descending=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRow:
    """A village that is held; `proposed_by_name` is empty while nobody proposed to end it."""

    village_code: VillageCode
    name: str
    hold: trade_holds.Hold
    proposed_by_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseRow:
    """How a hold ended. lost_orders_rupiah: what its counter paid for orders that the books lost; None: two ended it, nobody said."""

    id: UUID
    village_code: VillageCode
    name: str
    backup_at: datetime
    at: datetime
    by_name: str
    proposed_by_name: str  # of the two; empty: the manager stated it
    stock_looked_at: bool
    lost_orders_rupiah: int | None
    reason: str


def held(*, after: str = "", among: Collection[str] | None = None, limit: int) -> keyset.Page[HeldRow]:
    """A page of the villages that are held and have not left since, by code; `among`: of these alone."""
    rows = models.Village.objects.filter(held_since__isnull=False).exclude(state=models.Village.State.ARCHIVED)
    if among is not None:
        rows = rows.filter(code__in=among)
    place = BY_CODE.place(after)
    if place is not None:
        rows = rows.filter(BY_CODE.beyond(place))
    found = list(rows.order_by(*BY_CODE.ordering())[: limit + 1])
    holds = trade_holds.several(village_codes=[village.code for village in found])
    names = accounts.names_of(user_ids={hold.proposal.by for hold in holds.values() if hold.proposal})
    items = [
        HeldRow(
            village_code=VillageCode(village.code),
            name=village.name,
            hold=(hold := holds[village.code]),
            proposed_by_name=_name(names, hold.proposal.by) if hold.proposal else "",
        )
        for village in found
    ]
    return BY_CODE.page(items, limit=limit, place=lambda row: (row.village_code,))


def of_village(*, village_code: str) -> HeldRow | None:
    """How one village is held; None: it is not."""
    return next(iter(held(among=[village_code], limit=1).rows), None)


def released(*, after: str = "", limit: int) -> keyset.Page[ReleaseRow]:
    """A page of how holds ended, the newest first."""
    steps = models.TradeHoldStep.objects.filter(step=Step.RELEASED)
    place = NEWEST.place(after)
    if place is not None:
        steps = steps.filter(NEWEST.beyond(place))
    found = list(steps.order_by(*NEWEST.ordering())[: limit + 1])
    names = accounts.names_of(user_ids={who for row in found for who in (row.by, row.proposed_by)})
    places = dict(models.Village.objects.filter(code__in={row.village_code for row in found}).values_list("code", "name"))
    items = [
        ReleaseRow(
            id=row.id,
            village_code=VillageCode(row.village_code),
            name=places.get(row.village_code, row.village_code),
            backup_at=row.backup_at,
            at=row.at,
            by_name=_name(names, row.by),
            proposed_by_name=_name(names, row.proposed_by),
            stock_looked_at=row.stock_looked_at,
            lost_orders_rupiah=row.lost_orders_rupiah,
            reason=row.reason,
        )
        for row in found
    ]
    return NEWEST.page(items, limit=limit, place=lambda row: (row.at, row.id))


def lost_orders_rupiah() -> int:
    """What all counters together paid for orders that the books lost, as their managers said."""
    stated = models.TradeHoldStep.objects.filter(step=Step.RELEASED)
    return stated.aggregate(sum=Sum("lost_orders_rupiah"))["sum"] or 0


def _name(names: Mapping[UUID, str], who: UUID | None) -> str:
    return names.get(who, "") if who is not None else ""
