"""Money at payment gateways: what the books say of each event there. One account per gateway, open_accounts opens it.

A gateway's charge, and what a lost dispute costs, is the federation's expense, which its own cash covers (own_cash).
Each verb takes part in the caller's transaction and can be repeated under its reference: False then says that it was booked before.

:raises function_calls.ReferenceReused: each, if its event was booked with other amounts
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from settlement.ledger import own_cash, parties, transfers
from settlement.ledger.transfers import PlannedTransfer


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


def dispute(*, gateway: str, payment_id: UUID, dispute_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """A buyer's bank disputes a payment: the gateway gave this much of it up until that is decided."""
    entry = PlannedTransfer(event="dispute", debit=parties.DISPUTED, credit=parties.gateway(gateway), amount_rupiah=amount_rupiah)
    return transfers.record(entries=[entry], reference=f"dispute:{dispute_id}:opened", cause_id=payment_id, happened_at=happened_at)


def charge_dispute(*, gateway: str, payment_id: UUID, dispute_id: UUID, fee_rupiah: int, happened_at: datetime) -> bool:
    """The gateway keeps a fee for a dispute, whoever wins it."""
    entries = [
        PlannedTransfer(event="dispute-fee", debit=parties.GATEWAY_COST, credit=parties.gateway(gateway), amount_rupiah=fee_rupiah),
        own_cash.owed_by_own(amount_rupiah=fee_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"dispute:{dispute_id}:fee", cause_id=payment_id, happened_at=happened_at)


def refund_dispute_fee(*, gateway: str, payment_id: UUID, dispute_id: UUID, fee_rupiah: int, happened_at: datetime) -> bool:
    """The gateway gave the fee of a dispute back."""
    entries = [
        PlannedTransfer(event="dispute-fee-back", debit=parties.gateway(gateway), credit=parties.GATEWAY_COST, amount_rupiah=fee_rupiah),
        own_cash.due_to_own(amount_rupiah=fee_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"dispute:{dispute_id}:fee-back", cause_id=payment_id, happened_at=happened_at)


def win_dispute(*, gateway: str, payment_id: UUID, dispute_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """The dispute was won: the gateway has the money again."""
    entry = PlannedTransfer(event="dispute-won", debit=parties.gateway(gateway), credit=parties.DISPUTED, amount_rupiah=amount_rupiah)
    return transfers.record(entries=[entry], reference=f"dispute:{dispute_id}:ended", cause_id=payment_id, happened_at=happened_at)


def lose_dispute(*, payment_id: UUID, dispute_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """The dispute was lost: the buyer has the money, and the federation bears it, until the seller refunds the order (deposit_sales)."""
    entries = [
        PlannedTransfer(event="dispute-lost", debit=parties.DISPUTE_COST, credit=parties.DISPUTED, amount_rupiah=amount_rupiah),
        own_cash.owed_by_own(amount_rupiah=amount_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"dispute:{dispute_id}:ended", cause_id=payment_id, happened_at=happened_at)
