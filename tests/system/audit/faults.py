"""Faults of cycles and payments, one for each rule, and which other rules break with it."""

# ruff: noqa: S608 - the SQL is ours
from __future__ import annotations

from deploy.audit import cycle_invariants

OF = "(SELECT id FROM settlement_cycle WHERE number = {0})"
IN_FORCE = "(SELECT snapshot_id FROM settlement_cycle WHERE number = {0})"
# The snapshot of the cycle that was given up which an objection replaced: nothing was ever signed or posted of it.
OLD = f"(SELECT id FROM settlement_snapshot WHERE version = 1 AND cycle_id = {OF.format(2)})"
LEG = """
INSERT INTO settlement_paymentleg (id, cycle_id, giver, receiver, amount_rupiah, rail, key, state, planned_at, given_up, gateway, heard)
VALUES ('00000000-0000-7000-8000-000000000001', {cycle}, {giver}, {receiver}, 99999999, 'cash', 'planted', 'planned', now(), '', '', '');
INSERT INTO settlement_legevent (id, leg_id, state, evidence, quarantined, at)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'planned', 'planted', false, now())
"""

FAULTS = {
    "cycles-follow-each-other": """
        INSERT INTO settlement_cycle (id, number, state, opened_at, objection_days, collection_days, end_reason)
        VALUES (gen_random_uuid(), 6, 'aborted', now(), 0, 0, 'planted')
    """,
    "cycle-has-its-snapshot": f"UPDATE settlement_cycle SET snapshot_id = {OLD} WHERE number = 2",
    "snapshot-recomputes": f"UPDATE settlement_snapshot SET sha256 = repeat('0', 64) WHERE id = {OLD}",
    "edges-are-obligations": f"UPDATE settlement_cycleedge SET debtor = %(melati)s WHERE snapshot_id = {OLD} AND debtor = %(sukamaju)s",
    "obligation-settled-once": f"""
        UPDATE settlement_cycleedge SET obligation_id = (SELECT obligation_id FROM settlement_cycleedge
            WHERE snapshot_id = {IN_FORCE.format(3)} AND open_rupiah = 999)
        WHERE snapshot_id = {IN_FORCE.format(1)} AND open_rupiah = 199
    """,
    "cut-off-loses-nothing": "DELETE FROM settlement_objection WHERE released_at IS NULL",
    "stamp-names-its-cycle": "UPDATE settlement_obligation SET cycle_number = 9 WHERE cause_id = %(completed)s",
    "solution-recomputes": f"UPDATE settlement_solution SET sha256 = repeat('0', 64) WHERE snapshot_id = {OLD}",
    "setoff-in-equals-out": f"UPDATE settlement_cycleparty SET setoff_rupiah = setoff_rupiah + 1 WHERE snapshot_id = {OLD} AND party = 'F'",
    "setoff-within-its-edge": f"INSERT INTO settlement_setoff VALUES ({OLD}, 999, 5)",
    "solution-figures-follow": f"UPDATE settlement_solution SET cash_rupiah = cash_rupiah + 1 WHERE snapshot_id = {IN_FORCE.format(3)}",
    "approval-signs-both": f"UPDATE settlement_approval SET sha256 = repeat('0', 64) WHERE snapshot_id = {IN_FORCE.format(1)}",
    "open-is-what-is-left": """
        UPDATE settlement_obligation SET open_rupiah = open_rupiah - 1 WHERE cause_id = %(completed)s AND creditor = %(cibiru)s;
        UPDATE settlement_obligation SET open_rupiah = open_rupiah + 1 WHERE cause_id = %(refunded)s AND creditor = %(cibiru)s
    """,
    "pool-items-are-the-solution": f"""
        UPDATE settlement_obligation SET amount_rupiah = amount_rupiah + 1
        WHERE cause_id = {OF.format(1)} AND creditor = 'F' AND cycle_number = 1
    """,
    "pool-items-are-paid-by-legs": f"""
        UPDATE settlement_obligation SET open_rupiah = open_rupiah + 1
        WHERE cause_id = {OF.format(3)} AND debtor = %(sukamaju)s AND cycle_number = 3;
        UPDATE settlement_obligation SET open_rupiah = open_rupiah - 1
        WHERE cause_id = {OF.format(3)} AND debtor = %(melati)s AND cycle_number = 3
    """,
    "paid-within-collected": LEG.format(cycle=OF.format(3), giver="'F'", receiver="%(cibiru)s"),
    "leg-state-is-its-history": "UPDATE settlement_legevent SET quarantined = true WHERE state = 'submitted'",
    "cash-passes-two-hands": """
        UPDATE settlement_legevent e SET by = l.given_by FROM settlement_paymentleg l
        WHERE l.id = e.leg_id AND l.rail = 'cash' AND e.state = 'succeeded'
    """,
    "bank-file-is-its-legs": "UPDATE settlement_bankfile SET amount_rupiah = amount_rupiah + 1",
    "lines-fit-their-legs": "UPDATE settlement_statementline SET amount_rupiah = amount_rupiah + 1 WHERE amount_rupiah = 20000",
    "payout-answers-by-two": """
        INSERT INTO settlement_payoutanswer (id, form_key, leg_id, after_failure, paid_rupiah, reference, reason, proposed_by, proposed_at,
            confirmed_by, confirmed_at, heard)
        SELECT gen_random_uuid(), 'planted', id, false, 0, 'planted', 'planted', gen_random_uuid(), now(), gen_random_uuid(), now(), ''
        FROM settlement_paymentleg WHERE state = 'failed' OR rail = 'bank' LIMIT 1
    """,
    "seen-payments-have-their-line": "DELETE FROM settlement_statementline WHERE amount_rupiah = 20000",
    "gateway-payouts-are-their-lines": """
        INSERT INTO settlement_gatewaypayout (id, gateway, external_id, reference, amount_rupiah, state, line_id, learned_at)
        SELECT gen_random_uuid(), 'uji', 'planted', 'planted', amount_rupiah, 'paid', id, now() FROM settlement_statementline
        WHERE amount_rupiah = 75
    """,
    "cash-is-what-the-bank-shows": "UPDATE settlement_statementline SET decision = 'misread' WHERE amount_rupiah = 75",
    "closed-cycles-are-at-rest": LEG.format(cycle=OF.format(1), giver="%(sukamaju)s", receiver="'F'"),
    "held-money-stays": """
        INSERT INTO settlement_moneyhold (id, state, backup_at, restored_at)
        SELECT gen_random_uuid(), 'held', min(at), min(at) FROM settlement_legevent
    """,
    "hold-is-released-by-two": """
        INSERT INTO settlement_moneyhold (id, state, backup_at, restored_at, released_at)
        SELECT gen_random_uuid(), 'released', at, at, at FROM (SELECT min(at) - interval '1 day' AS at FROM settlement_legevent) AS first
    """,
    "adopted-money-is-shown": "UPDATE settlement_statementline SET decision = 'adopted' WHERE amount_rupiah = 75",
    "seals-are-a-chain": """
        INSERT INTO settlement_seal (id, number, day, sealed_at, row_count, content_sha256, before_sha256, sha256)
        VALUES (gen_random_uuid(), 1, '2026-07-01', now(), 0, encode(sha256(''), 'hex'), '', 'planted')
    """,
    "seals-keep-up": """
        INSERT INTO tenants_clocknote (boot, wall_at, since_boot) VALUES ('planted', now() + interval '3 days', interval '3 days')
    """,
    "seals-recompute": "INSERT INTO settlement_sealedrow (kind, row_id, seal_number) SELECT 'transfer', id, 1 FROM settlement_transfer",
}
ALSO = {
    "edges-are-obligations": {"snapshot-recomputes", "setoff-in-equals-out"},
    "obligation-settled-once": {"snapshot-recomputes", "open-is-what-is-left"},
    "setoff-in-equals-out": {"solution-recomputes"},
    "setoff-within-its-edge": {"solution-recomputes", "solution-figures-follow"},
    "pool-items-are-paid-by-legs": {"open-obligations-are-the-balance"},
    "lines-fit-their-legs": {"cash-is-what-the-bank-shows"},
}
MORE_ALSO = {"lines-fit-their-legs": {"cash-is-what-the-bank-shows"}}

MORE_FAULTS = [
    ("approval-signs-both", f"""
        UPDATE settlement_approval SET maker = gen_random_uuid(), approver = (SELECT made_by FROM settlement_cycle WHERE number = 1)
        WHERE snapshot_id = {IN_FORCE.format(1)}
     """),
    ("approval-signs-both", f"DELETE FROM settlement_approval WHERE snapshot_id = {IN_FORCE.format(3)}"),
    ("approval-signs-both", f"""
        INSERT INTO settlement_objection (id, obligation_id, cycle_number, village_code, reason, made_at, released_by, released_at, answer)
        SELECT gen_random_uuid(), e.obligation_id, 1, e.debtor, 'planted', now(), a.approver, now(), 'planted'
        FROM settlement_approval a JOIN settlement_cycleedge e ON e.snapshot_id = a.snapshot_id
        WHERE a.snapshot_id = {IN_FORCE.format(1)} LIMIT 1
     """),
    ("payout-answers-by-two", f"""
        INSERT INTO settlement_paymentleg (id, cycle_id, giver, receiver, amount_rupiah, rail, key, state, planned_at, ended_at, given_up,
            gateway, heard)
        VALUES ('00000000-0000-7000-8000-000000000001', {OF.format(3)}, 'F', %(cibiru)s, 5, 'gateway', 'planted', 'failed', now(), now(),
            '', 'uji', '');
        INSERT INTO settlement_legevent (id, leg_id, state, evidence, quarantined, at, by)
        SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', state, 'planted', false, now(), gen_random_uuid()
        FROM unnest(ARRAY['planned', 'submitted', 'failed']) AS state
     """),
    ("snapshot-recomputes", f"UPDATE settlement_snapshot SET carry_limits = '{{}}' WHERE id = {OLD}"),
    ("cut-off-loses-nothing", "UPDATE settlement_objection SET released_at = made_at"),
    ("lines-fit-their-legs", "UPDATE settlement_statementline SET state = 'open' WHERE amount_rupiah = 5000"),
    ("seals-keep-up", """
        INSERT INTO settlement_seal (id, number, day, sealed_at, row_count, content_sha256, before_sha256, sha256)
        SELECT gen_random_uuid(), 1, day, at, 0, content, '', encode(sha256(convert_to(concat_ws('|', 1, to_char(day, 'YYYY-MM-DD'),
            (extract(epoch FROM at) * 1000000)::bigint, 0, content, ''), 'UTF8')), 'hex')
        FROM (SELECT (now() + interval '44 days')::date AS day, now() + interval '45 days' AS at, encode(sha256(''), 'hex') AS content) AS f
     """),
]  # fmt: skip

# Nothing is set off any more, and whoever did it computed every figure and hash again.
SETS_OFF_LESS = f"""
    DELETE FROM settlement_setoff WHERE snapshot_id = {OLD};
    UPDATE settlement_cycleparty SET setoff_rupiah = 0 WHERE snapshot_id = {OLD};
    UPDATE settlement_solution SET setoff_bilateral_rupiah = 0, setoff_cycles_rupiah = 0, residual_rupiah = gross_rupiah
    WHERE snapshot_id = {OLD};
    UPDATE settlement_solution v SET sha256 = h.sha256 FROM ({cycle_invariants.SOLUTION_HASHES}) AS h
    WHERE h.id = v.snapshot_id AND v.snapshot_id = {OLD}
"""
