"""Disputes of payments at gateways, as shared rows: what of each is booked, and what buyers have by those that were lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from django.db.models import QuerySet

from federation.buying import gateway_problems
from federation.buying.gateway_problems import Problem
from federation.models import GatewayDispute, GatewayPayment

Row: TypeAlias = GatewayDispute
State = GatewayDispute.State
RETURN_AFTER_MOST = timedelta(days=14)  # from when it was won: gateways pay back within days


def noted(*, payment: GatewayPayment, external_id: str, state: State, at: datetime) -> Row:
    """A dispute of a locked payment, by the gateway's own number for it; noted now, in this state, where it was not known."""
    row, _new = GatewayDispute.objects.get_or_create(
        gateway_payment=payment, external_id=external_id, defaults={"state": state, "learned_at": at}
    )
    return row


def holds_money(row: Row, /) -> bool:
    """Whether a dispute is undecided whose money the gateway withdrew."""
    return row.withdrawn_rupiah > row.returned_rupiah and row.state != State.LOST


def lost_rupiah(row: Row, /) -> int:
    """What the buyer has of a payment by a dispute that was lost."""
    return row.withdrawn_rupiah - row.returned_rupiah if row.state == State.LOST else 0


def overdue(*, at: datetime) -> QuerySet[GatewayDispute]:
    """The disputes that were won and of whose money the gateway gave nothing back in that time, the oldest first. What it gave back in part
    only waits for a person at once (Problem.DISPUTE)."""
    won = GatewayDispute.objects.filter(state=State.WON, ended_at__lt=at - RETURN_AFTER_MOST, withdrawn_rupiah__gt=0, returned_rupiah=0)
    return won.order_by("ended_at", "id")


def is_disputed(*, payment: GatewayPayment) -> bool:
    """Whether a dispute of the payment is undecided whose money the gateway withdrew: meanwhile nothing else of it goes back."""
    return any(holds_money(row) for row in payment.disputes.all())


def unused_rupiah(*, payment: GatewayPayment) -> int:
    """What of the money that buyers have by lost disputes has settled no refund; below zero where money was given back whose loss had
    settled one."""
    return sum(map(lost_rupiah, payment.disputes.all())) - sum(refund.by_dispute_rupiah for refund in payment.refunds.all())


def is_order_disputed(*, order_id: UUID) -> bool:
    """As is_disputed, of the payment of an order."""
    return any(is_disputed(payment=payment) for payment in _payments_of(order_id))


def is_order_taken_back(*, order_id: UUID) -> bool:
    """Whether the gateway says that it took the payment of an order back, and no person has decided yet: the buyer may have it."""
    return any(Problem.TAKEN_BACK in gateway_problems.of(payment) for payment in _payments_of(order_id))


def lock_payments_of(*, order_id: UUID) -> None:
    """Whoever takes in what a gateway says of the payment of an order, which is locked, did so before, or finds what the caller does."""
    list(_payments_of(order_id).select_for_update(of=("self",)).order_by("id").values_list("id"))


def order_lost_rupiah(*, order_id: UUID) -> int:
    """What the buyer of an order has of its payment by lost disputes, beside what settled refunds; of all orders of that payment."""
    return sum(max(0, unused_rupiah(payment=payment)) for payment in _payments_of(order_id))


def _payments_of(order_id: UUID) -> QuerySet[GatewayPayment]:
    return GatewayPayment.objects.filter(payment__allocations__order_id=order_id).prefetch_related("disputes", "refunds")
