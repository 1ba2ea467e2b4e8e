"""What agent cash is used for: what the federation owes a cycle's pool, and what of it is its own. Never more than is there.

Money that buyers paid through a gateway is agent cash only once the gateway's payout stands on a bank statement. Until then what F owes
the pool stays open, and its fees wait.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from settlement.ledger import federation_books, locks, own_cash, parties
from settlement.models import Cycle
from settlement.payments import money_ahead, pool_items, sums
from tenants import activity_log, acts, uuids
from tenants.acts import Act
from tenants.codes import FEDERATION

_LYING = f"""
SELECT coalesce(sum(CASE WHEN m.owes THEN m.moved ELSE -m.moved END), 0)::bigint FROM public.settlement_cycle c
CROSS JOIN LATERAL {sums.MOVES} m WHERE c.state = ANY(%s)
"""  # noqa: S608 -- constants only; values go in as parameters


def in_pool() -> int:
    """What the cycle under way has collected and not paid out, in rupiah; nothing where none moves money."""
    with connection.cursor() as cursor:
        cursor.execute(_LYING, [[str(state) for state in Cycle.MOVING]])
        return int(cursor.fetchone()[0])


def settle(*, arrived_rupiah: int, cause_id: UUID, at: datetime) -> None:
    """Move what is due between agent cash and own cash (own_cash.settle), in the caller's transaction; so much came in just now."""
    locks.hold_agent_cash()
    own_cash.settle(pool_rupiah=in_pool(), arrived_rupiah=arrived_rupiah, cause_id=cause_id, happened_at=at)


def settle_due(*, at: datetime) -> None:
    """The same for whatever has become due meanwhile: the periodic look."""
    with transaction.atomic(durable=True):
        settle(arrived_rupiah=0, cause_id=uuids.uuid7(), at=at)


def due(*, pool: pool_items.CyclePool) -> dict[str, int]:
    """What a cycle's pool can send now (CyclePool.due). What agent cash lacks is not sent to villages until the federation covers it;
    its own share it can take, since it covers out of that. What a village got ahead is lacking for nobody else.
    """
    found = pool.due()
    if not found:
        return {}
    books = federation_books.read()
    lacking = pool.collected_rupiah - pool.paid_rupiah - (books.agent_cash_rupiah - books.suspense_rupiah)
    lacking -= sum(found.values()) - sum(money_ahead.beyond(found).values())
    if lacking <= 0:
        return found
    own = {FEDERATION: found[FEDERATION]} if FEDERATION in found else {}
    return pool.due(lacking_rupiah=lacking) | own


def pay_pool(*, cycle: Cycle, at: datetime) -> int:
    """Pay what the federation owes the pool of a locked cycle as far as agent cash has arrived; gives how much, in rupiah.

    It is agent cash before and after, so no account moves: from now on it counts as collected.
    """
    pool = pool_items.pool(cycle=cycle)
    room = pool.room(FEDERATION)
    if not room:
        return 0
    locks.hold_agent_cash()
    books = federation_books.read()
    free = books.agent_cash_rupiah - books.suspense_rupiah - (pool.collected_rupiah - pool.paid_rupiah)
    amount = max(0, min(room, free))
    if amount:
        pool_items.shrink(cycle=cycle, debtor=FEDERATION, creditor=parties.POOL, amount_rupiah=amount)
        detail = {"rupiah": amount}
        activity_log.record(action="cycle.agent-cash-counted", subject_id=str(cycle.number), act=acts.by_system(at=at), detail=detail)
    return amount


def take_back_from_pool(*, cycle: Cycle, amount_rupiah: int, act: Act) -> None:
    """What was counted so lies in agent cash for nobody any more: the federation owes it to the pool of a locked cycle again.

    No account moves by this either.
    """
    pool_items.shrink(cycle=cycle, debtor=FEDERATION, creditor=parties.POOL, amount_rupiah=-amount_rupiah)
    detail = {"rupiah": amount_rupiah}
    activity_log.record(action="cycle.agent-cash-not-counted", subject_id=str(cycle.number), act=act, detail=detail)
