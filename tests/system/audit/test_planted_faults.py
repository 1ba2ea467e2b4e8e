"""For each invariant a fault that breaks it: it is found, and no other invariant breaks."""

# ruff: noqa: S608 - the SQL is ours
from __future__ import annotations

import dataclasses

import pytest

from deploy import audit
from deploy.audit import examination
from deploy.audit.invariant import Scope
from tenants.events import subscribers
from tests.system.audit import faults, gateway_faults, history_faults

C = "v_3402902002"  # Cibiru, the seller
MOVE = """
INSERT INTO settlement_reference VALUES ('planted', '\\x00', now()) ON CONFLICT (reference) DO UPDATE SET reference = 'planted';
INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, by_guest,
    happened_at, created_at)
SELECT format('ffffffff-ffff-7fff-bfff-%%s', lpad(count(*)::text, 12, '0'))::uuid,
    '{phase}', '{event}', '{debit}', '{credit}', 5, 0, 'planted', %(living)s, false, now(), now() FROM settlement_transfer;
UPDATE settlement_position SET debit_{phase}_rupiah = debit_{phase}_rupiah + 5 WHERE account = '{debit}';
UPDATE settlement_position SET credit_{phase}_rupiah = credit_{phase}_rupiah + 5 WHERE account = '{credit}'
"""
# More than the federation owes there.
MOVE_MUCH = MOVE.replace(", 5, 0,", ", 5000000, 0,").replace("+ 5 ", "+ 5000000 ")
COVERS = MOVE_MUCH.format(phase="posted", event="planted", debit="agent-cash", credit="own-cash")
COVERED = MOVE_MUCH.format(phase="posted", event="planted", debit="between-funds", credit="uncovered")
# Events of the lived-in market were recorded just now, by the database's clock, whatever the day of their causes was.
LONG_AGO = "UPDATE tenants_event SET recorded_at = recorded_at - interval '1 hour'"
ALL_LONG_AGO = f"{LONG_AGO}; UPDATE tenants_eventdelivery SET recorded_at = recorded_at - interval '1 hour'"
UNDONE = "UPDATE tenants_eventdelivery SET finished_at = NULL, state"

FAULTS = {
    # A sum that is not the transfers' cannot balance either: two invariants, one fault.
    "accounts-balanced": "UPDATE settlement_position SET credit_pending_rupiah = credit_pending_rupiah + 1 WHERE account = 'fee-income'",
    "position-is-its-transfers": """
        UPDATE settlement_position SET credit_pending_rupiah = credit_pending_rupiah + 5 WHERE account = 'clearing:34.02.90.2002';
        UPDATE settlement_position SET credit_pending_rupiah = credit_pending_rupiah - 5 WHERE account = 'clearing:34.02.90.2003'
    """,
    "guests-share-is-its-reservations": """
        UPDATE settlement_position SET guest_pending_rupiah = guest_pending_rupiah + 1 WHERE account = 'clearing:34.02.90.2001'
    """,
    "open-obligations-are-the-balance": """
        UPDATE settlement_obligation SET open_rupiah = open_rupiah - 1 WHERE cause_id = %(completed)s AND creditor = %(cibiru)s
    """,
    "fees-are-received-or-claimed": MOVE.format(phase="posted", event="planted", debit="own-cash", credit="agent-cash"),
    "agent-cash-is-explained": MOVE.format(phase="posted", event="planted", debit="in-transit", credit="own-cash"),
    "funds-agree": f"{COVERS}; {COVERED}",
    "no-cash-pays-before-it-is-there": """
        UPDATE settlement_transfer SET id = '00000000-0000-7000-8000-000000000001'
        WHERE id = (SELECT id FROM settlement_transfer WHERE event = 'left' LIMIT 1)
    """,
    "leg-is-booked-once": MOVE.format(phase="posted", event="arrived", debit="agent-cash", credit="in-transit"),
    "suspense-is-its-lines": MOVE.format(phase="posted", event="planted", debit="agent-cash", credit="suspense"),
    "obligation-is-its-transfer": "UPDATE settlement_obligation SET amount_rupiah = amount_rupiah + 1 WHERE cause_id = %(completed)s",
    "posting-makes-an-obligation": "DELETE FROM settlement_obligation WHERE cause_id = %(undone)s AND open_rupiah = 0",
    "one-event-one-effect": MOVE.format(phase="pending", event="sale", debit="clearing:34.02.90.2001", credit="clearing:34.02.90.2002"),
    "transfer-has-its-reference": "DELETE FROM settlement_reference WHERE reference LIKE 'order:%%:sale:%%'",
    "resolution-fits-its-reservation": "UPDATE settlement_transfer SET amount_rupiah = amount_rupiah + 1 WHERE phase = 'voided'",
    "reversals-within-their-original": "UPDATE settlement_transfer SET delivery_rupiah = amount_rupiah WHERE event = 'fee-refund'",
    "reservation-within-its-limit": """
        ALTER TABLE settlement_transfer DROP CONSTRAINT transfer_within_limit;
        UPDATE settlement_transfer SET limit_rupiah = exposure_rupiah - 1 WHERE phase = 'pending' AND cause_id = %(living)s
    """,
    "village-has-its-account": "UPDATE settlement_position SET limit_rupiah = NULL WHERE account = 'clearing:34.02.90.2003'",
    "append-only-privileges": "GRANT UPDATE (amount_rupiah) ON settlement_transfer TO pasarsama",
    "take-overs-are-booked": """
        INSERT INTO federation_takeover (id, form_key, order_id, amount_rupiah, reason, proposed_by, proposed_at, fee_rupiah, payer)
        VALUES (gen_random_uuid(), 'planted', %(completed)s, 99999999, 'planted', gen_random_uuid(), now(), 0, '')
    """,
    "villages-that-left-owe-nothing": "UPDATE tenants_village SET state = 'archived' WHERE code = %(melati)s",
    "order-has-exactly-its-obligations": f"""
        UPDATE federation_sellerorder SET deliverer = %(sukamaju)s WHERE id = %(completed)s;
        UPDATE {C}.marketplace_delivery SET deliverer = %(sukamaju)s WHERE order_id = %(completed)s
    """,
    "holder-fits-its-method": f"""
        UPDATE federation_sellerorder SET method = 'cod_seller' WHERE id = %(completed)s;
        UPDATE {C}.marketplace_order SET method = 'cod_seller' WHERE id = %(completed)s
    """,
    "order-has-its-reservation": f"""
        UPDATE federation_sellerorder SET deliverer = %(cibiru)s WHERE id = %(living)s;
        UPDATE {C}.marketplace_delivery SET deliverer = %(cibiru)s WHERE order_id = %(living)s
    """,
    "obligation-has-its-cause": "UPDATE settlement_obligation SET cause_id = gen_random_uuid() WHERE cause_id = %(completed)s",
    "order-total-is-its-parts": f"""
        UPDATE federation_sellerorder SET fee_rupiah = fee_rupiah + 1 WHERE id = %(living)s;
        UPDATE {C}.marketplace_order SET fee_rupiah = fee_rupiah + 1 WHERE id = %(living)s
    """,
    "lines-say-what-reports-need": "UPDATE federation_sellerorder SET lines = jsonb_set(lines, '{0,maker}', '\"\"') WHERE id = %(living)s",
    "purchase-total-is-its-orders": "UPDATE federation_purchase SET total_rupiah = total_rupiah + 1",
    "refunds-within-paid": f"""
        UPDATE federation_sellerorder SET refunded_rupiah = 1 WHERE id = %(completed)s;
        UPDATE {C}.marketplace_order SET refunded_rupiah = 1 WHERE id = %(completed)s
    """,
    "allocations-are-payments": """
        UPDATE federation_payment SET amount_rupiah = amount_rupiah + 1
        WHERE id = (SELECT payment_id FROM federation_allocation WHERE order_id = %(completed)s)
    """,
    "paid-orders-are-paid-for": """
        UPDATE federation_allocation SET amount_rupiah = amount_rupiah + 1 WHERE order_id = %(completed)s;
        UPDATE federation_payment SET amount_rupiah = amount_rupiah + 1
        WHERE id = (SELECT payment_id FROM federation_allocation WHERE order_id = %(completed)s)
    """,
    "receipt-numbers-gapless": "UPDATE federation_receiptcounter SET last_number = last_number + 1 WHERE village_code = %(sukamaju)s",
    "turnover-is-its-orders": "UPDATE federation_turnoverfact SET goods_rupiah = goods_rupiah + 1 WHERE order_id = %(refunded)s",
    "villages-are-known": """
        INSERT INTO federation_profile SELECT (jsonb_populate_record(p, '{"village_code": "34.02.90.2009", "slug": "lain"}')).*
        FROM federation_profile p WHERE village_code = %(melati)s
    """,
    "order-rows-agree": f"UPDATE {C}.marketplace_order SET end_reason = 'x' WHERE id = %(cancelled)s",
    "order-lines-agree": """
        UPDATE federation_sellerorder SET lines = jsonb_set(jsonb_set(lines, '{0,quantity}', '1'), '{0,price_rupiah}', '29997')
        WHERE id = %(living)s
    """,
    "lines-give-back-what-was-refunded": f"""
        UPDATE {C}.marketplace_orderline SET allowance_rupiah = 1 WHERE order_id = %(completed)s;
        UPDATE federation_sellerorder SET lines = jsonb_set(lines, '{{0,allowance_rupiah}}', '1') WHERE id = %(completed)s
    """,
    "deliveries-agree": f"UPDATE {C}.marketplace_delivery SET carried_by = 'x' WHERE order_id = %(living)s",
    "catalogue-agrees": "UPDATE federation_listing SET price_rupiah = price_rupiah + 1",
    "profile-agrees": f"UPDATE {C}.marketplace_shop SET hours = 'x'",
    "order-is-its-lines": f"UPDATE {C}.marketplace_order SET margin_rupiah = margin_rupiah + 1 WHERE id = %(living)s",
    "reserved-is-live-lines": f"UPDATE {C}.marketplace_product SET reserved = reserved + 1",
    "lines-reserve-while-they-wait": f"""
        UPDATE {C}.marketplace_orderline SET reserved = reserved - 1 WHERE order_id = %(living)s;
        UPDATE {C}.marketplace_product SET reserved = reserved - 1
    """,
    "on-hand-is-its-movements": f"DELETE FROM {C}.marketplace_stockmovement WHERE kind = 'received'",
    "village-has-its-migrations": f"DELETE FROM {C}.django_migrations",
    "no-foreign-key-crosses-schemas": f"""
        ALTER TABLE {C}.marketplace_order ADD CONSTRAINT planted FOREIGN KEY (id) REFERENCES public.federation_sellerorder (id)
    """,
    "no-table-in-both-places": "CREATE TABLE public.marketplace_order (id uuid)",
    "schemas-are-villages": "CREATE SCHEMA v_9999999999",
    "roles-are-apart": """
        INSERT INTO tenants_membership (id, user_id, village_code, role, since_on)
        SELECT gen_random_uuid(), user_id, '', 'approver', since_on FROM tenants_membership WHERE role = 'operator' LIMIT 1
    """,
    "events-move": f"{UNDONE} = 'waiting'; {ALL_LONG_AGO}",
    "deliveries-are-of-their-event": "UPDATE tenants_eventdelivery SET subject_id = event_id",
    "keys-have-results": """
        INSERT INTO tenants_idempotencykey (id, scope, key, request_sha256, money, created_at)
        VALUES (gen_random_uuid(), 'planted', 'planted', '', true, now())
    """,
}
# Where a fault cannot help to break a second rule. What lies in one of the federation's two cash accounts is missing in the other.
ALSO = {
    "accounts-balanced": {"position-is-its-transfers"},
    "open-obligations-are-the-balance": {"open-is-what-is-left"},
    "obligation-is-its-transfer": {"open-is-what-is-left"},
    "fees-are-received-or-claimed": {"agent-cash-is-explained", "no-cash-pays-before-it-is-there"},
    "agent-cash-is-explained": {"fees-are-received-or-claimed", "cash-is-what-the-bank-shows"},
    "leg-is-booked-once": {"cash-is-what-the-bank-shows"},
    "suspense-is-its-lines": {"cash-is-what-the-bank-shows"},
}

# Other ways to break the same rules, worth a look of their own.
MORE_FAULTS = [
    (
        "order-lines-agree",
        """
        UPDATE federation_sellerorder SET lines = jsonb_set(lines, '{0,margin_rupiah}', '1') WHERE id = %(living)s
     """,
        set(),
    ),
    ("order-lines-agree", f"UPDATE {C}.marketplace_orderline SET consignor_id = gen_random_uuid() WHERE order_id = %(living)s", set()),
    ("lines-say-what-reports-need", "UPDATE federation_sellerorder SET lines = lines #- '{0,cost_rupiah}' WHERE id = %(living)s", set()),
    ("order-rows-agree", f"DELETE FROM {C}.marketplace_order WHERE id = %(cancelled)s", {"order-lines-agree"}),
    ("catalogue-agrees", "DELETE FROM federation_listing", set()),
    ("schemas-are-villages", "UPDATE tenants_village SET migration_head = 'x' WHERE code = %(melati)s", set()),
    ("append-only-privileges", "GRANT DELETE ON settlement_obligation TO pasarsama", set()),
    ("append-only-privileges", "GRANT UPDATE (amount_rupiah) ON settlement_obligation TO pasarsama", set()),
    ("append-only-privileges", "GRANT INSERT ON settlement_installedfunction TO pasarsama", set()),
    ("deliveries-agree", f"UPDATE {C}.marketplace_delivery SET arrived_at = now() WHERE order_id = %(living)s", set()),
    ("events-move", f"DELETE FROM tenants_eventdelivery; UPDATE tenants_event SET fanned_out_at = NULL; {LONG_AGO}", set()),
    ("events-move", f"{UNDONE} = 'claimed', lease_until = now() - interval '16 minutes'; {ALL_LONG_AGO}", set()),
    ("events-move", f"{UNDONE} = 'waiting', due_at = now() + interval '2 days'", set()),
    ("deliveries-are-of-their-event", "UPDATE tenants_event SET fanned_out_at = NULL", set()),
    (
        "allocations-are-payments",
        "UPDATE federation_payment SET tender = 'account' WHERE receipt_number = 1 AND tender = 'cash'",
        set(),
    ),
    ("receipt-numbers-gapless", "UPDATE federation_payment SET receipt_number = 999 WHERE receipt_number = 1", set()),
    ("village-has-its-account", "DELETE FROM tenants_village WHERE code = %(melati)s", {"schemas-are-villages", "villages-are-known"}),
]


def caught() -> set[str]:
    return {result.name for result in audit.run() if result.count}


@pytest.mark.parametrize("name", [one.name for one in examination.INVARIANTS if one.name not in faults.FAULTS])
def test_planted_fault_is_caught_and_no_other_rule_cries(plant, name):
    plant({**FAULTS, **gateway_faults.FAULTS, **history_faults.FAULTS}[name])

    assert caught() == {name} | {**ALSO, **gateway_faults.ALSO}.get(name, set()) | history_faults.ALSO.get(name, set())


@pytest.mark.parametrize(("name", "sql", "also"), [*MORE_FAULTS, *gateway_faults.MORE_FAULTS, *history_faults.MORE_FAULTS])
def test_other_ways_to_break_a_rule_are_caught(plant, name, sql, also):
    plant(sql)

    assert caught() == {name} | also


def test_what_waits_for_a_person_is_no_fault_nor_what_waits_behind_it_in_order(plant, monkeypatch):
    plant(f"{UNDONE} = 'needs-person'; {ALL_LONG_AGO}")
    assert caught() == set()

    # One more of each subject, a second later.
    plant(
        """
        INSERT INTO tenants_event SELECT gen_random_uuid(), kind, subject_id, village_code, payload, happened_at,
            recorded_at + interval '1 second', fanned_out_at FROM tenants_event WHERE kind NOT LIKE '%%-account.%%';
        INSERT INTO tenants_eventdelivery (id, event_id, subscriber, subject_id, recorded_at, state, attempts, due_at, last_error)
        SELECT gen_random_uuid(), e.id, 'notices', e.subject_id, e.recorded_at, 'waiting', 0, e.recorded_at, '' FROM tenants_event e
        WHERE NOT EXISTS (SELECT FROM tenants_eventdelivery d WHERE d.event_id = e.id)
        """
    )
    assert caught() == {"events-move"}
    in_order = tuple(dataclasses.replace(subscriber, in_order=True) for subscriber in subscribers.listed())
    monkeypatch.setattr(subscribers, "listed", lambda: in_order)
    assert caught() == set()


def test_a_solution_that_leaves_something_to_set_off_is_refused_though_every_row_and_hash_agrees(plant):
    plant(faults.SETS_OFF_LESS)

    assert caught() == {"solutions-are-the-best"}


# Faults of cycles and payments lie in shared tables alone, so they need no database of their own: planted, looked at, rolled back.
SHARED = [one for one in examination.INVARIANTS if one.scope is Scope.SHARED and "%(" not in one.sql]


@pytest.mark.parametrize("name", faults.FAULTS)
def test_planted_fault_of_a_cycle_is_caught_and_no_other_rule_cries(pretend, name):
    found = pretend(faults.FAULTS[name], examination.one_statement(invariants=SHARED))

    assert set(found) == {name} | faults.ALSO.get(name, set())


@pytest.mark.parametrize(("name", "sql"), faults.MORE_FAULTS)
def test_other_faults_of_cycles_are_caught(pretend, name, sql):
    assert set(pretend(sql, examination.one_statement(invariants=SHARED))) == {name} | faults.MORE_ALSO.get(name, set())
