"""How old the debts are: what each debtor still has open, by the days since it arose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from settlement.ledger import parties
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
    values: dict[str, Any] = {"at": at, "zone": timezone.get_default_timezone_name(), "debtor": debtor, "pool": parties.POOL}
    values.update(zip(("first", "second", "third"), DAYS_MAX, strict=True))
    return named_rows.read(Ageing, _AGEING, values)


_AGEING = """
SELECT debtor,
    coalesce(sum(open_rupiah) FILTER (WHERE days <= %(first)s), 0)::bigint AS to_30_days_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE days > %(first)s AND days <= %(second)s), 0)::bigint AS to_60_days_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE days > %(second)s AND days <= %(third)s), 0)::bigint AS to_90_days_rupiah,
    coalesce(sum(open_rupiah) FILTER (WHERE days > %(third)s), 0)::bigint AS older_rupiah,
    count(*) AS count, min(happened_at) AS oldest_at, max(days) AS oldest_days
FROM (
    SELECT debtor, open_rupiah, happened_at,
        (%(at)s::timestamptz AT TIME ZONE %(zone)s)::date - (happened_at AT TIME ZONE %(zone)s)::date AS days
    FROM public.settlement_obligation
    WHERE open_rupiah > 0 AND debtor <> %(pool)s AND (%(debtor)s::text IS NULL OR debtor = %(debtor)s)
) AS aged
GROUP BY debtor ORDER BY debtor
"""
