"""What the market does when a village's rows come back: the same village gets all that happened since, a new member its goods alone."""

from __future__ import annotations

import dataclasses

from federation.buying import seller_orders
from federation.catalogue import catalogue
from federation.members import profiles
from marketplace import shops
from marketplace.goods import products
from marketplace.models import Delivery, Order, OrderLine, Product, Shop, StockMovement
from marketplace.restoring import restored_goods, restored_orders, restored_stock
from tenants import villages
from tenants.codes import VillageCode
from tenants.db import context
from tenants.schemas.restore_village import Restoration

_CAME_ALONG = "dibawa dari federasi lain"


def bring_in_line(*, restoration: Restoration) -> dict[str, int]:
    """Bring a village's restored rows in line with the shared ones, in the transaction that puts them in their place.

    Gives how many goods, consignors and orders were made again, how many orders nobody here knows, and how many goods are to be counted.

    :raises tenants.schemas.restore_village.OtherVillage: if a new member's code is that of a village with goods or orders of its own
    """
    village_code = restoration.village_code
    if restoration.is_newcomer:
        if catalogue.of_village(village_code=village_code) or seller_orders.of_seller(seller=village_code):
            restoration.refuse_newcomer()
        with context.inside(village_code):
            return _take_goods_alone(restoration)
    orders = seller_orders.of_seller(seller=village_code)
    published = catalogue.of_village(village_code=village_code)
    with context.inside(village_code):
        _take_profile(village_code)
        found = restored_goods.take_published(published=published, orders=orders)
        found |= restored_orders.take_shared(orders=orders)
        found |= restored_stock.count_again(orders=orders, act=restoration.act)
        products.publish(products=list(Product.objects.all()))
    return found


def _take_profile(village_code: VillageCode) -> None:
    """The shop says what it last said to buyers."""
    profile = dataclasses.asdict(profiles.get(village_code=village_code))
    names = {field.name for field in Shop._meta.concrete_fields}
    Shop.objects.update_or_create(id=1, defaults={name: value for name, value in profile.items() if name in names})


def _take_goods_alone(restoration: Restoration) -> dict[str, int]:
    """Shop, consignors and goods of a village that was a member elsewhere; its orders and their money stay there."""
    for rows in (OrderLine, Delivery, Order, StockMovement):
        rows.objects.all().delete()
    goods = list(Product.objects.all())
    for product in goods:
        product.reserved = 0
    Product.objects.bulk_update(goods, ["reserved"], batch_size=500)
    StockMovement.objects.bulk_create(
        StockMovement(product=product, kind=StockMovement.Kind.COUNTED, quantity=product.on_hand, reason=_CAME_ALONG, at=restoration.act.at)
        for product in goods
        if product.on_hand
    )
    shops.publish(village=villages.by_code(code=restoration.village_code), shop=Shop.objects.get(id=1))
    products.publish(products=goods)
    return {"goods": len(goods), "to_count": len(goods)}
