"""What a village has that stays for ever when it leaves: asked before it is archived."""

from __future__ import annotations

from dataclasses import dataclass

from federation.models import Listing, SellerOrder
from tenants.codes import VillageCode


@dataclass(frozen=True)
class Belongings:
    """How many goods a village has listed, and how many orders it ever sold."""

    goods: int
    orders: int


def of(*, village_code: VillageCode) -> Belongings:
    """Of this village."""
    goods = Listing.objects.filter(village_code=village_code).count()
    return Belongings(goods, SellerOrder.objects.filter(seller=village_code).count())
