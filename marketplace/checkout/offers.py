"""What a checkout page offers: per seller the options to pay and to get the goods, and which of them are open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from federation.buying import basket_contents, order_drafts, payment_methods, purchases
from federation.buying.baskets import BasketHead
from federation.members import profiles, terms
from federation.members.profiles import VillageProfile
from federation.members.terms import Terms
from marketplace.checkout import options
from settlement.ledger import limits
from tenants import villages
from tenants.codes import FEDERATION, OUTSIDE, VillageCode


@dataclass(frozen=True)
class SellerOffer:
    """One seller's part of the basket and every choice for it, the usual first; without any: the shop is closed or held."""

    group: basket_contents.SellerGroup
    shop: VillageProfile | None
    choices: Sequence[order_drafts.Choice]

    @property
    def village_code(self) -> VillageCode:
        return self.group.village_code

    @property
    def goods_rupiah(self) -> int:
        return self.group.goods_rupiah

    @property
    def held(self) -> bool:
        return self.group.held

    @property
    def usual(self) -> order_drafts.Choice | None:
        """What a page may mark beforehand: the usual choice, if it costs nothing and its money is handed over in person, later.

        A fee, a transfer or a payment at a gateway is chosen by the buyer alone.
        """
        first = next((choice for choice in self.choices if not choice.refused), None)
        if first is None or first.fee_rupiah:
            return None
        in_person = (payment_methods.ConfirmedBy.COUNTER, payment_methods.ConfirmedBy.DELIVERER)
        return first if payment_methods.of(method=first.method).confirmed_by in in_person else None

    @property
    def shown(self) -> list[order_drafts.ShownLine]:
        """The goods as the page shows them, in the order of the products' ids."""
        return sorted(
            order_drafts.ShownLine(str(line.product_id), line.name, line.maker, line.unit, line.quantity, line.price_rupiah)
            for line in self.group.lines
        )


@dataclass(frozen=True)
class BasketOffer:
    """A basket as it could be ordered from a home village; `home` is None outside the federation."""

    home: VillageProfile | None
    terms: Terms
    sellers: Sequence[SellerOffer]


def offer(*, basket: BasketHead | None, account_id: UUID | None, home_village: VillageCode, on_behalf: bool = False) -> BasketOffer:
    """The visitor's basket as it could be ordered from this home village ("" = outside the federation). Only reads.

    `on_behalf`: staff order for somebody without a phone, who pays at no gateway; no guests' share binds them.
    """
    groups = basket_contents.view(head=basket).sellers
    shops = profiles.several(village_codes={group.village_code for group in groups} | ({home_village} - {OUTSIDE}))
    home = shops.get(home_village) if villages.is_active(code=home_village) else None
    by_guest = not on_behalf and not purchases.is_proven(account_id=account_id)
    room = limits.room(village_code=home_village, by_guest=by_guest) if home is not None else 0
    sellers = []
    for group in groups:
        shop = shops.get(group.village_code)
        choices: list[order_drafts.Choice] = []
        if shop is not None and shop.open_to_buyers and not group.held:
            choices = options.open_to(seller=group.village_code, shop=shop, home=home_village, home_shop=home)
        if on_behalf:
            choices = [choice for choice in choices if choice.holder != FEDERATION]
        choices = [_with_room(choice, seller=group, room=room) for choice in choices]
        choices.sort(key=lambda choice: choice.refused != "")  # stable: what is open comes first
        sellers.append(SellerOffer(group, shop, choices))
    return BasketOffer(home, terms.current(), sellers)


def _with_room(choice: order_drafts.Choice, *, seller: basket_contents.SellerGroup, room: int | None) -> order_drafts.Choice:
    """A choice that makes the home village hold another's cash needs room under its limit."""
    if choice.holder in (seller.village_code, FEDERATION) or room is None or seller.goods_rupiah + choice.fee_rupiah <= room:
        return choice
    return replace(choice, refused=_("BUMDes desa Anda untuk sementara tidak bisa menerima uang untuk desa lain. Pilih bayar ke penjual."))
