"""What a village may read of the orders behind its obligations: the code by which people call them; never a buyer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from federation.models import SellerOrder
from tenants.codes import VillageCode


@dataclass(frozen=True, slots=True)
class Fact:
    """An order by the short code of its purchase; what its goods cost and the federation's fee, where the village sold it itself."""

    code: str
    goods_rupiah: int | None
    fee_rupiah: int | None


def of_orders(*, order_ids: Iterable[UUID], village_code: VillageCode) -> dict[UUID, Fact]:
    """The facts of those orders that the village sold, or whose money it took; others are left out. One statement, none for no order.

    What the federation took over of an order may be named instead of it.
    """
    wanted = set(order_ids)
    if not wanted:
        return {}
    ours = SellerOrder.objects.filter(Q(seller=village_code) | Q(holder=village_code))
    rows = ours.filter(id__in=wanted).values_list("id", "purchase__code", "seller", "goods_rupiah", "fee_rupiah")
    found = {
        order_id: Fact(code, goods, fee) if seller == village_code else Fact(code, None, None)
        for order_id, code, seller, goods, fee in rows
    }
    if others := wanted - found.keys():
        taken_over = ours.filter(take_overs__id__in=others).values_list("take_overs__id", "purchase__code")
        found |= {take_over_id: Fact(code, None, None) for take_over_id, code in taken_over if take_over_id in others}
    return found
