"""What a transfer to come says, and recording those that are no sale: cash that comes in, goes out, or moves between accounts of F's.

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
    """One transfer to come; with a debtor, also the obligation of its whole amount that it makes when it is posted.

    debit, credit: codes of accounts; delivery_rupiah: what of the amount is a fee for delivery; debtor, creditor: codes of parties
    """

    event: str
    debit: str
    credit: str
    amount_rupiah: int
    delivery_rupiah: int = 0
    debtor: str = ""
    creditor: str = ""

    def __str__(self) -> str:
        """The terms by which a repeated reference is recognised: all fields in this order; none of them holds a space."""
        return f"{self.event} {self.debit} {self.credit} {self.amount_rupiah} {self.delivery_rupiah} {self.debtor} {self.creditor}"


COLUMN_TYPES = ("text[]", "text[]", "text[]", "bigint[]", "bigint[]")


def columns(planned: Sequence[PlannedTransfer]) -> tuple[str, ...]:
    """Events, debits, credits, amounts and deliveries, as the ledger's SQL functions take them (COLUMN_TYPES)."""
    return (
        statements.array([each.event for each in planned]),
        statements.array([each.debit for each in planned]),
        statements.array([each.credit for each in planned]),
        statements.array([each.amount_rupiah for each in planned]),
        statements.array([each.delivery_rupiah for each in planned]),
    )


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
    return bool(
        function_calls.call(
            function="settlement_book",
            types=("text", "text", "uuid", *COLUMN_TYPES, "text[]", "text[]", "text", "uuid", "timestamptz"),
            values=(
                reference,
                function_calls.terms_sha256(*(entries if terms is None else terms)),
                str(cause_id),
                *columns(entries),
                statements.array([entry.debtor for entry in entries]),
                statements.array([entry.creditor for entry in entries]),
                obligation_cause,
                str(effect_id or cause_id),
                happened_at,
            ),
        )
    )
