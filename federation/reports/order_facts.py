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
    """The facts of those orders that the village sold, or whose money it took; others are left out. One statement, none for no order."""
    wanted = set(order_ids)
    if not wanted:
        return {}
    rows = SellerOrder.objects.filter(Q(seller=village_code) | Q(holder=village_code), id__in=wanted)
    return {
        order_id: Fact(code, goods, fee) if seller == village_code else Fact(code, None, None)
        for order_id, code, seller, goods, fee in rows.values_list("id", "purchase__code", "seller", "goods_rupiah", "fee_rupiah")
    }
