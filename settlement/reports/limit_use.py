"""Where the villages stand against their limits, the nearest first, page by page; with the sums of all of them, whatever is shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from settlement import money
from settlement.ledger import limits, parties, positions
from settlement.ledger.positions import Position
from tenants import keyset, villages
from tenants.codes import VillageCode

NEAREST = keyset.Order("positions", {"place": int, "account": str})


@dataclass(frozen=True, slots=True)
class Sums:
    """What all villages come to."""

    villages: int
    near: int  # from the warning on, not full yet
    full: int
    owed_rupiah: int  # net, by those that owe


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A page of the villages, the first of all however far down the page lies, and the sums."""

    page: keyset.Page[Position]
    first: Position | None
    sums: Sums


# One statement and so one moment. A limit of nothing is used up (limits.Use.used_basis_points).
_NEAREST = f"""
WITH standing AS ({positions.POSITIONS}), used AS MATERIALIZED (
    SELECT standing.*, CASE WHEN limit_rupiah IS NULL THEN 0 WHEN limit_rupiah = 0 THEN {money.WHOLE_BASIS_POINTS}
        ELSE least(div(greatest(0, debit_pending + debit_posted - credit_posted)::numeric * {money.WHOLE_BASIS_POINTS}, limit_rupiah),
            {keyset.NUMBER_MAX}) END::bigint AS used FROM standing
    WHERE account <> ALL (%(gone)s) OR debit_pending > 0 OR credit_pending > 0 OR debit_posted <> credit_posted), sums AS (
    SELECT count(*) AS villages,
        count(*) FILTER (WHERE used >= {limits.WARNING_BASIS_POINTS} AND used < {money.WHOLE_BASIS_POINTS}) AS near,
        count(*) FILTER (WHERE used >= {money.WHOLE_BASIS_POINTS}) AS full,
        coalesce(sum(greatest(0, debit_posted - credit_posted)), 0)::bigint AS owed FROM used), shown AS (
    (SELECT true AS first, -used AS place, used.* FROM used ORDER BY used DESC, account LIMIT 1) UNION ALL
    (SELECT false, -used, used.* FROM used
    WHERE (%(within)s::text[] IS NULL OR account = ANY (%(within)s)) AND (-used, account) > (%(place)s, %(account)s)
    ORDER BY used DESC, account LIMIT %(most)s))
SELECT sums.*, first, place, account, debit_pending, debit_posted, credit_pending, credit_posted, guest_pending, limit_rupiah,
    guest_limit_rupiah
FROM sums LEFT JOIN shown ON true ORDER BY first DESC, place, account
"""  # noqa: S608 -- constants only; values go in as parameters


def nearest(*, among: Collection[VillageCode] | None = None, after: str = "", limit: int) -> LimitUse:
    """The villages (or some of them), the nearest to its limit first, then by code; `after`: the cursor of the page before.

    Villages that have left and owe nothing, nor are owed anything, are in none of it: their limit is nothing, and nobody uses it.
    """
    place, account = NEAREST.place(after) or (-keyset.NUMBER_MAX - 1, "")
    within = None if among is None else [parties.clearing(code) for code in among]
    gone = [parties.clearing(code) for code in villages.archived()]
    with connection.cursor() as cursor:
        values = {"accounts": None, "gone": gone, "within": within, "place": place, "account": account, "most": limit + 1}
        cursor.execute(_NEAREST, values)
        found = cursor.fetchall()
    sums = Sums(*found[0][:4])
    rows = [(first, place, positions.of_row(row)) for *_, first, place, row in ((*line[:6], line[6:]) for line in found if line[6])]
    shown = [(place, position) for first, place, position in rows if not first]
    page = NEAREST.page(shown, limit=limit, place=lambda row: (row[0], parties.clearing(row[1].village_code)))
    return LimitUse(
        keyset.Page([position for _, position in page.rows], page.after), next((row for first, _, row in rows if first), None), sums
    )
