"""Attempts to send money back by a gateway, as shared rows: finding and locking them. `gateway_payment_rows` lets money go back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from federation.models import GatewayPayment, GatewayRefund

Row: TypeAlias = GatewayRefund
State = GatewayRefund.State
OPEN = GatewayRefund.OPEN
PAID = GatewayRefund.PAID


def refund_of(*, refund_attempt_id: UUID) -> UUID | None:
    """What is owed for an order, where that is what goes back; None: money that paid nothing."""
    refund_id: UUID | None = GatewayRefund.objects.values_list("refund_id", flat=True).get(id=refund_attempt_id)
    return refund_id


def locked(*, refund_attempt_id: UUID) -> Row:
    """An attempt that is there, with its payment: both locked, the payment first."""
    payment_id = GatewayRefund.objects.values_list("gateway_payment_id", flat=True).get(id=refund_attempt_id)
    GatewayPayment.objects.select_for_update().get(id=payment_id)
    return GatewayRefund.objects.select_for_update(of=("self",)).select_related("gateway_payment").get(id=refund_attempt_id)


def is_known(*, refund_attempt_id: UUID, gateway: str | None = None) -> bool:
    """Whether there is such an attempt, at this gateway if one is named."""
    rows = GatewayRefund.objects.filter(id=refund_attempt_id)
    return (rows if gateway is None else rows.filter(gateway_payment__gateway=gateway)).exists()


def to_read(*, gateway: str, at: datetime, limit: int) -> Sequence[UUID]:
    """Those that the gateway is to be asked to pay or asked about, the longest overdue first."""
    rows = GatewayRefund.objects.filter(gateway_payment__gateway=gateway, next_read_at__lte=at).order_by("next_read_at")
    return list(rows.values_list("id", flat=True)[:limit])


def put_off(*, refund_attempt_id: UUID, until: datetime) -> None:
    """Ask for it again then."""
    GatewayRefund.objects.filter(id=refund_attempt_id).update(next_read_at=until)


def rest_back_rupiah(*, purchase_id: UUID) -> int:
    """Money of a purchase that paid no order and has not arrived back; what was tried several times counts once."""
    rows = GatewayRefund.objects.filter(gateway_payment__purchase_id=purchase_id, refund=None)
    facts = list(rows.values_list("cause_id", "state", "amount_rupiah"))
    arrived = {cause for cause, state, _amount in facts if state in GatewayRefund.PAID}
    return sum({cause: amount for cause, _state, amount in facts if cause not in arrived}.values())


def is_sent_otherwise(row: Row) -> bool:
    """Whether the same money went back, or is going, by another attempt."""
    return GatewayRefund.objects.filter(cause_id=row.cause_id).exclude(id=row.id).exclude(state=State.FAILED).exists()


def keep_unsent(*, row: Row, at: datetime) -> None:
    """The money of a locked attempt went after all: another one of which the gateway was never told is not sent any more."""
    others = GatewayRefund.objects.filter(cause_id=row.cause_id, state=State.WAITING, sent_at=None).exclude(id=row.id)
    others.update(state=State.FAILED, ended_at=at, next_read_at=None)


def is_under_way(*, payment: GatewayPayment) -> bool:
    """Whether the gateway was told to send money of a locked payment back, and has not said how that ended."""
    return payment.refunds.filter(state__in=OPEN).exclude(sent_at=None).exists()


def causes_in_force(*, causes: Collection[UUID]) -> set[UUID]:
    """Of these causes those whose money went back, or is going, by some attempt."""
    return set(GatewayRefund.objects.filter(cause_id__in=causes).exclude(state=State.FAILED).values_list("cause_id", flat=True))


def other_failed(*, row: Row) -> Sequence[Row]:
    """The other attempts to send the same money of a locked payment that failed."""
    return list(GatewayRefund.objects.filter(cause_id=row.cause_id, state=State.FAILED).exclude(id=row.id))


def with_problem() -> Sequence[Row]:
    """Those that a person must look at, the oldest first, with their payments, purchases and disputes."""
    rows = GatewayRefund.objects.exclude(problem="").select_related("gateway_payment__purchase").order_by("made_at", "id")
    return list(rows.prefetch_related("gateway_payment__disputes", "gateway_payment__refunds"))


def locked_problem(*, refund_attempt_id: UUID) -> Row | None:
    """One that a person must look at, locked; None: it does not wait for anybody."""
    return GatewayRefund.objects.select_for_update().filter(id=refund_attempt_id).exclude(problem="").first()
