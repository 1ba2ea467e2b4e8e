"""Orders whose money the federation holds for their buyers, and refunds of such money on their way.

What a buyer paid is a deposit until the goods are handed over; then it is owed to who delivered goods or parcel, and the fee is earned
(sales.planned_transfers). What is owed back becomes a deposit again by the same accounts, and leaves when the gateway has sent it. What the
federation advances by that out of other people's money, it owes there (own_cash).

Each verb takes part in the caller's transaction and can be repeated under its reference.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from settlement.ledger import own_cash, parties, sales, transfers
from settlement.ledger.sales import Sale
from settlement.ledger.transfers import PlannedTransfer
from settlement.models import Obligation
from tenants.codes import FEDERATION


def secure(*, order_id: UUID) -> None:
    """The money is with the federation. No limit is involved, so there is nothing to book; `gateway_money` books the payment."""


def post(*, sale: Sale, payment_id: UUID, happened_at: datetime) -> None:
    """The goods are handed over: what was a deposit is owed to seller and deliverer.

    :raises: as sales.post
    """
    sales.post(sale=sale, payment_id=payment_id, happened_at=happened_at)


def refund(*, order_id: UUID, refund_id: UUID, goods_rupiah: int, delivery_rupiah: int, fee_rupiah: int, happened_at: datetime) -> None:
    """Money of a posted order is a deposit again, owed back to its buyer.

    What F still owes the seller shrinks. What it owes no more (a snapshot froze it, or it is paid) it advances, and the seller owes it; the
    fee comes out of its own cash.

    :raises: as sales.refund
    """
    sales.refund(
        order_id=order_id,
        refund_id=refund_id,
        goods_rupiah=goods_rupiah,
        delivery_rupiah=delivery_rupiah,
        fee_rupiah=fee_rupiah,
        happened_at=happened_at,
    )
    _advance(f"order:{order_id}:refund:{refund_id}", fee_rupiah, cause_id=refund_id, happened_at=happened_at)


def unpost(*, order_id: UUID, payment_id: UUID, happened_at: datetime) -> None:
    """The payment turned out to be none: what is left of the posting is a deposit again."""
    sales.unpost(order_id=order_id, payment_id=payment_id, happened_at=happened_at)
    _advance(f"order:{order_id}:undo:{payment_id}", 0, cause_id=payment_id, happened_at=happened_at)


def void(*, order_id: UUID, happened_at: datetime) -> None:
    """The order ended before it was handed over: nothing was reserved for it.

    :raises: as sales.void
    """
    sales.void(order_id=order_id, happened_at=happened_at)


def _advance(reference: str, fee_rupiah: int, *, cause_id: UUID, happened_at: datetime) -> None:
    """The federation owes what the event of this reference took from others: what villages owe it for that, and a fee it had."""
    owed = Obligation.objects.filter(transfer__reference=reference, creditor=FEDERATION).aggregate(sum=Sum("amount_rupiah"))["sum"] or 0
    entries = [own_cash.owed_by_own(amount_rupiah=owed + fee_rupiah)]
    transfers.record(entries=entries, reference=f"{reference}:own", cause_id=cause_id, happened_at=happened_at)


def send_refund(*, cause_id: UUID, refund_attempt_id: UUID, gateway: str, amount_rupiah: int, happened_at: datetime) -> bool:
    """The gateway has sent a deposit back to its buyer. False: it was booked before."""
    entry = PlannedTransfer(event="refund-sent", debit=parties.DEPOSITS, credit=parties.gateway(gateway), amount_rupiah=amount_rupiah)
    return transfers.record(entries=[entry], reference=f"refund:{refund_attempt_id}:sent", cause_id=cause_id, happened_at=happened_at)


def return_refund(*, cause_id: UUID, refund_attempt_id: UUID, gateway: str, amount_rupiah: int, happened_at: datetime) -> bool:
    """A refund that the gateway had sent did not stay with the buyer: it is a deposit again, still owed back. False: booked before."""
    entry = PlannedTransfer(event="refund-failed", debit=parties.gateway(gateway), credit=parties.DEPOSITS, amount_rupiah=amount_rupiah)
    return transfers.record(entries=[entry], reference=f"refund:{refund_attempt_id}:failed", cause_id=cause_id, happened_at=happened_at)


def settle_refund_by_dispute(*, cause_id: UUID, refund_attempt_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """The buyer has the money of a refund already, by a dispute that was lost: the federation bears that much less of it."""
    entries = [
        PlannedTransfer(event="refund-by-dispute", debit=parties.DEPOSITS, credit=parties.DISPUTE_COST, amount_rupiah=amount_rupiah),
        own_cash.due_to_own(amount_rupiah=amount_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"refund:{refund_attempt_id}:by-dispute", cause_id=cause_id, happened_at=happened_at)


def reopen_refund(*, cause_id: UUID, refund_attempt_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """The dispute's money was given back: the buyer has none of it, and is owed it again."""
    entries = [
        PlannedTransfer(event="refund-reopened", debit=parties.DISPUTE_COST, credit=parties.DEPOSITS, amount_rupiah=amount_rupiah),
        own_cash.owed_by_own(amount_rupiah=amount_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"refund:{refund_attempt_id}:reopened", cause_id=cause_id, happened_at=happened_at)


def pay_refund_out_of_own(*, cause_id: UUID, refund_attempt_id: UUID, amount_rupiah: int, happened_at: datetime) -> bool:
    """The federation paid a buyer out of its own cash: as much of what it holds for others is its own. False: it was booked before."""
    entries = [
        PlannedTransfer(event="refund-by-hand", debit=parties.DEPOSITS, credit=parties.OWN_CASH, amount_rupiah=amount_rupiah),
        own_cash.due_to_own(amount_rupiah=amount_rupiah),
    ]
    return transfers.record(entries=entries, reference=f"refund:{refund_attempt_id}:by-hand", cause_id=cause_id, happened_at=happened_at)
