"""What was done about a party's bank account, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from settlement.bank import bank_accounts
from settlement.bank.bank_accounts import Account
from settlement.models import BankAccountStep
from tenants.codes import VillageCode
from tenants.people import accounts


@dataclass(frozen=True, slots=True)
class TakenStep:
    """One thing that was done about an account (BankAccountStep.Step), by whom (empty: the system) and when.

    `account` is the one that was proposed or confirmed; `in_force_at` is from when on what was confirmed is used.
    """

    step: str
    account: Account | None
    in_force_at: datetime | None
    by_name: str
    at: datetime


def steps(*, party: VillageCode) -> list[TakenStep]:
    """Everything that was done about a party's account, the newest first."""
    rows = list(BankAccountStep.objects.filter(party=party).order_by("-turn"))
    named: dict[UUID, Account] = {row.id: bank_accounts.of_step(row=row) for row in rows if row.step in BankAccountStep.NAMES_AN_ACCOUNT}
    people = accounts.names_of(user_ids=[row.by for row in rows])
    return [
        TakenStep(
            step=row.step,
            account=named.get(row.proposal_id or row.id),
            in_force_at=row.in_force_at,
            by_name=people.get(row.by, "") if row.by else "",
            at=row.at,
        )
        for row in rows
    ]
