"""Money that is taken for orders, and money that goes back. Called inside the transaction that changes the orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_noop

from federation.buying import courier_cash, gateway_payment_rows, order_states, payment_methods, receipt_numbers, refund_steps
from federation.buying.order_states import State
from federation.buying.payment_methods import RefundMethod, Tender
from federation.models import Allocation, Payment, Refund, SellerOrder
from settlement import money
from tenants import archived_villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.errors import DomainError, Kind


class NoSuchPayment(DomainError):
    """This counter took no such payment."""

    kind = Kind.NOT_FOUND
    code = "no-such-payment"
    sentence = gettext_noop("Kuitansi ini tidak ada di kas desa ini.")


class AlreadyReversed(DomainError):
    """A payment is reversed once."""

    kind = Kind.CONFLICT
    code = "already-reversed"
    sentence = gettext_noop("Pembayaran ini sudah dibatalkan.")


class MoneyWentBack(DomainError):
    """A payment of which money went back to the buyer stays; what was wrong is corrected by further refunds."""

    kind = Kind.CONFLICT
    code = "money-went-back"
    sentence = gettext_noop("Sudah ada uang kembali untuk pembayaran ini, jadi tidak bisa dibatalkan.")


class RefundBeyondPaid(DomainError):
    """Refunds of an order never exceed what was paid for it."""

    kind = Kind.CONFLICT
    code = "refund-beyond-paid"
    sentence = gettext_noop("Pengembalian lebih besar dari yang dibayar. Periksa jumlahnya.")


RefundRow: TypeAlias = Refund
# What cannot be undone any more: of an order money was paid out, or something was refunded after the hand-over, which only further
# refunds put right.
_STAYS = Q(refunds__paid_out_at__isnull=False) | Q(refunded_rupiah__gt=0, state__in=(*order_states.WITH_BUYER, State.RETURNED))


@dataclass(frozen=True, kw_only=True)
class TakenPayment:
    """A payment that a counter took, or a reversal of one."""

    id: UUID
    receipt_number: int
    amount_rupiah: int
    confirmed_at: datetime
    reason: str
    reverses_id: UUID | None  # the payment that this one takes back
    stays: bool  # it cannot be undone any more
    undone: bool

    @property
    def reversal(self) -> bool:
        return self.reverses_id is not None

    @property
    def reversible(self) -> bool:
        """Whether it may still be undone."""
        return not (self.reversal or self.stays or self.undone)


def sent_before(*, reference: str) -> Payment | None:
    """The payment that this form made before."""
    return Payment.objects.filter(reference=reference).first()


def take(
    *,
    purchase_id: UUID,
    village_code: VillageCode,
    tender: Tender,
    amounts_rupiah: Mapping[UUID, int],
    reference: str,
    act: Act,
    at_the_door: bool = False,
) -> Payment:
    """Write that the holder took money, what of it pays which order, and its numbered receipt.

    `at_the_door`: whoever took it carries it, until a cashier takes it from them.
    """
    payment = Payment.objects.create(
        purchase_id=purchase_id,
        reference=reference,
        village_code=village_code,
        tender=tender,
        receipt_number=receipt_numbers.following(village_code=village_code),
        amount_rupiah=sum(amounts_rupiah.values()),
        confirmed_by=act.by.account_id,
        confirmed_at=act.at,
    )
    Allocation.objects.bulk_create(
        Allocation(payment=payment, order_id=order_id, amount_rupiah=amount) for order_id, amount in sorted(amounts_rupiah.items())
    )
    if at_the_door and act.by.account_id is not None:
        courier_cash.carry(payment=payment, courier=act.by.account_id)
    return payment


def reverse(*, payment: Payment, act: Act) -> Payment:
    """Write that a payment had been confirmed wrongly; the reversal has a receipt number of its own.

    :raises AlreadyReversed: if it was reversed, or is a reversal
    """
    if payment.reverses_id is not None or is_undone(payment=payment):
        raise AlreadyReversed
    courier_cash.lock(payment=payment)
    return Payment.objects.create(
        purchase_id=payment.purchase_id,
        reference=f"reversal:{payment.id}",
        village_code=payment.village_code,
        tender=payment.tender,
        receipt_number=receipt_numbers.following(village_code=VillageCode(payment.village_code)),
        amount_rupiah=payment.amount_rupiah,
        reverses=payment,
        reason=act.reason,
        confirmed_by=act.by.account_id,
        confirmed_at=act.at,
    )


def at_counter(*, payment_id: UUID, village_code: VillageCode) -> Payment:
    """A payment that this village's counter took.

    :raises NoSuchPayment: if it took none such
    """
    payment = Payment.objects.filter(id=payment_id, village_code=village_code).first()
    if payment is None:
        raise NoSuchPayment
    return payment


def taken(*, purchase_id: UUID, village_code: VillageCode) -> list[TakenPayment]:
    """What this village's counter took for a purchase, and took back, by receipt number."""
    rows = Payment.objects.filter(purchase_id=purchase_id, village_code=village_code).order_by("receipt_number")
    fields = rows.values("id", "receipt_number", "amount_rupiah", "confirmed_at", "reason", "reverses_id").annotate(
        stays=Exists(SellerOrder.objects.filter(_STAYS, allocations__payment=OuterRef("id"))),
        undone=Exists(Payment.objects.filter(reverses=OuterRef("id"))),
    )
    return [TakenPayment(**row) for row in fields]


def pays(*, payment: Payment, order_id: UUID) -> bool:
    """Whether a payment paid this order, among others."""
    return payment.allocations.filter(order_id=order_id).exists()


def is_undone(*, payment: Payment) -> bool:
    """Whether a payment was reversed."""
    return Payment.objects.filter(reverses=payment).exists()


def stays(*, payment: Payment) -> bool:
    """Whether a payment cannot be undone any more."""
    return SellerOrder.objects.filter(_STAYS, allocations__payment=payment).exists()


def of_order(*, order_id: UUID) -> UUID:
    """The payment in force of a paid order."""
    rows = Allocation.objects.filter(order_id=order_id, payment__reversal=None, payment__reverses=None)
    payment_id: UUID = rows.values_list("payment_id", flat=True).get()
    return payment_id


def refunded(*, order_id: UUID) -> tuple[int, int, int]:
    """What went back of an order so far, in rupiah: goods, delivery, the federation's fee."""
    sums = Refund.objects.filter(order_id=order_id, voided_at=None).aggregate(
        goods=Sum("goods_rupiah"), delivery=Sum("delivery_rupiah"), fee=Sum("fee_rupiah")
    )
    return sums["goods"] or 0, sums["delivery"] or 0, sums["fee"] or 0


def refunds_due() -> QuerySet[Refund]:
    """The refunds that somebody still waits for: neither paid out nor void."""
    return Refund.objects.filter(paid_out_at=None, voided_at=None)


def due_at(*, village_code: VillageCode, purchase_id: UUID) -> Sequence[RefundRow]:
    """What this village's counter still owes the buyer of a purchase, the oldest first, with the orders."""
    rows = refunds_due().filter(order__purchase_id=purchase_id, village_code=village_code)
    return list(rows.select_related("order").order_by("made_at"))


def refunds_of(*, order_id: UUID) -> Sequence[RefundRow]:
    """What went back of an order, or will, the oldest first."""
    return list(Refund.objects.filter(order_id=order_id, voided_at=None).order_by("made_at"))


def locked_refund(*, refund_id: UUID) -> RefundRow:
    """A refund that is there, locked; its order is locked before it, as an undo of the payment does."""
    return Refund.objects.select_for_update().get(id=refund_id)


def void_refunds(*, order_ids: Collection[UUID], act: Act) -> None:
    """The payment of these orders was undone: what still waits to be paid out is owed no more.

    :raises MoneyWentBack: if some of it was paid out already
    """
    refunds = list(Refund.objects.select_for_update().filter(order_id__in=order_ids, voided_at=None).order_by("id"))
    if any(refund.paid_out_at is not None for refund in refunds):
        raise MoneyWentBack
    refund_steps.void(refunds=refunds, act=act)


def owe(*, order: SellerOrder, goods_rupiah: int, delivery_rupiah: int, reference: str, act: Act) -> Refund:
    """Write that money goes back to the buyer: it waits at the counter that took it to be paid out, or goes back by the gateway that did.

    The fee that goes back is the floor of the fee's share in all goods refunded so far, less what went back before,
    so that the parts add up to the whole (deploy/decisions: fee after refunds).

    :raises RefundBeyondPaid: if goods or delivery would exceed what was paid
    :raises archived_villages.VillageLeft: if the counter that took it has left: the federation may take over (take_overs)
    """
    archived_villages.refuse_now(village_codes=[order.holder])
    goods_before, delivery_before, fee_before = refunded(order_id=order.id)
    goods_after, delivery_after = goods_before + goods_rupiah, delivery_before + delivery_rupiah
    if goods_after > order.goods_rupiah or delivery_after > order.delivery_fee_rupiah or goods_rupiah + delivery_rupiah <= 0:
        raise RefundBeyondPaid
    fee_after = money.fee_returned(fee_rupiah=order.fee_rupiah, goods_rupiah=order.goods_rupiah, refunded_rupiah=goods_after)
    refund = Refund.objects.create(
        order=order,
        reference=reference,
        village_code=order.holder,
        goods_rupiah=goods_rupiah,
        delivery_rupiah=delivery_rupiah,
        amount_rupiah=goods_rupiah + delivery_rupiah,
        fee_rupiah=fee_after - fee_before,
        reason=act.reason,
        made_by=act.by.account_id,
        made_at=act.at,
    )
    match payment_methods.of(method=order.method).refund_method:
        case RefundMethod.COUNTER | RefundMethod.SELLER:
            pass  # it waits for a cashier
        case RefundMethod.GATEWAY:
            gateway_payment_rows.send_back(refund=refund, order_payment_id=of_order(order_id=order.id), at=act.at)
    return refund
