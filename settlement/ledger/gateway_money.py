"""Money at payment gateways: what the books say of each event there. One account per gateway, open_accounts opens it.

A gateway's charge, and what a lost dispute costs, is the federation's expense, which its own cash covers (own_cash).
Each verb takes part in the caller's transaction and can be repeated under its reference: False then says that it was booked before.

:raises function_calls.ReferenceReused: each, if its event was booked with other amounts
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, Sum, Value, When

from settlement.ledger import own_cash, parties, transfers
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Transfer


def receive(*, gateway: str, payment_id: UUID, gross_rupiah: int, happened_at: datetime) -> bool:
    """A payment succeeded: the gateway holds it, and the federation owes it to the buyer until the goods are handed over."""
    entry = PlannedTransfer(event="gateway-in", debit=parties.gateway(gateway), credit=parties.DEPOSITS, amount_rupiah=gross_rupiah)
    return transfers.record(entries=[entry], reference=f"gateway:{payment_id}:in", cause_id=payment_id, happened_at=happened_at)


def charge(*, gateway: str, payment_id: UUID, charge_rupiah: int, happened_at: datetime) -> bool:
    """The gateway keeps its charge for a payment; it may say so later than that the payment succeeded."""
    entries = [
        PlannedTransfer(event="gateway-charge", debit=parties.GATEWAY_COST, credit=parties.gateway(gateway), amount_rupiah=charge_rupiah),
        own_cash.owed_by_own(amount_rupiah=charge_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"gateway:{payment_id}:charge", cause_id=payment_id, happened_at=happened_at)


def arrive(*, gateway: str, line_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """A bank statement's line shows what the gateway paid out to the federation's account."""
    entry = PlannedTransfer(event="gateway-payout", debit=parties.AGENT_CASH, credit=parties.gateway(gateway), amount_rupiah=amount_rupiah)
    return transfers.record(entries=[entry], reference=f"line:{line_id}:gateway", cause_id=line_id, happened_at=happened_at)


def withdraw(*, gateway: str, line_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """A bank statement's line shows what the gateway took from the federation's account, because its balance was too small."""
    entry = PlannedTransfer(event="gateway-took", debit=parties.gateway(gateway), credit=parties.AGENT_CASH, amount_rupiah=amount_rupiah)
    return transfers.record(entries=[entry], reference=f"line:{line_id}:gateway", cause_id=line_id, happened_at=happened_at)


def balance_rupiah(*, gateway: str, cause_ids: Collection[UUID]) -> int:
    """What the gateway has by the books of all that these caused: a payment and what went back of it."""
    account = parties.gateway(gateway)
    posted = Transfer.objects.filter(cause_id__in=cause_ids, phase=Transfer.Phase.POSTED)
    amount = Case(When(debit=account, then=F("amount_rupiah")), When(credit=account, then=-F("amount_rupiah")), default=Value(0))
    return posted.aggregate(sum=Sum(amount))["sum"] or 0


def correct(*, gateway: str, payment_id: UUID, correction_id: UUID, difference_rupiah: int, happened_at: datetime) -> bool:
    """A person decided that the books follow the gateway: it has this much more, or less below zero; the federation gains or bears it."""
    account, amount = parties.gateway(gateway), abs(difference_rupiah)
    if difference_rupiah > 0:
        entries = [
            PlannedTransfer(event="gateway-more", debit=account, credit=parties.GATEWAY_COST, amount_rupiah=amount),
            own_cash.due_to_own(amount_rupiah=amount),
        ]
    else:
        entries = [
            PlannedTransfer(event="gateway-less", debit=parties.GATEWAY_COST, credit=account, amount_rupiah=amount),
            own_cash.owed_by_own(amount_rupiah=amount),
        ]
    reference = f"gateway:{payment_id}:corrected:{correction_id}"
    return transfers.record(entries=entries, reference=reference, cause_id=payment_id, happened_at=happened_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeMoney:
    """What a dispute moved in all, in rupiah. lost: what of it the buyer keeps, of the money withdrawn and not returned."""

    withdrawn_rupiah: int = 0
    returned_rupiah: int = 0
    fee_rupiah: int = 0
    fee_returned_rupiah: int = 0
    lost_rupiah: int = 0

    @property
    def moved_rupiah(self) -> int:
        """By how much the gateway has more since, in all: below zero, less."""
        return self.returned_rupiah + self.fee_returned_rupiah - self.withdrawn_rupiah - self.fee_rupiah


def dispute(*, gateway: str, payment_id: UUID, dispute_id: UUID, before: DisputeMoney, now: DisputeMoney, happened_at: datetime) -> bool:
    """Book what a dispute moved since. None of its sums shrinks, but for what is lost, and that only as money is returned.

    Withdrawn: the gateway gave so much up until it is decided. Fees are the federation's cost. Lost: the buyer has the money, and the
    federation bears it, until the seller refunds the order (deposit_sales).
    """
    account, disputed = parties.gateway(gateway), parties.DISPUTED
    fee, fee_back = now.fee_rupiah - before.fee_rupiah, now.fee_returned_rupiah - before.fee_returned_rupiah
    withdrawn, returned = now.withdrawn_rupiah - before.withdrawn_rupiah, now.returned_rupiah - before.returned_rupiah
    lost, regained = max(0, now.lost_rupiah - before.lost_rupiah), max(0, before.lost_rupiah - now.lost_rupiah)
    entries = [
        PlannedTransfer(event="dispute", debit=disputed, credit=account, amount_rupiah=withdrawn),
        PlannedTransfer(event="dispute-fee", debit=parties.GATEWAY_COST, credit=account, amount_rupiah=fee),
        PlannedTransfer(event="dispute-fee-back", debit=account, credit=parties.GATEWAY_COST, amount_rupiah=fee_back),
        PlannedTransfer(event="dispute-regained", debit=disputed, credit=parties.DISPUTE_COST, amount_rupiah=regained),
        PlannedTransfer(event="dispute-won", debit=account, credit=disputed, amount_rupiah=returned),
        PlannedTransfer(event="dispute-lost", debit=parties.DISPUTE_COST, credit=disputed, amount_rupiah=lost),
        own_cash.owed_by_own(amount_rupiah=fee + lost),
        own_cash.due_to_own(amount_rupiah=fee_back + regained),
    ]
    sums = (now.withdrawn_rupiah, now.returned_rupiah, now.fee_rupiah, now.fee_returned_rupiah, now.lost_rupiah)
    reference = f"dispute:{dispute_id}:{':'.join(map(str, sums))}"
    return transfers.record(entries=entries, reference=reference, cause_id=payment_id, happened_at=happened_at)
