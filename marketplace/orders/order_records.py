"""An order's two rows: the seller's in its schema and the shared one, read under lock and written together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from federation.buying import order_lines, order_states, seller_orders
from federation.buying.seller_orders import Place
from marketplace.models import Delivery, Order, OrderLine
from tenants import activity_log, archived_villages, events, idempotency
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, FEDERATION, VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.events import EventKind

Detail = dict[str, Any]  # of an entry of the activity log
BOTH: tuple[str, ...] = ("state", "goods_rupiah", "total_rupiah", "fee_rupiah", "refunded_rupiah")
BOTH += ("expires_at", "paid_at", "handed_over_at", "ended_at", "end_reason")


class NoSuchOrder(DomainError):
    """This shop has no order with this id."""

    kind = Kind.NOT_FOUND
    code = "no-such-order"
    sentence = gettext_noop("Pesanan ini tidak ada di toko desa ini.")


class OrderMovedOn(DomainError):
    """The order's state does not allow the step (any more)."""

    kind = Kind.CONFLICT
    code = "order-moved-on"
    sentence = gettext_noop("Pesanan ini sudah berubah. Lihat keadaannya yang sekarang, lalu lanjutkan dari sana.")


def mark_of(*, state: str, paid: bool, total_rupiah: int, refunded_rupiah: int) -> str:
    """What tells an order from what it was: every step, payment, shortening and refund changes it. Forms about an order carry it."""
    return f"{state}.{'paid' if paid else 'unpaid'}.{total_rupiah}.{refunded_rupiah}"


@dataclass
class OrderRecords:
    """Both rows of one order, locked; change the seller's, then `save`."""

    own: Order
    shared: seller_orders.Row

    @property
    def seller(self) -> VillageCode:
        """In whose schema it stands."""
        return VillageCode(self.shared.seller)

    def check_seen(self, mark: str) -> None:
        """Go on only if the order is as it was when a page showed it; empty: no page did.

        :raises OrderMovedOn: otherwise
        """
        own = self.own
        now = mark_of(state=own.state, paid=own.paid_at is not None, total_rupiah=own.total_rupiah, refunded_rupiah=own.refunded_rupiah)
        if mark and mark != now:
            raise OrderMovedOn

    def lines(self) -> list[OrderLine]:
        """The order's lines, by product: the order in which products are locked."""
        return list(OrderLine.objects.filter(order=self.own).order_by("product_id"))

    def delivery(self) -> Delivery:
        return Delivery.objects.get(order=self.own)

    def copy_lines(self, lines: Sequence[OrderLine]) -> None:
        """Carry what changed of the seller's lines into the shared row; a line without a piece drops out. The caller saves."""
        own = {str(line.id): line for line in lines}
        self.shared.lines = order_lines.to_json(
            replace(
                line,
                quantity=own[line.id].quantity,
                margin_rupiah=own[line.id].margin_rupiah,
                refunded=own[line.id].refunded,
                allowance_rupiah=own[line.id].allowance_rupiah,
            )
            for line in order_lines.read(self.shared.lines)
            if own[line.id].quantity
        )

    def save(self) -> None:
        """Write both rows; what they have in common is copied from the seller's."""
        for name in BOTH:
            setattr(self.shared, name, getattr(self.own, name))
        self.own.save(update_fields=[*BOTH, "margin_rupiah"])
        self.shared.save(update_fields=[*BOTH, "lines", "carried_by", "arrived_at"])

    def pay_by(self, method: str) -> None:
        """Write on both rows by which method the order was paid in the end. Inside the seller's schema."""
        if self.own.method != method:
            self.own.method = self.shared.method = method
            self.own.save(update_fields=["method"])
            self.shared.save(update_fields=["method"])

    def record(self, *, kind: EventKind, act: Act, where: VillageCode | None = None, detail: Detail | None = None) -> None:
        """Write that this happened to the order: in the activity log (with its detail), and as an event.

        `where`: the village in which the person acted, or the federation, else the seller's.
        """
        village_code = self.seller if where is None else AT_FEDERATION if where == FEDERATION else where
        activity_log.record(action=kind, subject_id=self.own.id, act=act, village_code=village_code, detail=detail)
        payload = {"purchase_id": str(self.own.purchase_id)}
        events.add(kind=kind, subject_id=self.own.id, payload=payload, village_code=self.seller, at=act.at)


def locked(*, order_id: UUID) -> OrderRecords:
    """Both rows of an order of the village inside which this runs: the seller's row is locked first, everywhere.

    :raises NoSuchOrder: if the village has none such
    :raises archived_villages.VillageLeft: if the village has left: it does not leave while an order lives
    """
    archived_villages.refuse(village_code=context.here())
    own = Order.objects.select_for_update().filter(id=order_id).first()
    if own is None:
        raise NoSuchOrder
    pair = OrderRecords(own=own, shared=seller_orders.locked(order_id=order_id, seller=context.here()))
    if own.state not in order_states.OPEN:
        archived_villages.refuse_now(village_codes=[context.here()])
    return pair


def all_locked(*, places: Iterable[Place]) -> list[OrderRecords]:
    """Both rows of these orders of one purchase, locked in the order of their places: that of the sellers' codes.

    :raises archived_villages.VillageLeft: if one of the sellers has left
    """
    pairs = []
    for place in places:
        with context.inside(place.seller):
            pairs.append(locked(order_id=place.order_id))
    return pairs


def all_locked_that_can_change(*, places: Iterable[Place]) -> list[OrderRecords]:
    """The same without the orders of sellers that have left, which are as they will always be."""
    return all_locked(places=[place for place in places if not archived_villages.is_archived(village_code=place.seller)])


def once(*, order_id: UUID, action: str, asked: Mapping[str, object], act: Act) -> contextlib.AbstractContextManager[idempotency.Claim]:
    """One form about an order of the village inside which this runs, in its transaction and before its rows are locked: it counts once.

    :raises idempotency.BadKey: without the key of a form
    :raises errors.FormReused: if the form asked for something else before
    """
    idempotency.check_key(key=act.key)
    scope = idempotency.Scope(operation="order", principal=act.by.account_id, village_code=context.here())
    request = {"order": order_id, "action": action, "asked": asked, "reason": act.reason}
    return idempotency.once(scope=scope, key=act.key, request=request, money=True, at=act.at)
