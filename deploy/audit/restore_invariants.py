"""Invariants of the federation's money after a restore: what was held, what two persons let go, and what came back into the books."""

from __future__ import annotations

from deploy.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "held-money-stays",
        "From a restore until the money is released nobody is told to move any: no payout is sent or given, no file made for the bank.",
        """
        SELECT h.id, e.leg_id AS what, e.at FROM settlement_moneyhold h
        JOIN settlement_legevent e ON e.at >= h.restored_at AND (h.released_at IS NULL OR e.at < h.released_at)
        WHERE e.state = 'submitted' AND NOT e.quarantined
        UNION ALL
        SELECT h.id, f.id, f.made_at FROM settlement_moneyhold h
        JOIN settlement_bankfile f ON f.made_at >= h.restored_at AND (h.released_at IS NULL OR f.made_at < h.released_at)
        """,
    ),
    Invariant(
        "hold-is-released-by-two",
        "Money that was held was released by a list that one person proposed and another confirmed, or a later restore holds it.",
        """
        SELECT h.id, h.restored_at, h.released_at FROM settlement_moneyhold h
        WHERE h.state = 'released' AND NOT EXISTS (SELECT FROM settlement_holdlist l
                WHERE l.hold_id = h.id AND l.confirmed_at = h.released_at AND l.confirmed_by <> l.proposed_by)
            AND NOT EXISTS (SELECT FROM settlement_moneyhold n
                WHERE n.id <> h.id AND n.restored_at = h.released_at AND n.backup_at <= h.backup_at)
        """,
    ),
    Invariant(
        "adopted-money-is-shown",
        "What came back into the books stands on a statement's line that is in a confirmed list, or was stated of cash by one person and "
        "confirmed by another; of a line no more and no less than it moved.",
        """
        SELECT t.cause_id, t.event, t.amount_rupiah FROM settlement_transfer t
        WHERE t.event IN ('adopted-pay-in', 'adopted-payout') AND NOT EXISTS (SELECT FROM settlement_statementline s
                WHERE s.id = t.cause_id AND s.decision = 'adopted' AND s.incoming = (t.event = 'adopted-pay-in'))
            AND NOT EXISTS (SELECT FROM settlement_statedcash c WHERE c.id = t.cause_id AND c.adopted_at IS NOT NULL AND t.amount_rupiah
                <= CASE t.event WHEN 'adopted-pay-in' THEN c.handed_over_rupiah ELSE c.received_rupiah END)
        UNION ALL
        SELECT s.id, s.state, s.amount_rupiah FROM settlement_statementline s LEFT JOIN settlement_paymentleg l ON l.id = s.leg_id
        WHERE s.decision = 'adopted' AND (
            NOT EXISTS (SELECT FROM settlement_holdlist h WHERE (h.confirmed_by, h.confirmed_at) = (s.decided_by, s.decided_at))
            OR s.amount_rupiah <> coalesce(l.amount_rupiah, 0) + coalesce((SELECT sum(t.amount_rupiah) FROM settlement_transfer t
                WHERE t.cause_id = s.id AND t.event IN ('adopted-pay-in', 'adopted-payout')), 0))
        """,
    ),
)
