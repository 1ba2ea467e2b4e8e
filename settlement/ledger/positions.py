"""Where each village stands: its sums pending and posted, what it uses of its limit; and the folding of increments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from settlement.ledger import function_calls, parties
from tenants.codes import VillageCode


@dataclass(frozen=True, slots=True)
class Position:
    """A village's clearing account at one moment, in rupiah, with what is not folded yet."""

    village_code: VillageCode
    debit_pending_rupiah: int
    debit_posted_rupiah: int
    credit_pending_rupiah: int
    credit_posted_rupiah: int
    guest_pending_rupiah: int  # the part of debit_pending that guests reserved and have not paid
    limit_rupiah: int | None  # None: no limit
    guest_limit_rupiah: int | None

    @property
    def net_rupiah(self) -> int:
        """What is owed to the village by what is posted; below zero, what it owes."""
        return self.credit_posted_rupiah - self.debit_posted_rupiah

    @property
    def exposure_rupiah(self) -> int:
        """What its limit is held against: pending and posted debt less posted claims, never below zero."""
        return max(0, self.debit_pending_rupiah + self.debit_posted_rupiah - self.credit_posted_rupiah)

    @property
    def headroom_rupiah(self) -> int | None:
        """What may still be reserved; None: no limit."""
        return None if self.limit_rupiah is None else max(0, self.limit_rupiah - self.exposure_rupiah)

    @property
    def guest_headroom_rupiah(self) -> int | None:
        """What guests may still reserve; None: no limit."""
        rooms = [self.headroom_rupiah]
        if self.guest_limit_rupiah is not None:
            rooms.append(max(0, self.guest_limit_rupiah - self.guest_pending_rupiah))
        return min((room for room in rooms if room is not None), default=None)


# One statement and so one moment: a row that is folded meanwhile is counted once, here or there. Named accounts, or all of villages.
POSITIONS = """
SELECT p.account, p.debit_pending_rupiah + coalesce(u.debit_pending, 0) AS debit_pending,
    p.debit_posted_rupiah + coalesce(u.debit_posted, 0) AS debit_posted,
    p.credit_pending_rupiah + coalesce(u.credit_pending, 0) AS credit_pending,
    p.credit_posted_rupiah + coalesce(u.credit_posted, 0) AS credit_posted,
    p.guest_pending_rupiah + coalesce(u.guest_pending, 0) AS guest_pending, p.limit_rupiah, p.guest_limit_rupiah
FROM public.settlement_position p LEFT JOIN (
    SELECT i.account, sum(i.debit_pending_rupiah)::bigint AS debit_pending, sum(i.debit_posted_rupiah)::bigint AS debit_posted,
        sum(i.credit_pending_rupiah)::bigint AS credit_pending, sum(i.credit_posted_rupiah)::bigint AS credit_posted,
        sum(i.guest_pending_rupiah)::bigint AS guest_pending
    FROM public.settlement_positionincrement i
    WHERE %(accounts)s::text[] IS NULL OR i.account = ANY (%(accounts)s) GROUP BY i.account) u ON u.account = p.account
WHERE p.account LIKE 'clearing:%%' AND (%(accounts)s::text[] IS NULL OR p.account = ANY (%(accounts)s))
"""


def of(*, village_code: VillageCode) -> Position:
    """One village's position.

    :raises function_calls.AccountNotOpened: if it has none
    """
    found = _read([parties.clearing(village_code)])
    if not found:
        raise function_calls.AccountNotOpened(reference=parties.clearing(village_code))
    return found[0]


def several(*, village_codes: Collection[VillageCode]) -> dict[VillageCode, Position]:
    """The positions of the named villages by code; those without an account are left out."""
    return {position.village_code: position for position in _read([parties.clearing(code) for code in village_codes])}


def all_() -> list[Position]:
    """Every village's position, in the order of their codes: for tables to download and for proofs, not for a page."""
    return _read(None)


def of_row(row: Sequence[Any]) -> Position:
    """The position of a row of POSITIONS."""
    account, *sums = row
    return Position(parties.village_of(account), *sums)


def _read(accounts: list[str] | None) -> list[Position]:
    with connection.cursor() as cursor:
        cursor.execute(f"{POSITIONS} ORDER BY p.account", {"accounts": accounts})
        return [of_row(row) for row in cursor.fetchall()]


def fold() -> int:
    """Add what lies unfolded to the positions, account by account, and give the number of rows folded.

    Each account is a transaction of its own, so that no checkout waits for more than one account's fold.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT account FROM public.settlement_positionincrement ORDER BY account")
        accounts = [account for (account,) in cursor.fetchall()]
    folded = 0
    for account in accounts:
        with transaction.atomic(durable=True):
            folded += function_calls.call(function="settlement_fold", types=("text",), values=(account,))
    return folded
