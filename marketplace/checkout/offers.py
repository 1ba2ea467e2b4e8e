"""What a checkout page offers: per seller the ways to pay and to get the goods, and which of them are open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from federation.buying import basket_contents, order_drafts, purchases
from federation.members import profiles
from marketplace.checkout import options
from settlement.ledger import limits
from tenants.codes import OUTSIDE, VillageCode


@dataclass(frozen=True)
class SellerOffer:
    """One seller's part of the basket and every choice for it, the usual first; an empty list: the shop is closed."""

    village_code: VillageCode
    name: str
    slug: str
    goods_rupiah: int
    lines: Sequence[basket_contents.BasketItem]
    choices: Sequence[order_drafts.Choice]


def offer(*, token: str | None, account_id: UUID | None, home_village: VillageCode, on_behalf: bool = False) -> list[SellerOffer]:
    """The visitor's basket as it could be ordered from this home village ("" = outside the federation).

    `on_behalf`: staff order for somebody else, and no guests' share binds them.
    """
    basket = basket_contents.view(token=token, account_id=account_id)
    shops = profiles.several(village_codes={seller.village_code for seller in basket.sellers} | ({home_village} - {OUTSIDE}))
    home_shop = shops.get(home_village)
    by_guest = not on_behalf and not purchases.is_proven(account_id=account_id)
    room = limits.room(village_code=home_village, by_guest=by_guest) if home_shop is not None else 0
    offers = []
    for seller in basket.sellers:
        shop = shops.get(seller.village_code)
        if shop is None or not shop.open_to_buyers:
            choices: list[order_drafts.Choice] = []
        else:
            choices = options.open_to(seller=seller.village_code, shop=shop, home=home_village, home_shop=home_shop)
        choices = [_with_room(choice, seller=seller, room=room) for choice in choices]
        choices.sort(key=lambda choice: choice.refused != "")  # stable: what is open comes first
        offers.append(SellerOffer(seller.village_code, seller.name, seller.slug, seller.goods_rupiah, seller.lines, choices))
    return offers


def _with_room(choice: order_drafts.Choice, *, seller: basket_contents.SellerGroup, room: int | None) -> order_drafts.Choice:
    """A choice that makes the home village hold another's cash needs room under its limit."""
    if choice.holder == seller.village_code or room is None or seller.goods_rupiah + choice.fee_rupiah <= room:
        return choice
    return replace(choice, refused=_("BUMDes desa Anda untuk sementara tidak bisa menerima uang untuk desa lain. Pilih bayar ke penjual."))
