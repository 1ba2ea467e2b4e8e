"""What the shop sells; each change is published to the federated catalogue in the same transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from federation.catalogue import catalogue
from federation.catalogue.categories import CATEGORIES
from marketplace.goods import pictures
from marketplace.models import Consignor, Product, Shop, StockMovement
from tenants import activity_log, idempotency, keyset, texts, uuids, villages
from tenants.acts import Act
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

PRICE_RUPIAH_MAX = 1_000_000_000
STOCK_MAX = 1_000_000


class BadProduct(DomainError):
    """A product has a name, a unit, a price from Rp 1 to Rp 1 billion, a category and a consignor."""

    kind = Kind.INVALID
    code = "bad-product"
    sentence = gettext_noop("Isi nama, satuan, harga (Rp 1 sampai Rp 1.000.000.000), jenis barang dan penitip.")


class NoSuchProduct(DomainError):
    """This shop has no product with this id."""

    kind = Kind.NOT_FOUND
    code = "no-such-product"
    sentence = gettext_noop("Barang ini tidak ada di toko desa ini.")


class ProductChangedMeanwhile(DomainError):
    """Somebody else changed the product after the form was opened."""

    kind = Kind.CONFLICT
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


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductRow:
    """A product as the list of the shop's goods shows it."""

    id: UUID
    name: str
    unit: str
    price_rupiah: int
    on_hand: int
    reserved: int
    published: bool
    picture: str
    category: str
    made_here: bool
    flagship: bool
    consignor_name: str

    @property
    def available(self) -> int:
        """Pieces that can still be sold."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, kw_only=True)
class ProductInFull(ProductFields):
    """A product with what its shop knows of it; `version`: from which a form is made."""

    id: UUID
    picture: str
    on_hand: int
    reserved: int
    version: int
    consignor_name: str

    @property
    def available(self) -> int:
        """Pieces that can still be sold."""
        return self.on_hand - self.reserved

    def fields(self) -> ProductFields:
        """What a person said about it."""
        return ProductFields(**{field.name: getattr(self, field.name) for field in dataclasses.fields(ProductFields)})


_ROW, _FULL = (tuple(field.name for field in dataclasses.fields(kind)) for kind in (ProductRow, ProductInFull))
BY_NAME = keyset.Order("products", {"name": str, "id": UUID})


def page(*, words: str = "", after: str = "", limit: int = 30) -> keyset.Page[ProductRow]:
    """A page of the products by name; `after`: the cursor of the page before."""
    words = texts.looks(words)
    rows = Product.objects.filter(name__unaccent__icontains=words) if words else Product.objects.all()
    place = BY_NAME.place(after)
    if place is not None:
        rows = rows.filter(BY_NAME.beyond(place))
    rows = rows.order_by(*BY_NAME.ordering()).annotate(consignor_name=F("consignor__name"))
    items = [ProductRow(**row) for row in rows.values(*_ROW)[: limit + 1]]
    return BY_NAME.page(items, limit=limit, place=lambda item: (item.name, item.id))


def get(*, product_id: UUID) -> ProductInFull:
    """One product of the shop.

    :raises NoSuchProduct: if this shop has none such
    """
    row = Product.objects.filter(id=product_id).annotate(consignor_name=F("consignor__name")).values(*_FULL).first()
    if row is None:
        raise NoSuchProduct
    return ProductInFull(**row)


def add(*, fields: ProductFields, picture: str = "", stock: int = 0, act: Act) -> UUID:
    """Offer a new product with `stock` pieces on hand; returns its id. The same form makes one product.

    :raises BadProduct: if a field is missing or out of range
    :raises errors.FormReused: if the form said something else before
    :raises marketplace.goods.pictures.BadPicture: if `picture` is not the name of one that is held for this person
    :raises permissions.Forbidden: unless `act.by` changes goods here
    """
    permissions.require(act.by, Permission.CHANGE_GOODS, context.here())
    _check(fields)
    if not 0 <= stock <= STOCK_MAX:
        raise BadProduct
    key = _kept(picture, act=act)
    scope = idempotency.Scope(operation="product", principal=act.by.account_id, village_code=context.here())
    request = {"fields": fields, "picture": key, "stock": stock}
    with transaction.atomic(durable=True), idempotency.once(scope=scope, key=act.key, request=request, money=False, at=act.at) as claim:
        if claim.earlier:
            return claim.earlier.ids["product"]
        product_id = uuids.uuid7()
        _add(items={product_id: (fields, key, stock)}, act=act)
        claim.record(product=product_id)
        return product_id


def add_many(*, items: Sequence[tuple[ProductFields, str, int]], act: Act) -> list[UUID]:
    """Offer several products at once: (fields, key of a kept picture, pieces on hand); all or nothing. Returns their ids.

    :raises permissions.Forbidden: unless `act.by` changes goods here
    """
    permissions.require(act.by, Permission.CHANGE_GOODS, context.here())
    ids = [uuids.uuid7() for _ in items]
    with transaction.atomic(durable=True):
        _add(items=dict(zip(ids, items, strict=True)), act=act)
    return ids


def _add(*, items: Mapping[UUID, tuple[ProductFields, str, int]], act: Act) -> None:
    rows = [
        Product(id=product_id, **asdict(fields), picture=key, on_hand=stock, created_at=act.at, updated_at=act.at)
        for product_id, (fields, key, stock) in items.items()
    ]
    Product.objects.bulk_create(rows)
    StockMovement.objects.bulk_create(
        StockMovement(product=row, kind=StockMovement.Kind.RECEIVED, quantity=row.on_hand, by=act.by.account_id, at=act.at)
        for row in rows
        if row.on_hand
    )
    publish(products=rows)
    activity_log.record_each(action="product.added", subject_ids=list(items), act=act, village_code=context.here())


def change(*, product_id: UUID, version: int, fields: ProductFields, picture: str = "", act: Act) -> None:
    """Change a product; orders that exist keep their frozen name and price.

    :raises ProductChangedMeanwhile: if `version` is not the present one
    :raises BadProduct: as in `add`
    :raises NoSuchProduct: if this shop has none such
    :raises permissions.Forbidden: unless `act.by` changes goods here
    """
    permissions.require(act.by, Permission.CHANGE_GOODS, context.here())
    _check(fields)
    key = _kept(picture, act=act)
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
        product.updated_at = act.at
        product.save(update_fields=[*asdict(fields), "picture", "version", "updated_at"])
        publish(products=[product])
        detail = {"price_rupiah": [before, fields.price_rupiah]} if before != fields.price_rupiah else {}
        activity_log.record(action="product.changed", subject_id=str(product_id), act=act, village_code=context.here(), detail=detail)


def _kept(picture: str, *, act: Act) -> str:
    """The key of the picture that this person chose; empty: none was. The same picture is kept once."""
    return pictures.keep(village_code=context.here(), account_id=act.by.account_id, name=picture) if picture else ""


def _check(fields: ProductFields) -> None:
    texts = 0 < len(fields.name.strip()) <= 120 and 0 < len(fields.unit.strip()) <= 30 and len(fields.description) <= 2_000
    if not texts or not 0 < fields.price_rupiah <= PRICE_RUPIAH_MAX or fields.category not in CATEGORIES or "\x00" in fields.name:
        raise BadProduct
    if not Consignor.objects.filter(id=fields.consignor_id).exists():
        raise BadProduct


def publish(*, products: Sequence[Product]) -> None:
    """Copy products into the federated catalogue, in the caller's transaction."""
    village = villages.by_code(code=context.here())
    makers = dict(Consignor.objects.filter(id__in={product.consignor_id for product in products}).values_list("id", "name"))
    # Locked, so that a shop that closes at this moment takes these listings along.
    shop_open = Shop.objects.select_for_update(no_key=True).values_list("open_to_buyers", flat=True).get(id=1)
    catalogue.publish(
        publications=[
            catalogue.Publication(
                id=product.id,
                village_code=village.code,
                village_name=village.name,
                village_slug=village.slug,
                consignor_name=makers[product.consignor_id],
                name=product.name,
                description=product.description,
                unit=product.unit,
                price_rupiah=product.price_rupiah,
                category=product.category,
                picture=product.picture,
                made_here=product.made_here,
                flagship=product.flagship,
                in_stock=product.on_hand > product.reserved,
                published=product.published,
                shop_open=shop_open,
                listed_at=product.created_at,
            )
            for product in products
        ]
    )
