"""What lies in a basket, as its buyer sees it: the lines by village, with today's prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from federation.buying import baskets
from tenants import trade_holds
from tenants.codes import OUTSIDE, VillageCode
from tenants.db import named_rows


@dataclass(frozen=True)
class BasketItem:
    """A line as the buyer sees it; `price_was_rupiah` where the price changed since it was put in."""

    product_id: UUID
    name: str
    maker: str
    unit: str
    quantity: int
    price_rupiah: int
    price_was_rupiah: int | None
    on_offer: bool
    in_stock: bool
    picture: str
    category: str

    @property
    def total_rupiah(self) -> int:
        return self.price_rupiah * self.quantity


@dataclass(frozen=True)
class SellerGroup:
    """The lines of one village."""

    village_code: VillageCode
    name: str
    slug: str
    lines: Sequence[BasketItem]

    @property
    def goods_rupiah(self) -> int:
        return sum(line.total_rupiah for line in self.lines)

    @property
    def held(self) -> bool:
        """Whether the shop takes no orders since the market was restored from a backup."""
        return trade_holds.is_held(village_code=self.village_code)


@dataclass(frozen=True)
class BasketView:
    """A whole basket, sellers in the order of their codes."""

    token: str
    home_village: VillageCode
    home_chosen: bool
    sellers: Sequence[SellerGroup]

    @property
    def goods_rupiah(self) -> int:
        return sum(seller.goods_rupiah for seller in self.sellers)

    @property
    def line_count(self) -> int:
        return sum(len(seller.lines) for seller in self.sellers)


_LINES = """
SELECT line.village_code, coalesce(listing.village_name, profile.name, line.village_code) AS village_name,
    coalesce(listing.village_slug, profile.slug, '') AS village_slug, line.product_id, coalesce(listing.name, '') AS name,
    coalesce(listing.consignor_name, '') AS maker, coalesce(listing.unit, '') AS unit, line.quantity,
    coalesce(listing.price_rupiah, line.price_rupiah) AS price_rupiah,
    nullif(line.price_rupiah, coalesce(listing.price_rupiah, line.price_rupiah)) AS price_was_rupiah,
    coalesce(listing.published AND listing.shop_open, false) AS on_offer,
    coalesce(listing.in_stock, false) AS in_stock, coalesce(listing.picture, '') AS picture, coalesce(listing.category, '') AS category
FROM federation_basketline line
LEFT JOIN federation_listing listing ON listing.id = line.product_id
LEFT JOIN federation_profile profile ON profile.village_code = line.village_code
WHERE line.basket_id = %(basket)s ORDER BY line.village_code, line.added_at, line.id
"""


def view(*, head: baskets.BasketHead | None) -> BasketView:
    """The whole basket with today's prices, in one statement; an empty one when there is none."""
    if head is None:
        return BasketView(token="", home_village=OUTSIDE, home_chosen=False, sellers=())
    groups: dict[tuple[VillageCode, str, str], list[BasketItem]] = {}
    for row in named_rows.dicts(_LINES, {"basket": head.id}):
        seller = (row.pop("village_code"), row.pop("village_name"), row.pop("village_slug"))
        groups.setdefault(seller, []).append(BasketItem(**row))
    sellers = [SellerGroup(*seller, lines) for seller, lines in groups.items()]
    return BasketView(token=head.token, home_village=head.home_village, home_chosen=head.home_chosen, sellers=sellers)
