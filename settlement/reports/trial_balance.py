"""The trial balance: every account's debits and credits up to an instant, as they are known now or as they were known then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
class TrialBalance:
    """Every account by code, and the sums. Of a ledger of transfers both sides are equal, pending and posted apart."""

    rows: Sequence[AccountSums]
    total: AccountSums

    @property
    def is_balanced(self) -> bool:
        """Whether the sums of both sides are equal."""
        return (self.total.debit_rupiah, self.total.pending_debit_rupiah) == (self.total.credit_rupiah, self.total.pending_credit_rupiah)


_SUMS = """
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
    GROUP BY side.account)
SELECT a.code AS account, coalesce(s.debit, 0)::bigint AS debit_rupiah, coalesce(s.credit, 0)::bigint AS credit_rupiah,
    coalesce(s.pending_debit, 0)::bigint AS pending_debit_rupiah, coalesce(s.pending_credit, 0)::bigint AS pending_credit_rupiah
FROM public.settlement_account a LEFT JOIN sums s ON s.account = a.code ORDER BY a.code COLLATE "C"
"""


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
    return TrialBalance(rows, total)
