"""What undoes an order, whole or in part: cancelled, expired, shortened, taken back.

Nothing is deleted; money that was paid is owed back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.buying import gateway_payment_rows, order_payments, order_states, purchases, seller_orders
from federation.buying.order_states import State
from marketplace.goods import stock
from marketplace.models import OrderLine, Product, StockMovement
from marketplace.orders import fulfilment, order_reasons, order_records, refunds
from marketplace.orders.order_records import Detail, OrderRecords
from settlement import money
from tenants import acts
from tenants.acts import Act
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.events import EventKind
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

BEFORE_HAND_OVER = (State.PLACED, State.ACCEPTED, State.READY, State.UNDERWAY)
IN_SHOP = (State.PLACED, State.ACCEPTED, State.READY)  # what is on the road does not lapse


class BadPieces(DomainError):
    """At least one piece, and of no line more than it has."""

    kind = Kind.INVALID
    code = "bad-pieces"
    sentence = gettext_noop("Isi berapa buah, paling sedikit satu dan tidak lebih dari yang dipesan.")


def cancel(*, order_id: UUID, seen: str = "", act: Act) -> None:
    """Cancel an order of the village inside which this runs, as its seller, before it is handed over. Sent twice, it is cancelled once.

    :raises order_reasons.ReasonMissing: without a reason
    :raises order_records.OrderMovedOn: after the hand-over, or if the order is not what was `seen` (its mark)
    :raises permissions.Forbidden: unless `act.by` cancels orders here
    """
    permissions.require(act.by, Permission.CANCEL_ORDERS, context.here())
    act = order_reasons.required(act)
    with transaction.atomic(durable=True):
        pair = order_records.locked(order_id=order_id)
        if pair.own.state != State.CANCELLED:
            pair.check_seen(seen)
            _end(pair=pair, state=State.CANCELLED, kind=EventKind.ORDER_CANCELLED, act=act)


def cancel_by_buyer(*, token: str, order_id: UUID, at: datetime) -> None:
    """Cancel an order as its buyer, known by the purchase's link, before the seller accepted it.

    :raises order_records.NoSuchOrder: if the order is not the link's
    :raises order_records.OrderMovedOn: once accepted
    """
    seller = seller_orders.seller_for_buyer(order_id=order_id, token=token)
    if seller is None:
        raise order_records.NoSuchOrder
    with context.inside(seller), transaction.atomic(durable=True):
        pair = order_records.locked(order_id=order_id)
        if pair.own.state == State.CANCELLED:
            return
        if pair.own.state != State.PLACED:
            raise order_records.OrderMovedOn
        account_id = purchases.account_of(purchase_id=pair.own.purchase_id)
        _end(pair=pair, state=State.CANCELLED, kind=EventKind.ORDER_CANCELLED, act=Act(by=Principal(account_id=account_id), at=at))


def expire(*, order_id: UUID, at: datetime) -> bool:
    """Let an order of the village inside which this runs lapse, if it is due, still unpaid and not being paid; True if it did."""
    with transaction.atomic(durable=True):
        pair = order_records.locked(order_id=order_id)
        due = pair.own.expires_at is not None and pair.own.expires_at <= at
        if not due or pair.own.paid_at is not None or pair.own.state not in IN_SHOP:
            return False
        if gateway_payment_rows.is_being_paid(order_id=order_id):
            return False
        _end(pair=pair, state=State.EXPIRED, kind=EventKind.ORDER_EXPIRED, act=acts.by_system(at=at))
        return True


def _end(*, pair: OrderRecords, state: str, kind: EventKind, act: Act, detail: Detail | None = None) -> None:
    """End an order before its hand-over: stock and credit are free again, what was paid is owed back."""
    own = pair.own
    if own.state not in BEFORE_HAND_OVER:
        raise order_records.OrderMovedOn
    stock.release(lines=pair.lines())
    if own.paid_at is not None:
        goods_back, delivery_back, _ = order_payments.refunded(order_id=own.id)
        goods, delivery = own.goods_rupiah - goods_back, own.delivery_fee_rupiah - delivery_back
        if goods + delivery > 0:
            refunds.owe(pair=pair, goods_rupiah=goods, delivery_rupiah=delivery, reference=f"end:{own.id}", act=act)
    own.state, own.ended_at, own.expires_at, own.end_reason = state, act.at, None, act.reason
    pair.save()
    pair.record(kind=kind, act=act, detail=detail)
    fulfilment.release(pair=pair, at=act.at)


def shorten(*, order_id: UUID, missing: Mapping[UUID, int], seen: str = "", act: Act) -> None:
    """Take pieces that cannot be delivered out of an order (line id -> pieces), before it is handed over; with none left it is cancelled.

    :raises BadPieces: if a line has not that many, or all are zero
    :raises errors.FormReused: if the form took something else before
    :raises order_reasons.ReasonMissing: without a reason
    :raises order_records.OrderMovedOn: after the hand-over, or if the order is not what was `seen` (its mark)
    :raises permissions.Forbidden: unless `act.by` cancels orders here
    """
    permissions.require(act.by, Permission.CANCEL_ORDERS, context.here())
    act = order_reasons.required(act)
    asked = {"pieces": _counted(missing)}
    form = order_records.once(order_id=order_id, action="shorten", asked=asked, act=act)
    with transaction.atomic(durable=True), form as claim:
        if claim.earlier:
            return
        pair = order_records.locked(order_id=order_id)
        pair.check_seen(seen)
        if pair.own.state not in BEFORE_HAND_OVER:
            raise order_records.OrderMovedOn
        lines = pair.lines()
        taken = _pieces(lines, missing)
        if sum(taken.values()) == sum(line.quantity - line.refunded for line in lines):
            _end(pair=pair, state=State.CANCELLED, kind=EventKind.ORDER_CANCELLED, act=act, detail=asked)
            claim.record()
            return
        free: dict[UUID, int] = {}
        for line in lines:
            broken = min(line.broken, taken[line.id])
            line.broken -= broken
            line.reserved -= taken[line.id] - broken
            free[line.product_id] = taken[line.id] - broken
        stock.give_back(pieces={product_id: pieces for product_id, pieces in free.items() if pieces})
        _reduce(pair=pair, lines=lines, taken=taken, reference=f"short:{claim.id}", act=act)
        pair.record(kind=EventKind.ORDER_SHORTENED, act=act, detail=asked)
        claim.record()


def take_back(*, order_id: UUID, pieces: Mapping[UUID, int], restock: bool, seen: str = "", act: Act) -> None:
    """Take goods back from a buyer after the hand-over (line id -> pieces), on the shelf again or not.

    What was paid for them is owed back, the delivery fee is not. With every piece back the order is returned.

    :raises BadPieces: if a line has not that many, or all are zero
    :raises errors.FormReused: if the form took something else before
    :raises order_reasons.ReasonMissing: without a reason
    :raises order_records.OrderMovedOn: before the hand-over, or if the order is not what was `seen` (its mark)
    :raises permissions.Forbidden: unless `act.by` refunds here
    """
    permissions.require(act.by, Permission.REFUND, context.here())
    act = order_reasons.required(act)
    asked = {"pieces": _counted(pieces), "restock": restock}
    form = order_records.once(order_id=order_id, action="take-back", asked=asked, act=act)
    with transaction.atomic(durable=True), form as claim:
        if claim.earlier:
            return
        pair = order_records.locked(order_id=order_id)
        pair.check_seen(seen)
        own = pair.own
        if own.state not in order_states.WITH_BUYER:
            raise order_records.OrderMovedOn
        lines = pair.lines()
        taken = _pieces(lines, pieces)
        whole = sum(taken.values()) == sum(line.quantity - line.refunded for line in lines)
        if restock:
            _restock(lines=lines, taken=taken, order_id=own.id, act=act)
        if whole and own.paid_at is None:
            fulfilment.release(pair=pair, at=act.at)
            own.ended_at = act.at
        else:
            _reduce(pair=pair, lines=lines, taken=taken, reference=f"back:{claim.id}", act=act)
        if whole:
            own.state, own.end_reason = State.RETURNED, act.reason
        pair.save()
        pair.record(kind=EventKind.ORDER_RETURNED, act=act, detail=asked)
        claim.record()


def _restock(*, lines: list[OrderLine], taken: Mapping[UUID, int], order_id: UUID, act: Act) -> None:
    products = Product.objects.select_for_update(no_key=True).filter(id__in=[line.product_id for line in lines]).order_by("id").in_bulk()
    for line in lines:
        if taken[line.id]:
            kind = StockMovement.Kind.RETURNED
            stock.move(product=products[line.product_id], kind=kind, quantity=taken[line.id], order_id=order_id, act=act)


def _reduce(*, pair: OrderRecords, lines: list[OrderLine], taken: Mapping[UUID, int], reference: str, act: Act) -> None:
    """Pieces less: an unpaid order becomes smaller, of a paid one their price is owed back."""
    own = pair.own
    goods = sum(refunds.take_pieces(line=line, pieces=taken[line.id]) for line in lines)
    own.margin_rupiah = sum(line.margin_rupiah for line in lines)
    if own.paid_at is not None:
        for line in lines:
            line.refunded += taken[line.id]
            line.save(update_fields=["reserved", "broken", "refunded", "margin_rupiah", "allowance_rupiah"])
        pair.copy_lines(lines)
        if goods:  # nothing where all of it went back before
            refunds.owe(pair=pair, goods_rupiah=goods, delivery_rupiah=0, reference=reference, act=act)
        pair.save()
        return
    _shrink(pair=pair, lines=lines, taken=taken)
    pair.save()


def _shrink(*, pair: OrderRecords, lines: list[OrderLine], taken: Mapping[UUID, int]) -> None:
    """An unpaid order becomes smaller by these pieces, and the purchase with it. The caller saves the rows."""
    own, shared = pair.own, pair.shared
    goods = sum(line.price_rupiah * taken[line.id] for line in lines)
    for line in lines:
        line.quantity -= taken[line.id]
        line.save(update_fields=["reserved", "broken", "quantity", "margin_rupiah"])
    own.goods_rupiah -= goods
    own.total_rupiah = own.goods_rupiah + own.delivery_fee_rupiah
    own.fee_rupiah = money.basis_points(amount_rupiah=own.goods_rupiah, basis_points=shared.fee_basis_points)
    pair.copy_lines(lines)
    purchases.reduce(purchase_id=own.purchase_id, rupiah=goods)


def forget_refunds(*, pair: OrderRecords) -> None:
    """The payment that would have been given back was never there: an ended order stays ended, a shortened one is simply smaller.

    Called inside the seller's schema by the counter, which refuses what was handed over, voids the refunds and saves the rows.
    """
    own = pair.own
    own.refunded_rupiah = 0
    if own.state not in BEFORE_HAND_OVER:
        return
    lines = pair.lines()
    taken = {line.id: line.refunded for line in lines}
    for line in lines:
        line.refunded = 0
        line.save(update_fields=["refunded"])
    _shrink(pair=pair, lines=lines, taken=taken)


def _pieces(lines: list[OrderLine], wanted: Mapping[UUID, int]) -> dict[UUID, int]:
    taken = {line.id: wanted.get(line.id, 0) for line in lines}
    if sum(taken.values()) < 1 or any(not 0 <= taken[line.id] <= line.quantity - line.refunded for line in lines):
        raise BadPieces
    return taken


def _counted(pieces: Mapping[UUID, int]) -> dict[str, int]:
    """Pieces by line as the activity log keeps them, without lines of which none is meant."""
    return {str(line): count for line, count in pieces.items() if count}
