"""The village's counter: take money for a purchase, undo a mistake, pay out what is owed back. `counter_queries` finds the purchase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.buying import courier_cash, order_payments, payment_methods, refund_steps, seller_orders
from federation.buying.order_states import State
from federation.buying.payment_methods import Tender
from federation.members import terms
from marketplace.orders import dues, fulfilment, late_money, order_permissions, order_reasons, order_records, reversals
from marketplace.orders.reversals import IN_SHOP
from tenants import activity_log, archived_villages, events, idempotency, trade_holds
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, FormReused, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission


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


class HeldChanged(DomainError):
    """The courier has another sum to bring than the one that the cashier saw."""

    kind = Kind.CONFLICT
    code = "held-changed"
    sentence = gettext_noop("Uang yang dibawa kurir ini berubah. Hitung lagi uangnya bersama kurir sebelum menerimanya.")


class NothingHeld(HeldChanged):
    """Nobody of this id has anything to bring here (any more)."""

    kind = Kind.NOT_FOUND
    code = "nothing-held"


@dataclass(frozen=True)
class Receipt:
    """What the buyer gets for the money: numbered per village, without gaps."""

    number: int
    amount_rupiah: int
    payment_id: UUID


def confirm(*, village_code: VillageCode, purchase_id: UUID, tender: Tender = Tender.CASH, amount_rupiah: int, act: Act) -> Receipt:
    """Take the money, in one form, for every order of a purchase that this counter holds and that is unpaid. A form is one payment.

    :raises NothingDue: if there is nothing to pay here
    :raises DueChanged: if `amount_rupiah` is not what is due
    :raises idempotency.BadKey: without the key of a form
    :raises FormReused: if the form took another payment before, or one that was undone: cash must not vanish behind an old receipt
    :raises permissions.Forbidden: unless `act.by` takes such money there
    """
    order_permissions.require_counter(act.by, village_code=village_code, tender=tender)
    archived_villages.refuse(village_code=village_code)
    idempotency.check_key(key=act.key)
    reference = f"counter:{village_code}:{act.key}" if tender is Tender.CASH else f"counter:{village_code}:{tender}:{act.key}"
    with transaction.atomic(durable=True):
        places = seller_orders.places_held_by(holder=village_code, purchase_id=purchase_id)
        pairs = [pair for pair in order_records.all_locked(places=places) if dues.is_payable(order=pair.shared, village_code=village_code)]
        pairs = [pair for pair in pairs if payment_methods.of(method=pair.shared.method).tender == tender]
        before = order_payments.sent_before(reference=reference)
        if before is not None:
            same = (before.purchase_id, before.amount_rupiah) == (purchase_id, amount_rupiah)
            if not same or order_payments.is_undone(payment=before):
                raise FormReused
            return Receipt(before.receipt_number, before.amount_rupiah, before.id)
        amounts = {pair.own.id: pair.own.total_rupiah for pair in pairs}
        if not amounts:
            raise NothingDue
        if sum(amounts.values()) != amount_rupiah:
            raise DueChanged
        payment = order_payments.take(
            purchase_id=purchase_id, village_code=village_code, tender=tender, amounts_rupiah=amounts, reference=reference, act=act
        )
        for pair in pairs:
            with context.inside(pair.seller):
                fulfilment.paid(pair=pair, at=act.at)
                pair.save()
                pair.record(kind=events.EventKind.PAYMENT_CONFIRMED, act=act, where=village_code)
    return Receipt(payment.receipt_number, payment.amount_rupiah, payment.id)


def confirm_late(*, village_code: VillageCode, purchase_id: UUID, order_id: UUID, act: Act) -> Receipt:
    """Money that a buyer had sent to this village came to light after the order ended: all of it is owed back. A form is one payment.

    :raises NothingDue: if the order does not wait for any, or another form took it
    :raises idempotency.BadKey: without the key of a form
    :raises FormReused: if the form took another payment before, or one that was undone
    :raises permissions.Forbidden: unless `act.by` confirms such money there
    """
    order_permissions.require_counter(act.by, village_code=village_code, tender=Tender.ACCOUNT)
    archived_villages.refuse(village_code=village_code)
    idempotency.check_key(key=act.key)
    reference = f"late:{village_code}:{act.key}"
    with transaction.atomic(durable=True):
        places = seller_orders.places_held_by(holder=village_code, purchase_id=purchase_id)
        pairs = order_records.all_locked(places=[place for place in places if place.order_id == order_id])
        before = order_payments.sent_before(reference=reference)
        if before is not None:
            if not order_payments.pays(payment=before, order_id=order_id) or order_payments.is_undone(payment=before):
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
            act=act,
        )
        with context.inside(pair.seller):
            late_money.owe_back(pair=pair, payment_id=payment.id, act=act)
    return Receipt(payment.receipt_number, payment.amount_rupiah, payment.id)


def undo(*, village_code: VillageCode, payment_id: UUID, act: Act) -> Receipt:
    """Undo a wrong confirmation by a reversal with a reason: its orders are unpaid again, what the ledger posted is taken back.

    A guest's order counts in its village's limit as before, but no longer in the guests' share of it (deploy/decisions: posting).

    :raises order_payments.NoSuchPayment: if this counter took none such
    :raises order_payments.AlreadyReversed: if it was undone before
    :raises order_payments.MoneyWentBack: once money of it was paid out, or after the hand-over something of it was refunded
    :raises order_reasons.ReasonMissing: without a reason
    :raises archived_villages.VillageLeft: if this village, or the seller of one of the orders, has left
    :raises permissions.Forbidden: unless `act.by` undoes payments there
    """
    permissions.require(act.by, Permission.UNDO_PAYMENTS, village_code)
    archived_villages.refuse(village_code=village_code)
    act = order_reasons.required(act)
    payment = order_payments.at_counter(payment_id=payment_id, village_code=village_code)
    with transaction.atomic(durable=True):
        pairs = order_records.all_locked(places=seller_orders.places_paid_by(payment_id=payment.id))
        reversal = order_payments.reverse(payment=payment, act=act)
        if order_payments.stays(payment=payment):
            raise order_payments.MoneyWentBack
        order_payments.void_refunds(order_ids=[pair.own.id for pair in pairs], act=act)
        in_force = terms.current()
        for pair in pairs:
            with context.inside(pair.seller):
                if pair.own.refunded_rupiah:
                    reversals.forget_refunds(pair=pair)
                if pair.own.state == State.COMPLETED:
                    fulfilment.reopen(pair=pair, payment_id=payment.id, at=act.at)
                elif pair.own.state in IN_SHOP:
                    hold = payment_methods.of(method=pair.shared.method).hold
                    pair.own.expires_at = act.at + timedelta(hours=hold.hours(terms=in_force))
                pair.own.paid_at = None
                pair.save()
                pair.record(kind=events.EventKind.PAYMENT_REVERSED, act=act, where=village_code)
    return Receipt(reversal.receipt_number, reversal.amount_rupiah, reversal.id)


def hand_in(*, village_code: VillageCode, courier: UUID, amount_rupiah: int, act: Act) -> None:
    """Take from a courier, as a cashier, all that he took at buyers' doors and has not brought yet. The same form takes it once.

    :raises NothingHeld: if there is nothing
    :raises HeldChanged: if that is not `amount_rupiah`, the sum that both of them counted
    :raises idempotency.BadKey: without the key of a form
    :raises FormReused: if the form took something else before
    :raises permissions.Forbidden: unless `act.by` takes cash at this counter
    """
    permissions.require(act.by, Permission.TAKE_CASH, village_code)
    idempotency.check_key(key=act.key)
    scope = idempotency.Scope(operation="hand-in", principal=act.by.account_id, village_code=village_code)
    request = {"courier": courier, "amount_rupiah": amount_rupiah}
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=request, money=True, at=act.at):
            return
        payments = courier_cash.locked(village_code=village_code, courier=courier)
        if not payments:
            raise NothingHeld
        if sum(payment.amount_rupiah for payment in payments) != amount_rupiah:
            raise HeldChanged
        ids = [payment.id for payment in payments]
        done = courier_cash.receive(village_code=village_code, courier=courier, payment_ids=ids, amount_rupiah=amount_rupiah, act=act)
        detail = {"courier": str(courier), "amount_rupiah": amount_rupiah, "receipts": [payment.receipt_number for payment in payments]}
        activity_log.record(action="cash.handed-in", subject_id=done.id, act=act, village_code=village_code, detail=detail)


def pay_out(*, village_code: VillageCode, refund_id: UUID, act: Act, purchase_id: UUID | None = None) -> None:
    """Confirm that a refund was handed to the buyer; the same form counts once. `purchase_id`: the refund must be of this purchase.

    :raises NoSuchRefund: if this counter owes none such
    :raises refund_steps.PaidOutAlready: if another person or another form said so before
    :raises FormReused: if the form paid something else before
    :raises trade_holds.RefundsHeld: while the counter is held after a restore
    :raises permissions.Forbidden: unless `act.by` pays refunds out there
    """
    permissions.require(act.by, Permission.PAY_OUT_REFUNDS, village_code)
    archived_villages.refuse(village_code=village_code)
    trade_holds.refuse_payout(village_code=village_code)
    scope = idempotency.Scope(operation="refund-paid", principal=act.by.account_id, village_code=village_code)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"refund": refund_id}, money=True, at=act.at):
            return
        hand_back(village_code=village_code, refund_id=refund_id, act=act, purchase_id=purchase_id)


def hand_back(*, village_code: VillageCode, refund_id: UUID, act: Act, purchase_id: UUID | None = None) -> None:
    """Write, in the caller's transaction, that a refund is with its buyer.

    :raises NoSuchRefund: if this counter owes none such
    :raises refund_steps.PaidOutAlready: if it was said before
    """
    places = seller_orders.places_of_refund(refund_id=refund_id, village_code=village_code)
    pairs = order_records.all_locked(places=places)  # before the refund: an undo of the payment locks them in this order too
    if not pairs or purchase_id not in (None, pairs[0].own.purchase_id):
        raise NoSuchRefund
    [pair] = pairs
    refund = order_payments.locked_refund(refund_id=refund_id)
    if refund.voided_at is not None:
        raise NoSuchRefund
    if refund.paid_out_at is not None:
        raise refund_steps.paid_out_already(refund)
    refund_steps.pay_out(refund=refund, act=act)
    pair.record(kind=events.EventKind.REFUND_PAID_OUT, act=act, where=village_code)
