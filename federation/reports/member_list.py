"""The members of the federation with where each stands: its state, its shop, what it uses of its limit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from federation.members import profiles
from settlement.ledger import positions
from tenants import keyset
from tenants import models as tenants_models
from tenants.codes import VillageCode
from tenants.schemas import migration_state


@dataclass(frozen=True)
class Member:
    """A member; amounts in rupiah, `share` of the limit in use (None: no limit, or no account yet)."""

    code: str
    name: str
    slug: str
    state: str
    at_head: bool  # its tables are those of the running code
    bumdes_name: str
    open_to_buyers: bool
    exposure_rupiah: int
    limit_rupiah: int | None
    share: float | None


def share(position: positions.Position) -> float | None:
    """How much of its limit a village uses, 1.0 being all of it; None where it has none."""
    return position.exposure_rupiah / position.limit_rupiah if position.limit_rupiah else None


BY_CODE = keyset.Order("members", {"code": str})


def members(*, words: str = "", after: str = "", limit: int) -> keyset.Page[Member]:
    """A page of the members by code; `after`: the cursor of the page before."""
    rows = tenants_models.Village.objects.order_by(*BY_CODE.ordering())
    place = BY_CODE.place(after)
    if place is not None:
        rows = rows.filter(BY_CODE.beyond(place))
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(code__startswith=words))
    found = list(rows.values("code", "name", "slug", "state", "migration_head")[: limit + 1])
    codes = [VillageCode(row["code"]) for row in found]
    shops = profiles.several(village_codes=set(codes))
    by_village = positions.several(village_codes=codes)
    head = migration_state.current()
    members = []
    for row in found:
        shop, position = shops.get(VillageCode(row["code"])), by_village.get(VillageCode(row["code"]))
        members.append(
            Member(
                code=row["code"],
                name=row["name"],
                slug=row["slug"],
                state=row["state"],
                at_head=row["migration_head"] == head,
                bumdes_name=shop.bumdes_name if shop else "",
                open_to_buyers=bool(shop and shop.open_to_buyers),
                exposure_rupiah=position.exposure_rupiah if position else 0,
                limit_rupiah=position.limit_rupiah if position else None,
                share=share(position) if position else None,
            )
        )
    return BY_CODE.page(members, limit=limit, place=lambda member: (member.code,))
