"""Where a cycle leaves each party: what it owes and claims, what is set off of that, and what of the rest has moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from settlement.bank import bank_accounts
from settlement.payments import sums
from settlement.reports.cycle_facts import PartySums
from tenants import keyset
from tenants.codes import FEDERATION
from tenants.db import named_rows

# What money moved is counted once for the cycle, not once more for each of its parties.
_PARTIES = f"""
WITH parties AS (
    SELECT p.party, p.owed_rupiah, p.claimed_rupiah, p.setoff_rupiah, p.net_rupiah, p.carried_rupiah, p.cash_rupiah
    FROM public.settlement_cycle c JOIN public.settlement_cycleparty p ON p.snapshot_id = c.snapshot_id WHERE c.id = %(id)s),
moves AS MATERIALIZED (SELECT m.* FROM public.settlement_cycle c CROSS JOIN LATERAL {sums.MOVES} m WHERE c.id = %(id)s)
SELECT p.*, coalesce(m.moved, 0) AS moved_rupiah, coalesce(m.under_way, 0) AS under_way_rupiah
FROM ({{shown}}) p LEFT JOIN moves m ON m.party = p.party AND m.owes = (p.net_rupiah < 0)
"""  # noqa: S608 -- constants only; values go in as parameters
_ALL = f"{_PARTIES.format(shown='TABLE parties')} ORDER BY p.party"

LARGEST = keyset.Order("parties", {"side": int, "rupiah": int, "party": str})
_LARGEST = "(CASE WHEN net_rupiah < 0 THEN 0 ELSE 1 END), -abs(net_rupiah), party"
LARGEST_OF_SIDE = keyset.Order("sides", {"rupiah": int, "party": str})
_LARGEST_OF_SIDE = "-cash_rupiah, party"

_PAGE = """SELECT * FROM parties
    WHERE (%(among)s::text[] IS NULL OR party = ANY (%(among)s))
        AND (%(owes)s::boolean IS NULL OR cash_rupiah <> 0 AND (net_rupiah < 0) = %(owes)s)
        AND ({key}) > ({place}) ORDER BY {key} LIMIT %(most)s"""


def of_cycle(*, cycle_id: UUID) -> list[PartySums]:
    """Every party of a cycle, by code; none before it is computed. For tables to download and for proofs, not for a page."""
    return named_rows.read(PartySums, _ALL, {"id": cycle_id})


def page(*, cycle_id: UUID, among: Collection[str] | None = None, after: str = "", limit: int) -> keyset.Page[PartySums]:
    """A page of a cycle's parties (or of some of them): who owes the most first, then who gets the most."""
    found = _read(cycle_id, _LARGEST, LARGEST.place(after) or (-1, 0, ""), among=among, owes=None, limit=limit)
    return LARGEST.page(found, limit=limit, place=lambda one: (int(not one.owes), -abs(one.net_rupiah), one.party))


def side(*, cycle_id: UUID, owes: bool, among: Collection[str] | None = None, after: str = "", limit: int) -> keyset.Page[PartySums]:
    """A page of those who pay cash in a cycle, or of those who get it, the largest first."""
    place = LARGEST_OF_SIDE.place(after) or (-keyset.NUMBER_MAX, "")
    found = _read(cycle_id, _LARGEST_OF_SIDE, place, among=among, owes=owes, limit=limit)
    return LARGEST_OF_SIDE.page(found, limit=limit, place=lambda one: (-one.cash_rupiah, one.party))


def _read(
    cycle_id: UUID, key: str, place: keyset.Place, *, among: Collection[str] | None, owes: bool | None, limit: int
) -> list[PartySums]:
    """The rows of a page and one more, in the order of `key`."""
    values: dict[str, Any] = {"id": cycle_id, "among": None if among is None else list(among), "owes": owes, "most": limit + 1}
    values |= {f"place_{number}": value for number, value in enumerate(place)}
    places = ", ".join(f"%(place_{number})s" for number in range(len(place)))
    shown = _PAGE.format(key=key, place=places)
    return named_rows.read(PartySums, f"{_PARTIES.format(shown=shown)} ORDER BY {key}", values)


@dataclass(frozen=True, slots=True)
class CreditorsToLookAt:
    """Who gets cash in a cycle and has not simply a bank account, the largest first; and those of them of whom any was written down."""

    parties: list[str]
    with_steps: list[str]


NOBODY = CreditorsToLookAt([], [])
_TO_LOOK_AT = f"""
SELECT p.party, EXISTS (SELECT FROM public.settlement_bankaccountstep s WHERE s.party = p.party) AS has_steps
FROM public.settlement_cycle c JOIN public.settlement_cycleparty p ON p.snapshot_id = c.snapshot_id
WHERE c.id = %(id)s AND p.net_rupiah > 0 AND p.cash_rupiah > 0 AND p.party <> '{FEDERATION}' AND p.party NOT IN ({bank_accounts.SETTLED})
ORDER BY p.cash_rupiah DESC, p.party
"""  # noqa: S608 -- constants only; values go in as parameters


def creditors_to_look_at(*, cycle_id: UUID, at: datetime) -> CreditorsToLookAt:
    """Those of a cycle's creditors about whose account there may be something to say (bank_accounts.statuses tells what)."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_LOOK_AT, {"id": cycle_id, "at": at})
        found = cursor.fetchall()
    return CreditorsToLookAt([party for party, _ in found], [party for party, has_steps in found if has_steps])
