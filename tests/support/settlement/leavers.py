"""Villages that left without being settled, as before there were days in which to bring goods back; and own cash of the federation."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from settlement.ledger import parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from tenants import codes, models, villages
from tenants.db import context, privileges
from tests.support.shopping import NOON


def leave(market: Any, code: str) -> None:
    """Archive a village whatever it owes."""
    with market.as_owner(), context.public():
        models.Village.objects.filter(code=code).update(state="archived")
        privileges.close(schema=codes.schema_of(codes.VillageCode(code)))
        villages.changed()
    villages.forget()


def give_own_cash(amount_rupiah: int) -> None:
    """Fees that the federation received; below zero: that it spent again."""
    accounts = {"debit": parties.OWN_CASH, "credit": parties.FEE_INCOME}
    if amount_rupiah < 0:
        accounts = {"debit": parties.FEE_INCOME, "credit": parties.OWN_CASH}
    entry = PlannedTransfer(event="uji", amount_rupiah=abs(amount_rupiah), **accounts)
    with transaction.atomic():
        transfers.record(entries=[entry], reference=f"uji:{uuid.uuid4()}", cause_id=uuid.uuid4(), happened_at=NOON)
