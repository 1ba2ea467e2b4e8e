"""Goods and consignors that came back: as the catalogue last showed them, and made again where the export has none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from federation.buying import order_lines, seller_orders
from federation.catalogue.catalogue import Publication
from marketplace.models import Consignor, Product
from tenants import uuids

_Ordered = tuple[order_lines.OrderLine, datetime]  # a line, and when its order was placed
_SHOWN = ("name", "description", "unit", "price_rupiah", "category", "picture", "made_here", "flagship", "published")


def take_published(*, published: Sequence[Publication], orders: Sequence[seller_orders.Row]) -> dict[str, int]:
    """Bring goods and consignors in line with the catalogue and with the lines of orders; gives how many of each were made again.

    What is made again of a consignor has no margin that anybody knows, so its goods are not on sale until somebody has looked at them.
    Nothing is published here.
    """
    lines = [(line, order.placed_at) for order in orders for line in order_lines.read(order.lines)]
    consignors = _Consignors([line for line, _ in lines])
    before = {product.id: product for product in Product.objects.select_related("consignor")}
    still_named = {one.consignor_name for one in published}
    made, changed = list[Product](), list[Product]()
    for one in published:
        product = before.get(one.id)
        former = product.consignor if product is not None else None
        if product is None:
            product = Product(id=one.id, created_at=one.listed_at, updated_at=one.listed_at)
            made.append(product)
        else:
            changed.append(product)
        product.consignor = consignors.named(one.consignor_name, former=former, still_named=still_named)
        for name in _SHOWN:
            setattr(product, name, getattr(one, name))
        product.published = one.published and product.consignor.id not in consignors.made
    known = before.keys() | {product.id for product in made}
    made += _of_lines(lines, known, consignors)
    Product.objects.bulk_create(made)
    Product.objects.bulk_update(changed, [*_SHOWN, "consignor"], batch_size=500)
    return {"goods": len(made), "consignors": len(consignors.made)}


def _of_lines(lines: Sequence[_Ordered], known: set[UUID], consignors: _Consignors) -> list[Product]:
    """Goods that only orders know, as they were when ordered last; not on sale."""
    last = {UUID(line.product_id): (line, placed_at) for line, placed_at in lines if UUID(line.product_id) not in known}
    return [
        Product(
            id=product_id,
            consignor=consignors.named(line.maker, former=None, still_named=set()),
            name=line.name,
            unit=line.unit,
            price_rupiah=line.price_rupiah,
            category=line.category,
            made_here=line.made_here,
            flagship=line.flagship,
            published=False,
            created_at=placed_at,
            updated_at=placed_at,
        )
        for product_id, (line, placed_at) in last.items()
    ]


class _Consignors:
    """The village's consignors by name; one that nobody has is made again, with the id that orders know it by."""

    def __init__(self, lines: Sequence[order_lines.OrderLine]) -> None:
        self._by_name = {consignor.name: consignor for consignor in Consignor.objects.all()}
        self._ids = {line.maker: UUID(line.consignor_id) for line in lines}
        self.made: set[UUID] = set()

    def named(self, name: str, *, former: Consignor | None, still_named: set[str]) -> Consignor:
        """The consignor of this name. One whose former name nobody bears any more was renamed; `former`: of the same product before."""
        if name in self._by_name:
            return self._by_name[name]
        same = next((one for one in self._by_name.values() if one.id == self._ids.get(name)), None)
        if same is None and former is not None and former.name not in still_named:
            same = former
        if same is not None:
            self._by_name.pop(same.name, None)
            same.name = name
            same.save(update_fields=["name"])
        else:
            new_id = self._ids.get(name) or uuids.uuid7()
            same = Consignor.objects.create(id=new_id, name=name, kind=Consignor.Kind.UMKM, margin_basis_points=0)
            self.made.add(same.id)
        self._by_name[name] = same
        return same
