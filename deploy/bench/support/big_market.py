"""A market of any number of villages whose pages have something to show: goods, limits, debts, a closed cycle, turnover, people."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.bench.support import bench_setup, snapshot_timing

if TYPE_CHECKING:
    from deploy.bench.pages import Stock

_DEBTS_A_VILLAGE = 6


@dataclass(frozen=True)
class BigMarket:
    """A database, what its pages are about by the names that paths give to it, and the session of somebody who may see them all."""

    database: str
    things: dict[str, object]
    session: str
    stock: Stock


def made(bench: bench_setup.BenchEnvironment, *, database: str, villages: int, goods_each: int) -> BigMarket:
    """Build it in a database of its own: three real villages, of the others the rows of the shared tables."""
    from deploy.bench import pages

    bench.migrated(database)
    stock = pages.fill(bench, villages=villages, goods_each=goods_each, real=3)
    with bench.as_owner():
        _books()
        snapshot_timing.propose(number=1)
        snapshot_timing.finish(number=1)
        _debts(cycle=2)
        things, session = _things(stock), _session()
    return BigMarket(database, things, session, stock)


def _books() -> None:
    """Limits of the villages that have only rows, debts between all of them, and the turnover that led to these."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [snapshot_timing.NOW])
        cursor.execute(_POSITIONS)
    _debts(cycle=1)
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER)
        cursor.execute("ANALYZE")


def _debts(*, cycle: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_DEBTS, {"cycle": cycle, "at": snapshot_timing.NOW, "each": _DEBTS_A_VILLAGE})


_ACCOUNTS = """
INSERT INTO settlement_account (code, kind, village_code, created_at)
SELECT 'clearing:' || code, 'clearing', code, %s FROM tenants_village ON CONFLICT DO NOTHING
"""
_POSITIONS = """
INSERT INTO settlement_position (account, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah, credit_posted_rupiah,
    guest_pending_rupiah, limit_rupiah, guest_limit_rupiah)
SELECT 'clearing:' || code, 100000, ('x' || left(md5(code), 6))::bit(24)::int, 0, 5000000, 0, 50000000, 10000000
FROM tenants_village ON CONFLICT DO NOTHING
"""
# Each village owes the ones that stand 1, 8, 27 ... places further in the list, so that circles are there to be set off.
_DEBTS = """
INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, cycle_number, happened_at, created_at)
SELECT settlement_uuid7(), a.code, b.code, owed.rupiah, owed.rupiah, 'cycle', gen_random_uuid(), %(cycle)s, %(at)s, %(at)s
FROM (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS villages FROM tenants_village) a
CROSS JOIN generate_series(1, %(each)s) step
JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM tenants_village) b
    ON b.place = (a.place + step * step * step) %% a.villages AND b.code <> a.code
CROSS JOIN LATERAL (SELECT 10000 + ('x' || left(md5(a.code || b.code), 5))::bit(20)::int AS rupiah) owed
"""
_TURNOVER = """
INSERT INTO federation_turnoverfact (id, reference, order_id, day, buyer_village, seller, goods_rupiah, delivery_rupiah, fee_rupiah)
SELECT settlement_uuid7(), 'bench:' || id, gen_random_uuid(), (happened_at AT TIME ZONE 'Asia/Jakarta')::date, debtor, creditor,
    amount_rupiah, 0, 0 FROM settlement_obligation
"""


_ORDER = "SELECT o.id, p.code FROM federation_sellerorder o JOIN federation_purchase p ON p.id = o.purchase_id WHERE o.seller = %s LIMIT 1"


def _things(stock: Stock) -> dict[str, object]:
    """What stands in the places of addresses, by their names: of the first village, of its purchase, of the first cycle."""
    from django.db import connection

    from deploy.bench.support import bulk_goods
    from settlement.ledger import parties
    from tenants.db import context

    village = bulk_goods.code(1)
    with context.inside(village), connection.cursor() as cursor:
        cursor.execute(_ORDER, [village])
        order_id, purchase_code = cursor.fetchone()
        cursor.execute("SELECT consignor_id FROM marketplace_product WHERE id = %s", [stock.goods[0]])
        (consignor_id,) = cursor.fetchone()
    return {
        "slug": "sidamulya-1",
        "order_id": order_id,
        "product_id": stock.goods[0],
        "listing_id": stock.goods[0],
        "consignor_id": consignor_id,
        "purchase_code": purchase_code,
        "token": stock.purchase,
        "code": village,
        "party": village,
        "account": parties.clearing(village),
        "number": 1,
        "cycle": 1,
    }


def _session() -> str:
    """The session of somebody who works at the desk and in the first village's office."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import module_loading

    from deploy.bench.support import bulk_goods
    from tenants import models
    from tenants.people import accounts

    user = models.User.objects.create(id=uuid.uuid4(), phone="+6281290990009", name="Galih", created_at=bulk_goods.START)
    since = datetime.date(2020, 1, 1)
    places = [("", "operator"), ("", "auditor"), (bulk_goods.code(1), "manager")]
    models.Membership.objects.bulk_create(
        models.Membership(user=user, village_code=place, role=role, since_on=since) for place, role in places
    )
    store = module_loading.import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), accounts.BACKEND, user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
