"""The trial balance: every account's debits and credits up to an instant, as they are known now or as they were known then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tenants import keyset
from tenants.db import named_rows


@dataclass(frozen=True, slots=True)
class AccountSums:
    """One account, in rupiah: what was posted on either side, and apart from it what was reserved and not resolved yet."""

    account: str
    debit_rupiah: int
    credit_rupiah: int
    pending_debit_rupiah: int
    pending_credit_rupiah: int

    @property
    def balance_rupiah(self) -> int:
        """Debits less credits of what was posted."""
        return self.debit_rupiah - self.credit_rupiah

    @property
    def is_empty(self) -> bool:
        """Whether nothing ever moved on it or was reserved then."""
        return not any((self.debit_rupiah, self.credit_rupiah, self.pending_debit_rupiah, self.pending_credit_rupiah))


@dataclass(frozen=True, slots=True)
class Sides:
    """The sums of all accounts. Of a ledger of transfers both sides are equal, pending and posted apart."""

    total: AccountSums

    @property
    def is_balanced(self) -> bool:
        """Whether the sums of both sides are equal."""
        return (self.total.debit_rupiah, self.total.pending_debit_rupiah) == (self.total.credit_rupiah, self.total.pending_credit_rupiah)


@dataclass(frozen=True, slots=True)
class TrialBalance(Sides):
    """Every account by code, and the sums."""

    rows: Sequence[AccountSums]


@dataclass(frozen=True, slots=True)
class PageOfBalance(Sides):
    """A page of the accounts on which anything moved, the sums of all, and on how many nothing did."""

    page: keyset.Page[AccountSums]
    empty: int


BY_ACCOUNT = keyset.Order("balance", {"account": str})

_ACCOUNTS = """
WITH known AS (
    SELECT id, phase, pending_id, debit, credit, amount_rupiah FROM public.settlement_transfer
    WHERE happened_at < %(before)s AND (%(known_before)s::timestamptz IS NULL OR created_at < %(known_before)s)),
sums AS (
    SELECT side.account, sum(side.debit) AS debit, sum(side.credit) AS credit, sum(side.pending_debit) AS pending_debit,
        sum(side.pending_credit) AS pending_credit
    FROM known t
    LEFT JOIN known r ON t.phase = 'pending' AND r.pending_id = t.id
    CROSS JOIN LATERAL (VALUES (CASE t.phase WHEN 'posted' THEN t.amount_rupiah ELSE 0 END,
        CASE WHEN t.phase = 'pending' AND r.id IS NULL THEN t.amount_rupiah ELSE 0 END)) AS counts (posted, pending)
    CROSS JOIN LATERAL (VALUES (t.debit, counts.posted, 0, counts.pending, 0), (t.credit, 0, counts.posted, 0, counts.pending))
        AS side (account, debit, credit, pending_debit, pending_credit)
    GROUP BY side.account),
accounts AS (SELECT a.code AS account, coalesce(s.debit, 0)::bigint AS debit_rupiah, coalesce(s.credit, 0)::bigint AS credit_rupiah,
    coalesce(s.pending_debit, 0)::bigint AS pending_debit_rupiah, coalesce(s.pending_credit, 0)::bigint AS pending_credit_rupiah
FROM public.settlement_account a LEFT JOIN sums s ON s.account = a.code)
"""
_SUMS = f'{_ACCOUNTS} SELECT * FROM accounts ORDER BY account COLLATE "C"'  # noqa: S608 -- constants only
# The first row is the sums of all, with the number of accounts on which nothing moved; then come those of the page.
_PAGE = f"""{_ACCOUNTS},
moved AS (SELECT * FROM accounts
    WHERE (debit_rupiah, credit_rupiah, pending_debit_rupiah, pending_credit_rupiah) <> (0, 0, 0, 0))
SELECT * FROM (SELECT (SELECT count(*) FROM accounts) - count(*) AS empty, '' AS account,
        coalesce(sum(debit_rupiah), 0)::bigint AS debit_rupiah, coalesce(sum(credit_rupiah), 0)::bigint AS credit_rupiah,
        coalesce(sum(pending_debit_rupiah), 0)::bigint AS pending_debit_rupiah,
        coalesce(sum(pending_credit_rupiah), 0)::bigint AS pending_credit_rupiah FROM moved
    UNION ALL (SELECT NULL, moved.* FROM moved
        WHERE account COLLATE "C" > %(after)s AND (%(among)s::text[] IS NULL OR account = ANY (%(among)s))
        ORDER BY account COLLATE "C" LIMIT %(most)s)) found
ORDER BY empty NULLS LAST, account COLLATE "C"
"""  # noqa: S608 -- constants only; values go in as parameters


def draw_up(*, before: datetime, known_before: datetime | None = None) -> TrialBalance:
    """The trial balance of what happened before an instant, in one statement.

    With `known_before` only of what was written down before that: so a later posting of an earlier event does not change what was true of
    a day when that day was reported.
    """
    rows = named_rows.read(AccountSums, _SUMS, {"before": before, "known_before": known_before})
    total = AccountSums(
        account="",
        debit_rupiah=sum(row.debit_rupiah for row in rows),
        credit_rupiah=sum(row.credit_rupiah for row in rows),
        pending_debit_rupiah=sum(row.pending_debit_rupiah for row in rows),
        pending_credit_rupiah=sum(row.pending_credit_rupiah for row in rows),
    )
    return TrialBalance(total=total, rows=rows)


def page(
    *, before: datetime, known_before: datetime | None = None, among: Collection[str] | None = None, after: str = "", limit: int
) -> PageOfBalance:
    """As `draw_up`, a page of the accounts on which anything moved (`among`: only some of them); the sums are those of all."""
    place = BY_ACCOUNT.place(after) or ("",)
    accounts = None if among is None else list(among)
    values = {"before": before, "known_before": known_before, "among": accounts, "after": place[0], "most": limit + 1}
    found = named_rows.dicts(_PAGE, values)
    empty, *_others = [row.pop("empty") for row in found]
    total, *rows = [AccountSums(**row) for row in found]
    return PageOfBalance(total=total, page=BY_ACCOUNT.page(rows, limit=limit, place=lambda row: (row.account,)), empty=empty)
