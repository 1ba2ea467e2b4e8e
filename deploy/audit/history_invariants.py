"""Invariants of what somebody could write into the database by hand: each current row is what its history says, and who may write that did.

Roles and limits have their history in the activity log, refunds and bank accounts in steps of their own; all is append-only and sealed.
"""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

from deploy.audit.invariant import Invariant

# The last that was written of each role of each person.
_LAST_OF_ROLES = """
    SELECT DISTINCT ON (subject_id, village_code, detail ->> 'role') subject_id, village_code, detail ->> 'role' AS role, action,
        detail ->> 'since_on' AS since_on, detail ->> 'until_on' AS until_on
    FROM tenants_activityentry WHERE action IN ('role.kept', 'role.granted', 'role.ended')
    ORDER BY subject_id, village_code, detail ->> 'role', id DESC
"""
# What became of each step's account up to the next step: only what was proposed last is confirmed.
_STEPS = """
    SELECT s.*, row_number() OVER own AS place, lag(s.step) OVER own AS before,
        max(s.turn) FILTER (WHERE s.step = 'proposed') OVER own AS proposed_turn,
        max(s.turn) FILTER (WHERE s.step IN ('confirmed', 'withdrawn', 'stopped')) OVER (own ROWS BETWEEN UNBOUNDED PRECEDING
            AND 1 PRECEDING) AS decided_turn
    FROM settlement_bankaccountstep s WINDOW own AS (PARTITION BY s.party ORDER BY s.turn)
"""

INVARIANTS = (
    Invariant(
        "cycles-move",
        "A cycle that waits for nobody moves on within an hour of the market's own clock, and one that collects within one of its date; "
        "one that pays or is matched is closed within three days of the end of its time to pay out, fourteen days after that date.",
        """
        SELECT c.number, c.state, c.collect_until_at, moved.at, clock.at AS market_at FROM settlement_cycle c
        CROSS JOIN (SELECT max(at) AS at FROM tenants_activityentry) clock
        LEFT JOIN LATERAL (SELECT max(e.at) AS at FROM tenants_activityentry e
            WHERE e.subject_id = c.number::text AND e.action LIKE 'cycle.%%') moved ON true
        WHERE (c.state IN ('cutoff', 'snapshot', 'computed', 'approved', 'setoff_posted')
                AND clock.at > coalesce(moved.at, c.opened_at) + interval '1 hour')
            OR (c.state = 'collecting' AND clock.at > c.collect_until_at + interval '1 hour')
            OR (c.state IN ('paying', 'reconciling') AND clock.at > c.collect_until_at + interval '17 days')
        """,
    ),
    Invariant(
        "increments-are-folded",
        "What transfers added to positions is folded into them within an hour.",
        """
        SELECT i.account, count(*) AS rows, min(t.created_at) AS oldest FROM settlement_positionincrement i
        JOIN settlement_transfer t ON t.id = i.transfer_id WHERE t.created_at < now() - interval '1 hour' GROUP BY i.account
        """,
        by_workers=True,
    ),
    Invariant(
        "bookings-count-on-one-day",
        "No booking of the bank was counted on two days that follow each other: the same number, direction, amount and reference of ours.",
        """
        SELECT a.id, b.id AS again, a.booked_on, b.booked_on AS again_on, a.bank_reference, a.amount_rupiah
        FROM settlement_statementline a JOIN settlement_statementline b ON b.booked_on = a.booked_on + 1
            AND (b.bank_reference, b.incoming, b.amount_rupiah, b.sen, b.key)
                = (a.bank_reference, a.incoming, a.amount_rupiah, a.sen, a.key)
        WHERE a.bank_reference <> '' AND a.key <> '' AND a.statement_id <> b.statement_id
            AND a.state NOT IN ('open', 'withdrawn') AND b.state NOT IN ('open', 'withdrawn') AND 'misread' NOT IN (a.decision, b.decision)
        """,
    ),
    Invariant(
        "turnover-is-of-its-day",
        "A turnover fact counts on the federation's day on which its order was paid and handed over, unpaid again, or refunded.",
        """
        SELECT f.reference, f.day, due.at FROM federation_turnoverfact f
        LEFT JOIN federation_sellerorder o ON o.id = f.order_id
        LEFT JOIN federation_payment p ON f.reference IN ('order:' || o.id || ':' || p.id, 'unpaid:' || o.id || ':' || p.id)
            AND p.purchase_id = o.purchase_id
        LEFT JOIN federation_payment undone ON undone.reverses_id = p.id
        LEFT JOIN federation_refund r ON r.order_id = o.id AND f.reference = 'refund:' || r.id
        CROSS JOIN LATERAL (SELECT CASE split_part(f.reference, ':', 1) WHEN 'order' THEN greatest(p.confirmed_at, o.handed_over_at)
            WHEN 'unpaid' THEN undone.confirmed_at ELSE r.made_at END AS at) due
        WHERE f.day IS DISTINCT FROM (due.at AT TIME ZONE %(zone)s)::date
        """,
    ),
    Invariant(
        "roles-are-their-history",
        "Somebody has a role in a place if and only if the log says so, for the days that it says.",
        f"""
        SELECT coalesce(m.user_id::text, l.subject_id) AS person, coalesce(m.village_code, l.village_code) AS place,
            coalesce(m.role, l.role) AS role, m.since_on, l.since_on AS said_since, m.until_on, l.until_on AS said_until, l.action
        FROM tenants_membership m FULL JOIN ({_LAST_OF_ROLES}) AS l
            ON (l.subject_id, l.village_code, l.role) = (m.user_id::text, m.village_code, m.role)
        WHERE l.action IS NULL
            OR CASE WHEN m.id IS NULL THEN l.action <> 'role.ended' OR l.until_on >= l.since_on
                ELSE m.until_on::text IS DISTINCT FROM l.until_on OR m.since_on::text <> l.since_on END
        """,
        since="tenants.0004_roles_on_record_fill",
    ),
    Invariant(
        "limits-are-their-history",
        "A village's limit, and the guests' share of it, are what was last set by somebody who may.",
        """
        SELECT a.village_code, p.limit_rupiah, p.guest_limit_rupiah, l.detail, l.by FROM settlement_position p
        JOIN settlement_account a ON a.code = p.account AND a.kind = 'clearing'
        LEFT JOIN LATERAL (SELECT e.detail -> 'after' AS detail, e.action, e.by FROM tenants_activityentry e
            WHERE e.subject_id = a.village_code AND e.action IN ('limit.opened', 'limit.kept', 'limit.changed')
            ORDER BY e.id DESC LIMIT 1) l ON true
        WHERE (p.limit_rupiah::text, p.guest_limit_rupiah::text)
            IS DISTINCT FROM (l.detail ->> 'limit_rupiah', l.detail ->> 'guest_limit_rupiah')
        """,
        since="settlement.0007_limits_on_record_fill",
    ),
    Invariant(
        "refunds-are-their-steps",
        "A refund was paid out, is owed again or is void as its last step says, in their order; who paid it out stands in the log.",
        """
        SELECT r.id, r.paid_out_at, r.paid_out_by, r.voided_at, s.step, s.at, s.by, s.turn, s.steps FROM federation_refund r
        LEFT JOIN LATERAL (SELECT s.*, count(*) OVER () AS steps FROM federation_refundstep s WHERE s.refund_id = r.id
            ORDER BY s.turn DESC LIMIT 1) s ON true
        WHERE s.turn <> s.steps
            OR (r.paid_out_at, r.paid_out_by) IS DISTINCT FROM
                (CASE WHEN s.step = 'paid-out' THEN s.at END, CASE WHEN s.step = 'paid-out' THEN s.by END)
            OR r.voided_at IS DISTINCT FROM CASE WHEN s.step = 'voided' THEN s.at END
            OR (s.step = 'paid-out' AND NOT EXISTS (SELECT FROM tenants_activityentry e WHERE e.action = 'refund.paid_out'
                AND e.subject_id = r.order_id::text AND e.at = s.at AND e.by IS NOT DISTINCT FROM s.by))
        """,
    ),
    Invariant(
        "receipts-are-in-the-log",
        "Who took money, and when, and who undid it, is what the log says of the orders that it paid.",
        """
        SELECT p.id, p.confirmed_by, p.confirmed_at, a.order_id FROM federation_payment p
        JOIN federation_allocation a ON a.payment_id = coalesce(p.reverses_id, p.id)
        WHERE NOT EXISTS (SELECT FROM tenants_activityentry e WHERE e.subject_id = a.order_id::text AND e.at = p.confirmed_at
            AND e.by IS NOT DISTINCT FROM p.confirmed_by
            AND CASE WHEN p.reverses_id IS NULL THEN e.action IN ('payment.confirmed', 'payment.late')
                ELSE e.action = 'payment.reversed' END)
        """,
    ),
    Invariant(
        "couriers-cash-is-handed-in",
        "What a courier has is the cash that he took at doors, less what cashiers took from him: each hand-in is the sum of the payments "
        "that it names, all his, and stands in the log with it.",
        """
        SELECT coalesce(c.village_code, h.village_code) AS village, coalesce(c.courier, h.courier) AS courier, h.id, h.amount_rupiah,
            c.amount, c.fits
        FROM federation_cashhandin h FULL JOIN (
            SELECT c.village_code, c.courier, c.hand_in_id, sum(p.amount_rupiah) AS amount, bool_and(p.reverses_id IS NULL
                AND (p.tender, p.village_code, p.confirmed_by) IS NOT DISTINCT FROM ('cash', c.village_code, c.courier)) AS fits
            FROM federation_couriercash c JOIN federation_payment p ON p.id = c.payment_id GROUP BY 1, 2, 3
        ) AS c ON (c.hand_in_id, c.village_code, c.courier) = (h.id, h.village_code, h.courier)
        WHERE c.fits IS NOT TRUE OR c.hand_in_id IS NOT NULL AND (c.amount IS DISTINCT FROM h.amount_rupiah
            OR NOT EXISTS (SELECT FROM tenants_activityentry e WHERE e.action = 'cash.handed-in' AND e.subject_id = h.id::text
                AND (e.detail ->> 'courier', e.detail ->> 'amount_rupiah') = (h.courier::text, h.amount_rupiah::text)
                AND (e.by, e.at, e.village_code) IS NOT DISTINCT FROM (h.received_by, h.received_at, h.village_code)))
        """,
    ),
    Invariant(
        "refunds-are-in-the-log",
        "Whoever made a refund stands in the log of its order.",
        """
        SELECT r.id, r.order_id, r.made_by, r.made_at FROM federation_refund r
        WHERE NOT EXISTS (SELECT FROM tenants_activityentry e WHERE e.subject_id = r.order_id::text AND e.at = r.made_at
            AND e.by IS NOT DISTINCT FROM r.made_by)
        """,
    ),
    Invariant(
        "holds-are-their-steps",
        "A village's trade is held since the backup that its last step names, or is not held as that step says; every step stands in the "
        "log with what was stated, and two who ended a hold are whoever proposed that last and another.",
        """
        SELECT v.code, v.held_since, s.id, s.step, s.turn, s.backup_at, s.by, s.proposed_by, s.lost_orders_rupiah FROM tenants_village v
        LEFT JOIN (SELECT s.*, row_number() OVER own AS place, lag(s.step) OVER own AS before, lag(s.by) OVER own AS before_by,
                lead(s.id) OVER own IS NULL AS is_last FROM tenants_tradeholdstep s
            WINDOW own AS (PARTITION BY s.village_code ORDER BY s.turn)) s ON s.village_code = v.code
        WHERE (s.id IS NULL OR s.is_last) AND v.held_since IS DISTINCT FROM CASE WHEN s.step <> 'released' THEN s.backup_at END
            OR s.turn <> s.place OR (s.step <> 'held' AND coalesce(s.before, 'released') = 'released')
            OR (s.proposed_by IS NOT NULL AND (s.before, s.before_by) IS DISTINCT FROM ('proposed', s.proposed_by))
            OR (s.id IS NOT NULL AND NOT EXISTS (SELECT FROM tenants_activityentry e WHERE e.subject_id = s.village_code AND e.at = s.at
                AND e.by IS NOT DISTINCT FROM s.by
                AND e.action = CASE WHEN s.step IN ('held', 'released') THEN 'trade.' ELSE 'trade.release-' END || s.step
                AND (s.step = 'held' OR e.detail ->> 'step' = s.id::text)
                AND e.detail ->> 'lost_orders_rupiah' IS NOT DISTINCT FROM s.lost_orders_rupiah::text))
        """,
    ),
    Invariant(
        "held-villages-take-no-orders",
        "A village whose trade is held has no order that was placed since it was restored, but for the minutes in which a process may not "
        "have seen the hold.",
        """
        SELECT o.id, o.seller, o.placed_at, h.at AS held_at FROM tenants_tradeholdstep h
        JOIN federation_sellerorder o ON o.seller = h.village_code AND o.placed_at > h.at + interval '2 minutes'
        WHERE h.step = 'held' AND NOT EXISTS (SELECT FROM tenants_tradeholdstep r
            WHERE r.village_code = h.village_code AND r.turn > h.turn AND r.step = 'released')
        """,
    ),
    Invariant(
        "account-steps-are-in-order",
        "A bank account is confirmed by another person than proposed it last, for a day later; every step stands in the log with what it "
        "names, and none claims to be older than the steps themselves.",
        f"""
        SELECT s.id, s.party, s.turn, s.step, s.by, p.by AS proposed_by FROM ({_STEPS}) AS s
        LEFT JOIN settlement_bankaccountstep p ON p.id = s.proposal_id
        WHERE s.turn <> s.place
            OR (s.step = 'confirmed' AND (s.by IS NULL OR p.by IS NULL OR p.by = s.by OR p.step <> 'proposed' OR p.party <> s.party
                OR p.turn <> s.proposed_turn OR p.turn < s.decided_turn OR s.in_force_at < s.at + interval '24 hours'))
            OR (s.step = 'kept' AND (s.turn > 1 OR s.at > (SELECT max(applied) FROM django_migrations
                WHERE app = 'settlement' AND name = '0003_account_steps_fill')))
            OR NOT EXISTS (SELECT FROM tenants_activityentry e WHERE e.subject_id = s.party AND e.action = 'bank-account.' || s.step
                AND e.at = s.at AND e.by IS NOT DISTINCT FROM s.by AND e.detail ->> 'step' = s.id::text
                AND (s.number = '' OR (e.detail ->> 'number', e.detail ->> 'bank_code', e.detail ->> 'bic')
                    = (s.number, s.bank_code, s.bic)))
        """,
    ),
    Invariant(
        "legs-went-to-accounts-in-force",
        "A payment by bank or gateway was sent from and to accounts of its own two parties that were in force then.",
        """
        SELECT l.id, l.giver, l.receiver, side.party, a.party AS of, a.step, l.state FROM settlement_paymentleg l
        CROSS JOIN LATERAL (VALUES (l.giver, l.from_account_id), (l.receiver, l.to_account_id)) AS side (party, account_id)
        LEFT JOIN settlement_bankaccountstep a ON a.id = side.account_id
        LEFT JOIN settlement_legevent e ON e.leg_id = l.id AND e.state = 'submitted' AND NOT e.quarantined
        WHERE (l.from_account_id IS NULL) <> (l.to_account_id IS NULL) OR (side.account_id IS NOT NULL AND (a.party <> side.party
            OR l.rail = 'cash' OR a.step NOT IN ('kept', 'proposed') OR (a.step = 'proposed' AND e.id IS NOT NULL
                AND NOT EXISTS (SELECT FROM settlement_bankaccountstep c WHERE c.proposal_id = a.id AND c.in_force_at <= e.at))))
        """,
    ),
)
