"""Many goods counted at once: what is on the shelf of each, written down together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from marketplace.goods import stock
from marketplace.goods.products import STOCK_MAX, NoSuchProduct
from marketplace.models import Product, StockMovement
from tenants import activity_log, errors, idempotency
from tenants.acts import Act
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Permission


class CountBelowReserved(errors.DomainError):
    """A count below what is reserved for orders is breakage, which names the orders."""

    kind = errors.Kind.CONFLICT
    code = "stock-take-below-reserved"
    sentence = gettext_noop(
        "%(name)s: %(reserved)s buah sudah dipesan pembeli, lebih banyak dari hitungan %(counted)s. Catat yang hilang sebagai barang rusak"
        " di halaman stoknya; hitungan barang lain belum disimpan."
    )


class StockChangedMeanwhile(errors.DomainError):
    """Pieces of a good came or went after the page was opened on which somebody wrote what was counted."""

    kind = errors.Kind.CONFLICT
    code = "stock-take-changed-meanwhile"
    sentence = gettext_noop(
        "%(name)s: tadi menurut buku ada %(was)s buah, sekarang %(now)s. Hitung lagi barang itu, lalu simpan lagi; halaman ini belum"
        " disimpan."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Pieces of one good: what the page showed, and what was counted."""

    seen_on_hand: int
    counted: int


def count(*, counts: Mapping[UUID, Count], act: Act) -> int:
    """Correct the stock of these goods to what was counted; gives how many of them changed. The same form counts once.

    :raises idempotency.BadKey: without the key of a form
    :raises errors.FormReused: if the form said something else before
    :raises stock.BadStock: unless 0 to a million pieces of each
    :raises CountBelowReserved, StockChangedMeanwhile, NoSuchProduct: naming the good, and nothing was written
    :raises permissions.Forbidden: unless `act.by` changes stock here
    """
    permissions.require(act.by, Permission.CHANGE_STOCK, context.here())
    if not all(0 <= one.counted <= STOCK_MAX for one in counts.values()):
        raise stock.BadStock
    act = act.with_kept_reason()
    idempotency.check_key(key=act.key)
    scope = idempotency.Scope(operation="stock", principal=act.by.account_id, village_code=context.here())
    request = {"action": "take", "counts": {str(product_id): asdict(one) for product_id, one in counts.items()}}
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=request, money=False, at=act.at):
            return 0
        goods = Product.objects.select_for_update(no_key=True).filter(id__in=counts).order_by("id")
        changed = [product for product in goods if _is_changed(product, counts[product.id])]
        if len(goods) < len(counts):
            raise NoSuchProduct
        for product in changed:
            difference = counts[product.id].counted - product.on_hand
            stock.move(product=product, kind=StockMovement.Kind.COUNTED, quantity=difference, act=act)
            detail = {"quantity": difference, "on_hand": product.on_hand}
            activity_log.record(action="stock.counted", subject_id=product.id, act=act, village_code=context.here(), detail=detail)
    return len(changed)


def _is_changed(product: Product, one: Count) -> bool:
    """Whether the books know another stock than was counted.

    :raises CountBelowReserved, StockChangedMeanwhile: as `count` does
    """
    if product.on_hand != one.seen_on_hand:
        raise StockChangedMeanwhile(name=product.name, was=one.seen_on_hand, now=product.on_hand)
    if one.counted < product.reserved:
        raise CountBelowReserved(name=product.name, reserved=product.reserved, counted=one.counted)
    return one.counted != product.on_hand
