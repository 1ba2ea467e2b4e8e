"""Invariants of settlement cycles: what was frozen, computed, approved and set off, and what the pool's items came from.

The hashes of snapshots and solutions are computed from the rows again, in SQL, in the form that settlement.cycles.snapshots.sha256 and
settlement.cycles.computing.sha256 describe: whoever keeps a copy of the tables can repeat it years later without this programme.
"""

# ruff: noqa: S608 - all SQL here is put together from our own words
from __future__ import annotations

from deploy.audit.invariant import Invariant
from deploy.audit.ledger_invariants import MOVING

SETTLED = f"{MOVING}, 'closed'"  # the set-off is posted
FROZEN = "'snapshot', 'computed', 'proposed', 'approved'"  # a snapshot is in force, and nothing is posted of it

# Each snapshot's hash: a line `place:obligation|debtor|creditor|open` per edge, then the carry limits as JSON with sorted keys.
SNAPSHOT_HASHES = """
    SELECT s.id, count(e.place) AS items, coalesce(sum(e.open_rupiah), 0) AS gross, coalesce(max(e.place), 0) AS last_place,
        encode(sha256(convert_to(coalesce(string_agg(
            e.place || ':' || e.obligation_id || '|' || e.debtor || '|' || e.creditor || '|' || e.open_rupiah || chr(10), ''
            ORDER BY e.place), '') || '{' || coalesce((SELECT string_agg(to_json(l.key) || ':' || l.value, ',' ORDER BY l.key COLLATE "C")
            FROM jsonb_each_text(s.carry_limits) AS l), '') || '}', 'UTF8')), 'hex') AS sha256
    FROM settlement_snapshot s LEFT JOIN settlement_cycleedge e ON e.snapshot_id = s.id GROUP BY s.id
"""
# Each solution's hash: a line `place|amount` per set-off, then a line `party|owed|claimed|set off|net|carried|cash` per party.
SOLUTION_HASHES = """
    SELECT v.snapshot_id AS id,
        encode(sha256(convert_to(coalesce(setoffs.lines, '') || coalesce(parties.lines, ''), 'UTF8')), 'hex') AS sha256
    FROM settlement_solution v
    LEFT JOIN (
        SELECT snapshot_id, string_agg(place || '|' || amount_rupiah || chr(10), '' ORDER BY place) AS lines
        FROM settlement_setoff GROUP BY snapshot_id) AS setoffs ON setoffs.snapshot_id = v.snapshot_id
    LEFT JOIN (
        SELECT snapshot_id, string_agg(party || '|' || owed_rupiah || '|' || claimed_rupiah || '|' || setoff_rupiah || '|' || net_rupiah
            || '|' || carried_rupiah || '|' || cash_rupiah || chr(10), '' ORDER BY party COLLATE "C") AS lines
        FROM settlement_cycleparty GROUP BY snapshot_id) AS parties ON parties.snapshot_id = v.snapshot_id
"""
# What the edges and set-offs of each computed snapshot give a party.
_PARTIES = """
    SELECT e.snapshot_id, side.party, sum(side.owed) AS owed, sum(side.claimed) AS claimed, sum(side.given) AS given, sum(side.got) AS got
    FROM settlement_solution v JOIN settlement_cycleedge e ON e.snapshot_id = v.snapshot_id
    LEFT JOIN settlement_setoff x ON (x.snapshot_id, x.place) = (e.snapshot_id, e.place)
    CROSS JOIN LATERAL (VALUES (e.debtor, e.open_rupiah, 0, coalesce(x.amount_rupiah, 0), 0),
        (e.creditor, 0, e.open_rupiah, 0, coalesce(x.amount_rupiah, 0))) AS side (party, owed, claimed, given, got)
    GROUP BY e.snapshot_id, side.party
"""
# What was set off in pairs: of two that owe each other, twice what both discharge.
_PAIRS = """
    SELECT x.snapshot_id, e.debtor, e.creditor, sum(x.amount_rupiah) AS amount FROM settlement_setoff x
    JOIN settlement_cycleedge e ON (e.snapshot_id, e.place) = (x.snapshot_id, x.place) GROUP BY x.snapshot_id, e.debtor, e.creditor
"""
# What was paid of each item with a pool, by the legs that stand and the federation's own shares. A leg that came back after its cycle
# had closed changed nothing there: its money waits in suspense, is owed once more, or is kept where its receiver has left.
_BY_LEGS = """
    SELECT l.cycle_id, side.party, side.owes, l.amount_rupiah AS amount FROM settlement_paymentleg l
    CROSS JOIN LATERAL (VALUES (l.giver, true), (l.receiver, false)) AS side (party, owes)
    WHERE side.party <> 'F' AND (l.state = 'succeeded' OR (l.state = 'returned' AND EXISTS (SELECT FROM settlement_transfer t
        LEFT JOIN settlement_obligation o ON o.transfer_id = t.id AND o.cause = 'payout'
        WHERE t.cause_id = l.id AND t.event = 'returned'
            AND ('suspense' IN (t.debit, t.credit) OR t.credit = 'taken-over' OR o.id IS NOT NULL))))
    UNION ALL
    SELECT c.id, 'F', false, CASE t.event WHEN 'own-share' THEN t.amount_rupiah ELSE -t.amount_rupiah END
    FROM settlement_cycle c JOIN settlement_transfer t ON t.cause_id = c.id WHERE t.event IN ('own-share', 'own-share-back')
"""
# No leg says what the federation paid of its own item: while the cycle moves money that is what is open no more, and once it has closed it
# is what creditors got and other debtors did not pay.
PAID = f"""
    SELECT paid.cycle_id, paid.party, paid.owes, sum(paid.amount) AS amount FROM (
        {_BY_LEGS}
        UNION ALL
        SELECT c.id, 'F', true, CASE WHEN c.state = 'closed' THEN greatest(0, (
                SELECT coalesce(sum(CASE WHEN m.owes THEN -m.amount ELSE m.amount END), 0) FROM ({_BY_LEGS}) AS m WHERE m.cycle_id = c.id))
            ELSE i.amount_rupiah - i.open_rupiah END
        FROM settlement_cycle c JOIN settlement_obligation i ON i.cause_id = c.id AND i.cycle_number = c.number
        WHERE i.cause = 'cycle' AND i.debtor = 'F'
    ) AS paid GROUP BY paid.cycle_id, paid.party, paid.owes
"""
# What a closed cycle had collected and could not pay out: the federation owes it to the pool in the next one.
KEPT = f"""
    SELECT c.id AS cycle_id, c.number, sum(CASE WHEN m.owes THEN m.amount ELSE -m.amount END) AS amount
    FROM settlement_cycle c JOIN ({_BY_LEGS}) AS m ON m.cycle_id = c.id WHERE c.state = 'closed'
    GROUP BY c.id, c.number HAVING sum(CASE WHEN m.owes THEN m.amount ELSE -m.amount END) > 0
"""
# Of the cycle that follows a cycle c: a restore leaves numbers out between them.
FOLLOWING = "coalesce((SELECT min(n.number) FROM settlement_cycle n WHERE n.number > c.number), c.number + 1)"

INVARIANTS = (
    Invariant(
        "cycles-follow-each-other",
        "Cycles are numbered from 1 without a gap but those that a restore left; the last one is open, and at most the one before it is "
        "unfinished.",
        """
        SELECT c.number, c.state, c.place, c.last FROM (
            SELECT number, state, row_number() OVER (ORDER BY number) AS place, count(*) OVER () AS last FROM settlement_cycle) AS c
        WHERE c.number <> c.place + coalesce((SELECT sum(g.last - g.first + 1) FROM tenants_numbergap g
                WHERE g.series = 'cycles' AND g.first <= c.number), 0)
            OR (c.state = 'open') <> (c.place = c.last) OR (c.state NOT IN ('open', 'closed', 'aborted') AND c.place <> c.last - 1)
        """,
    ),
    Invariant(
        "cycle-has-its-snapshot",
        "From the snapshot on a cycle has its newest one in force; no other has one, and what must be computed of it is.",
        f"""
        SELECT c.number, c.state, c.snapshot_id, last.id AS newest, v.snapshot_id AS computed FROM settlement_cycle c
        LEFT JOIN LATERAL (SELECT s.id FROM settlement_snapshot s WHERE s.cycle_id = c.id ORDER BY s.version DESC LIMIT 1) AS last ON true
        LEFT JOIN settlement_solution v ON v.snapshot_id = c.snapshot_id
        WHERE c.snapshot_id IS DISTINCT FROM last.id
            OR (c.snapshot_id IS NULL AND c.state IN ({FROZEN}, {SETTLED})) OR (last.id IS NOT NULL AND c.state IN ('open', 'cutoff'))
            OR (v.snapshot_id IS NULL AND c.state IN ('computed', 'proposed', 'approved', {SETTLED}))
        """,
    ),
    Invariant(
        "snapshot-recomputes",
        "A snapshot's rows give its hash, its count and its sum.",
        f"""
        SELECT s.id, s.sha256, h.sha256 AS by_rows, s.item_count, h.items, s.gross_rupiah, h.gross FROM settlement_snapshot s
        JOIN ({SNAPSHOT_HASHES}) AS h ON h.id = s.id
        WHERE (s.sha256, s.item_count, s.gross_rupiah, s.item_count) IS DISTINCT FROM (h.sha256, h.items, h.gross, h.last_place)
        UNION ALL
        SELECT DISTINCT e.snapshot_id, NULL, NULL, 0, 0, 0, 0 FROM settlement_cycleedge e
        WHERE NOT EXISTS (SELECT FROM settlement_snapshot s WHERE s.id = e.snapshot_id)
        """,
    ),
    Invariant(
        "edges-are-obligations",
        "Each edge of a snapshot is an obligation with its parties; while the snapshot is in force and not posted, it stays as frozen.",
        f"""
        SELECT e.snapshot_id, e.place, e.obligation_id, e.open_rupiah, o.open_rupiah AS now_open
        FROM settlement_cycleedge e LEFT JOIN settlement_obligation o ON o.id = e.obligation_id
        LEFT JOIN settlement_cycle c ON c.snapshot_id = e.snapshot_id AND c.state IN ({FROZEN})
        WHERE (o.debtor, o.creditor) IS DISTINCT FROM (e.debtor, e.creditor) OR e.open_rupiah NOT BETWEEN 1 AND o.amount_rupiah
            OR (c.id IS NOT NULL AND e.open_rupiah <> o.open_rupiah)
        """,
    ),
    Invariant(
        "obligation-settled-once",
        "No obligation stands in the snapshots of two cycles, those given up apart.",
        """
        SELECT e.obligation_id, array_agg(c.number ORDER BY c.number) AS cycles FROM settlement_cycle c
        JOIN settlement_cycleedge e ON e.snapshot_id = c.snapshot_id WHERE c.state <> 'aborted'
        GROUP BY e.obligation_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "cut-off-loses-nothing",
        "What was open up to a cut-off is in that cycle's snapshot or was on hold; what was on hold is not.",
        f"""
        SELECT c.number, o.id, o.cycle_number, o.open_rupiah, e.place FROM settlement_cycle c
        JOIN settlement_snapshot s ON s.id = c.snapshot_id
        JOIN settlement_obligation o ON o.open_rupiah > 0 AND o.cycle_number <= c.number AND (o.cause <> 'cycle' OR o.cause_id <> c.id)
        LEFT JOIN settlement_cycleedge e ON e.snapshot_id = s.id AND e.obligation_id = o.id
        WHERE c.state IN ({FROZEN}, {SETTLED}) AND e.place IS NULL AND NOT EXISTS (SELECT FROM settlement_objection b
            WHERE b.obligation_id = o.id AND b.made_at <= s.taken_at AND (b.released_at IS NULL OR b.released_at >= s.taken_at))
        UNION ALL
        SELECT c.number, b.obligation_id, b.cycle_number, e.open_rupiah, e.place FROM settlement_cycle c
        JOIN settlement_snapshot s ON s.id = c.snapshot_id
        JOIN settlement_objection b ON b.made_at <= s.taken_at AND (b.released_at IS NULL OR b.released_at > s.taken_at)
        JOIN settlement_cycleedge e ON e.snapshot_id = s.id AND e.obligation_id = b.obligation_id
        WHERE c.state IN ({FROZEN}, {SETTLED})
        """,
    ),
    Invariant(
        "stamp-names-its-cycle",
        "An obligation is stamped with a cycle that there is; an item with a pool with that pool's cycle or the one after it.",
        f"""
        SELECT o.id, o.cause, o.cycle_number, c.number FROM settlement_obligation o
        LEFT JOIN settlement_cycle c ON o.cause = 'cycle' AND c.id = o.cause_id
        WHERE NOT EXISTS (SELECT FROM settlement_cycle known WHERE known.number = o.cycle_number)
            OR (o.cause = 'cycle' AND (c.id IS NULL OR o.cycle_number NOT IN (c.number, {FOLLOWING})))
        """,
    ),
    Invariant(
        "solution-recomputes",
        "A solution's rows give its hash.",
        f"""
        SELECT v.snapshot_id, v.sha256, h.sha256 AS by_rows FROM settlement_solution v
        JOIN ({SOLUTION_HASHES}) AS h ON h.id = v.snapshot_id WHERE v.sha256 <> h.sha256
        """,
    ),
    Invariant(
        "setoff-in-equals-out",
        "Set-off takes the same from what a party owes as from what it is owed, and each party's figures follow from it.",
        f"""
        SELECT coalesce(p.snapshot_id, e.snapshot_id) AS snapshot_id, coalesce(p.party, e.party) AS party, e.given, e.got, p.setoff_rupiah,
            e.owed, p.owed_rupiah, e.claimed, p.claimed_rupiah, p.net_rupiah, p.carried_rupiah, p.cash_rupiah
        FROM ({_PARTIES}) AS e FULL JOIN settlement_cycleparty p ON (p.snapshot_id, p.party) = (e.snapshot_id, e.party)
        WHERE e.given <> e.got OR (p.owed_rupiah, p.claimed_rupiah, p.setoff_rupiah) IS DISTINCT FROM (e.owed, e.claimed, e.given)
            OR p.net_rupiah <> p.claimed_rupiah - p.owed_rupiah OR p.carried_rupiah + p.cash_rupiah <> abs(p.net_rupiah)
            OR p.carried_rupiah < 0 OR p.cash_rupiah < 0
        """,
    ),
    Invariant(
        "setoff-within-its-edge",
        "What is set off is part of an edge of its snapshot.",
        """
        SELECT x.snapshot_id, x.place, x.amount_rupiah, e.open_rupiah FROM settlement_setoff x
        LEFT JOIN settlement_cycleedge e ON (e.snapshot_id, e.place) = (x.snapshot_id, x.place)
        WHERE e.place IS NULL OR x.amount_rupiah NOT BETWEEN 1 AND e.open_rupiah
        """,
    ),
    Invariant(
        "solution-figures-follow",
        "The figures of a solution follow from its rows: gross, set off in pairs and in circles, residual, net debt, carried, cash.",
        f"""
        SELECT v.*, x.amount AS setoff, pairs.amount AS pairs, p.net, p.carried, p.cash FROM settlement_solution v
        JOIN settlement_snapshot s ON s.id = v.snapshot_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_rupiah), 0) AS amount FROM settlement_setoff y WHERE y.snapshot_id = v.snapshot_id) AS x
        LEFT JOIN (SELECT a.snapshot_id, sum(least(a.amount, b.amount)) AS amount FROM ({_PAIRS}) AS a
            JOIN ({_PAIRS}) AS b ON (b.snapshot_id, b.debtor, b.creditor) = (a.snapshot_id, a.creditor, a.debtor)
            GROUP BY a.snapshot_id) AS pairs ON pairs.snapshot_id = v.snapshot_id
        CROSS JOIN LATERAL (SELECT coalesce(sum(abs(net_rupiah)), 0) / 2 AS net, coalesce(sum(carried_rupiah), 0) / 2 AS carried,
            coalesce(sum(cash_rupiah), 0) / 2 AS cash FROM settlement_cycleparty q WHERE q.snapshot_id = v.snapshot_id) AS p
        WHERE (v.gross_rupiah, v.setoff_bilateral_rupiah, v.setoff_bilateral_rupiah + v.setoff_cycles_rupiah, v.residual_rupiah,
                v.net_internal_debt_rupiah, v.carried_rupiah, v.cash_rupiah)
            IS DISTINCT FROM (s.gross_rupiah, coalesce(pairs.amount, 0), x.amount, s.gross_rupiah - x.amount, p.net, p.carried, p.cash)
        """,
    ),
    Invariant(
        "approval-signs-both",
        "Snapshot and solution of an approved cycle are signed in time, by another person than cut it off or answered objections.",
        f"""
        SELECT coalesce(c.number, 0) AS number, c.state, a.snapshot_id, a.sha256, a.maker, a.approver, a.approved_at
        FROM settlement_cycle c FULL JOIN settlement_approval a ON a.snapshot_id = c.snapshot_id
        LEFT JOIN settlement_snapshot s ON s.id = a.snapshot_id LEFT JOIN settlement_solution v ON v.snapshot_id = a.snapshot_id
        WHERE CASE WHEN a.snapshot_id IS NULL THEN c.state IN ('approved', {SETTLED})
            ELSE c.id IS NULL OR c.state NOT IN ('approved', {SETTLED}, 'aborted') OR a.approver = c.made_by
                OR EXISTS (SELECT FROM settlement_objection o WHERE o.cycle_number = c.number AND o.released_by = a.approver)
                OR a.maker IS DISTINCT FROM c.made_by OR a.approved_at < c.objections_until_at OR v.snapshot_id IS NULL
                OR a.sha256 <> encode(sha256(convert_to(s.sha256 || '|' || v.sha256, 'UTF8')), 'hex') END
        """,
    ),
    Invariant(
        "open-is-what-is-left",
        "What is open of an obligation is its amount less what was taken back in time and what a cycle discharged.",
        f"""
        SELECT o.id, o.cause, o.amount_rupiah, o.open_rupiah, back.amount AS taken_back, discharged.amount AS discharged
        FROM settlement_obligation o
        LEFT JOIN (
            SELECT r.reverses_id AS transfer_id, sum(r.amount_rupiah - coalesce(again.amount_rupiah, 0)) AS amount
            FROM settlement_transfer r LEFT JOIN settlement_obligation again ON again.transfer_id = r.id
            WHERE r.reverses_id IS NOT NULL GROUP BY 1) AS back ON back.transfer_id = o.transfer_id
        LEFT JOIN (
            SELECT e.obligation_id, sum(e.open_rupiah) AS amount FROM settlement_cycle c
            JOIN settlement_cycleedge e ON e.snapshot_id = c.snapshot_id WHERE c.state IN ({SETTLED}) GROUP BY e.obligation_id
        ) AS discharged ON discharged.obligation_id = o.id
        WHERE o.open_rupiah <> o.amount_rupiah - coalesce(back.amount, 0) - coalesce(discharged.amount, 0)
            AND NOT (o.cause = 'cycle' AND EXISTS (SELECT FROM settlement_cycle c WHERE c.id = o.cause_id AND c.number = o.cycle_number))
        """,
    ),
    Invariant(
        "pool-items-are-the-solution",
        "Of each party a posted cycle makes one item with its pool for what it pays or gets, and in the next cycle one for what is carried "
        "and one for what was not collected when it closed, of the federation also for what was not paid out; nothing else.",
        f"""
        SELECT coalesce(due.cycle_id, item.cause_id) AS cycle_id, coalesce(due.stamp, item.cycle_number) AS stamp,
            coalesce(due.party, item.party) AS party, coalesce(due.owes, item.owes) AS owes, due.amount, item.amount AS booked
        FROM (SELECT cycle_id, stamp, party, owes, sum(amount) AS amount FROM (
            SELECT c.id AS cycle_id, part.stamp, p.party, p.net_rupiah < 0 AS owes, sum(part.amount) AS amount FROM settlement_cycle c
            JOIN settlement_cycleparty p ON p.snapshot_id = c.snapshot_id
            LEFT JOIN ({PAID}) AS paid ON (paid.cycle_id, paid.party, paid.owes) = (c.id, p.party, p.net_rupiah < 0)
            CROSS JOIN LATERAL (VALUES (c.number, p.cash_rupiah), ({FOLLOWING}, p.carried_rupiah),
                ({FOLLOWING}, CASE WHEN c.state = 'closed' THEN p.cash_rupiah - coalesce(paid.amount, 0) ELSE 0 END)
            ) AS part (stamp, amount)
            WHERE c.state IN ({SETTLED}) AND part.amount <> 0 GROUP BY 1, 2, 3, 4
            UNION ALL SELECT c.cycle_id, {FOLLOWING}, 'F', true, c.amount FROM ({KEPT}) AS c
        ) AS parts GROUP BY 1, 2, 3, 4) AS due FULL JOIN (
            SELECT o.cause_id, o.cycle_number, CASE o.creditor WHEN 'P' THEN o.debtor ELSE o.creditor END AS party,
                o.creditor = 'P' AS owes, sum(o.amount_rupiah) AS amount
            FROM settlement_obligation o WHERE o.cause = 'cycle' GROUP BY 1, 2, 3, 4
        ) AS item ON (item.cause_id, item.cycle_number, item.party, item.owes) = (due.cycle_id, due.stamp, due.party, due.owes)
        WHERE due.amount IS DISTINCT FROM item.amount
        """,
    ),
)
