"""Recording what is not a sale: cash that comes in, goes out, or moves between agent cash and own cash.

Append-only, once per reference, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from settlement import money
from settlement.ledger import function_calls
from tenants.db import statements


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTransfer:
    """One posted transfer; with a debtor, the obligation of `owed_rupiah` that it makes."""

    event: str
    debit: str
    credit: str
    amount_rupiah: int
    debtor: str = ""
    creditor: str = ""
    owed_rupiah: int = 0


def record(
    *,
    entries: Sequence[PlannedTransfer],
    reference: str,
    cause_id: UUID,
    happened_at: datetime,
    obligation_cause: str = "order",
    effect_id: UUID | None = None,
    terms: Sequence[object] | None = None,
) -> bool:
    """Post the entries of one event together; entries of nothing are left out. False: this reference was booked before.

    `cause_id` is the order, the leg or the cycle; `effect_id` what caused the obligations, where that is something else. `terms` are what a
    repeated reference must repeat, where the entries depend on how the books stand; by default the entries.

    :raises function_calls.ReferenceReused: if the reference was used with other terms
    """
    entries = [entry for entry in entries if money.checked(amount_rupiah=entry.amount_rupiah)]
    if any(not 0 <= entry.owed_rupiah <= entry.amount_rupiah for entry in entries):
        raise ValueError(f"{reference}: an obligation is part of its transfer")
    return bool(
        function_calls.call(
            function="settlement_book",
            types=("text", "text", "uuid", *["text[]"] * 3, "bigint[]", *["text[]"] * 2, "bigint[]", "text", "uuid", "timestamptz"),
            values=(
                reference,
                function_calls.terms_sha256(*(entries if terms is None else terms)),
                str(cause_id),
                statements.array([entry.event for entry in entries]),
                statements.array([entry.debit for entry in entries]),
                statements.array([entry.credit for entry in entries]),
                statements.array([entry.amount_rupiah for entry in entries]),
                statements.array([entry.debtor for entry in entries]),
                statements.array([entry.creditor for entry in entries]),
                statements.array([entry.owed_rupiah for entry in entries]),
                obligation_cause,
                str(effect_id or cause_id),
                happened_at,
            ),
        )
    )
