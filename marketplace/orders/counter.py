"""The village's counter: find a purchase by its short code, take money for it, undo a mistake, pay out what is owed back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext_noop

from federation.buying import order_payments, payment_methods, purchase_details, purchases
from federation.buying.payment_methods import Tender
from federation.members import terms
from federation.models import Payment, Purchase, Refund, SellerOrder
from marketplace.orders import dues, fulfilment, late_money, order_reasons, order_records, reversals
from marketplace.orders.order_records import OrderRecords, State
from marketplace.orders.reversals import IN_SHOP
from tenants import activity_log, events, villages
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, FormReused, Kind

# What cannot be undone any more, for the page that offers it and the verb alike: of an order money was paid out, or something was refunded
# after the hand-over, which only further refunds put right.
PAYMENT_STAYS = Q(refunds__paid_out_at__isnull=False) | Q(refunded_rupiah__gt=0, state__in=(*reversals.WITH_BUYER, State.RETURNED))


class NothingDue(DomainError):
    """This counter has nothing to take for the purchase."""

    kind = Kind.CONFLICT
    code = "nothing-due"
    sentence = gettext_noop("Tidak ada yang perlu dibayar di sini untuk kode ini. Lihat daftar pembayarannya di bawah.")


class DueChanged(DomainError):
    """The amount due is another than the one that the cashier saw."""

    kind = Kind.CONFLICT
    code = "due-changed"
    sentence = gettext_noop("Jumlah yang harus dibayar berubah. Periksa jumlah yang baru sebelum menerima uang.")


class NoSuchRefund(DomainError):
    """This counter owes no such refund."""

    kind = Kind.NOT_FOUND
    code = "no-such-refund"
    sentence = gettext_noop("Pengembalian ini tidak ada di kas desa ini.")


@dataclass(frozen=True)
class CounterOrder:
    """An order as the cashier sees it; `payable` where this counter takes its money now, `may_come_late` where only after its end."""

    id: UUID
    seller_name: str
    total_rupiah: int
    state: str
    paid: bool
    refunded_rupiah: int
    payable: bool
    may_come_late: bool


@dataclass(frozen=True, kw_only=True)
class CounterPayment:
    """A payment that this counter took, or a reversal of one."""

    id: UUID
    receipt_number: int
    amount_rupiah: int
    confirmed_at: datetime
    reason: str
    reverses_id: UUID | None  # the payment that this one takes back
    stays: bool  # see PAYMENT_STAYS
    undone: bool

    @property
    def reversal(self) -> bool:
        return self.reverses_id is not None

    @property
    def reversible(self) -> bool:
        """Whether it may still be undone."""
        return not (self.reversal or self.stays or self.undone)


@dataclass(frozen=True, kw_only=True)
class CounterRefund:
    """Money that this counter owes the buyer."""

    id: UUID
    amount_rupiah: int
    seller_name: str
    reason: str


@dataclass(frozen=True)
class CounterPurchase:
    """A purchase as the cashier of one village sees it."""

    purchase_id: UUID
    code: str
    token: str
    buyer_name: str
    phone_hint: str  # the last four digits
    placed_at: datetime
    orders: Sequence[CounterOrder]
    dues: Sequence[dues.Due]
    payments: Sequence[CounterPayment]
    refunds_due: Sequence[CounterRefund]

    @property
    def due_rupiah(self) -> int:
        return sum(due.rupiah for due in self.dues)


@dataclass(frozen=True)
class Receipt:
    """What the buyer gets for the money: numbered per village, without gaps."""

    number: int
    amount_rupiah: int
    payment_id: UUID


def find(*, village_code: VillageCode, code: str) -> CounterPurchase:
    """A purchase with a part for this counter, by its short code in any writing.

    :raises buyers.NoSuchPurchase: if there is none that this village takes or took cash for, sells or receives
    """
    purchase = Purchase.objects.filter(code=purchases.normal_code(code)).first()
    ours = Q(holder=village_code) | Q(seller=village_code) | Q(home_village=village_code)  # other sellers' parts are not our business
    rows = list(SellerOrder.objects.filter(ours, purchase=purchase).order_by("seller")) if purchase else []
    if purchase is None or not rows:
        raise purchase_details.NoSuchPurchase
    names = {row.seller: villages.by_code(code=row.seller).name for row in rows}
    orders = [
        CounterOrder(
            row.id,
            names[row.seller],
            row.total_rupiah,
            row.state,
            row.paid_at is not None,
            row.refunded_rupiah,
            dues.is_payable(order=row, village_code=village_code),
            dues.may_come_late(order=row, village_code=village_code),
        )
        for row in rows
    ]
    return CounterPurchase(
        purchase_id=purchase.id,
        code=purchase.code,
        token=purchase.token,
        buyer_name=purchase.buyer_name,
        phone_hint=purchase.buyer_phone[-4:],
        placed_at=purchase.placed_at,
        orders=orders,
        dues=dues.of_orders(orders=rows, village_code=village_code),
        payments=_payments(purchase.id, village_code),
        refunds_due=_refunds_due(purchase.id, village_code, names),
    )


def _payments(purchase_id: UUID, village_code: VillageCode) -> list[CounterPayment]:
    rows = Payment.objects.filter(purchase_id=purchase_id, village_code=village_code).order_by("receipt_number")
    fields = rows.values("id", "receipt_number", "amount_rupiah", "confirmed_at", "reason", "reverses_id").annotate(
        stays=Exists(SellerOrder.objects.filter(PAYMENT_STAYS, allocations__payment=OuterRef("id"))),
        undone=Exists(Payment.objects.filter(reverses=OuterRef("id"))),
    )
    return [CounterPayment(**row) for row in fields]


def _refunds_due(purchase_id: UUID, village_code: VillageCode, names: dict[str, str]) -> list[CounterRefund]:
    rows = order_payments.refunds_due().filter(order__purchase_id=purchase_id, village_code=village_code).order_by("made_at")
    return [
        CounterRefund(id=row.id, amount_rupiah=row.amount_rupiah, seller_name=names[row.order.seller], reason=row.reason)
        for row in rows.select_related("order")
    ]


def confirm(
    *,
    village_code: VillageCode,
    purchase_id: UUID,
    tender: Tender = Tender.CASH,
    amount_rupiah: int,
    form_key: str,
    by: UUID | None,
    at: datetime,
) -> Receipt:
    """Take the money, in one form, for every order of a purchase that this counter holds and that is unpaid. A form is one payment.

    :raises NothingDue: if there is nothing to pay here
    :raises DueChanged: if `amount_rupiah` is not what is due
    :raises FormReused: if the form took another payment before, or one that was undone: cash must not vanish behind an old receipt
    """
    reference = f"counter:{village_code}:{form_key}" if tender is Tender.CASH else f"counter:{village_code}:{tender}:{form_key}"
    with transaction.atomic(durable=True):
        rows = SellerOrder.objects.filter(purchase_id=purchase_id, holder=village_code, ended_at=None)
        pairs = [pair for pair in _locked(rows) if dues.is_payable(order=pair.shared, village_code=village_code)]
        pairs = [pair for pair in pairs if payment_methods.of(method=pair.shared.method).tender == tender]
        before = order_payments.sent_before(reference=reference)
        if before is not None:
            same = (before.purchase_id, before.amount_rupiah) == (purchase_id, amount_rupiah)
            if not same or Payment.objects.filter(reverses=before).exists():
                raise FormReused
            return Receipt(before.receipt_number, before.amount_rupiah, before.id)
        amounts = {pair.own.id: pair.own.total_rupiah for pair in pairs}
        if not amounts:
            raise NothingDue
        if sum(amounts.values()) != amount_rupiah:
            raise DueChanged
        payment = order_payments.take(
            purchase_id=purchase_id, village_code=village_code, tender=tender, amounts_rupiah=amounts, reference=reference, by=by, at=at
        )
        for pair in pairs:
            with context.inside(pair.shared.seller):
                fulfilment.paid(pair=pair, at=at)
                pair.save()
                pair.record(kind=events.EventKind.PAYMENT_CONFIRMED, by=by, at=at, where=village_code)
    return Receipt(payment.receipt_number, payment.amount_rupiah, payment.id)


def confirm_late(*, village_code: VillageCode, purchase_id: UUID, order_id: UUID, form_key: str, by: UUID | None, at: datetime) -> Receipt:
    """Money that a buyer had sent to this village came to light after the order ended: all of it is owed back. A form is one payment.

    :raises NothingDue: if the order does not wait for any, or another form took it
    :raises FormReused: if the form took another payment before, or one that was undone
    """
    reference = f"late:{village_code}:{form_key}"
    with transaction.atomic(durable=True):
        pairs = _locked(SellerOrder.objects.filter(id=order_id, purchase_id=purchase_id, holder=village_code))
        before = order_payments.sent_before(reference=reference)
        if before is not None:
            if not before.allocations.filter(order_id=order_id).exists() or Payment.objects.filter(reverses=before).exists():
                raise FormReused
            return Receipt(before.receipt_number, before.amount_rupiah, before.id)
        if not pairs or not dues.may_come_late(order=pairs[0].shared, village_code=village_code):
            raise NothingDue
        [pair] = pairs
        payment = order_payments.take(
            purchase_id=purchase_id,
            village_code=village_code,
            tender=payment_methods.of(method=pair.shared.method).tender,
            amounts_rupiah={order_id: pair.own.total_rupiah},
            reference=reference,
            by=by,
            at=at,
        )
        with context.inside(pair.shared.seller):
            late_money.owe_back(pair=pair, payment_id=payment.id, by=by, at=at)
    return Receipt(payment.receipt_number, payment.amount_rupiah, payment.id)


def _locked(rows: QuerySet[SellerOrder]) -> list[OrderRecords]:
    """Both rows of these orders of one purchase, locked in the order of the sellers' codes."""
    pairs = []
    for seller, order_id in list(rows.order_by("seller").values_list("seller", "id")):
        with context.inside(seller):
            pairs.append(order_records.locked(order_id=order_id))
    return pairs


def undo(*, village_code: VillageCode, payment_id: UUID, reason: str, by: UUID | None, at: datetime) -> Receipt:
    """Undo a wrong confirmation by a reversal with a reason: its orders are unpaid again, what the ledger posted is taken back.

    A guest's order counts in its village's limit as before, but no longer in the guests' share of it (deploy/decisions: posting).

    :raises payments.NoSuchPayment: if this counter took none such
    :raises payments.AlreadyReversed: if it was undone before
    :raises payments.MoneyWentBack: once money of it was paid out, or after the hand-over something of it was refunded
    :raises reasons.ReasonMissing: without a reason
    """
    reason = order_reasons.given(reason)
    payment = Payment.objects.filter(id=payment_id, village_code=village_code).first()
    if payment is None:
        raise order_payments.NoSuchPayment
    with transaction.atomic(durable=True):
        pairs = _locked(SellerOrder.objects.filter(allocations__payment=payment))
        reversal = order_payments.reverse(payment=payment, reason=reason, by=by, at=at)
        if SellerOrder.objects.filter(PAYMENT_STAYS, allocations__payment=payment).exists():
            raise order_payments.MoneyWentBack
        order_payments.void_refunds(order_ids=[pair.own.id for pair in pairs], at=at)
        in_force = terms.current()
        for pair in pairs:
            with context.inside(pair.shared.seller):
                if pair.own.refunded_rupiah:
                    reversals.forget_refunds(pair=pair)
                if pair.own.state == State.COMPLETED:
                    fulfilment.reopen(pair=pair, payment_id=payment.id, at=at)
                elif pair.own.state in IN_SHOP:
                    hold = payment_methods.of(method=pair.shared.method).hold
                    pair.own.expires_at = at + timedelta(hours=hold.hours(terms=in_force))
                pair.own.paid_at = None
                pair.save()
                pair.record(kind=events.EventKind.PAYMENT_REVERSED, by=by, at=at, where=village_code, reason=reason)
    return Receipt(reversal.receipt_number, reversal.amount_rupiah, reversal.id)


def pay_out(*, village_code: VillageCode, refund_id: UUID, by: UUID | None, at: datetime, purchase_id: UUID | None = None) -> None:
    """Confirm that a refund was handed to the buyer; done twice, it counts once. `purchase_id`: the refund must be of this purchase.

    :raises NoSuchRefund: if this counter owes none such
    """
    with transaction.atomic(durable=True):
        refund = (
            Refund.objects.select_for_update(of=("self",)).select_related("order").filter(id=refund_id, village_code=village_code).first()
        )
        if refund is None or refund.voided_at is not None or purchase_id not in (None, refund.order.purchase_id):
            raise NoSuchRefund
        if refund.paid_out_at is not None:
            return
        refund.paid_out_at, refund.paid_out_by = at, by
        refund.save(update_fields=["paid_out_at", "paid_out_by"])
        kind, order = events.EventKind.REFUND_PAID_OUT, refund.order
        activity_log.record(action=kind, subject_id=order.id, by=by, village_code=village_code, at=at)
        events.add(kind=kind, subject_id=order.id, payload={"purchase_id": str(order.purchase_id)}, village_code=order.seller, at=at)
