"""The yardstick of `bench ledger`: the rows of one posting written by a plain SQL function, and the reserved orders of both sides.

Every key is made from a word (lane, client, number), so that neither side has to ask for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # read before Django is set up
    from tenants.codes import VillageCode


VILLAGES: tuple[VillageCode, ...] = tuple(cast("VillageCode", f"34.02.77.2{number:03}") for number in range(1, 9))
HOT = VILLAGES[0]
GOODS_RUPIAH, FEE_RUPIAH = 100_000, 2_000

# One statement: reference, two transfers that resolve what was reserved, their four increments, two obligations. No rule is asked.
WRITE = f"""
CREATE FUNCTION bench_post(p_order uuid, p_holder text, p_seller text) RETURNS void LANGUAGE sql AS $$
    WITH refer AS (
        INSERT INTO settlement_reference (reference, terms_sha256, created_at)
        VALUES ('order:' || p_order || ':sale:' || p_order, sha256(p_order::text::bytea), now())
    ), leg (event, credit, amount, creditor) AS (VALUES
        ('sale', 'clearing:' || p_seller, {GOODS_RUPIAH - FEE_RUPIAH}::bigint, p_seller), ('fee', 'fee-income', {FEE_RUPIAH}::bigint, 'F')
    ), made AS MATERIALIZED (SELECT gen_random_uuid() AS id, leg.* FROM leg
    ), moved AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, pending_id,
            by_guest, happened_at, created_at)
        SELECT id, 'posted', event, 'clearing:' || p_holder, credit, amount, 0, 'order:' || p_order || ':sale:' || p_order, p_order,
            md5(p_order || event)::uuid, false, now(), now() FROM made
    ), counted AS (
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah,
            credit_posted_rupiah, guest_pending_rupiah)
        SELECT 'clearing:' || p_holder, id, -amount, amount, 0, 0, 0 FROM made
        UNION ALL SELECT credit, id, 0, 0, -amount, amount, 0 FROM made
    )
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id, cycle_number,
        happened_at, created_at)
    SELECT gen_random_uuid(), p_holder, creditor, amount, amount, 'order', p_order, id, 1, now(), now() FROM made
$$
"""  # noqa: S608 - our own constants

# Orders `first` to `last` of a lane's client, reserved as a checkout reserves them.
RESERVED = f"""
INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, by_guest,
    limit_rupiah, exposure_rupiah, happened_at, created_at)
SELECT md5(o.id || leg.event)::uuid, 'pending', leg.event, 'clearing:' || %(holder)s, leg.credit, leg.amount, 0,
    'order:' || o.id || ':reserve', o.id, false, 1000000000000000, {GOODS_RUPIAH}, now(), now()
FROM generate_series(%(first)s, %(last)s) n, LATERAL (SELECT md5(%(lane)s || '-' || n)::uuid AS id) o,
    (VALUES ('sale', 'clearing:' || %(seller)s, {GOODS_RUPIAH - FEE_RUPIAH}::bigint),
        ('fee', 'fee-income', {FEE_RUPIAH})) leg (event, credit, amount)
"""  # noqa: S608


def parties(client: int, *, hot: bool) -> tuple[str, str]:
    """Holder and seller of a client's orders: villages of its own, or one seller for all."""
    return VILLAGES[2 * client + 1], HOT if hot else VILLAGES[2 * client]


def pgbench(lane: str, *, hot: bool) -> str:
    """A pgbench script that posts the orders of `lane-client` one after the other."""
    holders, sellers = zip(*(parties(client, hot=hot) for client in range(len(VILLAGES) // 2)), strict=True)
    holder, seller = ("(ARRAY[" + ", ".join(f"'{code}'" for code in column) + "])[:client_id + 1]" for column in (holders, sellers))
    return f"\\set n :n + 1\nSELECT bench_post(md5('{lane}-' || :client_id || '-' || :n)::uuid, {holder}, {seller});\n"  # noqa: S608
