"""The four taps from new to delivered, and the hand-over at the home village for other villages' goods."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.buying import order_payments, payment_methods, seller_orders
from federation.buying.order_states import BROUGHT, Delivery, State
from federation.buying.payment_methods import ConfirmedBy, Hold
from marketplace.goods import stock
from marketplace.orders import fulfilment, order_permissions, order_records
from marketplace.orders.order_records import OrderRecords
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.events import EventKind
from tenants.people import permissions
from tenants.people.permissions import Permission


class NotPaidYet(DomainError):
    """Goods that wait for their money leave the shop when they are paid."""

    kind = Kind.CONFLICT
    code = "not-paid-yet"
    sentence = gettext_noop("Belum dibayar. Barang pesanan %(code)s baru boleh keluar sesudah uangnya tercatat.")


class PiecesMissing(DomainError):
    """Pieces of the order broke; it must be shortened or cancelled first."""

    kind = Kind.CONFLICT
    code = "pieces-missing"
    sentence = gettext_noop("Ada barang pesanan ini yang rusak. Kurangi pesanannya (tombol “Kurang?”) atau batalkan dulu.")


class CashChanged(DomainError):
    """The sum to take at the hand-over is another than the one that stood on the page."""

    kind = Kind.CONFLICT
    code = "cash-changed"
    sentence = gettext_noop("Jumlah yang harus diterima berubah. Buka lagi pesanannya, periksa jumlahnya, lalu serahkan.")


@dataclass(frozen=True)
class Step:
    """A tap: from which state it leads where, and what happens by it."""

    source: str
    target: str
    kind: EventKind


STEPS = {
    "accept": Step(State.PLACED, State.ACCEPTED, EventKind.ORDER_ACCEPTED),
    "pack": Step(State.ACCEPTED, State.READY, EventKind.ORDER_READY),
    "send": Step(State.READY, State.UNDERWAY, EventKind.ORDER_UNDERWAY),
}
TAPS = (*STEPS, "hand_over")


def next_of(*, state: str, delivery: str) -> str:
    """The seller's next tap: accept, pack, send, hand_over; empty where none is left to the seller."""
    if state == State.READY:
        return "hand_over" if delivery == Delivery.PICKUP_SELLER else "send"
    if state == State.UNDERWAY:
        return "hand_over" if delivery == Delivery.COURIER_SELLER else ""
    return {State.PLACED: "accept", State.ACCEPTED: "pack"}.get(State(state), "")


def asks_cash(*, method: str, paid: bool) -> bool:
    """Whether whoever hands over takes the cash as well."""
    return not paid and payment_methods.of(method=method).confirmed_by is ConfirmedBy.DELIVERER


def asks_money_first(*, method: str, paid: bool) -> bool:
    """Whether the goods wait for the money: they neither leave the shop nor are handed over before it came."""
    return not paid and payment_methods.of(method=method).goods_wait


def take(*, order_id: UUID, step: str, form_state: str, cash_rupiah: int | None = None, carried_by: str = "", act: Act) -> None:
    """Do the next step of an order of the village inside which this runs. A tap that was done already is quietly the same tap.

    `cash_rupiah`: what was taken from the buyer with the hand-over, as it stood on the page; None: nothing.

    :raises order_records.NoSuchOrder: if this shop has none such
    :raises order_records.OrderMovedOn: if the order is elsewhere by now
    :raises NotPaidYet: if goods that wait for their money would leave unpaid
    :raises CashChanged: if another sum is due by now
    :raises PiecesMissing: if pieces of it broke
    :raises permissions.Forbidden: unless `act.by` takes this step here, and where cash comes with it, takes that
    """
    order_permissions.require_step(act.by, village_code=context.here(), step=step)
    with transaction.atomic(durable=True):
        pair = order_records.locked(order_id=order_id)
        is_next = pair.own.state == form_state and next_of(state=pair.own.state, delivery=pair.shared.delivery) == step
        if step == "hand_over":
            _hand_over_once(pair=pair, where=context.here(), is_next=is_next, cash_rupiah=cash_rupiah, act=act)
            return
        move = STEPS[step]
        if pair.own.state == move.target and form_state == move.source:
            return
        if not is_next:
            raise order_records.OrderMovedOn
        _advance(pair=pair, step=step, move=move, carried_by=carried_by, act=act)


def _advance(*, pair: OrderRecords, step: str, move: Step, carried_by: str, act: Act) -> None:
    pair.own.state = move.target
    if step == "accept" and payment_methods.of(method=pair.shared.method).hold is Hold.UNTIL_ACCEPTED:
        pair.own.expires_at = None
    if step == "send":
        if asks_money_first(method=pair.shared.method, paid=pair.own.paid_at is not None):
            raise NotPaidYet(code=pair.own.code)
        delivery = pair.delivery()
        delivery.left_at, delivery.courier = act.at, act.by.account_id
        delivery.carried_by = " ".join(carried_by.split())[:100] or delivery.carried_by
        delivery.save(update_fields=["left_at", "courier", "carried_by"])
        pair.shared.carried_by = delivery.carried_by
    pair.save()
    pair.record(kind=move.kind, act=act)


def take_at_home(*, village_code: VillageCode, order_id: UUID, step: str, cash_rupiah: int | None = None, act: Act) -> None:
    """The home village's part: goods of another village `arrived` here, or we `hand_over` them to the buyer. `cash_rupiah` as in `take`.

    :raises order_records.NoSuchOrder: if this village has no part in the order
    :raises order_records.OrderMovedOn: if the order is elsewhere by now
    :raises NotPaidYet, CashChanged, PiecesMissing: as in `take`
    :raises permissions.Forbidden: unless `act.by` handles parcels there, and where cash comes with it, takes that
    """
    permissions.require(act.by, Permission.HANDLE_PARCELS, village_code)
    seller = seller_orders.seller_for_home(order_id=order_id, home_village=village_code)
    if seller is None:
        raise order_records.NoSuchOrder
    with context.inside(seller), transaction.atomic(durable=True):
        pair = order_records.locked(order_id=order_id)
        is_here = pair.own.state == State.UNDERWAY
        if step == "hand_over":
            _hand_over_once(pair=pair, where=village_code, is_next=is_here, cash_rupiah=cash_rupiah, act=act)
            return
        if step != "arrived" or not is_here:
            raise order_records.OrderMovedOn
        delivery = pair.delivery()
        if delivery.arrived_at is None:
            delivery.arrived_at = act.at
            delivery.save(update_fields=["arrived_at"])
            pair.shared.arrived_at = act.at
            pair.save()
            pair.record(kind=EventKind.ORDER_ARRIVED, act=act, where=village_code)


def _hand_over_once(*, pair: OrderRecords, where: VillageCode, is_next: bool, cash_rupiah: int | None, act: Act) -> None:
    """Hand over if that is the next step, with the cash if whoever does it takes cash in this village.

    A second tap is quiet, unless it brings cash that is not booked: its payment was undone meanwhile, the counter takes it.
    """
    if cash_rupiah is not None:
        order_permissions.require_cash(act.by, village_code=where, delivery=pair.shared.delivery)
    before = pair.own.state in (State.DELIVERED, State.COMPLETED)
    if before and (cash_rupiah is None or pair.own.paid_at is not None):
        return
    if before or not is_next:
        raise order_records.OrderMovedOn
    _hand_over(pair=pair, where=where, cash_rupiah=cash_rupiah, act=act)


def _hand_over(*, pair: OrderRecords, where: VillageCode, cash_rupiah: int | None, act: Act) -> None:
    """The goods are with the buyer: they leave the stock, and cash on delivery is taken by whoever hands over."""
    own, shared = pair.own, pair.shared
    lines = pair.lines()
    if any(line.broken for line in lines):
        raise PiecesMissing
    if asks_money_first(method=shared.method, paid=own.paid_at is not None):
        raise NotPaidYet(code=own.code)
    takes_cash = cash_rupiah is not None and own.paid_at is None and where == shared.holder
    if takes_cash and cash_rupiah != own.total_rupiah:
        raise CashChanged
    stock.hand_out(lines=lines, order_id=own.id, act=act)
    delivery = pair.delivery()
    delivery.handed_over_at, delivery.handed_over_by = act.at, act.by.account_id
    delivery.save(update_fields=["handed_over_at", "handed_over_by"])
    own.state, own.handed_over_at, own.expires_at = State.DELIVERED, act.at, None
    pair.record(kind=EventKind.ORDER_DELIVERED, act=act, where=where)
    if takes_cash:
        order_payments.take(
            purchase_id=own.purchase_id,
            village_code=VillageCode(shared.holder),
            tender=payment_methods.of(method=shared.method).tender,
            amounts_rupiah={own.id: own.total_rupiah},
            reference=f"cod:{own.id}:{act.at.isoformat()}",
            act=act,
            at_the_door=shared.delivery in BROUGHT,
        )
        fulfilment.paid(pair=pair, at=act.at)
        pair.record(kind=EventKind.PAYMENT_CONFIRMED, act=act, where=where)
    else:
        fulfilment.handed_over(pair=pair, at=act.at)
    pair.save()
