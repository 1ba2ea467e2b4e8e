"""A village's cash book: receipts, what waits to be paid out, and the day at the counter. Reads shared rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.query import QuerySet
from django.utils import timezone

from federation.buying import courier_cash, order_payments, payment_methods
from federation.buying.payment_methods import Tender
from federation.members import profiles
from federation.models import Allocation, CourierCash, Payment, Refund, TakeOver
from tenants import villages
from tenants.codes import VillageCode


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRefund:
    """A refund that a counter still has to pay out."""

    id: UUID
    village_code: VillageCode  # the counter
    code: str  # the purchase's
    buyer_name: str
    amount_rupiah: int
    reason: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptLine:
    """What a receipt paid for: one seller's part."""

    seller_name: str
    method: str
    amount_rupiah: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A receipt for print. A reversal has a receipt of its own, which names the one that it reverses, and the other way round."""

    number: int
    amount_rupiah: int
    confirmed_at: datetime
    code: str
    buyer_name: str
    bumdes_name: str
    lines: Sequence[ReceiptLine]
    reverses_number: int | None
    reversed_by_number: int | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CashIn:
    """Money that came in at the counter, or a reversal of it."""

    receipt_number: int
    tender: str  # payment_methods.Tender
    amount_rupiah: int
    confirmed_at: datetime
    reason: str
    code: str
    buyer_name: str
    reverses_id: UUID | None  # the payment that this one takes back
    undone: bool  # by a reversal
    at_the_door: bool  # a courier took it; a reversal: what it takes back
    in_the_box: bool  # it came into the cash box, at the counter or when the courier brought it

    @property
    def reversal(self) -> bool:
        return self.reverses_id is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class CashOut:
    """A refund that was paid out."""

    code: str
    method: str
    amount_rupiah: int
    paid_out_at: datetime
    reason: str

    @property
    def tender(self) -> Tender:
        """In which form the money went back: the one in which the method takes it."""
        return payment_methods.of(method=self.method).tender


@dataclass(frozen=True, kw_only=True, slots=True)
class CashDay:
    """A day at the counter, the newest first. `left`: what the day adds to the cash box, of buyers' money alone.

    carried: what couriers have now, whatever the day. handed_in: what they brought on that day.
    """

    receipts: Sequence[CashIn]
    payouts: Sequence[CashOut]
    carried: Sequence[courier_cash.Carried]
    handed_in: Sequence[courier_cash.Carried]

    @property
    def handed_in_rupiah(self) -> int:
        return sum(row.amount_rupiah for row in self.handed_in)

    @property
    def carried_rupiah(self) -> int:
        return sum(row.amount_rupiah for row in self.carried)

    @property
    def taken_rupiah(self) -> int:
        return self._taken(Tender.CASH)

    @property
    def reversed_rupiah(self) -> int:
        return self._reversed(Tender.CASH)

    @property
    def paid_out_rupiah(self) -> int:
        return self._paid_out(Tender.CASH)

    @property
    def left_rupiah(self) -> int:
        return self._left(Tender.CASH) + self.handed_in_rupiah

    @property
    def account_rupiah(self) -> int:
        """What came to the village's own bank account besides, less what was reversed and sent back."""
        return self._left(Tender.ACCOUNT)

    def _taken(self, tender: Tender) -> int:
        return sum(row.amount_rupiah for row in self.receipts if row.tender == tender and not row.reversal and not row.at_the_door)

    def _reversed(self, tender: Tender) -> int:
        return sum(row.amount_rupiah for row in self.receipts if row.tender == tender and row.reversal and row.in_the_box)

    def _paid_out(self, tender: Tender) -> int:
        return sum(row.amount_rupiah for row in self.payouts if row.tender == tender)

    def _left(self, tender: Tender) -> int:
        return self._taken(tender) - self._reversed(tender) - self._paid_out(tender)


def refunds_waiting(*, village_code: VillageCode) -> list[DueRefund]:
    """All refunds that this counter still has to pay out, oldest first."""
    return _due(order_payments.refunds_due().filter(village_code=village_code))


def refunds_of(*, order_id: UUID) -> list[DueRefund]:
    """The refunds of an order that wait to be paid out, oldest first."""
    return _due(order_payments.refunds_due().filter(order_id=order_id))


def _due(refunds: QuerySet[Refund]) -> list[DueRefund]:
    rows = refunds.order_by("made_at").values("id", "village_code", "amount_rupiah", "reason", "made_at")
    found: Any = rows.annotate(code=F("order__purchase__code"), buyer_name=F("order__purchase__buyer_name"))
    return [DueRefund(**row) for row in found]


def receipt(*, village_code: VillageCode, number: int) -> Receipt:
    """A receipt by its number.

    :raises order_payments.NoSuchPayment: if this counter gave none such
    """
    payment = Payment.objects.select_related("purchase", "reverses").filter(village_code=village_code, receipt_number=number).first()
    if payment is None:
        raise order_payments.NoSuchPayment
    of = payment.reverses or payment
    rows = Allocation.objects.filter(payment=of).order_by("order__seller").select_related("order")
    return Receipt(
        number=payment.receipt_number,
        amount_rupiah=payment.amount_rupiah,
        confirmed_at=payment.confirmed_at,
        code=payment.purchase.code,
        buyer_name=payment.purchase.buyer_name,
        bumdes_name=profiles.get(village_code=village_code).bumdes_name,
        lines=[
            ReceiptLine(seller_name=villages.by_code(code=row.order.seller).name, method=row.order.method, amount_rupiah=row.amount_rupiah)
            for row in rows
        ],
        reverses_number=payment.reverses.receipt_number if payment.reverses else None,
        reversed_by_number=Payment.objects.filter(reverses=payment).values_list("receipt_number", flat=True).first(),
        reason=payment.reason,
    )


def of_day(*, village_code: VillageCode, day: date) -> CashDay:
    """What went in and out at a counter on a day: of its cash box, and of the village's own bank account; and what couriers have now."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    begins_at, ends_at = start, start + timedelta(days=1)
    carried = CourierCash.objects.filter(payment_id=Coalesce(OuterRef("reverses_id"), OuterRef("id")))
    taken = Payment.objects.filter(village_code=village_code, confirmed_at__gte=begins_at, confirmed_at__lt=ends_at)
    receipts: Any = taken.order_by("-receipt_number").values(
        "receipt_number", "tender", "amount_rupiah", "confirmed_at", "reason", "reverses_id"
    )
    receipts = receipts.annotate(
        code=F("purchase__code"),
        buyer_name=F("purchase__buyer_name"),
        undone=Exists(Payment.objects.filter(reverses=OuterRef("id"))),
        at_the_door=Exists(carried),
        in_the_box=~Exists(carried.filter(hand_in=None)),
    )
    on_the_day = Q(paid_out_at__gte=begins_at, paid_out_at__lt=ends_at)
    given = Refund.objects.filter(on_the_day, village_code=village_code)
    taken_over = TakeOver.objects.filter(on_the_day, payer=village_code)
    payouts: Any = _paid_out(given).union(_paid_out(taken_over), all=True).order_by("-paid_out_at")
    held, handed_in = courier_cash.held_or_received(village_code=village_code, begins_at=begins_at, ends_at=ends_at)
    return CashDay(
        receipts=[CashIn(**row) for row in receipts], payouts=[CashOut(**row) for row in payouts], carried=held, handed_in=handed_in
    )


def _paid_out(rows: Any) -> Any:
    """Refunds, or what was taken over, as rows of CashOut."""
    facts = rows.values("amount_rupiah", "paid_out_at", "reason")
    return facts.annotate(code=F("order__purchase__code"), method=F("order__method"))
