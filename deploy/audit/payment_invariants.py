"""Invariants of a cycle's cash: legs, their history and what the ledger posted of them, bank statements, what a closed cycle leaves."""

# ruff: noqa: S608 - all SQL here is put together from our own words
from __future__ import annotations

from deploy.audit.cycle_invariants import KEPT, PAID, SETTLED
from deploy.audit.invariant import Invariant
from deploy.audit.ledger_invariants import MOVING

# How far each state of a leg stands: states only move forward, so the farthest of a leg's history is the last.
_FAR = "CASE {0} WHEN 'planned' THEN 0 WHEN 'submitted' THEN 1 WHEN 'unknown' THEN 2 WHEN 'returned' THEN 4 ELSE 3 END"
# Each leg with whether its money came to its receiver by what was learned of it; whether it was seen to reach or leave the federation (in
# two hands, by a gateway's word, or it left the transit); and whether it came back after its cycle had closed.
_LEGS = """
    SELECT l.*, EXISTS (SELECT FROM settlement_legevent e WHERE e.leg_id = l.id AND e.state = 'succeeded' AND NOT e.quarantined) AS came,
        l.rail <> 'bank' OR EXISTS (SELECT FROM settlement_transfer t
            WHERE t.cause_id = l.id AND t.event IN ('arrived', 'left')) AS seen,
        EXISTS (SELECT FROM settlement_transfer t
            WHERE t.cause_id = l.id AND t.event = 'returned' AND 'suspense' IN (t.debit, t.credit)) AS late,
        EXISTS (SELECT FROM settlement_transfer t
            WHERE t.cause_id = l.id AND t.event = 'returned' AND t.credit = 'taken-over') AS kept
    FROM settlement_paymentleg l
"""
# What the ledger must hold of each leg, in sums by account, debits above zero: nothing before its money came or once it came back; else out
# of the giver's account into the receiver's. The federation's side is in transit until it was seen. What came back late lies in suspense,
# or the federation has kept it, where the receiver had left.
_DUE = f"""
    SELECT l.id AS leg_id, side.account, sum(side.amount) AS amount FROM ({_LEGS}) AS l CROSS JOIN LATERAL (VALUES
        (CASE WHEN l.rail = 'gateway' THEN 'gateway:' || l.gateway WHEN l.giver <> 'F' THEN 'clearing:' || l.giver
            WHEN l.seen THEN 'agent-cash' ELSE 'in-transit' END, -l.amount_rupiah),
        (CASE l.receiver WHEN 'F' THEN CASE WHEN l.seen THEN 'agent-cash' ELSE 'in-transit' END ELSE 'clearing:' || l.receiver END,
            l.amount_rupiah),
        ('agent-cash', CASE WHEN NOT l.late THEN 0 WHEN l.giver = 'F' THEN l.amount_rupiah ELSE -l.amount_rupiah END),
        ('suspense', CASE WHEN NOT l.late THEN 0 WHEN l.giver = 'F' THEN -l.amount_rupiah ELSE l.amount_rupiah END),
        (CASE l.rail WHEN 'gateway' THEN 'gateway:' || l.gateway ELSE 'agent-cash' END, CASE WHEN l.kept THEN l.amount_rupiah ELSE 0 END),
        ('taken-over', CASE WHEN l.kept THEN -l.amount_rupiah ELSE 0 END)
    ) AS side (account, amount)
    WHERE l.came AND (l.state = 'succeeded' OR l.late OR l.kept) GROUP BY l.id, side.account HAVING sum(side.amount) <> 0
"""
# The items of a cycle's own pool.
_ITEMS = f"""
    SELECT o.*, c.id AS cycle_id, c.number, c.state, CASE o.creditor WHEN 'P' THEN o.debtor ELSE o.creditor END AS party,
        o.creditor = 'P' AS owes
    FROM settlement_cycle c JOIN settlement_obligation o ON o.cause_id = c.id AND o.cycle_number = c.number
    WHERE o.cause = 'cycle' AND c.state IN ({SETTLED})
"""
# What lies in suspense of each statement line: what was put there for it, or for the payout whose return it shows, less what was taken out.
_SUSPENSE = """
    SELECT coalesce(s.id, t.cause_id) AS line_id,
        sum(CASE t.credit WHEN 'suspense' THEN t.amount_rupiah ELSE -t.amount_rupiah END) AS amount
    FROM settlement_transfer t
    LEFT JOIN settlement_statementline s ON s.leg_id = t.cause_id AND s.incoming AND t.event = 'returned'
    WHERE 'suspense' IN (t.debit, t.credit) AND t.phase = 'posted' GROUP BY 1
"""

# What of each leg by bank the books say beside what lines show: said by word alone, or shown before it was booked.
_BEYOND_LINES = """
    SELECT l.id, booked.amount - CASE l.giver WHEN 'F' THEN shown.times * l.amount_rupiah ELSE 0 END AS amount
    FROM settlement_paymentleg l
    CROSS JOIN LATERAL (SELECT coalesce(sum(CASE t.debit WHEN 'agent-cash' THEN t.amount_rupiah ELSE -t.amount_rupiah END), 0) AS amount
        FROM settlement_transfer t WHERE t.cause_id = l.id AND 'agent-cash' IN (t.debit, t.credit)) AS booked
    CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE s.incoming) - count(*) FILTER (WHERE NOT s.incoming) AS times
        FROM settlement_statementline s WHERE s.leg_id = l.id AND s.state <> 'withdrawn') AS shown
    WHERE l.rail = 'bank' AND (l.giver = 'F' OR NOT EXISTS (SELECT FROM settlement_statementline s WHERE s.leg_id = l.id)
        AND NOT EXISTS (SELECT FROM settlement_transfer t JOIN settlement_statementline s ON s.id = t.cause_id
            WHERE t.event = 'cleared-up' AND t.amount_rupiah = l.amount_rupiah AND t.happened_at = l.planned_at))
"""

# What was confirmed of gateways' answers about payouts.
_ANSWERS = """
    SELECT x.*, x.id = max(x.id::text) OVER (PARTITION BY x.leg_id)::uuid AS is_last
    FROM settlement_payoutanswer x WHERE x.confirmed_at IS NOT NULL
"""

INVARIANTS = (
    Invariant(
        "pool-items-are-paid-by-legs",
        "What is open of an item with a cycle's pool is its amount less what was paid of it; a closed cycle's items are open no more.",
        f"""
        SELECT i.number, i.debtor, i.creditor, i.amount_rupiah, i.open_rupiah, paid.amount AS paid FROM ({_ITEMS}) AS i
        LEFT JOIN ({PAID}) AS paid ON (paid.cycle_id, paid.party, paid.owes) = (i.cycle_id, i.party, i.owes)
        WHERE coalesce(paid.amount, 0) NOT BETWEEN 0 AND i.amount_rupiah
            OR i.open_rupiah <> CASE i.state WHEN 'closed' THEN 0 ELSE i.amount_rupiah - coalesce(paid.amount, 0) END
        """,
    ),
    Invariant(
        "paid-within-collected",
        "No cycle has paid out, or ordered a bank to pay, more than it collected, nor ordered a gateway to pay more than F owes it.",
        f"""
        SELECT c.number, sums.* FROM settlement_cycle c CROSS JOIN LATERAL (
            SELECT coalesce((SELECT sum(p.amount) FROM ({PAID}) AS p WHERE p.cycle_id = c.id AND p.owes), 0) AS collected,
                coalesce((SELECT k.amount FROM ({KEPT}) AS k WHERE k.cycle_id = c.id), 0) AS kept,
                coalesce((SELECT sum(p.amount) FROM ({PAID}) AS p WHERE p.cycle_id = c.id AND NOT p.owes), 0) AS paid,
                coalesce((SELECT sum(i.open_rupiah) FROM ({_ITEMS}) AS i WHERE i.cycle_id = c.id AND i.debtor = 'F'), 0) AS open) AS sums
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.amount_rupiah) FILTER (WHERE l.rail <> 'gateway'), 0) AS ordered,
                coalesce(sum(l.amount_rupiah) FILTER (WHERE l.rail = 'gateway'), 0) AS at_gateways
            FROM settlement_paymentleg l
            WHERE l.cycle_id = c.id AND l.giver = 'F' AND l.state IN ('planned', 'submitted', 'unknown')) AS legs
        WHERE c.state IN ({SETTLED}) AND (sums.paid + legs.ordered > sums.collected OR legs.at_gateways > sums.open
            OR (c.state = 'closed' AND sums.paid + sums.kept <> sums.collected))
        """,
    ),
    Invariant(
        "leg-state-is-its-history",
        "A leg stands where the last thing that was learned of it brought it, and came there once.",
        f"""
        SELECT l.id, l.state, array_agg(e.state ORDER BY {_FAR.format("e.state")}) AS history FROM settlement_paymentleg l
        LEFT JOIN settlement_legevent e ON e.leg_id = l.id AND NOT e.quarantined
        GROUP BY l.id HAVING count(*) <> count(DISTINCT {_FAR.format("e.state")})
            OR max({_FAR.format("e.state")}) <> {_FAR.format("l.state")} OR NOT bool_or(e.state = l.state)
            OR NOT bool_or(e.state = 'planned') OR (l.ended_at IS NULL) <> (l.state IN ('planned', 'submitted', 'unknown'))
        """,
    ),
    Invariant(
        "leg-is-booked-once",
        "The ledger holds of each leg what its state says: nothing before its money came, then one payment, nothing once it came back.",
        f"""
        SELECT coalesce(due.leg_id, booked.leg_id) AS leg_id, coalesce(due.account, booked.account) AS account, due.amount,
            booked.amount AS booked
        FROM ({_DUE}) AS due FULL JOIN (
            SELECT t.cause_id AS leg_id, side.account, sum(side.amount) AS amount FROM settlement_transfer t
            CROSS JOIN LATERAL (VALUES (t.debit, t.amount_rupiah), (t.credit, -t.amount_rupiah)) AS side (account, amount)
            WHERE t.event IN ('pay-in', 'payout', 'arrived', 'left', 'returned')
            GROUP BY t.cause_id, side.account HAVING sum(side.amount) <> 0
        ) AS booked ON (booked.leg_id, booked.account) = (due.leg_id, due.account)
        WHERE due.amount IS DISTINCT FROM booked.amount
        """,
    ),
    Invariant(
        "cash-passes-two-hands",
        "Cash was handed over when the giver said so and another person said that it came.",
        """
        SELECT l.id, l.given_by, e.by FROM settlement_paymentleg l JOIN settlement_legevent e ON e.leg_id = l.id
        WHERE l.rail = 'cash' AND e.state = 'succeeded' AND NOT e.quarantined
            AND (l.given_by IS NULL OR l.given_at IS NULL OR e.by IS NULL OR e.by = l.given_by)
        """,
    ),
    Invariant(
        "bank-file-is-its-legs",
        "A file for the bank carries the payouts of its cycle that name it, in number and sum.",
        """
        SELECT f.id, f.leg_count, count(l.id) AS legs, f.amount_rupiah, sum(l.amount_rupiah) AS by_legs FROM settlement_bankfile f
        LEFT JOIN settlement_paymentleg l ON l.bank_file_id = f.id
        GROUP BY f.id HAVING (f.leg_count, f.amount_rupiah) IS DISTINCT FROM (count(l.id), sum(l.amount_rupiah))
            OR bool_or(l.cycle_id <> f.cycle_id OR l.giver <> 'F' OR l.rail <> 'bank')
        """,
    ),
    Invariant(
        "lines-fit-their-legs",
        "A statement line that shows a leg has its direction and amount, or a person counted a part, or the rest is F's cost or was "
        "adopted; no other line shows the same. One that is matched without a leg shows a gateway's payout.",
        """
        SELECT s.id, s.leg_id, s.state, s.incoming, s.amount_rupiah, l.amount_rupiah AS leg, l.state AS leg_state
        FROM settlement_statementline s LEFT JOIN settlement_paymentleg l ON l.id = s.leg_id
        WHERE CASE WHEN l.id IS NULL THEN s.leg_id IS NOT NULL OR (s.state = 'matched'
                AND NOT EXISTS (SELECT FROM settlement_gatewaypayout g WHERE g.line_id = s.id))
            ELSE s.state = 'open' OR l.rail <> 'bank' OR s.amount_rupiah < l.amount_rupiah
                OR (s.amount_rupiah > l.amount_rupiah AND NOT EXISTS (SELECT FROM settlement_transfer t WHERE t.cause_id = s.id AND (
                    t.event = 'cleared-up' AND t.amount_rupiah = l.amount_rupiah
                    OR t.event IN ('own-cost', 'adopted-pay-in', 'adopted-payout')
                        AND t.amount_rupiah = s.amount_rupiah - l.amount_rupiah)))
                OR (s.incoming <> (l.receiver = 'F') AND l.state <> 'returned')
                OR EXISTS (SELECT FROM settlement_statementline other
                    WHERE other.leg_id = s.leg_id AND other.incoming = s.incoming AND other.id <> s.id) END
        """,
    ),
    Invariant(
        "payout-answers-by-two",
        "What people say that a gateway answered of a payout, two of them said; the payout ended by it just so, and of one that failed "
        "the books count what the last such answer says was paid: set off by a payment, or owed back.",
        f"""
        SELECT l.id, l.state, a.id AS answer, a.paid_rupiah, booked.amount FROM ({_ANSWERS}) AS a
        JOIN settlement_paymentleg l ON l.id = a.leg_id
        CROSS JOIN LATERAL (SELECT
            (SELECT coalesce(sum(c.amount_rupiah), 0) FROM settlement_paymentleg c WHERE c.state = 'succeeded'
                AND EXISTS (SELECT FROM settlement_payoutanswer x WHERE x.leg_id = l.id AND x.counted_leg_id = c.id))
            + (SELECT coalesce(sum(CASE t.event WHEN 'paid-twice' THEN t.amount_rupiah ELSE -t.amount_rupiah END), 0)
                FROM settlement_transfer t WHERE t.cause_id = l.id AND t.event IN ('paid-twice', 'paid-twice-back')) AS amount) booked
        WHERE l.rail <> 'gateway' OR a.confirmed_by = a.proposed_by OR a.counted_leg_id = l.id
            OR (NOT a.after_failure AND l.state <> ALL (CASE a.paid_rupiah WHEN l.amount_rupiah THEN ARRAY['succeeded', 'returned']
                ELSE ARRAY['failed'] END))
            OR (a.is_last AND booked.amount <> CASE l.state WHEN 'failed' THEN a.paid_rupiah ELSE 0 END)
        UNION ALL
        SELECT l.id, e.state, NULL, 0, 0 FROM settlement_legevent e JOIN settlement_paymentleg l ON l.id = e.leg_id
        WHERE l.rail = 'gateway' AND e.by IS NOT NULL AND e.state IN ('failed', 'succeeded', 'returned') AND NOT e.quarantined
            AND EXISTS (SELECT FROM settlement_legevent s WHERE s.leg_id = l.id AND s.state = 'submitted')
            AND NOT EXISTS (SELECT FROM ({_ANSWERS}) AS a WHERE a.leg_id = l.id AND (a.confirmed_by, a.confirmed_at) = (e.by, e.at))
        UNION ALL
        SELECT t.cause_id, t.event, NULL, 0, t.amount_rupiah FROM settlement_transfer t
        WHERE t.event IN ('paid-twice', 'paid-twice-back') AND 'agent-cash' NOT IN (t.debit, t.credit)
            AND NOT EXISTS (SELECT FROM ({_ANSWERS}) AS a WHERE a.leg_id = t.cause_id AND t.reference LIKE 'answer:' || a.id || ':%%')
        """,
    ),
    Invariant(
        "seen-payments-have-their-line",
        "A payment by bank that was seen on the account stands on a statement line, or was counted by a person out of one in suspense.",
        f"""
        SELECT l.id, l.giver, l.receiver, l.amount_rupiah, l.state FROM ({_LEGS}) AS l WHERE l.rail = 'bank' AND l.seen
            AND NOT EXISTS (SELECT FROM settlement_statementline s WHERE s.leg_id = l.id AND s.incoming = (l.receiver = 'F'))
            AND NOT EXISTS (SELECT FROM settlement_transfer t JOIN settlement_statementline s ON s.id = t.cause_id
                WHERE t.event = 'cleared-up' AND t.amount_rupiah = l.amount_rupiah AND t.happened_at = l.planned_at)
        """,
    ),
    Invariant(
        "suspense-is-its-lines",
        "What lies in suspense lies there for statement lines that wait, never less than nothing of one.",
        f"""
        SELECT s.id, s.state, u.line_id, u.amount FROM settlement_statementline s FULL JOIN ({_SUSPENSE}) AS u ON u.line_id = s.id
        WHERE s.id IS NULL OR coalesce(u.amount, 0) < 0 OR (coalesce(u.amount, 0) > 0) <> (s.state = 'suspense')
        """,
    ),
    Invariant(
        "gateway-payouts-are-their-lines",
        "What a gateway paid out to the federation, or took from it, is booked once for the statement line that shows it, in its direction "
        "and whole, but for what had been given back before; a payout that stands on a line is booked there.",
        """
        SELECT coalesce(t.cause_id, g.line_id) AS line_id, t.event, t.debit, t.credit, t.amount_rupiah, s.incoming, s.state, s.amount_rupiah
        FROM (SELECT * FROM settlement_transfer WHERE event IN ('gateway-payout', 'gateway-took')) AS t
        FULL JOIN (SELECT * FROM settlement_gatewaypayout WHERE line_id IS NOT NULL) AS g ON g.line_id = t.cause_id
        LEFT JOIN settlement_statementline s ON s.id = t.cause_id
        WHERE t.id IS NULL OR s.id IS NULL OR s.state NOT IN ('matched', 'explained') OR s.amount_rupiah < t.amount_rupiah
            OR (s.amount_rupiah > t.amount_rupiah AND NOT EXISTS (SELECT FROM settlement_transfer c
                WHERE c.cause_id = s.id AND c.event = 'cleared-up'))
            OR s.incoming <> (t.event = 'gateway-payout') OR (s.state = 'matched' AND g.id IS NULL)
            OR g.id IS NOT NULL AND (t.credit <> 'gateway:' || g.gateway OR g.state <> 'paid' OR g.amount_rupiah <> s.amount_rupiah)
            OR (SELECT count(*) FROM settlement_transfer o WHERE o.cause_id = t.cause_id AND o.event = t.event) <> 1
        """,
    ),
    Invariant(
        "cash-is-what-the-bank-shows",
        "Agent cash and own cash, beside what went from hand to hand, are the sum of the statement lines that were decided.",
        f"""
        SELECT * FROM (
            SELECT (SELECT coalesce(sum(t.amount_rupiah * ((t.debit IN ('agent-cash', 'own-cash'))::int
                    - (t.credit IN ('agent-cash', 'own-cash'))::int)), 0)
                FROM settlement_transfer t LEFT JOIN settlement_paymentleg l ON l.id = t.cause_id AND l.rail = 'cash'
                WHERE t.phase = 'posted' AND l.id IS NULL AND NOT EXISTS (SELECT FROM settlement_statedcash h WHERE h.id = t.cause_id)
                    AND t.event NOT IN ('refund-by-hand', 'taken-over')) AS cash,
                (SELECT coalesce(sum(CASE WHEN s.incoming THEN s.amount_rupiah ELSE -s.amount_rupiah END), 0)
                FROM settlement_statementline s
                WHERE s.state NOT IN ('open', 'withdrawn') AND s.decision NOT IN ('misread', 'unbooked')) AS lines,
                (SELECT coalesce(sum(b.amount), 0) FROM ({_BEYOND_LINES}) AS b) AS beyond
        ) AS sums WHERE cash <> lines + beyond
        """,
        since="settlement.0006_own_costs",
    ),
    Invariant(
        "closed-cycles-are-at-rest",
        "In a closed cycle no payment is under way and none in transit; before its set-off a cycle has no payments.",
        f"""
        SELECT c.number, c.state, l.id, l.state AS leg_state, l.seen FROM settlement_cycle c JOIN ({_LEGS}) AS l ON l.cycle_id = c.id
        WHERE c.state NOT IN ({MOVING}) AND (c.state <> 'closed' OR l.state IN ('planned', 'submitted', 'unknown')
            OR (l.state = 'succeeded' AND NOT l.seen))
        """,
    ),
)
