"""One seller's part of a checkout, inside the seller's schema: the goods are reserved and priced under lock, the order is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from federation.buying import order_drafts, order_lines, order_states, payment_methods, purchases
from marketplace.checkout import errors, options
from marketplace.goods import consignors
from tenants import trade_holds, uuids, villages
from tenants.codes import OUTSIDE, VillageCode
from tenants.db import statements


class ReservedProduct(NamedTuple):
    """What RESERVE gives of a product, a column per field: what the order freezes, and the shop's settings."""

    product_id: str
    name: str
    unit: str
    price_rupiah: int
    quantity: int
    category: str
    made_here: bool
    flagship: bool
    consignor_id: str
    maker: str
    margin_rupiah: int | None
    margin_basis_points: int | None
    pieces_left: int
    carrier: str  # who usually carries the shop's goods to other villages
    takes_cod: bool
    takes_transfer: bool
    seller_courier: bool
    seller_courier_fee_rupiah: int
    seller_courier_far_fee_rupiah: int


# Guarded so that no piece is promised twice; what comes back is what the order freezes.
RESERVE = """
UPDATE marketplace_product product SET reserved = product.reserved + {pieces}
FROM {requested} marketplace_consignor consignor, marketplace_shop shop
WHERE product.id = {product} AND consignor.id = product.consignor_id
    AND product.published AND shop.open_to_buyers AND product.on_hand - product.reserved >= {pieces}
RETURNING product.id::text AS product_id, product.name, product.unit, product.price_rupiah, {pieces} AS quantity,
    product.category, product.made_here, product.flagship, product.consignor_id::text, consignor.name AS maker,
    consignor.margin_rupiah, consignor.margin_basis_points,
    product.on_hand - product.reserved AS pieces_left, coalesce(nullif(shop.carried_by, ''), shop.bumdes_name) AS carrier,
    shop.takes_cod, shop.takes_transfer, shop.seller_courier, shop.seller_courier_fee_rupiah, shop.seller_courier_far_fee_rupiah
"""
# Several products are locked in the order of their ids before any is changed. One needs no order, and most buyers order one of a
# village: without locking, joining and unnesting it costs half.
LOCKED = """
WITH locked AS MATERIALIZED (
    SELECT product.id, requested.quantity FROM unnest($1, $2) AS requested (id, quantity) JOIN marketplace_product product USING (id)
    ORDER BY product.id FOR NO KEY UPDATE OF product
)
"""
RESERVE_ONE = statements.Statement(RESERVE.format(requested="", product="$1", pieces="$2"), ["uuid", "integer"])
RESERVE_SEVERAL = statements.Statement(
    LOCKED + RESERVE.format(requested="locked,", product="locked.id", pieces="locked.quantity"), ["uuid[]", "integer[]"]
)


def draft_order(
    *,
    seller: VillageCode,
    terms: purchases.CheckoutTerms,
    home_village: VillageCode,
    selection: order_drafts.Selection,
    at: datetime,
) -> order_drafts.OrderDraft:
    """Inside the seller's village, reserve what is ordered of it and draft the order.

    :raises errors.ShopClosed, errors.SoldOut, errors.NotSold, errors.ChoiceMissing, errors.ChoiceNotOffered, errors.GoodsChanged,
        errors.PriceChanged, errors.AmountChanged, trade_holds.TradeHeld: naming village and item
    """
    village = villages.by_code(code=seller)
    if village.state != villages.State.ACTIVE:
        raise errors.ShopClosed(village=village.name)
    trade_holds.refuse_order(village_code=seller)
    requested = terms.requested[seller]
    products = _reserve(requested)
    if len(products) < len(requested):
        reserved = {product.product_id for product in products}
        raise errors.not_available(requested=requested, reserved=reserved, village=village.name)
    shop = products[0]  # its settings are the same in all
    if not selection.option.method:
        raise errors.ChoiceMissing(village=village.name)
    choice = options.find(option=selection.option, seller=seller, shop=shop, home=home_village, home_shop=terms.home_shop)
    if choice is None:
        raise errors.ChoiceNotOffered(village=village.name)
    facts = terms.facts
    hours = payment_methods.of(method=choice.method).hold.hours(terms=facts)
    stays = home_village in (seller, OUTSIDE) or choice.delivery == order_states.Delivery.PICKUP_SELLER
    draft = order_drafts.OrderDraft(
        id=uuids.uuid7_text(),
        seller=seller,
        home_village=home_village,
        choice=choice,
        carried_by="" if stays else shop.carrier,
        lines=[_line(product) for product in products],
        fee_basis_points=facts.fee_basis_points,
        expires_at=at + timedelta(hours=hours),
        sold_out=[product.product_id for product in products if product.pieces_left == 0],
    )
    if selection.expected_rupiah != draft.total_rupiah or (selection.shown is not None and list(selection.shown) != draft.shown):
        raise errors.not_as_shown(selection=selection, order=draft, village=village.name)
    return draft


def _reserve(requested: Sequence[purchases.RequestedLine]) -> list[ReservedProduct]:
    if len(requested) == 1:
        return statements.query_as(ReservedProduct, RESERVE_ONE, requested[0].product_id, requested[0].quantity)
    ids, quantities = statements.array([line.product_id for line in requested]), statements.array([line.quantity for line in requested])
    return sorted(statements.query_as(ReservedProduct, RESERVE_SEVERAL, ids, quantities))


def _line(product: ReservedProduct) -> order_lines.OrderLine:
    return order_lines.OrderLine(
        id=uuids.uuid7_text(),
        product_id=product.product_id,
        consignor_id=product.consignor_id,
        maker=product.maker,
        name=product.name,
        unit=product.unit,
        quantity=product.quantity,
        price_rupiah=product.price_rupiah,
        margin_rupiah=consignors.margin_of(
            price_rupiah=product.price_rupiah,
            quantity=product.quantity,
            margin_rupiah=product.margin_rupiah,
            margin_basis_points=product.margin_basis_points,
        ),
        cost_rupiah=None,
        category=product.category,
        made_here=product.made_here,
        flagship=product.flagship,
    )


# The order, its delivery and its lines.
WRITE = statements.Statement(
    """
WITH placed AS (
    INSERT INTO marketplace_order (id, purchase_id, code, buyer_name, buyer_phone, buyer_address, home_village, state, method,
        goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_rupiah, margin_rupiah, refunded_rupiah, placed_at, expires_at, end_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'placed', $8, $9, $10, $9 + $10, $11, $12, 0, $13, $14, '')
), delivery AS (
    INSERT INTO marketplace_delivery (order_id, kind, deliverer, fee_rupiah, carried_by) VALUES ($1, $15, $16, $10, $17)
)
INSERT INTO marketplace_orderline
    (order_id, broken, refunded, id, product_id, consignor_id, name, unit, quantity, reserved, price_rupiah, margin_rupiah)
SELECT $1, 0, 0, id, product_id, consignor_id, name, unit, quantity, quantity, price_rupiah, margin_rupiah
FROM jsonb_to_recordset($18) AS line (id uuid, product_id uuid, consignor_id uuid, name text, unit text, quantity integer,
    price_rupiah integer, margin_rupiah bigint)
""",
    ["uuid", "uuid", *["text"] * 6, *["bigint"] * 4, "timestamptz", "timestamptz", *["text"] * 3, "jsonb"],
)


def write(*, order: order_drafts.OrderDraft, purchase: purchases.PurchaseDraft) -> None:
    """Inside the seller's village, write its order with delivery and lines."""
    choice = order.choice
    statements.execute_later(
        WRITE,
        order.id,
        purchase.id,
        purchase.code,
        purchase.buyer_name,
        purchase.buyer_phone,
        purchase.buyer_address,
        order.home_village,
        choice.method,
        order.goods_rupiah,
        choice.fee_rupiah,
        order.fee_rupiah,
        order.margin_rupiah,
        purchase.placed_at,
        order.expires_at,
        choice.delivery,
        choice.deliverer,
        order.carried_by,
        json.dumps(order.lines_json),
    )
