"""A market of any number of villages whose pages have something to show: goods, limits, debts, a closed cycle, turnover, people."""

from __future__ import annotations

import datetime
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from deploy.bench.support import bench_setup, page_stock, snapshot_timing
from deploy.console import command_error

_DEBTS_A_VILLAGE = 6
_JOURNAL = 60
_PAY_IN = 60  # the largest debtors; half of them bring their money
_LATER = datetime.timedelta(days=3)  # after the days to object


@dataclass(frozen=True)
class BigMarket:
    """A database, what its pages are about by the names that paths give to it, and the session of somebody who may see them all."""

    database: str
    things: dict[str, object]
    session: str
    stock: page_stock.Stock
    import_seconds: float  # what its villages took
    tables_a_village: int


def made(bench: bench_setup.BenchEnvironment, *, database: str, villages: int, goods_each: int, say: Callable[[str], None]) -> BigMarket:
    """Build it in a database of its own: real villages out of a file, goods of all of them, their books, what is read about them."""
    bench.migrated(database)
    with bench.as_owner():
        import_seconds = _import(villages=villages, say=say)
    say(f"filling {villages} villages with {goods_each} goods each")
    stock = page_stock.fill(bench, villages=villages, goods_each=goods_each, real=3)
    say("a closed cycle, one that collects, debts for the next, turnover")
    with bench.as_owner():
        _books()
        snapshot_timing.propose(number=1)
        snapshot_timing.finish(number=1)
        _debts(cycle=2)
        snapshot_timing.propose(number=2)
        snapshot_timing.collect(number=2)
        _pay_in(number=2)
        _debts(cycle=3)
        _fill_journal()
        things, session = _things(stock), _session()
        tables = _tables_of_first()
    return BigMarket(database, things, session, stock, import_seconds, tables)


def _import(*, villages: int, say: Callable[[str], None]) -> float:
    """The seconds that an import of so many villages takes, with the names of the areas in which they lie."""
    from deploy.bench.support import bulk_goods
    from tenants import acts
    from tenants.schemas import import_villages

    codes = [bulk_goods.code(number) for number in range(1, villages + 1)]
    areas = sorted({code[:length] for code in codes for length in (2, 5, 8)})
    lines = [f"{area},Kabupaten {area}," for area in areas]
    lines += [f"{code},Sidamulya {number},sidamulya-{number}" for number, code in enumerate(codes, start=1)]

    def progress(done: int, total: int, _code: str) -> None:
        if done % max(1, total // 4) == 0:
            say(f"importing: {done} of {total} lines")

    began = time.perf_counter()
    result = import_villages.import_csv(
        data="\n".join(["kode,nama,slug", *lines]).encode(), act=acts.by_command_line(at=bulk_goods.START), progress=progress
    )
    spent = time.perf_counter() - began
    if result.made != villages:
        raise command_error.CommandError(f"{result.made} desa, bukan {villages}.", f"{result.made} villages instead of {villages}.")
    return spent


def _tables_of_first() -> int:
    from django.db import connection

    from deploy.bench.support import bulk_goods
    from tenants import codes

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [codes.schema_of(bulk_goods.code(1))])
        return int(cursor.fetchone()[0])


def _books() -> None:
    """Debts between all villages as they stand in their positions, bank accounts of most, and the turnover that led to these."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS)
        cursor.execute(_BANK_ACCOUNTS, [snapshot_timing.NOW])
    _debts(cycle=1)
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER)
        cursor.execute("ANALYZE")


def _pay_in(*, number: int) -> None:
    """Some of those who owe have brought cash, one more has planned to; what came in is not paid out yet."""
    import dataclasses

    from settlement.payments import cash_payments
    from settlement.reports import cycle_overview, party_totals
    from tenants.acts import Act
    from tenants.codes import FEDERATION
    from tenants.people.permissions import Principal, Role

    cycle_id = cycle_overview.cycle(number=number).id
    debtors = party_totals.side(cycle_id=cycle_id, owes=True, limit=_PAY_IN).rows
    debtors = debtors[: max(1, len(debtors) // 2)]  # who is left may still plan
    federation = Principal(account_id=snapshot_timing.MAKER, roles=frozenset({(FEDERATION, Role.OPERATOR)}))
    for one in debtors:
        village = Principal(account_id=snapshot_timing.APPROVER, roles=frozenset({(one.party, Role.MANAGER)}))
        act = Act(by=village, at=snapshot_timing.NOW + _LATER)
        [leg] = cash_payments.plan(number=number, giver=one.party, amount_rupiah=one.cash_rupiah, direct=False, act=act)
        if one is not debtors[-1]:
            cash_payments.give(number=number, leg_id=leg.id, party=one.party, act=act)
            cash_payments.receive(number=number, leg_id=leg.id, party=FEDERATION, act=dataclasses.replace(act, by=federation))


def _fill_journal() -> None:
    """A page of the journal is full in ten villages too, after a month."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_MORE_TRANSFERS, [_JOURNAL])


def _debts(*, cycle: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_DEBTS, {"cycle": cycle, "at": snapshot_timing.NOW, "each": _DEBTS_A_VILLAGE})


# What stands there before any trade of its own: made up, so that positions have an order.
_POSITIONS = """
INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah,
    credit_posted_rupiah, guest_pending_rupiah)
SELECT 'clearing:' || code, settlement_uuid7(), 100000, ('x' || left(md5(code), 6))::bit(24)::int, 0, 5000000, 0 FROM tenants_village
"""
_BANK_ACCOUNTS = """
INSERT INTO settlement_bankaccountstep (id, party, turn, step, bank, bank_code, bic, number, holder, village_code, at)
SELECT gen_random_uuid(), code, 1, 'kept', 'BRI', '002', '', '0337' || replace(code, '.', ''), 'BUMDes ' || name, '', %s
FROM tenants_village WHERE right(code, 1) <> '4'
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
_MORE_TRANSFERS = """
INSERT INTO settlement_transfer
SELECT (jsonb_populate_record(one, jsonb_build_object('id', settlement_uuid7()))).*
FROM (SELECT one FROM settlement_transfer one WHERE phase = 'posted' LIMIT 1) kept, generate_series(1, %s)
"""

_TURNOVER = """
INSERT INTO federation_turnoverfact (id, reference, order_id, day, buyer_village, seller, goods_rupiah, delivery_rupiah, fee_rupiah)
SELECT settlement_uuid7(), 'bench:' || id, gen_random_uuid(), (happened_at AT TIME ZONE 'Asia/Jakarta')::date, debtor, creditor,
    amount_rupiah, 0, 0 FROM settlement_obligation
"""


_ORDER = "SELECT o.id, p.code FROM federation_sellerorder o JOIN federation_purchase p ON p.id = o.purchase_id WHERE o.seller = %s LIMIT 1"


def _things(stock: page_stock.Stock) -> dict[str, object]:
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
        "collecting": 2,
        "open": 3,
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
