"""Payments at gateways, and attempts to send such money back, as shared rows: called inside the transaction that changes the orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from federation.buying import gateway_problems
from federation.models import GatewayPayment, GatewayRefund, GatewayShare, Purchase, Refund, SellerOrder
from settlement.bank.gateways.gateway_interface import Channel

Row: TypeAlias = GatewayPayment
State = GatewayPayment.State
LIVE = GatewayPayment.LIVE


def get(*, payment_id: UUID) -> Row:
    """A payment that is there."""
    return GatewayPayment.objects.get(id=payment_id)


def locked(*, payment_id: UUID) -> Row:
    """A payment that is there, locked; its orders are locked before it."""
    return GatewayPayment.objects.select_for_update().get(id=payment_id)


def is_known(*, payment_id: UUID, gateway: str) -> bool:
    """Whether there is such a payment at this gateway."""
    return GatewayPayment.objects.filter(id=payment_id, gateway=gateway).exists()


def of_purchase(*, purchase_id: UUID) -> Sequence[Row]:
    """The payments of a purchase, the newest first."""
    return list(GatewayPayment.objects.filter(purchase_id=purchase_id).order_by("-id"))


def under_way(*, token: str) -> Row | None:
    """The payment of the purchase with this link that may still be paid, without a lock."""
    return GatewayPayment.objects.filter(purchase__token=token, state__in=LIVE).first()


def is_under_review(*, purchase_id: UUID) -> bool:
    """Whether money came for a purchase that paid nothing, and a person must look at it."""
    return GatewayPayment.objects.filter(purchase_id=purchase_id, state=State.SUCCEEDED, payment=None).exclude(problem="").exists()


def to_read(*, gateway: str, live: bool, at: datetime, limit: int) -> Sequence[UUID]:
    """The payments that the gateway is to be asked for, those that may be paid or those that ended, the longest overdue first."""
    due = Q(gateway=gateway, next_read_at__lte=at)
    state = Q(state__in=GatewayPayment.LIVE)
    return list(GatewayPayment.objects.filter(due, state if live else ~state).order_by("next_read_at").values_list("id", flat=True)[:limit])


def overdue(*, before: datetime) -> Sequence[UUID]:
    """The live payments whose time was over by then, and at which no person looks yet for that."""
    rows = GatewayPayment.objects.filter(state__in=LIVE, expires_at__lte=before)
    rows = rows.exclude(problem__contains=gateway_problems.Problem.UNDECIDED)
    return list(rows.order_by("expires_at").values_list("id", flat=True))


def put_off(*, payment_id: UUID, until: datetime) -> None:
    """Ask for it again then."""
    GatewayPayment.objects.filter(id=payment_id).update(next_read_at=until)


def with_problem() -> Sequence[Row]:
    """Those that a person must look at, the oldest first, with their purchases, disputes and refunds."""
    rows = GatewayPayment.objects.filter(gateway_problems.WAITS).select_related("purchase").order_by("started_at", "id")
    return list(rows.prefetch_related("disputes", "refunds"))


def locked_problem(*, payment_id: UUID) -> Row | None:
    """One that a person must look at, locked; None: it does not wait for anybody."""
    return GatewayPayment.objects.select_for_update().filter(gateway_problems.WAITS, id=payment_id).first()


def disputed_count() -> int:
    """How many payments have an open dispute."""
    return GatewayPayment.objects.filter(disputes__state="open").distinct().count()


def is_wanted(*, payment: Row) -> bool:
    """Whether each order of a payment still waits for just that sum."""
    rows = payment.shares.values_list("amount_rupiah", "order__total_rupiah", "order__paid_at", "order__ended_at")
    return all(paid_at is None and ended_at is None and share == total for share, total, paid_at, ended_at in rows)


def live_of(*, purchase_id: UUID) -> GatewayPayment | None:
    """The payment of a purchase that may still be paid, locked."""
    return GatewayPayment.objects.select_for_update().filter(purchase_id=purchase_id, state__in=GatewayPayment.LIVE).first()


def is_being_paid(*, order_id: UUID) -> bool:
    """Whether the order may be paid at a gateway at this moment, so that it must not lapse. Its rows are locked by the caller."""
    return _live_shares().filter(order_id=order_id).exists()


def without_those_being_paid(orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """These orders, but for those that may be paid at a gateway at this moment."""
    return orders.exclude(Exists(_live_shares().filter(order_id=OuterRef("id"))))


def _live_shares() -> QuerySet[GatewayShare]:
    return GatewayShare.objects.filter(gateway_payment__state__in=GatewayPayment.LIVE)


def begin(
    *,
    purchase: Purchase,
    gateway: str,
    channel: Channel,
    amounts_rupiah: Mapping[UUID, int],
    return_url: str,
    expires_at: datetime,
    at: datetime,
) -> GatewayPayment:
    """Write that these orders are to be paid by one payment, before the gateway is called for it."""
    payment = GatewayPayment.objects.create(
        purchase=purchase,
        gateway=gateway,
        channel=channel,
        amount_rupiah=sum(amounts_rupiah.values()),
        return_url=return_url,
        started_at=at,
        expires_at=expires_at,
        next_read_at=at,
    )
    GatewayShare.objects.bulk_create(
        GatewayShare(gateway_payment=payment, order_id=order_id, amount_rupiah=amount)
        for order_id, amount in sorted(amounts_rupiah.items())
    )
    return payment


def shares_of(*, payment: GatewayPayment) -> dict[UUID, int]:
    """What of a payment is to pay each order, in rupiah."""
    return dict(payment.shares.values_list("order_id", "amount_rupiah"))


def send_back(*, refund: Refund, order_payment_id: UUID, at: datetime) -> None:
    """Let what is owed for an order go back by the gateway that took it (`order_payment_id`: the Payment of that order)."""
    payment_id = GatewayPayment.objects.values_list("id", flat=True).get(payment_id=order_payment_id)
    _wait(gateway_payment_id=payment_id, refund=refund, cause_id=refund.id, amount_rupiah=refund.amount_rupiah, at=at)


def send_rest_back(*, payment: GatewayPayment, cause_id: UUID, amount_rupiah: int, at: datetime) -> None:
    """Let money of a payment that paid no order go back."""
    _wait(gateway_payment_id=payment.id, refund=None, cause_id=cause_id, amount_rupiah=amount_rupiah, at=at)


def send_again(*, failed: GatewayRefund, at: datetime) -> None:
    """Try once more, under a new key, what did not go back."""
    _wait(
        gateway_payment_id=failed.gateway_payment_id,
        refund=failed.refund,
        cause_id=failed.cause_id,
        amount_rupiah=failed.amount_rupiah,
        at=at,
    )


def _wait(*, gateway_payment_id: UUID, refund: Refund | None, cause_id: UUID, amount_rupiah: int, at: datetime) -> None:
    GatewayRefund.objects.create(
        gateway_payment_id=gateway_payment_id,
        refund=refund,
        cause_id=cause_id,
        amount_rupiah=amount_rupiah,
        made_at=at,
        next_read_at=at,
    )
