"""Money that goes back for an order whose seller or counter has left: the federation takes it over, from its own cash.

One person of the federation proposes it, another one approves it; only then anything is posted (settlement.ledger.taken_over). The order's
own rows stay as they are: the seller's are closed, and what went back stands here. `take_over_rows` reads them.

A dispute that was lost before is money that the buyer has: so much less is taken over. One that is lost after the approval, by which the
federation paid, gives the buyer the money twice; nobody can prevent that, and a person asks for it back (`is_paid_twice`).
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_noop

from federation.buying import gateway_disputes, order_payments
from federation.models import SellerOrder, TakeOver
from settlement import money, money_hold
from settlement.ledger import taken_over
from tenants import activity_log, archived_villages, idempotency
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, FEDERATION, VillageCode
from tenants.errors import DomainError, FormReused, Kind
from tenants.people import accounts, permissions
from tenants.people.permissions import Permission


class NothingToTakeOver(DomainError):
    """Seller and counter of the order are there, or it is not paid and with its buyer."""

    kind = Kind.CONFLICT
    code = "nothing-to-take-over"
    sentence = gettext_noop(
        "Yang diambil alih hanya uang kembali pesanan yang sudah dibayar dan diterima pembeli, kalau penjual atau loketnya sudah keluar."
    )


class BeyondPaid(DomainError):
    """More would go back than was paid for the goods and has not gone back."""

    kind = Kind.INVALID
    code = "take-over-beyond-paid"
    sentence = gettext_noop("Isi paling sedikit Rp 1 dan paling banyak Rp %(left)s: sisa yang dibayar pembeli untuk barangnya.")


class Disputed(DomainError):
    """The buyer's bank has not decided about the payment of the order: the buyer may get the money there."""

    kind = Kind.CONFLICT
    code = "take-over-disputed"
    sentence = gettext_noop("Pembayaran pesanan ini sedang disengketakan pembeli lewat banknya. Tunggu sampai sengketanya diputuskan.")


class TakenBack(DomainError):
    """The gateway took the payment of the order back, and nobody has decided about that: the buyer may have the money."""

    kind = Kind.CONFLICT
    code = "take-over-taken-back"
    sentence = gettext_noop("Gerbang menarik kembali pembayaran pesanan ini. Selesaikan dulu itu di halaman gerbang pembayaran.")


class ReasonMissing(DomainError):
    """Nothing is taken over without saying why."""

    kind = Kind.INVALID
    code = "take-over-reason-missing"
    sentence = gettext_noop("Tulis alasannya, misalnya: barang dikembalikan rusak, desanya sudah keluar.")


class NoSuchTakeOver(DomainError):
    """There is none such here, or it does not wait for this any more."""

    kind = Kind.NOT_FOUND
    code = "no-such-take-over"
    sentence = gettext_noop("Pengambilalihan ini tidak ada, atau sudah diputuskan.")


class ApprovedAlready(DomainError):
    """Another person or form approved it: whoever reads "done" here would hand the money over a second time."""

    kind = Kind.CONFLICT
    code = "take-over-approved-already"
    sentence = gettext_noop("Pengambilalihan ini sudah disetujui oleh %(who)s, %(when)s. Jangan serahkan uangnya lagi.")


class SamePerson(DomainError):
    """Whoever proposed it does not approve it."""

    kind = Kind.FORBIDDEN
    code = "take-over-same-person"
    sentence = gettext_noop("Yang menyetujui harus orang lain, bukan yang mengusulkan.")


def propose(*, order_id: UUID, amount_rupiah: int, act: Act) -> UUID:
    """Propose that the federation takes over that so much goes back for an order's goods; the same form proposes once.

    :raises NothingToTakeOver, Disputed, TakenBack, BeyondPaid, ReasonMissing: and nothing was written
    :raises FormReused, idempotency.BadKey: if the form proposed something else before, or without the key of a form
    :raises permissions.Forbidden: unless `act.by` proposes such
    """
    permissions.require(act.by, Permission.PROPOSE_TAKE_OVERS, FEDERATION)
    proposer = act.by.account_id
    if proposer is None:
        raise permissions.Forbidden
    act = act.with_given_reason(missing=ReasonMissing())
    idempotency.check_key(key=act.key)
    with transaction.atomic(durable=True):
        order = SellerOrder.objects.select_for_update().filter(id=order_id).first()
        if order is None:
            raise NothingToTakeOver
        before = TakeOver.objects.filter(form_key=act.key).first()
        if before is not None:
            if (before.order_id, before.amount_rupiah) != (order_id, amount_rupiah):
                raise FormReused
            return before.id
        if not is_eligible(order):
            raise NothingToTakeOver
        _refuse_undecided(order_id)
        left = left_rupiah(order=order)
        if not 0 < amount_rupiah <= left:
            raise BeyondPaid(left=left)
        row = TakeOver.objects.create(
            form_key=act.key,
            order=order,
            amount_rupiah=amount_rupiah,
            reason=act.reason,
            proposed_by=proposer,
            proposed_at=act.at,
        )
        activity_log.record(action="take-over.proposed", subject_id=str(row.id), act=act, detail={"rupiah": amount_rupiah})
        return row.id


def approve(*, take_over_id: UUID, act: Act) -> None:
    """Another person approves it: it is posted, and the buyer is paid by the counter that took the money, or where that is gone by the
    federation. The same form counts once.

    :raises NoSuchTakeOver, ApprovedAlready: if it was declined or never was, or another person or another form approved it before
    :raises SamePerson: if the same person proposed it; money_hold.MoneyHeld: until the money is released after a restore
    :raises Disputed, TakenBack, BeyondPaid: if the buyer got the money by a dispute since, or may get it
    :raises taken_over.OwnCashShort: if the federation's own cash does not suffice
    :raises permissions.Forbidden: unless `act.by` approves such
    """
    permissions.require(act.by, Permission.APPROVE_TAKE_OVERS, FEDERATION)
    scope = idempotency.Scope(operation="take-over", principal=act.by.account_id, village_code=AT_FEDERATION)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request={"approve": take_over_id}, money=True, at=act.at):
            return
        row = locked(take_over_id=take_over_id)
        if row.approved_at is not None:
            raise ApprovedAlready(who=accounts.called(account_id=row.approved_by), when=row.approved_at)
        if row.declined_at is not None:
            raise NoSuchTakeOver
        if act.by.account_id in (None, row.proposed_by):
            raise SamePerson
        money_hold.refuse()
        order = row.order
        gateway_disputes.lock_payments_of(order_id=order.id)
        _refuse_undecided(order.id)
        if (left := _left(order)) < 0:
            raise BeyondPaid(left=max(0, left + row.amount_rupiah))
        holder_is_there = order.holder != FEDERATION and not archived_villages.is_archived_now(village_code=order.holder)
        row.payer = order.holder if holder_is_there else FEDERATION
        if archived_villages.is_archived_now(village_code=order.seller):
            counter = VillageCode(order.holder) if holder_is_there else None
            taken_over.bear(take_over_id=row.id, amount_rupiah=row.amount_rupiah, counter=counter, happened_at=act.at)
        else:
            row.fee_rupiah = _fee_back(row)
            taken_over.advance(
                take_over_id=row.id,
                seller=VillageCode(order.seller),
                amount_rupiah=row.amount_rupiah,
                fee_rupiah=row.fee_rupiah,
                happened_at=act.at,
            )
        row.approved_by, row.approved_at = act.by.account_id, act.at
        if row.payer == FEDERATION:
            row.paid_out_by, row.paid_out_at = act.by.account_id, act.at
        row.save(update_fields=["payer", "fee_rupiah", "approved_by", "approved_at", "paid_out_by", "paid_out_at"])
        activity_log.record(action="take-over.approved", subject_id=str(row.id), act=act, detail={"payer": row.payer})


def decline(*, take_over_id: UUID, act: Act) -> None:
    """It will not be taken over, says who proposed it or another. Sent twice, it counts once.

    :raises NoSuchTakeOver: if it was approved, or never was
    :raises ReasonMissing: without a reason
    :raises permissions.Forbidden: unless `act.by` proposes or approves such
    """
    if not permissions.can(act.by, Permission.APPROVE_TAKE_OVERS, FEDERATION):
        permissions.require(act.by, Permission.PROPOSE_TAKE_OVERS, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    with transaction.atomic(durable=True):
        row = locked(take_over_id=take_over_id)
        if row.declined_at is not None:
            return
        if row.approved_at is not None:
            raise NoSuchTakeOver
        row.declined_by, row.declined_at = act.by.account_id, act.at
        row.save(update_fields=["declined_by", "declined_at"])
        activity_log.record(action="take-over.declined", subject_id=str(row.id), act=act)


def left_rupiah(*, order: SellerOrder) -> int:
    """What of an order's goods is paid and did not go back, in rupiah; what is proposed or lost by a dispute counts as gone."""
    return max(0, _left(order))


def is_paid_twice(*, order_payment_id: UUID) -> bool:
    """Whether a buyer may have more than was paid for an order of this payment, by refunds, what was taken over, and lost disputes."""
    rows = SellerOrder.objects.filter(allocations__payment=order_payment_id, take_overs__approved_at__isnull=False).distinct()
    return any(
        order.refunded_rupiah + _approved(order.id)["goods"] + gateway_disputes.order_lost_rupiah(order_id=order.id) > order.total_rupiah
        for order in rows
    )


def _left(order: SellerOrder) -> int:
    refunded = order_payments.refunded(order_id=order.id)[0]
    return order.goods_rupiah - refunded - _taken(order.id) - gateway_disputes.order_lost_rupiah(order_id=order.id)


def is_eligible(order: SellerOrder, /) -> bool:
    """Whether seller or counter of an order has left, while it is paid and with its buyer."""
    gone = any(archived_villages.is_archived_now(village_code=party) for party in (order.seller, order.holder))
    return gone and order.paid_at is not None and order.handed_over_at is not None


def locked(*, take_over_id: UUID) -> TakeOver:
    """One with its order, the order first: its amounts are counted.

    :raises NoSuchTakeOver: if there is none
    """
    order_id = TakeOver.objects.filter(id=take_over_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NoSuchTakeOver
    order = SellerOrder.objects.select_for_update().get(id=order_id)
    row = TakeOver.objects.select_for_update().get(id=take_over_id)
    row.order = order
    return row


def _refuse_undecided(order_id: UUID) -> None:
    if gateway_disputes.is_order_disputed(order_id=order_id):
        raise Disputed
    if gateway_disputes.is_order_taken_back(order_id=order_id):
        raise TakenBack


def _taken(order_id: UUID) -> int:
    return TakeOver.objects.filter(order_id=order_id, declined_at=None).aggregate(sum=Sum("amount_rupiah"))["sum"] or 0


def fee_part(*, fee_rupiah: int, goods_rupiah: int, gone_rupiah: int, more_rupiah: int, back_rupiah: int) -> int:
    """What of a fee goes back with `more_rupiah` of an order's goods, after `gone_rupiah` of them and `back_rupiah` of the fee: the parts
    equal the whole, in whichever order they come (money.fee_returned)."""
    whole = money.fee_returned(fee_rupiah=fee_rupiah, goods_rupiah=goods_rupiah, refunded_rupiah=gone_rupiah + more_rupiah)
    return whole - back_rupiah


def _fee_back(row: TakeOver) -> int:
    order = row.order
    refunded, _delivery, fee_back = order_payments.refunded(order_id=order.id)
    before = _approved(order.id)
    return fee_part(
        fee_rupiah=order.fee_rupiah,
        goods_rupiah=order.goods_rupiah,
        gone_rupiah=refunded + before["goods"],
        more_rupiah=row.amount_rupiah,
        back_rupiah=fee_back + before["fee"],
    )


def _approved(order_id: UUID) -> dict[str, int]:
    """What was approved of an order, in rupiah: goods, and the federation's fee with them."""
    approved = TakeOver.objects.filter(order_id=order_id, approved_at__isnull=False)
    sums = approved.aggregate(goods=Sum("amount_rupiah"), fee=Sum("fee_rupiah"))
    return {name: amount or 0 for name, amount in sums.items()}
