"""What was bought by whom from whom: facts written when an order is paid and handed over, and the matrix of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from federation.models import SellerOrder, TurnoverFact
from tenants.codes import OUTSIDE, VillageCode

REST = "*"  # for the code of a village: all the smaller ones


@dataclass(frozen=True)
class Matrix:
    """Goods and delivery bought in a period, in rupiah, refunds taken off, by (buyer's village, seller); "" buys from outside.

    REST is both, where the smaller villages are summed up.
    """

    cells: Mapping[tuple[str, str], int]
    within_rupiah: int  # bought in the buyer's own village

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


def matrix(*, from_on: date, to_on: date, largest: int | None = None) -> Matrix:
    """Who bought from whom from one day to another, both included, in the federation's time zone.

    With `largest`, that many villages stand for themselves, those that bought and sold the most, and the others together for REST.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MATRIX, {"from": from_on, "to": to_on, "rest": REST, "largest": largest})
        sums = cursor.fetchall()
    cells = {(buyer, seller): rupiah for buyer, seller, rupiah, _ in sums if rupiah}
    return Matrix(cells=cells, within_rupiah=sum(within for *_, within in sums))


_PAIRS = """
SELECT buyer_village AS buyer, seller, sum(goods_rupiah + delivery_rupiah)::bigint AS rupiah FROM public.federation_turnoverfact
WHERE day BETWEEN %(from)s AND %(to)s GROUP BY buyer_village, seller
"""
_MATRIX = f"""
WITH pair AS ({_PAIRS}), village AS (
    SELECT code FROM pair CROSS JOIN LATERAL (VALUES (buyer), (CASE WHEN buyer = seller THEN '' ELSE seller END)) side (code)
    WHERE code <> '' AND rupiah <> 0 GROUP BY code ORDER BY sum(abs(rupiah)) DESC, code LIMIT %(largest)s), named AS (
    SELECT coalesce(b.code, CASE WHEN buyer = '' THEN '' ELSE %(rest)s END) AS buyer, coalesce(s.code, %(rest)s) AS seller, rupiah,
        buyer = pair.seller AS own
    FROM pair LEFT JOIN village b ON b.code = buyer LEFT JOIN village s ON s.code = pair.seller)
SELECT buyer, seller, sum(rupiah)::bigint, coalesce(sum(rupiah) FILTER (WHERE own), 0)::bigint FROM named GROUP BY buyer, seller
"""  # noqa: S608 -- constants only; values go in as parameters


@dataclass(frozen=True)
class Partner:
    """What a village bought from another and sold to it in a period, in rupiah; "" is outside the federation, REST the smaller ones."""

    code: str
    bought_rupiah: int
    sold_rupiah: int


def partners(*, village_code: VillageCode, from_on: date, to_on: date, largest: int) -> list[Partner]:
    """With whom a village traded, the most first, itself among them; after `largest` of them the others in one."""
    values: dict[str, Any] = {"from": from_on, "to": to_on, "village": village_code}
    with connection.cursor() as cursor:
        cursor.execute(_PARTNERS, values)
        found = [Partner(*row) for row in cursor.fetchall()]
    shown, others = found[:largest], found[largest:]
    rest = Partner(REST, sum(one.bought_rupiah for one in others), sum(one.sold_rupiah for one in others))
    return [*shown, rest] if others else shown


_PARTNERS = f"""
WITH pair AS ({_PAIRS})
SELECT CASE WHEN buyer = %(village)s THEN seller ELSE buyer END AS partner,
    coalesce(sum(rupiah) FILTER (WHERE buyer = %(village)s), 0)::bigint AS bought,
    coalesce(sum(rupiah) FILTER (WHERE seller = %(village)s), 0)::bigint AS sold
FROM pair WHERE %(village)s IN (buyer, seller) AND rupiah <> 0 GROUP BY 1 ORDER BY sum(abs(rupiah)) DESC, 1
"""  # noqa: S608 -- constants only; values go in as parameters


def last_day() -> date | None:
    """The last day on which something was bought; None before the first."""
    last: date | None = TurnoverFact.objects.aggregate(last=Max("day"))["last"]
    return last
