"""Writing purchases: the shared rows of a checkout, in few statements, called inside its transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenants import models as tenants_models
from tenants.codes import VillageCode

# Without 0 O 1 I L: read out at a counter and written down by hand.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
ONCE = ("purchase_code_once", "federation_purchase_form_key", "purchase_form_once")  # constraints that a second try resolves


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """One seller's part, as it is frozen; `lines` holds product_id, name, unit, quantity, price_rupiah of each."""

    id: UUID
    seller: VillageCode
    home_village: str
    holder: str
    method: str
    delivery: str
    deliverer: str
    carried_by: str
    lines: Sequence[Mapping[str, Any]]
    goods_rupiah: int
    delivery_fee_rupiah: int
    fee_basis_points: int
    fee_rupiah: int
    placed_at: datetime
    expires_at: datetime

    @property
    def total_rupiah(self) -> int:
        return self.goods_rupiah + self.delivery_fee_rupiah


@dataclass(frozen=True, kw_only=True)
class NewPurchase:
    """A purchase before its orders; the personal data is the only one that is kept of it, blankable."""

    id: UUID
    form_key: str
    code: str
    account_id: UUID | None
    ordered_by: UUID | None
    buyer_name: str
    buyer_phone: str
    buyer_address: str
    source_sha256: str
    home_village: str
    language: str
    placed_at: datetime


@dataclass(frozen=True)
class Terms:
    """What a checkout must know of the federation, read after the buyer's locks are held."""

    fee_basis_points: int
    counter_hold_hours: int
    cod_hold_hours: int
    unpaid_per_phone_max: int
    unpaid_per_address_max: int
    unpaid_of_phone: int
    unpaid_of_source: int
    home_shop: dict[str, Any] | None  # home_pickup, home_courier, home_courier_fee_rupiah
    purchase: tuple[UUID, str, str] | None  # (id, token, code) that this form made before
    purchase_rupiah: int  # its total


def new_code() -> str:
    """A short code such as K7M-42P: 887 million of them, never guessed as proof of anything."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def normal_code(text: str) -> str:
    """A code as people type it (any case, spaces, no dash) in its stored form."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    return f"{letters[:3]}-{letters[3:]}"[:9]


# The advisory locks make the counts of unpaid purchases below true for two checkouts of one buyer at the same time.
LOCK_BUYER = """
SELECT (SELECT id FROM federation_basket WHERE {whose} FOR NO KEY UPDATE),
    CASE WHEN %(phone)s <> '' THEN pg_advisory_xact_lock(hashtextextended('phone:' || %(phone)s, 0)) END,
    CASE WHEN %(source)s <> '' THEN pg_advisory_xact_lock(hashtextextended('source:' || %(source)s, 0)) END
"""


def lock_buyer(*, token: str | None, account_id: UUID | None, phone: str, source_sha256: str) -> UUID | None:
    """Make everything else of this buyer wait: the basket, the phone number, the network address. Gives the basket's id."""
    whose = "account_id = %(account)s" if account_id is not None else "token = %(token)s AND account_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            LOCK_BUYER.format(whose=whose), {"account": account_id, "token": token or "", "phone": phone, "source": source_sha256}
        )
        basket_id: UUID | None = cursor.fetchone()[0]
        return basket_id


NUMBERS: tuple[str, ...] = ("fee_basis_points", "counter_hold_hours", "cod_hold_hours", "unpaid_per_phone_max", "unpaid_per_address_max")
NUMBERS += ("unpaid_of_phone", "unpaid_of_source")
TERMS = """
SELECT fee_basis_points, counter_hold_hours, cod_hold_hours, unpaid_per_phone_max, unpaid_per_address_max,
    CASE WHEN %(phone)s = '' THEN 0 ELSE (SELECT count(*) FROM federation_purchase p WHERE p.buyer_phone = %(phone)s AND {unpaid}) END,
    CASE WHEN %(source)s = '' THEN 0 ELSE (SELECT count(*) FROM federation_purchase p WHERE p.source_sha256 = %(source)s AND {unpaid}) END,
    home.home_pickup, home.home_courier, home.home_courier_fee_rupiah, old.id, old.token, old.code,
    coalesce(old.total_rupiah, 0)
FROM federation_federation
LEFT JOIN federation_profile home ON home.village_code = %(home)s
LEFT JOIN federation_purchase old ON old.form_key = %(form_key)s
""".replace(
    "{unpaid}",
    "EXISTS (SELECT 1 FROM federation_sellerorder o WHERE o.purchase_id = p.id AND o.paid_at IS NULL AND o.ended_at IS NULL)",
)


def terms(*, form_key: str, home_village: str, phone: str, source_sha256: str) -> Terms:
    """The federation's terms and what stands in the way, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TERMS, {"form_key": form_key, "home": home_village, "phone": phone, "source": source_sha256})
        *numbers, pickup, courier, courier_fee, old_id, old_token, old_code, old_rupiah = cursor.fetchone()
    home = None if pickup is None else {"home_pickup": pickup, "home_courier": courier, "home_courier_fee_rupiah": courier_fee}
    fields = dict(zip(NUMBERS, numbers, strict=True))
    return Terms(**fields, home_shop=home, purchase=None if old_id is None else (old_id, old_token, old_code), purchase_rupiah=old_rupiah)


def lines_of(*, basket_id: UUID | None) -> dict[VillageCode, list[tuple[UUID, int, int]]]:
    """A basket's lines by seller: (product, quantity, price that the buyer was shown), by product."""
    wanted: dict[VillageCode, list[tuple[UUID, int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT village_code, product_id, quantity, price_rupiah FROM federation_basketline WHERE basket_id = %s ORDER BY 1, 2",
            [basket_id],
        )
        for village_code, product_id, quantity, price_rupiah in cursor.fetchall():
            wanted.setdefault(village_code, []).append((product_id, quantity, price_rupiah))
    return wanted


RECORD = """
WITH purchase AS (
    INSERT INTO federation_purchase (id, form_key, token, code, account_id, ordered_by, buyer_name, buyer_phone, buyer_address,
        source_sha256, home_village, total_rupiah, language, placed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
), emptied AS (
    DELETE FROM federation_basketline WHERE basket_id = %s
), head AS (
    UPDATE federation_basket SET line_count = 0, home_village = %s, home_chosen = true, touched_at = %s WHERE id = %s
)
INSERT INTO federation_sellerorder (id, purchase_id, seller, home_village, holder, state, method, delivery, deliverer, carried_by, lines,
    goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_basis_points, fee_rupiah, refunded_rupiah, placed_at, expires_at, end_reason)
VALUES """
ORDER_PLACES = "(%s, %s, %s, %s, %s, 'placed', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, %s, '')"


def record(*, purchase: NewPurchase, orders: Sequence[OrderRow], basket_id: UUID | None) -> str:
    """Write a purchase with its orders and empty the basket, in one statement; gives the buyer's token."""
    token = tenants_models.new_token()
    total_rupiah = sum(order.total_rupiah for order in orders)
    values: list[Any] = [purchase.id, purchase.form_key, token, purchase.code, purchase.account_id, purchase.ordered_by]
    values += [purchase.buyer_name, purchase.buyer_phone, purchase.buyer_address, purchase.source_sha256, purchase.home_village]
    values += [total_rupiah, purchase.language, purchase.placed_at]
    values += [basket_id, purchase.home_village, purchase.placed_at, basket_id]
    for order in orders:
        values += [order.id, purchase.id, order.seller, order.home_village, order.holder, order.method, order.delivery, order.deliverer]
        values += [order.carried_by, json.dumps([_shown(line) for line in order.lines]), order.goods_rupiah, order.delivery_fee_rupiah]
        values += [order.total_rupiah, order.fee_basis_points, order.fee_rupiah, order.placed_at, order.expires_at]
    with connection.cursor() as cursor:
        cursor.execute(RECORD + ", ".join([ORDER_PLACES] * len(orders)), values)
    return token


def _shown(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "product": str(line["product_id"]),
        "name": line["name"],
        "unit": line["unit"],
        "quantity": line["quantity"],
        "price_rupiah": line["price_rupiah"],
    }
