"""Invariants of each village's own tables, and of the shared rows that mirror them."""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

from deploy.audit.invariant import Invariant, Scope

# A row becomes one word, the hash of its values as text; both sides write the same values in the same order.
_ORDER = "state, method, goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_rupiah, refunded_rupiah, home_village, purchase_id"
_ORDER += ", placed_at, expires_at, paid_at, handed_over_at, ended_at, end_reason"
_LINE = "l.id, l.product_id, l.consignor_id, l.name, l.unit, l.quantity, l.price_rupiah, l.margin_rupiah, l.refunded, l.allowance_rupiah"
_LINE_TYPES = "id uuid, product_id uuid, consignor_id uuid, name text, unit text, quantity integer, price_rupiah integer"
_LINE_TYPES += ", margin_rupiah bigint, refunded integer, allowance_rupiah bigint"
_GOODS = "name, description, unit, price_rupiah, category, picture, made_here, flagship, published"
_SHOP = "bumdes_name, about, address, hours, phone, open_to_buyers, takes_cod, takes_transfer, transfer_details, seller_courier"
_SHOP += ", seller_courier_fee_rupiah, seller_courier_far_fee_rupiah, home_pickup, home_courier, home_courier_fee_rupiah"

_BOTH_WAYS = """
    SELECT coalesce(here.key, there.key) AS id, here.key IS NULL AS only_shared, there.key IS NULL AS only_village
    FROM ({here}) AS here FULL JOIN unnest(%(keys)s::text[], %(words)s::text[]) AS there (key, word) ON there.key = here.key
    WHERE here.word IS DISTINCT FROM there.word
"""


def _mirrored(name: str, meaning: str, *, here: str, shared: str) -> Invariant:
    """An invariant by which `here` (in the village) and `shared` give the same keys with the same words."""
    return Invariant(name, meaning, _BOTH_WAYS.replace("{here}", here), Scope.VILLAGE, shared)


INVARIANTS = (
    _mirrored(
        "order-rows-agree",
        "An order's row in its seller's schema and its shared row say the same, and neither stands alone.",
        here=f"SELECT id::text AS key, md5(({_ORDER})::text) AS word FROM marketplace_order",
        shared=f"SELECT seller, id::text, md5(({_ORDER})::text) FROM federation_sellerorder",
    ),
    _mirrored(
        "order-lines-agree",
        "The shared row's lines are the seller's: products, makers, names, pieces, prices, margins, and what went back.",
        here=f"""
        SELECT o.id::text AS key, md5((SELECT string_agg(({_LINE})::text, ' ' ORDER BY l.id)
            FROM marketplace_orderline l WHERE l.order_id = o.id AND l.quantity > 0)) AS word
        FROM marketplace_order o
        """,
        shared=f"""
        SELECT o.seller, o.id::text, md5((SELECT string_agg(({_LINE})::text, ' ' ORDER BY l.id)
            FROM jsonb_to_recordset(o.lines) AS l ({_LINE_TYPES}))) FROM federation_sellerorder o
        """,
    ),
    _mirrored(
        "lines-give-back-what-was-refunded",
        "Of an order that was paid and handed over, the lines say the same money back as its refunds: for pieces and for goods kept.",
        here="""
        SELECT o.id::text AS key,
            (o.goods_rupiah - sum(l.price_rupiah::bigint * (l.quantity - l.refunded) - l.allowance_rupiah))::text AS word
        FROM marketplace_order o JOIN marketplace_orderline l ON l.order_id = o.id
        WHERE o.state IN ('completed', 'returned') AND o.paid_at IS NOT NULL GROUP BY o.id
        """,
        shared="""
        SELECT o.seller, o.id::text, coalesce(sum(r.goods_rupiah), 0)::text FROM federation_sellerorder o
        LEFT JOIN federation_refund r ON r.order_id = o.id AND r.voided_at IS NULL
        WHERE o.state IN ('completed', 'returned') AND o.paid_at IS NOT NULL GROUP BY o.id
        """,
    ),
    _mirrored(
        "deliveries-agree",
        "How an order reaches its buyer, and who earns the fee, stands alike at its seller and on the shared row.",
        here="""
        SELECT order_id::text AS key, md5((kind, deliverer, fee_rupiah, carried_by, arrived_at, handed_over_at)::text) AS word
        FROM marketplace_delivery
        """,
        shared="""
        SELECT seller, id::text, md5((delivery, deliverer, delivery_fee_rupiah, carried_by, arrived_at, handed_over_at)::text)
        FROM federation_sellerorder
        """,
    ),
    _mirrored(
        "catalogue-agrees",
        "Every product stands in the federated catalogue as its shop has it, and nothing else does.",
        here=f"""
        SELECT p.id::text AS key, md5((c.maker, p.on_hand > p.reserved, s.open_to_buyers, {_GOODS})::text) AS word
        FROM marketplace_product p CROSS JOIN (SELECT open_to_buyers FROM marketplace_shop) AS s
        JOIN (SELECT id AS maker_id, name AS maker FROM marketplace_consignor) AS c ON c.maker_id = p.consignor_id
        """,
        shared=f"SELECT village_code, id::text, md5((consignor_name, in_stock, shop_open, {_GOODS})::text) FROM federation_listing",
    ),
    _mirrored(
        "profile-agrees",
        "A village's profile is what its shop's settings say.",
        here=f"SELECT 'shop' AS key, md5(({_SHOP})::text) AS word FROM marketplace_shop",
        shared=f"SELECT village_code, 'shop', md5(({_SHOP})::text) FROM federation_profile",
    ),
    Invariant(
        "order-is-its-lines",
        "An order's goods and margin are the sums of its lines; it has its delivery; its lines give back no more than they have.",
        """
        SELECT o.id, o.goods_rupiah, sum(l.price_rupiah * l.quantity::bigint) AS lines, o.margin_rupiah, sum(l.margin_rupiah) AS margins
        FROM marketplace_order o LEFT JOIN marketplace_orderline l ON l.order_id = o.id
        GROUP BY o.id HAVING o.goods_rupiah <> coalesce(sum(l.price_rupiah * l.quantity::bigint), 0)
            OR o.margin_rupiah <> coalesce(sum(l.margin_rupiah), 0) OR o.total_rupiah <> o.goods_rupiah + o.delivery_fee_rupiah
            OR bool_or(l.refunded > l.quantity)
        """,
        Scope.VILLAGE,
    ),
    Invariant(
        "reserved-is-live-lines",
        "A product's reserved pieces are those of its order lines, at most what is on hand.",
        """
        SELECT p.id, p.on_hand, p.reserved, coalesce(sum(l.reserved), 0) AS lines
        FROM marketplace_product p LEFT JOIN marketplace_orderline l ON l.product_id = p.id
        GROUP BY p.id HAVING p.reserved <> coalesce(sum(l.reserved), 0) OR p.reserved < 0 OR p.reserved > p.on_hand
        """,
        Scope.VILLAGE,
    ),
    Invariant(
        "lines-reserve-while-they-wait",
        "A line reserves its pieces (less what broke or was taken out) until its order is handed over or ends, and none after.",
        """
        SELECT l.id, o.state, l.quantity, l.refunded, l.broken, l.reserved FROM marketplace_orderline l
        JOIN marketplace_order o ON o.id = l.order_id
        WHERE l.reserved <> CASE WHEN o.state IN ('placed', 'accepted', 'ready', 'underway')
            THEN l.quantity - l.refunded - l.broken ELSE 0 END
        """,
        Scope.VILLAGE,
    ),
    Invariant(
        "on-hand-is-its-movements",
        "Pieces on hand are the sum of all movements of a product.",
        """
        SELECT p.id, p.on_hand, coalesce(sum(m.quantity), 0) AS movements
        FROM marketplace_product p LEFT JOIN marketplace_stockmovement m ON m.product_id = p.id
        GROUP BY p.id HAVING p.on_hand <> coalesce(sum(m.quantity), 0)
        """,
        Scope.VILLAGE,
    ),
    Invariant(
        "village-has-its-migrations",
        "A village's schema has the migrations that this code brings, and no others.",
        """
        SELECT coalesce(here.name, there.name) AS name FROM (
            SELECT app || '.' || name AS name FROM django_migrations WHERE app = ANY (%(village_apps)s)) AS here
        FULL JOIN unnest(%(village_migrations)s::text[]) AS there (name) ON there.name = here.name
        WHERE here.name IS NULL OR there.name IS NULL
        """,
        Scope.VILLAGE,
        of_release=True,
    ),
)
