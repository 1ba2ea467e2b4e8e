"""A village's cash book: receipts, what waits to be paid out, and the day at the counter. Reads shared rows only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from federation.buying import order_payments, payment_methods
from federation.buying.payment_methods import Tender
from federation.members import profiles
from federation.models import Allocation, Payment, Refund
from tenants import villages
from tenants.codes import VillageCode


def refunds_waiting(*, village_code: VillageCode) -> list[dict[str, Any]]:
    """All refunds that this counter still has to pay out, oldest first: id, code, buyer_name, amount_rupiah, reason, made_at."""
    rows = order_payments.refunds_due().filter(village_code=village_code).order_by("made_at")
    fields = ("id", "amount_rupiah", "reason", "made_at")
    found = rows.values(*fields, code=F("order__purchase__code"), buyer_name=F("order__purchase__buyer_name"))
    return [dict(row) for row in found]


def refunds_of(*, order_id: UUID) -> list[tuple[VillageCode, UUID]]:
    """The refunds of an order that wait to be paid out: (the counter that owes it, id)."""
    rows = order_payments.refunds_due().filter(order_id=order_id).order_by("made_at").values_list("village_code", "id")
    return [(VillageCode(village_code), refund_id) for village_code, refund_id in rows]


def receipt(*, village_code: VillageCode, number: int) -> dict[str, Any]:
    """A receipt for print: number, amount_rupiah, confirmed_at, code, buyer_name, bumdes_name, lines, reverses_number, reason,
    reversed_by_number (None where it stands).

    :raises payments.NoSuchPayment: if this counter gave none such
    """
    payment = Payment.objects.select_related("purchase", "reverses").filter(village_code=village_code, receipt_number=number).first()
    if payment is None:
        raise order_payments.NoSuchPayment
    of = payment.reverses or payment
    rows = Allocation.objects.filter(payment=of).order_by("order__seller").select_related("order")
    lines = [
        {"seller_name": villages.by_code(code=row.order.seller).name, "method": row.order.method, "amount_rupiah": row.amount_rupiah}
        for row in rows
    ]
    return {
        "number": payment.receipt_number,
        "amount_rupiah": payment.amount_rupiah,
        "confirmed_at": payment.confirmed_at,
        "code": payment.purchase.code,
        "buyer_name": payment.purchase.buyer_name,
        "bumdes_name": profiles.get(village_code=village_code).bumdes_name,
        "lines": lines,
        "reverses_number": payment.reverses.receipt_number if payment.reverses else None,
        "reversed_by_number": Payment.objects.filter(reverses=payment).values_list("receipt_number", flat=True).first(),
        "reason": payment.reason,
    }


def today(*, village_code: VillageCode, day: date) -> dict[str, Any]:
    """A day at the counter: receipts, payouts, and of the cash box taken_rupiah, reversed_rupiah, paid_out_rupiah, left_rupiah.

    account_rupiah is what came to the village's own bank account besides, less what was reversed and sent back.
    """
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    span = (start, start + timedelta(days=1))
    rows = Payment.objects.filter(village_code=village_code, confirmed_at__gte=span[0], confirmed_at__lt=span[1])
    fields = (
        "receipt_number",
        "tender",
        "amount_rupiah",
        "confirmed_at",
        "reverses_id",
        "reason",
        "purchase__code",
        "purchase__buyer_name",
    )
    undone = Exists(Payment.objects.filter(reverses=OuterRef("id")))
    receipts = [
        {**row, "reversal": row["reverses_id"] is not None, "code": row["purchase__code"], "buyer_name": row["purchase__buyer_name"]}
        for row in rows.annotate(undone=undone)
        .order_by("-receipt_number")
        .values(*fields, "purchase__code", "purchase__buyer_name", "undone")
    ]
    out = Refund.objects.filter(village_code=village_code, paid_out_at__gte=span[0], paid_out_at__lt=span[1]).order_by("-paid_out_at")
    payouts: list[dict[str, Any]] = [
        {
            "code": row["order__purchase__code"],
            "tender": payment_methods.of(method=row["order__method"]).tender,
            "amount_rupiah": row["amount_rupiah"],
            "paid_out_at": row["paid_out_at"],
            "reason": row["reason"],
        }
        for row in out.values("order__purchase__code", "order__method", "amount_rupiah", "paid_out_at", "reason")
    ]
    taken = {tender: sum(row["amount_rupiah"] for row in receipts if row["tender"] == tender and not row["reversal"]) for tender in Tender}
    reversed_ = {tender: sum(row["amount_rupiah"] for row in receipts if row["tender"] == tender and row["reversal"]) for tender in Tender}
    paid_out = {tender: sum(row["amount_rupiah"] for row in payouts if row["tender"] == tender) for tender in Tender}
    left = {tender: taken[tender] - reversed_[tender] - paid_out[tender] for tender in Tender}
    return {
        "receipts": receipts,
        "payouts": payouts,
        "taken_rupiah": taken[Tender.CASH],
        "reversed_rupiah": reversed_[Tender.CASH],
        "paid_out_rupiah": paid_out[Tender.CASH],
        "left_rupiah": left[Tender.CASH],
        "account_rupiah": left[Tender.ACCOUNT],
    }
