"""Invariants within the ledger's own tables."""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

from deploy.audit.invariant import Invariant

MOVING = "'setoff_posted', 'collecting', 'paying', 'reconciling'"  # cycles whose set-off is posted and that have not closed
# Every account with the sums that its transfers give: a pending row counts until a posted or voided row resolves it.
_SUMS = """
    SELECT side.account, sum(side.debit_pending) AS debit_pending, sum(side.debit_posted) AS debit_posted,
        sum(side.credit_pending) AS credit_pending, sum(side.credit_posted) AS credit_posted, sum(side.guest_pending) AS guest_pending
    FROM settlement_transfer t
    LEFT JOIN settlement_transfer r ON r.pending_id = t.id
    LEFT JOIN settlement_reference secured ON t.by_guest AND secured.reference = 'order:' || t.cause_id || ':secure'
    CROSS JOIN LATERAL (SELECT CASE WHEN t.phase = 'pending' AND r.id IS NULL THEN t.amount_rupiah ELSE 0 END AS pending,
        CASE t.phase WHEN 'posted' THEN t.amount_rupiah ELSE 0 END AS posted) a
    CROSS JOIN LATERAL (VALUES
        (t.debit, a.pending, a.posted, 0, 0, CASE WHEN t.by_guest AND secured.reference IS NULL THEN a.pending ELSE 0 END),
        (t.credit, 0, 0, a.pending, a.posted, 0)
    ) AS side (account, debit_pending, debit_posted, credit_pending, credit_posted, guest_pending)
    GROUP BY side.account
"""
# Every account with the sums that stand in its position, folded or not.
_POSITIONS = """
    SELECT account, sum(debit_pending_rupiah) AS debit_pending, sum(debit_posted_rupiah) AS debit_posted,
        sum(credit_pending_rupiah) AS credit_pending, sum(credit_posted_rupiah) AS credit_posted, sum(guest_pending_rupiah) AS guest_pending
    FROM (
        SELECT account, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah
        FROM settlement_position
        UNION ALL
        SELECT account, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah
        FROM settlement_positionincrement
    ) AS parts GROUP BY account
"""
# What left agent cash as money that the federation owes there since: pay-ins taken back, its own costs, villages that were paid twice, or
# ahead in a time that the books lost.
_BORNE = "event IN ('taken-back', 'own-cost', 'paid-twice', 'adopted-payout') AND credit = 'agent-cash'"
# What each party owes less what it is owed, by what is open of the obligations.
_OPEN = """
    SELECT side.party, sum(side.amount) AS net FROM settlement_obligation o
    CROSS JOIN LATERAL (VALUES (o.debtor, o.open_rupiah), (o.creditor, -o.open_rupiah)) AS side (party, amount)
    GROUP BY side.party
"""

INVARIANTS = (
    Invariant(
        "accounts-balanced",
        "Over all accounts debits equal credits, pending and posted apart.",
        f"""
        SELECT sum(debit_pending) AS debit_pending, sum(credit_pending) AS credit_pending,
            sum(debit_posted) AS debit_posted, sum(credit_posted) AS credit_posted
        FROM ({_POSITIONS}) AS p HAVING sum(debit_pending) <> sum(credit_pending) OR sum(debit_posted) <> sum(credit_posted)
        """,
    ),
    Invariant(
        "position-is-its-transfers",
        "A position with its unfolded increments is the sum of its transfers.",
        f"""
        SELECT account, p.debit_pending, s.debit_pending AS by_transfers, p.debit_posted, s.debit_posted,
            p.credit_pending, s.credit_pending, p.credit_posted, s.credit_posted
        FROM ({_POSITIONS}) AS p FULL JOIN ({_SUMS}) AS s USING (account)
        WHERE (coalesce(p.debit_pending, 0), coalesce(p.debit_posted, 0), coalesce(p.credit_pending, 0), coalesce(p.credit_posted, 0))
            <> (coalesce(s.debit_pending, 0), coalesce(s.debit_posted, 0), coalesce(s.credit_pending, 0), coalesce(s.credit_posted, 0))
        """,
    ),
    Invariant(
        "guests-share-is-its-reservations",
        "What guests use of a limit is the sum of their live reservations that nobody has paid.",
        f"""
        SELECT account, p.guest_pending, s.guest_pending AS by_transfers
        FROM ({_POSITIONS}) AS p FULL JOIN ({_SUMS}) AS s USING (account)
        WHERE coalesce(p.guest_pending, 0) <> coalesce(s.guest_pending, 0)
        """,
    ),
    Invariant(
        "open-obligations-are-the-balance",
        "What a village owes less what it is owed, by open obligations, is the posted debit balance of its clearing account.",
        f"""
        SELECT coalesce(p.account, 'clearing:' || o.party) AS account, p.debit_posted - p.credit_posted AS balance, o.net AS open
        FROM ({_POSITIONS}) AS p FULL JOIN ({_OPEN}) AS o ON p.account = 'clearing:' || o.party
        WHERE coalesce(o.party, '') NOT IN ('F', 'P') AND (p.account IS NULL OR p.account LIKE 'clearing:%%')
            AND coalesce(p.debit_posted - p.credit_posted, 0) <> coalesce(o.net, 0)
        """,
    ),
    Invariant(
        "fees-are-received-or-claimed",
        "Fees earned are own cash, what banks and gateways charged and lost disputes cost, what of them lies in agent cash or at gateways "
        "less what the federation owes there, and what is still claimed for it less what it owes back itself.",
        f"""
        SELECT * FROM (
            SELECT coalesce(sum(credit_posted - debit_posted) FILTER (WHERE account = 'fee-income'), 0) AS earned,
                coalesce(sum(debit_posted - credit_posted) FILTER (
                    WHERE account IN ('own-cash', 'own-costs', 'gateway-cost', 'dispute-cost', 'taken-over')), 0) AS received,
                coalesce(sum(credit_posted - debit_posted) FILTER (WHERE account IN ('fees-untaken', 'uncovered')), 0) AS between,
                coalesce((SELECT sum(open_rupiah) FROM settlement_obligation WHERE creditor = 'F'), 0) AS claimed,
                coalesce((SELECT sum(o.open_rupiah) FROM settlement_obligation o LEFT JOIN settlement_transfer t ON t.id = o.transfer_id
                    WHERE o.debtor = 'F' AND o.open_rupiah > 0 AND t.debit IN ('fee-income', 'taken-over')), 0) AS owed_back
            FROM ({_POSITIONS}) AS p
        ) AS fees WHERE earned <> received + between + claimed - owed_back
        """,
    ),
    Invariant(
        "agent-cash-is-explained",
        "Other people's money at the federation and at gateways (in transit and disputed too), with what it owes there itself, is what it "
        "holds for buyers, owes to villages and pools out of that, has collected and not paid out, cannot place yet, and has not taken of "
        "its fees; no more, no less.",
        f"""
        SELECT * FROM (
            SELECT coalesce(sum(debit_posted - credit_posted) FILTER (
                    WHERE account IN ('agent-cash', 'in-transit', 'disputed', 'uncovered') OR account LIKE 'gateway:%%'), 0) AS held,
                coalesce(sum(credit_posted - debit_posted) FILTER (WHERE account = 'customer-deposits'), 0) AS deposits,
                coalesce(sum(credit_posted - debit_posted) FILTER (WHERE account = 'suspense'), 0) AS unplaced,
                coalesce(sum(credit_posted - debit_posted) FILTER (WHERE account = 'fees-untaken'), 0) AS untaken,
                coalesce((SELECT sum(o.open_rupiah) FROM settlement_obligation o LEFT JOIN settlement_transfer t ON t.id = o.transfer_id
                    WHERE o.debtor = 'F' AND o.open_rupiah > 0 AND (t.debit IS NULL OR t.debit NOT IN ('fee-income', 'taken-over'))), 0)
                    AS owed,
                coalesce((SELECT sum((o.amount_rupiah - o.open_rupiah) * CASE o.creditor WHEN 'P' THEN 1 ELSE -1 END)
                    FROM settlement_cycle c JOIN settlement_obligation o ON o.cause_id = c.id AND o.cycle_number = c.number
                    WHERE c.state IN ({MOVING}) AND o.cause = 'cycle'), 0) AS collected
            FROM ({_POSITIONS}) AS p
        ) AS cash WHERE held <> deposits + unplaced + untaken + owed + collected
        """,
    ),
    Invariant(
        "funds-agree",
        "What is due between the federation's two cash accounts is its fees not yet taken less what it has not yet "
        "covered, and it covers no more than it owes.",
        f"""
        SELECT * FROM (
            SELECT coalesce(sum(debit_posted - credit_posted) FILTER (WHERE account = 'between-funds'), 0) AS between,
                coalesce(sum(credit_posted - debit_posted) FILTER (WHERE account = 'fees-untaken'), 0) AS untaken,
                coalesce(sum(debit_posted - credit_posted) FILTER (WHERE account = 'uncovered'), 0) AS uncovered
            FROM ({_POSITIONS}) AS p
        ) AS funds WHERE between <> untaken - uncovered OR uncovered < 0
        """,
    ),
    Invariant(
        "no-cash-pays-before-it-is-there",
        "Agent cash, with what the federation owes there since a bank took it back, never fell below nothing when something left it, nor a "
        "gateway's account when a village was paid out of it; now, with that and what was set off against it and is still at a "
        "gateway, it suffices for what is held of lines and of the pool of the cycle under way.",
        f"""
        SELECT account, moment, balance FROM (
            SELECT account, moment, paid, sum(amount) OVER w
                + greatest(0, least(sum(owed) OVER w, sum(taken_back) OVER w)) AS balance
            FROM (
                SELECT side.account, left(t.id::text, 13) AS moment,  -- the milliseconds of its key: what happened in one is one moment
                    sum(CASE WHEN side.is_owed THEN 0 ELSE side.amount END) AS amount,
                    sum(CASE WHEN side.is_owed THEN side.amount ELSE 0 END) AS owed,
                    sum(CASE WHEN t.event = 'own-owed' AND back.reference IS NOT NULL THEN t.amount_rupiah ELSE 0 END) AS taken_back,
                    bool_or(CASE side.account WHEN 'agent-cash' THEN side.amount < 0 AND NOT side.is_owed
                        ELSE t.event = 'payout' END) AS paid
                FROM settlement_transfer t
                LEFT JOIN (SELECT DISTINCT reference FROM settlement_transfer WHERE {_BORNE}) AS back USING (reference)
                CROSS JOIN LATERAL (VALUES (t.debit, t.amount_rupiah), (t.credit, -t.amount_rupiah)) AS moved (account, amount)
                CROSS JOIN LATERAL (SELECT CASE moved.account WHEN 'uncovered' THEN 'agent-cash' ELSE moved.account END AS account,
                    moved.amount, moved.account = 'uncovered' AS is_owed) AS side
                WHERE t.phase = 'posted' AND (side.account = 'agent-cash' OR side.account LIKE 'gateway:%%') GROUP BY 1, 2
            ) AS each WINDOW w AS (PARTITION BY account ORDER BY moment)
        ) AS moments WHERE paid AND balance < 0
        UNION ALL
        SELECT 'agent-cash', 'now', cash.free FROM (
            SELECT coalesce(sum(debit_posted - credit_posted) FILTER (WHERE account IN ('agent-cash', 'in-transit', 'suspense')), 0)
                + least(coalesce((SELECT sum(amount_rupiah) FROM settlement_transfer WHERE {_BORNE}), 0),
                    coalesce(sum(debit_posted - credit_posted) FILTER (WHERE account = 'uncovered'), 0)
                    + least(greatest(coalesce(sum(debit_posted - credit_posted) FILTER (WHERE account LIKE 'gateway:%%'), 0), 0),
                        coalesce((SELECT sum(amount_rupiah) FROM settlement_transfer WHERE event = 'own-netted'), 0)))
                - coalesce((SELECT sum((o.amount_rupiah - o.open_rupiah) * CASE o.creditor WHEN 'P' THEN 1 ELSE -1 END)
                    FROM settlement_cycle c JOIN settlement_obligation o ON o.cause_id = c.id AND o.cycle_number = c.number
                    WHERE c.state IN ({MOVING}) AND o.cause = 'cycle'), 0) AS free
            FROM ({_POSITIONS}) AS p
        ) AS cash WHERE cash.free < 0
        """,
    ),
    Invariant(
        "obligation-is-its-transfer",
        "An obligation has the parties and at most the amount of the posted transfer that made it (of an order's, the whole amount); only "
        "an item with a cycle's pool has none.",
        """
        SELECT o.id, o.debtor, o.creditor, o.amount_rupiah, o.cause, t.phase, t.event, t.debit, t.credit, t.amount_rupiah AS transferred
        FROM settlement_obligation o LEFT JOIN settlement_transfer t ON t.id = o.transfer_id
        WHERE CASE o.cause WHEN 'cycle' THEN o.transfer_id IS NOT NULL OR 'P' NOT IN (o.debtor, o.creditor)
            ELSE t.id IS NULL OR t.phase <> 'posted'
                OR NOT CASE o.debtor WHEN 'F' THEN t.debit IN ('fee-income', 'customer-deposits', 'taken-over') OR t.debit LIKE 'gateway:%%'
                        OR t.event IN ('paid-twice-back', 'adopted-pay-in')
                    ELSE t.debit = 'clearing:' || o.debtor END
                OR NOT CASE o.creditor WHEN 'F' THEN t.credit IN ('fee-income', 'customer-deposits')
                        OR t.event IN ('paid-twice', 'adopted-payout')
                        OR o.cause IN ('pay-in', 'takeover')
                    ELSE t.credit = 'clearing:' || o.creditor END
                OR CASE o.cause WHEN 'order' THEN o.amount_rupiah <> t.amount_rupiah OR t.reverses_id IS NOT NULL
                    WHEN 'refund' THEN o.amount_rupiah > t.amount_rupiah OR t.reverses_id IS NULL
                    WHEN 'payout' THEN o.amount_rupiah <> t.amount_rupiah
                        OR NOT CASE o.debtor WHEN 'F' THEN t.event IN ('returned', 'paid-twice-back') ELSE t.event = 'paid-twice' END
                    WHEN 'takeover' THEN o.amount_rupiah <> t.amount_rupiah OR t.event <> 'taken-over'
                        OR (o.creditor = 'F' AND t.credit <> 'own-cash')
                    WHEN 'adopted' THEN o.amount_rupiah <> t.amount_rupiah OR CASE o.debtor
                        WHEN 'F' THEN (t.event, t.debit) <> ('adopted-pay-in', 'agent-cash')
                        ELSE (t.event, t.credit) <> ('adopted-payout', 'agent-cash') END
                    WHEN 'pay-in' THEN o.amount_rupiah <> t.amount_rupiah OR (t.event, t.credit) <> ('taken-back', 'agent-cash')
                    ELSE true END END
        """,
    ),
    Invariant(
        "posting-makes-an-obligation",
        "Every posted transfer between parties makes an obligation, or takes back one that there is, or is a payment that shrinks one.",
        """
        SELECT t.id, t.event, t.debit, t.credit, t.amount_rupiah FROM settlement_transfer t
        WHERE t.phase = 'posted' AND (t.debit LIKE 'clearing:%%' OR t.credit LIKE 'clearing:%%')
            AND NOT EXISTS (SELECT FROM settlement_obligation o WHERE o.transfer_id = coalesce(t.reverses_id, t.id))
            AND NOT EXISTS (SELECT FROM settlement_paymentleg l WHERE l.id = t.cause_id)
        """,
    ),
    Invariant(
        "one-event-one-effect",
        "An order is reserved at most once at a time and posted at most once at a time, by each of its events.",
        """
        SELECT t.cause_id, t.event, t.phase, count(*) FROM settlement_transfer t
        WHERE t.reverses_id IS NULL AND t.phase <> 'voided' AND t.event IN ('sale', 'fee', 'delivery')
            AND NOT EXISTS (SELECT FROM settlement_transfer r WHERE r.pending_id = t.id)
            AND (t.phase = 'pending' OR NOT EXISTS (SELECT FROM settlement_reference u
                WHERE u.reference = replace(t.reference, ':sale:', ':undo:') AND u.reference <> t.reference))
        GROUP BY t.cause_id, t.event, t.phase HAVING count(*) > 1
        """,
    ),
    Invariant(
        "transfer-has-its-reference",
        "Every transfer came with a reference that is kept.",
        """
        SELECT t.id, t.reference FROM settlement_transfer t
        WHERE NOT EXISTS (SELECT FROM settlement_reference r WHERE r.reference = t.reference)
        """,
    ),
    Invariant(
        "resolution-fits-its-reservation",
        "What resolves a reservation has its accounts, event and cause, and posts no more than was reserved; it resolves it once.",
        """
        SELECT p.id, p.amount_rupiah, r.id AS resolution, r.amount_rupiah AS resolved
        FROM settlement_transfer r LEFT JOIN settlement_transfer p ON p.id = r.pending_id
        WHERE r.pending_id IS NOT NULL AND (p.phase, p.event, p.debit, p.credit, p.cause_id, r.amount_rupiah <= p.amount_rupiah,
            (SELECT count(*) FROM settlement_transfer other WHERE other.pending_id = r.pending_id))
            IS DISTINCT FROM ('pending', r.event, r.debit, r.credit, r.cause_id, true, 1)
        """,
    ),
    Invariant(
        "reversals-within-their-original",
        "What takes a posted transfer back has its accounts the other way round, and all of it together is at most the original.",
        """
        SELECT t.id, t.amount_rupiah, sum(r.amount_rupiah) AS reversed FROM settlement_transfer r
        LEFT JOIN settlement_transfer t ON t.id = r.reverses_id WHERE r.reverses_id IS NOT NULL
        GROUP BY t.id, t.phase, t.amount_rupiah, t.delivery_rupiah HAVING t.id IS NULL OR t.phase <> 'posted'
            OR sum(r.amount_rupiah) > t.amount_rupiah OR sum(r.delivery_rupiah) > t.delivery_rupiah
            OR bool_or(r.debit <> t.credit OR r.credit <> t.debit OR r.cause_id <> t.cause_id)
        """,
    ),
    Invariant(
        "reservation-within-its-limit",
        "Each reservation left its village within the limit that is stored beside it.",
        """
        SELECT id, debit, amount_rupiah, exposure_rupiah, limit_rupiah FROM settlement_transfer
        WHERE phase = 'pending' AND limit_rupiah IS NOT NULL
            AND (exposure_rupiah IS NULL OR exposure_rupiah > limit_rupiah OR amount_rupiah > exposure_rupiah)
        """,
    ),
    Invariant(
        "village-has-its-account",
        "Every village has a clearing account with a limit, and every clearing account is a village's.",
        """
        SELECT v.code, p.account, p.limit_rupiah FROM tenants_village v LEFT JOIN settlement_position p ON p.account = 'clearing:' || v.code
        WHERE v.state NOT IN ('created', 'schema-made') AND (p.account IS NULL OR p.limit_rupiah IS NULL OR p.guest_limit_rupiah IS NULL)
        UNION ALL
        SELECT a.village_code, a.code, NULL FROM settlement_account a WHERE a.kind = 'clearing'
            AND NOT EXISTS (SELECT FROM tenants_village v WHERE v.code = a.village_code AND a.code = 'clearing:' || v.code)
        """,
    ),
)
