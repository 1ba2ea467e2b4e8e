"""Faults of what somebody writes into the database by hand: one for each rule, and other ways to break the same."""

# ruff: noqa: S608 - the SQL is ours
from __future__ import annotations

NOBODY = "'00000000-0000-7000-8000-00000000dead'"
STEP = """
INSERT INTO settlement_bankaccountstep (id, party, turn, step, bank, bank_code, bic, number, holder, by, village_code, at)
SELECT gen_random_uuid(), party, max(turn) + 1, '{step}', 'BRI', '002', '', '{number}', 'Penadah', NULL, '', max(at)
FROM settlement_bankaccountstep WHERE party = %(cibiru)s GROUP BY party
"""
LOGGED = """
INSERT INTO tenants_activityentry (id, at, by, village_code, action, subject_id, reason, detail)
SELECT gen_random_uuid(), at, by, village_code, 'bank-account.' || step, party, '',
    jsonb_build_object('step', id, 'number', number, 'bank_code', bank_code, 'bic', bic)
FROM settlement_bankaccountstep WHERE holder = 'Penadah'
"""
# The market was restored and nothing was sold since: all of it in order, but for what a fault changes of it.
NOW = "(SELECT max(at) FROM tenants_activityentry)"
HELD = """
UPDATE tenants_village SET held_since = {at} WHERE code = %(cibiru)s;
INSERT INTO tenants_tradeholdstep (id, village_code, turn, step, backup_at, by, at, reason, stock_looked_at)
VALUES (gen_random_uuid(), %(cibiru)s, 1, 'held', {at}, NULL, {at}, '', false);
INSERT INTO tenants_activityentry (id, at, by, village_code, action, subject_id, reason, detail)
VALUES (gen_random_uuid(), {at}, NULL, '', 'trade.held', %(cibiru)s, '', '{{}}')
"""
RELEASED = """
INSERT INTO tenants_tradeholdstep (id, village_code, turn, step, backup_at, by, at, reason, stock_looked_at, lost_orders_rupiah,
    proposed_by)
VALUES (gen_random_uuid(), %(cibiru)s, 2, 'released', {now}, gen_random_uuid(), {now}, '', true, 5, {proposed_by});
UPDATE tenants_village SET held_since = NULL WHERE code = %(cibiru)s
"""
RELEASE_LOGGED = """
INSERT INTO tenants_activityentry (id, at, by, village_code, action, subject_id, reason, detail)
SELECT gen_random_uuid(), at, by, village_code, 'trade.released', village_code, '',
    jsonb_build_object('step', id, 'lost_orders_rupiah', {rupiah}) FROM tenants_tradeholdstep WHERE step = 'released'
"""

FAULTS = {
    "holds-are-their-steps": "UPDATE tenants_village SET held_since = now() WHERE code = %(cibiru)s",
    "held-villages-take-no-orders": HELD.format(at="'2000-01-01'::timestamptz"),
    "cycles-move": "UPDATE settlement_cycle SET collect_until_at = cutoff_at - interval '300 days' WHERE state = 'collecting'",
    "increments-are-folded": """
        UPDATE settlement_transfer SET created_at = created_at - interval '2 hours'
        WHERE id IN (SELECT transfer_id FROM settlement_positionincrement)
    """,
    "bookings-count-on-one-day": """
        UPDATE settlement_statementline SET bank_reference = 'FT1'
            WHERE id = (SELECT id FROM settlement_statementline WHERE key <> '' AND state = 'matched' ORDER BY id LIMIT 1);
        INSERT INTO settlement_statementline SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
            'identity', 'planted', 'booked_on', s.booked_on + 1, 'statement_id', gen_random_uuid()))).*
        FROM settlement_statementline s WHERE s.bank_reference = 'FT1'
    """,
    "turnover-is-of-its-day": "UPDATE federation_turnoverfact SET day = day - 31 WHERE order_id = %(completed)s",
    "roles-are-their-history": "UPDATE tenants_membership SET until_on = NULL, since_on = since_on - 30 WHERE role = 'approver'",
    "limits-are-their-history": """
        UPDATE settlement_position SET limit_rupiah = limit_rupiah + 1 WHERE account = 'clearing:34.02.90.2003'
    """,
    "refunds-are-their-steps": """
        UPDATE federation_refund SET paid_out_at = now(), paid_out_by = made_by
        WHERE id = (SELECT id FROM federation_refund WHERE paid_out_at IS NULL AND voided_at IS NULL AND village_code <> 'F' LIMIT 1)
    """,
    "receipts-are-in-the-log": f"""
        UPDATE federation_payment SET confirmed_by = {NOBODY} WHERE tender = 'cash' AND receipt_number = 1 AND village_code = %(sukamaju)s
    """,
    "couriers-cash-is-handed-in": "UPDATE federation_cashhandin SET amount_rupiah = amount_rupiah + 1",
    "refunds-are-in-the-log": "UPDATE federation_refund SET made_at = made_at - interval '1 day' WHERE order_id = %(cancelled_paid)s",
    "account-steps-are-in-order": STEP.format(step="proposed", number="66666666"),
    "legs-went-to-accounts-in-force": """
        UPDATE settlement_paymentleg SET to_account_id = (SELECT id FROM settlement_bankaccountstep
            WHERE party = %(sukamaju)s AND step = 'proposed' LIMIT 1) WHERE to_account_id IS NOT NULL
    """,
}
_HELD = HELD.format(at=NOW)
MORE_FAULTS = [
    ("holds-are-their-steps", f"{_HELD}; UPDATE tenants_village SET held_since = NULL WHERE code = %(cibiru)s", set()),
    (
        "holds-are-their-steps",
        f"{_HELD}; UPDATE tenants_village SET held_since = held_since + interval '1 day' WHERE code = %(cibiru)s",
        set(),
    ),
    ("holds-are-their-steps", f"{_HELD}; DELETE FROM tenants_activityentry WHERE action = 'trade.held'", set()),
    ("holds-are-their-steps", f"{_HELD}; {RELEASED.format(now=NOW, proposed_by='NULL')}", set()),
    ("holds-are-their-steps", f"{_HELD}; {RELEASED.format(now=NOW, proposed_by='NULL')}; {RELEASE_LOGGED.format(rupiah=6)}", set()),
    (
        "holds-are-their-steps",
        f"{_HELD}; {RELEASED.format(now=NOW, proposed_by='gen_random_uuid()')}; {RELEASE_LOGGED.format(rupiah=5)}",
        set(),
    ),
    (
        "receipts-are-in-the-log",
        "UPDATE federation_payment SET confirmed_at = confirmed_at - interval '1 day' WHERE receipt_number = 2",
        set(),
    ),
    ("receipts-are-in-the-log", "DELETE FROM tenants_activityentry WHERE action = 'payment.confirmed'", set()),
    ("refunds-are-their-steps", "DELETE FROM tenants_activityentry WHERE action = 'refund.paid_out'", set()),
    (
        "roles-are-their-history",
        """
        INSERT INTO tenants_membership (id, user_id, village_code, role, since_on)
        SELECT gen_random_uuid(), user_id, %(melati)s, 'manager', since_on FROM tenants_membership WHERE village_code = %(cibiru)s LIMIT 1
        """,
        set(),
    ),
    ("roles-are-their-history", "DELETE FROM tenants_membership WHERE role = 'auditor'", set()),
    ("limits-are-their-history", "DELETE FROM tenants_activityentry WHERE action LIKE 'limit.%%'", set()),
    ("account-steps-are-in-order", f"{STEP.format(step='kept', number='66666666')}; {LOGGED}", set()),
    (
        "account-steps-are-in-order",
        """
        UPDATE settlement_bankaccountstep c SET by = p.by FROM settlement_bankaccountstep p
        WHERE p.id = c.proposal_id AND c.party = %(cibiru)s
        """,
        set(),
    ),
    ("couriers-cash-is-handed-in", "DELETE FROM federation_couriercash WHERE hand_in_id IS NOT NULL", set()),
    ("couriers-cash-is-handed-in", "UPDATE federation_couriercash SET hand_in_id = (SELECT id FROM federation_cashhandin)", set()),
    ("couriers-cash-is-handed-in", "UPDATE federation_couriercash SET courier = gen_random_uuid() WHERE hand_in_id IS NULL", set()),
    ("couriers-cash-is-handed-in", "DELETE FROM tenants_activityentry WHERE action = 'cash.handed-in'", set()),
    *(
        (
            "cycles-move",
            f"UPDATE settlement_cycle SET state = '{state}', collect_until_at = cutoff_at - interval '300 days' WHERE state = 'collecting'",
            set(),
        )
        for state in ("paying", "reconciling")
    ),
    (
        "cycles-move",
        """
        INSERT INTO tenants_activityentry (id, at, village_code, action, subject_id, reason, detail)
        VALUES (gen_random_uuid(), now() + interval '1 year', '', 'stock.counted', 'x', '', '{}')
        """,
        set(),
    ),
]
# Where a fault of another rule cannot help to break one of these.
ALSO = {
    "bookings-count-on-one-day": {"cash-is-what-the-bank-shows", "lines-fit-their-legs"},
    "village-has-its-account": {"limits-are-their-history"},
    "gateway-refunds-are-owed": {"refunds-are-their-steps"},
    "roles-are-apart": {"roles-are-their-history"},
}
