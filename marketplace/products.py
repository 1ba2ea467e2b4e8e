"""What the shop sells; each change is published to the federated catalogue in the same transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from federation import catalogue
from federation.models.catalogue import CATEGORIES
from marketplace import pictures
from marketplace.models import Consignor, Product, Shop, StockMovement
from tenants import context, trail, uuids, villages
from tenants.refusals import Refused

PRICE_RUPIAH_MAX = 1_000_000_000
STOCK_MAX = 1_000_000


class BadProduct(Refused):
    """A product has a name, a unit, a price from Rp 1 to Rp 1 billion, a category and a consignor."""

    code = "bad-product"
    sentence = gettext_noop("Isi nama, satuan, harga (Rp 1 sampai Rp 1.000.000.000), jenis barang dan penitip.")


class NoSuchProduct(Refused):
    """This shop has no product with this id."""

    code = "no-such-product"
    sentence = gettext_noop("Barang ini tidak ada di toko desa ini.")


class ProductChangedMeanwhile(Refused):
    """Somebody else changed the product after the form was opened."""

    code = "product-changed-meanwhile"
    sentence = gettext_noop("Barang ini baru saja diubah orang lain. Lihat isinya yang sekarang, lalu ubah lagi bila perlu.")


@dataclass(frozen=True, kw_only=True)
class ProductFields:
    """What a person says about a product; price in rupiah."""

    name: str
    description: str
    unit: str
    price_rupiah: int
    category: str
    consignor_id: UUID
    made_here: bool
    flagship: bool
    published: bool


def page(*, words: str = "", after: str = "", limit: int = 30) -> tuple[list[dict[str, Any]], str]:
    """Products by name, and where the next page begins (empty: nowhere)."""
    rows = Product.objects.filter(name__icontains=words.strip()) if words.strip() else Product.objects.all()
    name, _, last = after.rpartition("|")
    if last and _is_uuid(last):
        rows = rows.filter(name__gte=name).exclude(name=name, id__lte=last)
    fields = ("id", "name", "unit", "price_rupiah", "on_hand", "reserved", "published", "picture", "category", "made_here", "flagship")
    items = list(rows.order_by("name", "id").annotate(consignor_name=F("consignor__name")).values(*fields, "consignor_name")[: limit + 1])
    for item in items:
        item["available"] = item["on_hand"] - item["reserved"]
    more = len(items) > limit
    items = items[:limit]
    return items, f"{items[-1]['name']}|{items[-1]['id']}" if more else ""


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def get(*, product_id: UUID) -> dict[str, Any]:
    """All fields of a product, with its consignor's name and the pieces that can still be sold.

    :raises NoSuchProduct: if this shop has none such
    """
    row = Product.objects.filter(id=product_id).annotate(consignor_name=F("consignor__name")).values().first()
    if row is None:
        raise NoSuchProduct
    return {**row, "available": row["on_hand"] - row["reserved"]}


def add(*, fields: ProductFields, picture: bytes | None = None, stock: int = 0, form_key: str = "", by: UUID | None, at: datetime) -> UUID:
    """Offer a new product with `stock` pieces on hand; returns its id. The same `form_key` makes one product.

    :raises BadProduct: if a field is missing or out of range
    :raises marketplace.pictures.BadPicture: if the picture is none, or too large
    """
    _check(fields)
    if not 0 <= stock <= STOCK_MAX:
        raise BadProduct
    # The id is made from the form, so that the second tap meets the first one's product, even at the same moment.
    product_id = uuid5(NAMESPACE_OID, f"{context.here()}:{form_key}") if form_key else uuids.uuid7()
    if Product.objects.filter(id=product_id).exists():
        return product_id
    key = pictures.keep(village_code=context.here(), picture=picture) if picture else ""
    try:
        with transaction.atomic(durable=True):
            _add(product_id=product_id, fields=fields, key=key, stock=stock, by=by, at=at)
    except IntegrityError as error:
        if "marketplace_product_pkey" not in str(error):
            raise
    return product_id


def add_many(*, items: list[tuple[ProductFields, str, int]], by: UUID | None, at: datetime) -> list[UUID]:
    """Offer several products at once: (fields, key of a kept picture, pieces on hand); all or nothing. Returns their ids."""
    with transaction.atomic(durable=True):
        return [_add(product_id=uuids.uuid7(), fields=fields, key=key, stock=stock, by=by, at=at) for fields, key, stock in items]


def _add(*, product_id: UUID, fields: ProductFields, key: str, stock: int, by: UUID | None, at: datetime) -> UUID:
    product = Product(id=product_id, **asdict(fields), picture=key, on_hand=stock, created_at=at, updated_at=at)
    product.save(force_insert=True)
    if stock:
        StockMovement.objects.create(product=product, kind=StockMovement.Kind.RECEIVED, quantity=stock, by=by, at=at)
    publish(product=product, at=at)
    trail.record(action="product.added", subject_id=str(product.id), by=by, village_code=context.here(), at=at)
    return product_id


def change(*, product_id: UUID, version: int, fields: ProductFields, picture: bytes | None = None, by: UUID | None, at: datetime) -> None:
    """Change a product; orders that exist keep their frozen name and price.

    :raises ProductChangedMeanwhile: if `version` is not the present one
    :raises BadProduct: as in `add`
    :raises NoSuchProduct: if this shop has none such
    """
    _check(fields)
    key = pictures.keep(village_code=context.here(), picture=picture) if picture else None
    with transaction.atomic(durable=True):
        product = Product.objects.select_for_update(no_key=True).filter(id=product_id).first()
        if product is None:
            raise NoSuchProduct
        if product.version != version:
            raise ProductChangedMeanwhile
        before = product.price_rupiah
        for name, value in asdict(fields).items():
            setattr(product, name, value)
        product.picture = key or product.picture
        product.version += 1
        product.updated_at = at
        product.save(update_fields=[*asdict(fields), "picture", "version", "updated_at"])
        publish(product=product, at=at)
        detail = {"price_rupiah": [before, fields.price_rupiah]} if before != fields.price_rupiah else {}
        trail.record(action="product.changed", subject_id=str(product_id), by=by, village_code=context.here(), at=at, detail=detail)


def _check(fields: ProductFields) -> None:
    texts = 0 < len(fields.name.strip()) <= 120 and 0 < len(fields.unit.strip()) <= 30 and len(fields.description) <= 2_000
    if not texts or not 0 < fields.price_rupiah <= PRICE_RUPIAH_MAX or fields.category not in CATEGORIES or "\x00" in fields.name:
        raise BadProduct
    if not Consignor.objects.filter(id=fields.consignor_id).exists():
        raise BadProduct


def publish(*, product: Product, at: datetime) -> None:
    """Copy a product into the federated catalogue, in the caller's transaction."""
    village = villages.by_code(code=context.here())
    values = {
        "village_code": village.code,
        "village_name": village.name,
        "village_slug": village.slug,
        "consignor_name": Consignor.objects.values_list("name", flat=True).get(id=product.consignor_id),
        "in_stock": product.on_hand > product.reserved,
        "shop_open": Shop.objects.values_list("open_to_buyers", flat=True).get(id=1),
        "listed_at": product.created_at,
    }
    copied = ("name", "description", "unit", "price_rupiah", "category", "picture", "made_here", "flagship", "published")
    catalogue.publish(listing_id=product.id, values={**values, **{name: getattr(product, name) for name in copied}})
