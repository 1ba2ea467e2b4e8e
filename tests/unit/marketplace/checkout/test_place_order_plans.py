"""A plan that a connection keeps stays right while the market grows, whatever the planner believed of the tables when it was made.

Counted in pages that a statement visits, not in time: that figure is the same on every machine.
"""

from __future__ import annotations

import hashlib
import uuid

import pytest
from django.db import connection

from federation.buying import purchases
from tests.support.settlement import books

STRANGERS = 3_000
ENOUGH_PAGES = 60  # measured 20 of a guest, 40 of a new account; with EXISTS, which the planner turns around, 15,100
_PURCHASES = """
INSERT INTO federation_purchase (id, form_key, token, code, buyer_name, buyer_phone, buyer_address, source_sha256, home_village,
    total_rupiah, language, placed_at, request_sha256)
SELECT md5('stranger ' || n)::uuid, 'form of stranger ' || n, md5(n::text), 'S' || n, 'Bu Tini', '', '', md5(n::text),
    %(home)s, 10000, 'id', now(), '' FROM generate_series(1, %(strangers)s) n
"""
_ORDERS = """
INSERT INTO federation_sellerorder (id, purchase_id, seller, home_village, holder, state, method, delivery, deliverer, carried_by, lines,
    goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_basis_points, fee_rupiah, refunded_rupiah, placed_at, ended_at, end_reason)
SELECT md5('order ' || n)::uuid, md5('stranger ' || n)::uuid, %(seller)s, %(home)s, %(home)s, 'placed', 'counter', 'pickup_home', %(home)s,
    '', '[]', 10000, 0, 10000, 0, 0, 0, now(), now(), '' FROM generate_series(1, %(strangers)s) n
"""
_COMPLETED = """
UPDATE federation_sellerorder o SET state = 'completed', paid_at = now(), ended_at = now()
FROM federation_purchase p WHERE p.id = o.purchase_id AND substr(p.code, 2)::integer % 2 = 0
"""


def account(number: int) -> str:
    """The account of a stranger: the even ones completed an order."""
    return str(uuid.UUID(hashlib.md5(f"account {number}".encode()).hexdigest()))  # noqa: S324 - a number made long


@pytest.mark.parametrize(
    ("look", "whose"),
    [(purchases.TERMS_FOR_GUEST, "no basket"), (purchases.TERMS_FOR_ACCOUNT, account(9)), (purchases.TERMS_FOR_ACCOUNT, account(8))],
    ids=["guest", "new account", "proven account"],
)
def test_a_checkout_looks_at_the_buyers_purchases_only(market, look, whose):
    """The planner last saw the market when nobody left a number and no order was unpaid; since then thousands are."""
    with market.as_owner(), connection.cursor() as cursor:
        values = {"home": books.A, "seller": books.B, "strangers": STRANGERS}
        cursor.execute(_PURCHASES, values)
        cursor.execute(_ORDERS, values)
        cursor.execute("ANALYZE federation_purchase, federation_sellerorder")
        cursor.execute("UPDATE federation_purchase SET buyer_phone = '+62812' || (1000000 + substr(code, 2)::integer)")
        cursor.execute("UPDATE federation_purchase SET account_id = md5('account ' || substr(code, 2))::uuid")
        cursor.execute("UPDATE federation_sellerorder SET ended_at = NULL")
        cursor.execute(_COMPLETED)
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE look ({', '.join(look.types)}) AS {look.text}")
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE look (%s, '+628121000007', 'nowhere', %s, 'no form')", [whose, books.A]
        )
        [(plan,)] = cursor.fetchall()

    top = plan[0]["Plan"]
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < ENOUGH_PAGES
