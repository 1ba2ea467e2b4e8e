"""The members of the federation with where each stands: its state, its shop, what it uses of its limit."""

from __future__ import annotations

from dataclasses import dataclass

from federation.members import profiles
from settlement.ledger import positions
from tenants import models as tenants_models
from tenants.codes import VillageCode
from tenants.schemas import migration_state


@dataclass(frozen=True)
class Member:
    """A village in the roll; amounts in rupiah, `share` of the limit in use (None: no limit, or no account yet)."""

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


def members(*, words: str = "", after: str = "", limit: int = 100) -> tuple[list[Member], str]:
    """A page of the roll by code, and the code after which the next one begins (empty: nowhere)."""
    rows = tenants_models.Village.objects.filter(code__gt=after).order_by("code")
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(code__startswith=words)
    found = list(rows.values("code", "name", "slug", "state", "migration_head")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    codes = [VillageCode(row["code"]) for row in found]
    shops = profiles.several(village_codes=set(codes))
    standing = {position.village_code: position for position in positions.all_()}
    head = migration_state.current()
    roll = []
    for row in found:
        shop, position = shops.get(VillageCode(row["code"])), standing.get(row["code"])
        roll.append(
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
    return roll, codes[-1] if more else ""
