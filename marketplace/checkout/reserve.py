"""One seller's part of a checkout, inside the seller's schema: the goods are reserved and priced under lock, the order is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from federation.buying import purchases
from marketplace.checkout import errors, options
from marketplace.goods import consignors
from tenants import uuids, villages
from tenants.codes import OUTSIDE, VillageCode
from tenants.db import statements

Wanted = Sequence[tuple[str, int, int]]  # the product's id as text, quantity, price that the buyer was shown


@dataclass(frozen=True)
class Taken:
    """One seller's goods, reserved."""

    seller: VillageCode
    lines: Sequence[dict[str, Any]]
    goods_rupiah: int
    choice: options.Choice
    carried_by: str
    ran_out: Sequence[str]


# Guarded so that no piece is promised twice; what comes back is what the order freezes.
TAKE = """
UPDATE marketplace_product product SET reserved = product.reserved + {pieces}
FROM {wanted} marketplace_consignor consignor, marketplace_shop shop
WHERE product.id = {product} AND consignor.id = product.consignor_id
    AND product.published AND shop.open_to_buyers AND product.on_hand - product.reserved >= {pieces}
RETURNING product.id::text, product.name, product.unit, product.price_rupiah, {pieces}, product.consignor_id::text,
    consignor.margin_rupiah, consignor.margin_basis_points, product.on_hand - product.reserved,
    coalesce(nullif(shop.carried_by, ''), shop.bumdes_name),
    shop.takes_cod, shop.seller_courier, shop.seller_courier_fee_rupiah, shop.seller_courier_far_fee_rupiah
"""
# Several products are locked in the order of their ids before any is changed. One needs no order, and most buyers take one of a
# village: without locking, joining and unnesting it costs half.
LOCKED = """
WITH locked AS MATERIALIZED (
    SELECT product.id, wanted.quantity FROM unnest($1, $2) AS wanted (id, quantity) JOIN marketplace_product product USING (id)
    ORDER BY product.id FOR NO KEY UPDATE OF product
)
"""
TAKE_ONE = statements.Statement(TAKE.format(wanted="", product="$1", pieces="$2"), ["uuid", "integer"])
TAKE_SEVERAL = statements.Statement(
    LOCKED + TAKE.format(wanted="locked,", product="locked.id", pieces="locked.quantity"), ["uuid[]", "integer[]"]
)
SHOP = ("takes_cod", "seller_courier", "seller_courier_fee_rupiah", "seller_courier_far_fee_rupiah")


def take(
    *,
    seller: VillageCode,
    wanted: Wanted,
    home_village: str,
    home_shop: Mapping[str, Any] | None,
    choice: tuple[str, str],
    expected_rupiah: int | None,
) -> Taken:
    """Inside the seller's village, reserve its goods and hold them against what the buyer saw: (method, delivery) and the total.

    :raises refusals.ShopClosed, SoldOut, NotSold, ChoiceNotOffered, PriceChanged, AmountChanged: naming village and item
    """
    village = villages.by_code(code=seller)
    if village.state != villages.State.ACTIVE:
        raise errors.ShopClosed(village=village.name)
    rows = _reserve(wanted)
    if len(rows) < len(wanted):
        raise errors.why_not(wanted=wanted, reserved={row[0] for row in rows}, village=village.name)
    carrier, *settings = rows[0][9:]
    lines = [_line(row) for row in rows]
    shop = dict(zip(SHOP, settings, strict=True))
    chosen = options.find(choice, seller=seller, shop=shop, home=home_village, home_shop=home_shop)
    if chosen is None:
        raise errors.ChoiceNotOffered(village=village.name)
    goods_rupiah = sum([line["price_rupiah"] * line["quantity"] for line in lines])
    if expected_rupiah != goods_rupiah + chosen.fee_rupiah:
        raise errors.what_changed(wanted=wanted, lines=lines, village=village.name)
    stays = home_village in (seller, OUTSIDE) or chosen.delivery == options.Delivery.PICKUP_SELLER
    return Taken(seller, lines, goods_rupiah, chosen, "" if stays else carrier, [row[0] for row in rows if row[8] == 0])


def _reserve(wanted: Wanted) -> list[tuple[Any, ...]]:
    if len(wanted) == 1:
        return statements.query(TAKE_ONE, *wanted[0][:2])
    products, quantities = statements.array([line[0] for line in wanted]), statements.array([line[1] for line in wanted])
    return sorted(statements.query(TAKE_SEVERAL, products, quantities))


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    product_id, name, unit, price_rupiah, quantity, consignor_id, margin_rupiah, margin_basis_points = row[:8]
    margin = consignors.margin_of(
        price_rupiah=price_rupiah, quantity=quantity, margin_rupiah=margin_rupiah, margin_basis_points=margin_basis_points
    )
    return {
        "id": uuids.uuid7_text(),
        "product_id": product_id,
        "name": name,
        "unit": unit,
        "quantity": quantity,
        "price_rupiah": price_rupiah,
        "consignor_id": consignor_id,
        "margin_rupiah": margin,
    }


# The order, its way to the buyer and its lines.
WRITE = statements.Statement(
    """
WITH placed AS (
    INSERT INTO marketplace_order (id, purchase_id, code, buyer_name, buyer_phone, buyer_address, home_village, state, method,
        goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_rupiah, margin_rupiah, refunded_rupiah, placed_at, expires_at, end_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'placed', $8, $9, $10, $9 + $10, $11, $12, 0, $13, $14, '')
), way AS (
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


def write(*, order: purchases.OrderRow, purchase: purchases.NewPurchase) -> None:
    """Inside the seller's village, write its order with delivery and lines."""
    statements.execute_later(
        WRITE,
        order.id,
        purchase.id,
        purchase.code,
        purchase.buyer_name,
        purchase.buyer_phone,
        purchase.buyer_address,
        purchase.home_village,
        order.method,
        order.goods_rupiah,
        order.delivery_fee_rupiah,
        order.fee_rupiah,
        sum([line["margin_rupiah"] for line in order.lines]),
        purchase.placed_at,
        order.expires_at,
        order.delivery,
        order.deliverer,
        order.carried_by,
        json.dumps(order.lines),
    )
