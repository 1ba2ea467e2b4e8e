"""Money that goes back for an order: what a line still costs, owing it at the counter that took it, an allowance on goods kept."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.buying import order_payments
from federation.buying.order_states import State
from marketplace.models import OrderLine
from marketplace.orders import fulfilment, order_reasons, order_records
from marketplace.orders.order_records import OrderRecords
from tenants import events
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.events import EventKind
from tenants.people import permissions
from tenants.people.permissions import Permission


class BadAllowance(DomainError):
    """At least a rupiah, and of no line more than is still paid for it; of the delivery only what the seller earned by it."""

    kind = Kind.INVALID
    code = "bad-allowance"
    sentence = gettext_noop("Isi berapa rupiah yang dikembalikan, tidak lebih dari yang dibayar untuk barang atau ongkosnya.")


def left_of(*, line: OrderLine) -> int:
    """What is paid (or due) for the pieces of a line that are with the buyer, in rupiah: their price less what was allowed on them."""
    return line.price_rupiah * (line.quantity - line.refunded) - line.allowance_rupiah


def take_pieces(*, line: OrderLine, pieces: int) -> int:
    """Take pieces off a line that nobody saved yet: what they cost, in rupiah, with their share of margin and allowance.

    It is the floor of their share of what is left, so that the last piece takes the rest. The caller counts the pieces themselves, as
    `refunded` or, where nothing was paid, less `quantity`.
    """
    kept = line.quantity - line.refunded
    if not pieces:
        return 0
    cost = left_of(line=line) * pieces // kept
    line.margin_rupiah = line.margin_rupiah * (kept - pieces) // kept
    line.allowance_rupiah -= line.price_rupiah * pieces - cost
    return cost


def take_rupiah(*, line: OrderLine, amount_rupiah: int) -> None:
    """Allow so much on the pieces that stay, of a line that nobody saved yet; the margin shrinks by the same share."""
    left = left_of(line=line)
    if amount_rupiah:
        line.margin_rupiah = line.margin_rupiah * (left - amount_rupiah) // left
        line.allowance_rupiah += amount_rupiah


def give(*, order_id: UUID, amounts_rupiah: Mapping[UUID, int], delivery_rupiah: int, seen: str = "", act: Act) -> None:
    """Give money of a completed order back although the buyer keeps the goods (line id -> rupiah), for what broke or was not as promised.

    The order stays completed, however much goes back. Of the delivery fee only a seller who delivered gives back; a home village's stays
    earned. The margin of the BUMDes shrinks with the price. The same form counts once.

    :raises BadAllowance: if a line or the delivery has not that much left, or all are zero
    :raises errors.FormReused: if the form gave something else back before
    :raises order_reasons.ReasonMissing: without a reason
    :raises order_records.OrderMovedOn: unless the order is paid and with its buyer, and what was `seen` (its mark)
    :raises permissions.Forbidden: unless `act.by` refunds here
    """
    permissions.require(act.by, Permission.REFUND, context.here())
    act = order_reasons.required(act)
    rupiah = {str(line): amount for line, amount in amounts_rupiah.items() if amount}
    asked = {"rupiah": rupiah, "delivery_rupiah": delivery_rupiah}
    form = order_records.once(order_id=order_id, action="give", asked=asked, act=act)
    with transaction.atomic(durable=True), form as claim:
        if claim.earlier:
            return
        pair = order_records.locked(order_id=order_id)
        pair.check_seen(seen)
        own = pair.own
        if own.state != State.COMPLETED:
            raise order_records.OrderMovedOn
        lines = pair.lines()
        amounts = {line.id: amounts_rupiah.get(line.id, 0) for line in lines}
        _check(pair=pair, lines=lines, amounts_rupiah=amounts, delivery_rupiah=delivery_rupiah)
        for line in lines:
            take_rupiah(line=line, amount_rupiah=amounts[line.id])
            line.save(update_fields=["allowance_rupiah", "margin_rupiah"])
        pair.copy_lines(lines)
        own.margin_rupiah = sum(line.margin_rupiah for line in lines)
        goods = sum(amounts.values())
        reference = f"allow:{claim.id}"
        owe(pair=pair, goods_rupiah=goods, delivery_rupiah=delivery_rupiah, reference=reference, act=act)
        pair.save()
        pair.record(kind=EventKind.REFUND_GRANTED, act=act, detail=asked)
        claim.record()


def delivery_left_of(*, order_id: UUID, deliverer: VillageCode, seller: VillageCode, delivery_fee_rupiah: int) -> int:
    """What of an order's delivery fee its seller can give back, in rupiah: nothing where another brought the goods."""
    return delivery_fee_rupiah - order_payments.refunded(order_id=order_id)[1] if deliverer == seller else 0


def _check(*, pair: OrderRecords, lines: list[OrderLine], amounts_rupiah: Mapping[UUID, int], delivery_rupiah: int) -> None:
    shared = pair.shared
    delivery_left = delivery_left_of(
        order_id=shared.id,
        deliverer=VillageCode(shared.deliverer),
        seller=VillageCode(shared.seller),
        delivery_fee_rupiah=shared.delivery_fee_rupiah,
    )
    if any(not 0 <= amounts_rupiah[line.id] <= left_of(line=line) for line in lines) or not 0 <= delivery_rupiah <= delivery_left:
        raise BadAllowance
    if sum(amounts_rupiah.values()) + delivery_rupiah < 1:
        raise BadAllowance


def owe(*, pair: OrderRecords, goods_rupiah: int, delivery_rupiah: int, reference: str, act: Act) -> None:
    """Owe money back at the counter that took it, and let the ledger follow where the order was posted. The caller saves the rows.

    :raises order_payments.RefundBeyondPaid: if more would go back than was paid
    """
    refund = order_payments.owe(
        order=pair.shared, goods_rupiah=goods_rupiah, delivery_rupiah=delivery_rupiah, reference=f"{pair.own.id}:{reference}", act=act
    )
    pair.own.refunded_rupiah += refund.amount_rupiah
    if pair.own.state == State.COMPLETED:
        fulfilment.give_back(pair=pair, refund=refund, at=act.at)
    payload = {"purchase_id": str(pair.own.purchase_id)}
    events.add(kind=EventKind.REFUND_DUE, subject_id=pair.own.id, payload=payload, village_code=pair.seller, at=act.at)
