"""How old the debts are: what each debtor still has open, by the days since it arose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from settlement.ledger import parties
from tenants import days, keyset
from tenants.db import named_rows

DAYS_MAX = (30, 60, 90)  # the last day of each bucket; the one after them has no end


@dataclass(frozen=True, slots=True)
class Ageing:
    """What one debtor has open, in rupiah: 0–30, 31–60, 61–90 and over 90 days old; with the number of obligations and the oldest."""

    debtor: str  # a village's code, or the federation's F
    to_30_days_rupiah: int
    to_60_days_rupiah: int
    to_90_days_rupiah: int
    older_rupiah: int
    count: int
    oldest_at: datetime
    oldest_days: int

    @property
    def buckets_rupiah(self) -> tuple[int, int, int, int]:
        """The amounts from the youngest to the oldest, as a table shows them."""
        return self.to_30_days_rupiah, self.to_60_days_rupiah, self.to_90_days_rupiah, self.older_rupiah

    @property
    def open_rupiah(self) -> int:
        """All of it."""
        return sum(self.buckets_rupiah)


def open_obligations(*, at: datetime, debtor: str | None = None) -> list[Ageing]:
    """Every debtor with something open (or the one that is named) in the order of their codes, as old as it is at that instant.

    Days are the federation's: what arose yesterday at 23:59 is one day old today at 00:01. An item that a cycle rolled on is as old as
    its own row says; what the pool owes is left out, since it owes no more than its debtors pay in and those are listed. What is open
    is what is open now, whatever the instant. One statement.
    """
    return named_rows.read(Ageing, f"{_AGEING} ORDER BY debtor", {**_values(at), "debtor": debtor})


@dataclass(frozen=True, slots=True)
class Oldest:
    """A page of debtors, and what all of them owe that is older than the last bound, in rupiah."""

    page: keyset.Page[Ageing]
    late_rupiah: int


OLDEST = keyset.Order("ageing", {"days": int, "rupiah": int, "debtor": str})


def oldest(*, at: datetime, among: Collection[str] | None = None, after: str = "", limit: int) -> Oldest:
    """As `open_obligations`, page by page, the oldest first, then the largest. `among`: only some debtors; the sum is that of all."""
    place = dict(zip(("after_days", "after_rupiah", "after_debtor"), OLDEST.place(after) or (-(10**6), 0, ""), strict=True))
    among = None if among is None else list(among)
    values = {**_values(at), "debtor": None, "among": among, "most": limit + 1, **place}
    found = named_rows.dicts(_OLDEST, values)
    late = [row.pop("late_rupiah") for row in found]
    rows = [Ageing(**row) for row in found if row["debtor"] is not None]
    return Oldest(OLDEST.page(rows, limit=limit, place=lambda row: (-row.oldest_days, -row.open_rupiah, row.debtor)), late[0])


def _values(at: datetime) -> dict[str, Any]:
    today = days.of(at)
    # From which instant on something is no older: so that no row's day is counted, of which there are ten thousand.
    bounds = (days.midnight(today - timedelta(days=most)) for most in DAYS_MAX)
    values: dict[str, Any] = dict(zip(("first", "second", "third"), bounds, strict=True))
    values |= {"today": today, "zone": timezone.get_default_timezone_name(), "pool": parties.POOL}
    return values


_AGEING = """
SELECT debtor,
    coalesce(sum(open_rupiah) FILTER (WHERE happened_at >= %(first)s), 0)::bigint AS to_30_days_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE happened_at < %(first)s AND happened_at >= %(second)s), 0)::bigint AS to_60_days_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE happened_at < %(second)s AND happened_at >= %(third)s), 0)::bigint AS to_90_days_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE happened_at < %(third)s), 0)::bigint AS older_rupiah,
    count(*) AS count, min(happened_at) AS oldest_at, %(today)s - (min(happened_at) AT TIME ZONE %(zone)s)::date AS oldest_days
FROM public.settlement_obligation
WHERE open_rupiah > 0 AND debtor <> %(pool)s AND (%(debtor)s::text IS NULL OR debtor = %(debtor)s)
GROUP BY debtor
"""

_OLDEST = f"""
WITH aged AS ({_AGEING}), shown AS (
    SELECT * FROM aged WHERE (%(among)s::text[] IS NULL OR debtor = ANY (%(among)s))
        AND (-oldest_days, -(to_30_days_rupiah + to_60_days_rupiah + to_90_days_rupiah + older_rupiah), debtor)
            > (%(after_days)s, %(after_rupiah)s, %(after_debtor)s)
    ORDER BY -oldest_days, -(to_30_days_rupiah + to_60_days_rupiah + to_90_days_rupiah + older_rupiah), debtor LIMIT %(most)s)
SELECT late.late_rupiah, shown.* FROM (SELECT coalesce(sum(older_rupiah), 0)::bigint AS late_rupiah FROM aged) late
LEFT JOIN shown ON true
ORDER BY -oldest_days, -(to_30_days_rupiah + to_60_days_rupiah + to_90_days_rupiah + older_rupiah), debtor
"""  # noqa: S608 -- constants only; values go in as parameters
