"""Pieces on hand and why they changed. The sum of a product's movements is its stock; breakage may reach into reserved pieces."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.catalogue import catalogue
from marketplace.goods.products import STOCK_MAX, NoSuchProduct
from marketplace.models import Order, OrderLine, Product, StockMovement
from tenants import activity_log, errors, events, idempotency
from tenants.acts import Act
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Permission

Kind = StockMovement.Kind


class BadStock(errors.DomainError):
    """Pieces are whole numbers from 1 (a count: 0) to a million."""

    kind = errors.Kind.INVALID
    code = "bad-stock"
    sentence = gettext_noop("Isi jumlah barang dengan angka bulat, paling banyak 1.000.000.")


class NotThatMany(errors.DomainError):
    """More pieces broke than are on hand."""

    kind = errors.Kind.CONFLICT
    code = "not-that-many"
    sentence = gettext_noop("Hanya ada %(on_hand)s buah, jadi tidak mungkin %(quantity)s yang rusak. Hitung lagi stoknya.")


class CountBelowReserved(errors.DomainError):
    """A count below what is reserved for orders is breakage, which names the orders."""

    kind = errors.Kind.CONFLICT
    code = "count-below-reserved"
    sentence = gettext_noop(
        "%(reserved)s buah sudah dipesan pembeli, lebih banyak dari hitungan %(counted)s. Catat yang hilang sebagai barang rusak."
    )


class StockChangedMeanwhile(errors.DomainError):
    """Pieces came or went after the page was opened on which somebody wrote what was counted."""

    kind = errors.Kind.CONFLICT
    code = "stock-changed-meanwhile"
    sentence = gettext_noop(
        "Stok berubah sejak halaman ini dibuka: tadi %(was)s buah, sekarang %(now)s buah. Hitung lagi, lalu simpan hitungan yang baru."
    )


class TooBusy(errors.DomainError):
    """Again and again the product was ordered while the orders that wait for it were being locked."""

    kind = errors.Kind.UNAVAILABLE
    code = "stock-too-busy"
    sentence = gettext_noop("Barang ini sedang ramai dipesan. Coba sekali lagi sebentar lagi.")


class _OrderedMeanwhile(Exception):  # noqa: N818 - never leaves this module
    """An order came in between locking orders and locking the product: begin again."""


_TRIES = 10


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What one form asks for."""

    action: str
    product_id: UUID
    pieces: int
    reason: str


def receive(*, product_id: UUID, quantity: int, act: Act) -> None:
    """Add pieces that came in. The same form counts once.

    :raises idempotency.BadKey: without the key of a form
    :raises errors.FormReused: if the form said something else before
    :raises reasons.TooLong: beyond 300 characters
    :raises BadStock: unless 1 to a million pieces
    :raises NoSuchProduct: if this shop has none such
    :raises permissions.Forbidden: unless `act.by` changes stock here
    """
    permissions.require(act.by, Permission.CHANGE_STOCK, context.here())
    if not 1 <= quantity <= STOCK_MAX:
        raise BadStock
    act = act.with_kept_reason()
    change = _Change(action="receive", product_id=product_id, pieces=quantity, reason=act.reason)
    with transaction.atomic(durable=True):
        if _is_repeat(change, act):
            return
        product = _locked(product_id)
        move(product=product, kind=Kind.RECEIVED, quantity=quantity, act=act)
        _record("stock.received", product, quantity, act)


def count(*, product_id: UUID, counted: int, seen_on_hand: int | None = None, act: Act) -> None:
    """Correct the stock to what was counted on the shelf. The same form counts once. `seen_on_hand`: the stock that its page showed.

    :raises idempotency.BadKey: without the key of a form
    :raises errors.FormReused: if the form said something else before
    :raises reasons.TooLong: beyond 300 characters
    :raises BadStock: unless 0 to a million pieces
    :raises CountBelowReserved: if orders wait for more
    :raises StockChangedMeanwhile: if the stock is not `seen_on_hand` any more
    :raises NoSuchProduct: if this shop has none such
    :raises permissions.Forbidden: unless `act.by` changes stock here
    """
    permissions.require(act.by, Permission.CHANGE_STOCK, context.here())
    if not 0 <= counted <= STOCK_MAX:
        raise BadStock
    act = act.with_kept_reason()
    change = _Change(action="count", product_id=product_id, pieces=counted, reason=act.reason)
    with transaction.atomic(durable=True):
        if _is_repeat(change, act):
            return
        product = _locked(product_id)
        if seen_on_hand not in (None, product.on_hand):
            raise StockChangedMeanwhile(was=seen_on_hand, now=product.on_hand)
        if counted < product.reserved:
            raise CountBelowReserved(reserved=product.reserved, counted=counted)
        difference = counted - product.on_hand
        if difference:
            move(product=product, kind=Kind.COUNTED, quantity=difference, act=act)
        _record("stock.counted", product, difference, act)


def break_(*, product_id: UUID, quantity: int, act: Act) -> None:
    """Take out pieces that broke or got lost. Where orders wait for them, the newest lose theirs (see `stock_queries.broken_orders`).

    :raises idempotency.BadKey: without the key of a form
    :raises errors.FormReused: if the form said something else before
    :raises reasons.TooLong: beyond 300 characters
    :raises BadStock: unless 1 to a million pieces
    :raises NotThatMany: if fewer are on hand
    :raises TooBusy: if each try met a new order
    :raises NoSuchProduct: if this shop has none such
    :raises permissions.Forbidden: unless `act.by` changes stock here
    """
    permissions.require(act.by, Permission.CHANGE_STOCK, context.here())
    if not 1 <= quantity <= STOCK_MAX:
        raise BadStock
    act = act.with_kept_reason()
    change = _Change(action="break", product_id=product_id, pieces=quantity, reason=act.reason)
    for _ in range(_TRIES):
        with contextlib.suppress(_OrderedMeanwhile):
            return _break_once(change, act)
    raise TooBusy


def _break_once(change: _Change, act: Act) -> None:
    product_id, quantity = change.product_id, change.pieces
    with transaction.atomic(durable=True):
        if _is_repeat(change, act):
            return
        # Orders before products, as everywhere: a step of an order holds the order and waits for the product.
        waiting = OrderLine.objects.filter(product_id=product_id, reserved__gt=0).values_list("order_id", flat=True)
        locked = list(Order.objects.select_for_update(no_key=True).filter(id__in=list(waiting)).order_by("id").values_list("id", flat=True))
        product = _locked(product_id)
        if quantity > product.on_hand:
            raise NotThatMany(on_hand=product.on_hand, quantity=quantity)
        short_by = max(0, quantity - (product.on_hand - product.reserved))
        if short_by:
            if waiting.exclude(order_id__in=locked).exists():  # placed while we waited for the product; its row may be held by a step
                raise _OrderedMeanwhile
            _break_reservations(product=product, order_ids=locked, short_by=short_by, at=act.at)
        move(product=product, kind=Kind.BROKEN, quantity=-quantity, act=act)
        _record("stock.broken", product, -quantity, act)


def _break_reservations(*, product: Product, order_ids: list[UUID], short_by: int, at: datetime) -> None:
    lines = OrderLine.objects.filter(order_id__in=order_ids, product=product, reserved__gt=0).select_related("order")
    for line in lines.order_by("-order__placed_at", "-id"):
        taken = min(line.reserved, short_by)
        if taken == 0:
            break
        short_by -= taken
        line.reserved -= taken
        line.broken += taken
        line.save(update_fields=["reserved", "broken"])
        product.reserved -= taken
        events.add(
            kind=events.EventKind.ORDER_BROKEN,
            subject_id=line.order_id,
            payload={"purchase_id": str(line.order.purchase_id)},
            village_code=context.here(),
            at=at,
        )
    if short_by:
        raise RuntimeError(f"product {product.id}: reserved pieces without an order line")  # an invariant is broken: stop, change nothing


def move(*, product: Product, kind: str, quantity: int, act: Act, order_id: UUID | None = None) -> None:
    """Change the stock of a locked product and write why, in the caller's transaction.

    The catalogue learns when it runs out or comes back.
    """
    StockMovement.objects.create(
        product=product,
        kind=kind,
        quantity=quantity,
        order_id=order_id,
        reason=act.reason,
        by=act.by.account_id,
        at=act.at,
    )
    product.on_hand += quantity
    product.save(update_fields=["on_hand", "reserved"])
    catalogue.set_in_stock(listing_ids=[product.id], in_stock=product.on_hand > product.reserved)


def hand_out(*, lines: Sequence[OrderLine], order_id: UUID, act: Act) -> None:
    """What the lines of an order reserve leaves the shop with the buyer, in the caller's transaction.

    Reserved pieces were not on sale, so the catalogue has nothing to learn. Products are locked in the order of their ids.
    """
    pieces = {line.product_id: line.reserved for line in lines if line.reserved}
    products = list(Product.objects.select_for_update(no_key=True).filter(id__in=pieces).order_by("id"))
    for product in products:
        product.on_hand -= pieces[product.id]
        product.reserved -= pieces[product.id]
    Product.objects.bulk_update(products, ["on_hand", "reserved"])
    sold = Kind.SOLD
    StockMovement.objects.bulk_create(
        StockMovement(product=product, kind=sold, quantity=-pieces[product.id], order_id=order_id, by=act.by.account_id, at=act.at)
        for product in products
    )
    OrderLine.objects.filter(id__in=[line.id for line in lines]).update(reserved=0)


def release(*, lines: Iterable[OrderLine]) -> None:
    """Give back what order lines still reserve, in the caller's transaction, products locked in the order of their ids."""
    pieces = {line.product_id: line.reserved for line in lines if line.reserved}
    OrderLine.objects.filter(id__in=[line.id for line in lines]).update(reserved=0)
    give_back(pieces=pieces)


def give_back(*, pieces: dict[UUID, int]) -> None:
    """Make reserved pieces free again, by product, in the caller's transaction."""
    for product in Product.objects.select_for_update(no_key=True).filter(id__in=sorted(pieces)).order_by("id"):
        product.reserved -= pieces[product.id]
        product.save(update_fields=["reserved"])
        catalogue.set_in_stock(listing_ids=[product.id], in_stock=product.on_hand > product.reserved)


def _is_repeat(change: _Change, act: Act) -> bool:
    idempotency.check_key(key=act.key)  # pieces that came in twice would be sold twice
    scope = idempotency.Scope(operation="stock", principal=act.by.account_id, village_code=context.here())
    return idempotency.is_repeat(scope=scope, key=act.key, request=asdict(change), money=False, at=act.at)


def _locked(product_id: UUID) -> Product:
    product = Product.objects.select_for_update(no_key=True).filter(id=product_id).first()
    if product is None:
        raise NoSuchProduct
    return product


def _record(action: str, product: Product, quantity: int, act: Act) -> None:
    activity_log.record(
        action=action,
        subject_id=str(product.id),
        act=act,
        village_code=context.here(),
        detail={"quantity": quantity, "on_hand": product.on_hand},
    )
