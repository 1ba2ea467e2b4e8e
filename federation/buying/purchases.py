"""Writing purchases: the shared rows of a checkout, in few statements, called inside its transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import F

from federation.buying import order_drafts, purchase_codes
from federation.models import Purchase
from tenants import models as tenants_models
from tenants.codes import VillageCode
from tenants.db import context, statements

Row: TypeAlias = Purchase
# A purchase keeps its address as two hashes of this length: of the wider network, then of the narrow one. Only IPv6 has a wider one, in
# which a household or a carrier's phones have many narrow ones: so it may hold so many times what one of them may.
SOURCE_NETWORK_CHARACTERS = 32
NETWORK_TIMES = 8
ONCE = ("purchase_code_once", "federation_purchase_form_key", "purchase_form_once")  # constraints that a second try resolves


@dataclass(frozen=True, kw_only=True)
class PurchaseDraft:
    """A purchase before it is written, apart from its orders; the personal data is the only copy of it, blankable."""

    id: str
    form_key: str
    request_sha256: str  # of all that the form said
    code: str
    account_id: UUID | None
    ordered_by: UUID | None
    buyer_name: str
    buyer_phone: str
    buyer_address: str
    source_sha256: str
    home_village: VillageCode
    fee_basis_points: int
    language: str
    placed_at: datetime


class RequestedLine(NamedTuple):
    """A line of a basket that is being ordered."""

    product_id: str
    quantity: int


class TermsRow(NamedTuple):
    """A row of TERMS, a column per field: what holds for the whole checkout, then a line of the basket."""

    fee_basis_points: int
    counter_hold_hours: int
    cod_hold_hours: int
    unpaid_per_phone_max: int
    unpaid_per_address_max: int
    unproven_unpaid_max_rupiah: int
    unpaid_of_buyer: int  # of this phone, whoever ordered; of a proven account that orders for itself its own
    unpaid_of_source: int  # of buyers that were not proven, and so is the next
    unpaid_of_network: int
    proven: bool  # see `is_proven`
    unpaid_rupiah: int  # as `unpaid_of_buyer` (while they are fewer than allowed: all), and of an account that is not proven
    home_pickup: bool | None  # None: the home is no member, and so are the next two
    home_courier: bool
    home_courier_fee_rupiah: int
    earlier_id: UUID | None  # the purchase that this form made before, if any, its next two, and what that form said
    earlier_token: str
    earlier_code: str
    earlier_request_sha256: str
    basket_id: str | None
    seller: VillageCode | None  # None: the basket is empty, or there is none
    product_id: str
    quantity: int


@dataclass(frozen=True)
class HomeShop:
    """What the shop of the buyer's home village does for goods of others."""

    home_pickup: bool
    home_courier: bool
    home_courier_fee_rupiah: int


@dataclass(frozen=True)
class CheckoutTerms:
    """What a checkout must know of the federation and the buyer, read after the buyer's locks are held."""

    facts: TermsRow  # any of the rows: the first nineteen columns are the same in all of them
    requested: Mapping[VillageCode, Sequence[RequestedLine]]  # the basket by seller, products in the order of their ids

    @property
    def home_shop(self) -> HomeShop | None:
        facts = self.facts
        if facts.home_pickup is None:
            return None
        return HomeShop(facts.home_pickup, facts.home_courier, facts.home_courier_fee_rupiah)

    @property
    def pieces(self) -> dict[str, int]:
        """How many pieces of each product lie in the basket."""
        return {line.product_id: line.quantity for lines in self.requested.values() for line in lines}


# The advisory locks make the counts and sums of unpaid purchases below true for two checkouts of one buyer at the same time.
LOCK_BUYER = """
SELECT (SELECT id FROM federation_basket b WHERE {whose} FOR NO KEY UPDATE),
    CASE WHEN $2 <> '' THEN pg_advisory_xact_lock(hashtextextended('phone:' || $2, 0)) END,
    CASE WHEN $3 <> '' THEN pg_advisory_xact_lock(hashtextextended('source:' || $3, 0)) END
"""
# A row per line of the basket, or one without a line; the counts are made once, not for each row, and stop at what is allowed. This
# plan is made once, not for a buyer, and from what the planner last believed of the tables. Written as EXISTS, it may start at all
# unpaid orders, which it believed to be none (measured: 50 ms a checkout beside 57,000 of them). So each purchase of the buyer asks
# for itself, and asks by purchase: no index of open orders knows coalesce. A proven account is seldom asked for more than its newest
# two purchases; what others have not paid is summed, once for each purchase, over this phone and the account's other phones.
# Anybody can type somebody else's number: a proven account has a limit of its own. Staff, who come without an address, count by phone.
TERMS = """
WITH terms AS MATERIALIZED (
    SELECT fee_basis_points, counter_hold_hours, cod_hold_hours, unpaid_per_phone_max, unpaid_per_address_max,
        unproven_unpaid_max_rupiah, of_buyer.purchases AS unpaid_of_buyer,
        CASE WHEN $3 = '' THEN 0 ELSE (SELECT count(*) FROM (SELECT FROM federation_purchase p WHERE p.source_sha256 = $3 AND {unpaid}
            ORDER BY p.placed_at DESC LIMIT unpaid_per_address_max) newest) END AS unpaid_of_source,
        CASE WHEN length($3) <= {network} THEN 0 ELSE (SELECT count(*) FROM (SELECT FROM federation_purchase p
            WHERE p.source_sha256 >= left($3, {network}) AND p.source_sha256 < left($3, {network}) || 'g' AND {unpaid}
            LIMIT unpaid_per_address_max * {times}) near) END AS unpaid_of_network,
        buyer.proven, of_buyer.rupiah + CASE WHEN buyer.proven THEN 0 ELSE {elsewhere} END AS unpaid_rupiah
    FROM federation_federation
    CROSS JOIN (SELECT {proven} AS proven OFFSET 0) buyer
    CROSS JOIN LATERAL (SELECT count(*) AS purchases, coalesce(sum(newest.rupiah), 0)::bigint AS rupiah
        FROM ((SELECT {rupiah} AS rupiah FROM federation_purchase p
            WHERE NOT (buyer.proven AND $3 <> '') AND $2 <> '' AND p.buyer_phone = $2 AND {unpaid}
            ORDER BY p.placed_at DESC LIMIT unpaid_per_phone_max) {own}) newest) of_buyer
)
SELECT terms.*, home.home_pickup, home.home_courier, home.home_courier_fee_rupiah,
    earlier.id AS earlier_id, earlier.token AS earlier_token, earlier.code AS earlier_code,
    earlier.request_sha256 AS earlier_request_sha256, b.id::text AS basket_id,
    line.village_code AS seller, line.product_id::text, line.quantity
FROM terms
LEFT JOIN federation_profile home ON home.village_code = $4
LEFT JOIN federation_purchase earlier ON earlier.form_key = $5
LEFT JOIN federation_basket b ON {whose}
LEFT JOIN federation_basketline line ON line.basket_id = b.id
"""
UNPAID_ORDERS = "FROM federation_sellerorder o WHERE o.purchase_id = p.id AND coalesce(o.paid_at, o.ended_at) IS NULL"
UNPAID, RUPIAH = f"(SELECT true {UNPAID_ORDERS} LIMIT 1)", f"(SELECT sum(o.total_rupiah) {UNPAID_ORDERS})"
PROVEN = """(SELECT true FROM federation_purchase p WHERE p.account_id = $1
    AND (SELECT true FROM federation_sellerorder o WHERE o.purchase_id = p.id AND o.state = 'completed' LIMIT 1)
    ORDER BY p.placed_at DESC LIMIT 1) IS NOT NULL"""
ELSEWHERE = f"""(SELECT coalesce(sum({RUPIAH}), 0)::bigint FROM federation_purchase p
    WHERE p.account_id = $1 AND p.buyer_phone <> $2 AND {UNPAID})"""  # noqa: S608 - our own words
GUEST, ACCOUNT = "b.token = $1 AND b.account_id IS NULL", "b.account_id = $1"
LOCK_GUEST = statements.Statement(LOCK_BUYER.replace("{whose}", GUEST), ["text"] * 3)
LOCK_ACCOUNT = statements.Statement(LOCK_BUYER.replace("{whose}", ACCOUNT), ["uuid", "text", "text"])
OWN = f"""UNION ALL (SELECT {RUPIAH} FROM federation_purchase p
            WHERE buyer.proven AND $3 <> '' AND p.account_id = $1 AND {UNPAID} ORDER BY p.placed_at DESC LIMIT unpaid_per_phone_max)"""  # noqa: S608 - our own words
LOOK = {"unpaid": UNPAID, "rupiah": RUPIAH, "network": SOURCE_NETWORK_CHARACTERS, "times": NETWORK_TIMES}
TERMS_FOR_GUEST = statements.Statement(TERMS.format(whose=GUEST, proven="false", elsewhere="0", own="", **LOOK), ["text"] * 5)
IS_PROVEN = statements.Statement(f"SELECT {PROVEN}", ["uuid"])
TERMS_FOR_ACCOUNT = statements.Statement(
    TERMS.format(whose=ACCOUNT, proven=PROVEN, elsewhere=ELSEWHERE, own=OWN, **LOOK), ["uuid", *["text"] * 4]
)


def begin(
    *, form_key: str, token: str | None, account_id: UUID | None, phone: str, source_sha256: str, home_village: VillageCode
) -> CheckoutTerms:
    """Make everything else of this buyer wait (the basket, the phone number, the network address), then read what is ordered, on
    what terms, and what stands in the way. Two statements: the second sees all that was committed while the first one waited.
    """
    lock, read = (LOCK_GUEST, TERMS_FOR_GUEST) if account_id is None else (LOCK_ACCOUNT, TERMS_FOR_ACCOUNT)
    whose = account_id or token or ""
    statements.execute_later(lock, whose, phone, source_sha256)
    rows = statements.query_as(TermsRow, read, whose, phone, source_sha256, home_village, form_key)
    requested: dict[VillageCode, list[RequestedLine]] = {}
    for row in rows:
        if row.seller is not None:
            requested.setdefault(row.seller, []).append(RequestedLine(row.product_id, row.quantity))
    for lines in requested.values():
        lines.sort()
    return CheckoutTerms(rows[0], requested)


def by_code(*, code: str) -> Row | None:
    """The purchase with this short code, in any writing."""
    return Purchase.objects.filter(code=purchase_codes.normal(code)).first()


def by_token(*, token: str) -> Row | None:
    """The purchase of a buyer's link."""
    return Purchase.objects.filter(token=token).first()


def account_of(*, purchase_id: UUID) -> UUID | None:
    """Whose account made a purchase; None: a guest."""
    return Purchase.objects.values_list("account_id", flat=True).get(id=purchase_id)


def reduce(*, purchase_id: UUID, rupiah: int) -> None:
    """A purchase costs so much less: an unpaid order of it became smaller."""
    Purchase.objects.filter(id=purchase_id).update(total_rupiah=F("total_rupiah") - rupiah)


def is_proven(*, account_id: UUID | None) -> bool:
    """Whether an order of this account was paid and handed over; until then it is as good as a guest, since an account costs nothing."""
    if account_id is None:
        return False
    with context.public():
        return bool(statements.query(IS_PROVEN, account_id)[0][0])


RECORD = statements.Statement(
    """
WITH purchase AS (
    INSERT INTO federation_purchase (id, form_key, token, code, account_id, ordered_by, buyer_name, buyer_phone, buyer_address,
        source_sha256, home_village, total_rupiah, language, placed_at, request_sha256)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $18)
), emptied AS (
    DELETE FROM federation_basketline WHERE basket_id = $15 AND village_code <> ALL ($19)
), head AS (
    UPDATE federation_basket SET line_count = $20, home_village = $11, home_chosen = true, touched_at = $14 WHERE id = $15
)
INSERT INTO federation_sellerorder (id, purchase_id, seller, home_village, holder, state, method, delivery, deliverer, carried_by, lines,
    goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_basis_points, fee_rupiah, refunded_rupiah, placed_at, expires_at, end_reason)
SELECT o.id, $1, o.seller, $11, o.holder, 'placed', o.method, o.delivery, o.deliverer, o.carried_by, o.lines,
    o.goods_rupiah, o.delivery_fee_rupiah, o.goods_rupiah + o.delivery_fee_rupiah, $16, o.fee_rupiah, 0, $14, o.expires_at, ''
FROM jsonb_to_recordset($17) AS o (id uuid, seller text, holder text, method text, delivery text, deliverer text, carried_by text,
    goods_rupiah bigint, delivery_fee_rupiah bigint, fee_rupiah bigint, expires_at timestamptz, lines jsonb)
""",
    [
        *["uuid", "text", "text", "text", "uuid", "uuid", *["text"] * 5, "bigint", "text", "timestamptz", "uuid", "integer", "jsonb"],
        *["text", "text[]", "integer"],
    ],
)


def record(
    *, purchase: PurchaseDraft, orders: Sequence[order_drafts.OrderDraft], basket_id: str | None, kept: Mapping[VillageCode, int]
) -> str:
    """Write a purchase with its orders and empty the basket but for `kept` (lines by village), in one statement; gives the token."""
    token = tenants_models.new_token()
    statements.execute_later(
        RECORD,
        purchase.id,
        purchase.form_key,
        token,
        purchase.code,
        purchase.account_id,
        purchase.ordered_by,
        purchase.buyer_name,
        purchase.buyer_phone,
        purchase.buyer_address,
        purchase.source_sha256,
        purchase.home_village,
        sum([order.total_rupiah for order in orders]),
        purchase.language,
        purchase.placed_at,
        basket_id,
        purchase.fee_basis_points,
        json.dumps([_row(order) for order in orders]),
        purchase.request_sha256,
        statements.array(list(kept)),
        sum(kept.values()),
    )
    return token


def _row(order: order_drafts.OrderDraft) -> dict[str, object]:
    choice = order.choice
    return {
        "id": order.id,
        "seller": order.seller,
        "holder": choice.holder,
        "method": choice.method,
        "delivery": choice.delivery,
        "deliverer": choice.deliverer,
        "carried_by": order.carried_by,
        "goods_rupiah": order.goods_rupiah,
        "delivery_fee_rupiah": choice.fee_rupiah,
        "fee_rupiah": order.fee_rupiah,
        "expires_at": order.expires_at.isoformat(),
        "lines": order.lines_json,
    }
