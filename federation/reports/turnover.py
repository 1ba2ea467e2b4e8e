"""What was bought by whom from whom: facts written when an order is paid and handed over, and the matrix of a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Sum
from django.utils import timezone

from federation.models import SellerOrder, TurnoverFact
from tenants import villages
from tenants.codes import OUTSIDE, VillageCode


@dataclass(frozen=True)
class Matrix:
    """Goods and delivery bought in a period, in rupiah, refunds taken off, by (buyer's village, seller); "" buys from outside."""

    villages: Sequence[tuple[str, str]]  # (code, name) of sellers and buyers
    cells: Mapping[tuple[str, str], int]

    def bought_by(self, village_code: VillageCode) -> int:
        return sum(amount for (buyer, _), amount in self.cells.items() if buyer == village_code)

    @property
    def total_rupiah(self) -> int:
        return sum(self.cells.values())

    @property
    def inflow_rupiah(self) -> int:
        """Bought by buyers from outside the federation."""
        return self.bought_by(OUTSIDE)

    @property
    def within_rupiah(self) -> int:
        """Bought in the buyer's own village."""
        return sum(amount for (buyer, seller), amount in self.cells.items() if buyer == seller)

    @property
    def between_rupiah(self) -> int:
        """Bought in another member village."""
        return self.total_rupiah - self.inflow_rupiah - self.within_rupiah


def write(*, reference: str, order: SellerOrder, goods_rupiah: int, delivery_rupiah: int, fee_rupiah: int, at: datetime) -> None:
    """Write one fact in the caller's transaction; negative amounts take back. Repeating a reference changes nothing."""
    fact = TurnoverFact(
        reference=reference,
        order_id=order.id,
        day=timezone.localdate(at),
        buyer_village=order.home_village,
        seller=order.seller,
        goods_rupiah=goods_rupiah,
        delivery_rupiah=delivery_rupiah,
        fee_rupiah=fee_rupiah,
    )
    TurnoverFact.objects.bulk_create([fact], ignore_conflicts=True)


def matrix(*, from_on: date, to_on: date) -> Matrix:
    """Who bought from whom from one day to another, both included, in the federation's time zone."""
    rows = TurnoverFact.objects.filter(day__gte=from_on, day__lte=to_on).values_list("buyer_village", "seller")
    sums = rows.annotate(rupiah=Sum(F("goods_rupiah") + F("delivery_rupiah")))
    cells = {(buyer, seller): rupiah for buyer, seller, rupiah in sums if rupiah}
    names = [(village.code, village.name) for village in villages.ready()]
    return Matrix(villages=names, cells=cells)


def last_day() -> date | None:
    """The last day on which something was bought; None before the first."""
    last: date | None = TurnoverFact.objects.aggregate(last=Max("day"))["last"]
    return last
