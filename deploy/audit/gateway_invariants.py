"""Invariants of payments at gateways: they, their refunds and disputes agree with orders, receipts and the ledger; all in shared tables."""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

from deploy.audit.invariant import Invariant

# What the ledger booked of a cause by events, and whether all of it stands on the gateway's account.
_BOOKED = """
    SELECT t.cause_id, t.event, sum(t.amount_rupiah) AS amount,
        bool_and('gateway:' || coalesce(p.gateway, '') IN (t.debit, t.credit)) AS there
    FROM settlement_transfer t LEFT JOIN federation_gatewaypayment p ON p.id = t.cause_id
    WHERE t.phase = 'posted' AND t.event IN ('gateway-in', 'gateway-charge') GROUP BY 1, 2
"""
# Whether a word stands among the problems of a payment, or among those that a person closed.
_KNOWN = "string_to_array(p.problem || ' ' || p.closed_problem, ' ')"
_BACK = """
    SELECT r.gateway_payment_id, coalesce(sum(r.amount_rupiah) FILTER (WHERE r.state IN ('succeeded', 'by-hand', 'by-dispute')), 0) AS paid,
        coalesce(sum(r.amount_rupiah) FILTER (WHERE r.state = 'succeeded'), 0) AS sent,
        coalesce(sum(r.by_dispute_rupiah), 0) AS by_dispute
    FROM federation_gatewayrefund r GROUP BY 1
"""

INVARIANTS = (
    Invariant(
        "gateway-payments-are-their-shares",
        "A payment asks for the sum of its shares, each of an order of its purchase whose money the federation holds; it has succeeded if "
        "and only if money came, or a person looks or looked into its currency, and it has ended if and only if it is not live.",
        f"""
        SELECT p.id, p.state, p.amount_rupiah, p.received_rupiah, p.problem, shares.amount
        FROM federation_gatewaypayment p CROSS JOIN LATERAL (
            SELECT coalesce(sum(s.amount_rupiah), 0) AS amount,
                coalesce(bool_and(o.purchase_id = p.purchase_id AND o.holder = 'F'), true) AS fits
            FROM federation_gatewayshare s JOIN federation_sellerorder o ON o.id = s.order_id WHERE s.gateway_payment_id = p.id) shares
        WHERE shares.amount <> p.amount_rupiah OR NOT shares.fits
            OR p.ended_at IS NULL <> (p.state IN ('starting', 'pending', 'processing'))
            OR p.received_rupiah IS NOT NULL AND p.state <> 'succeeded'
            OR p.received_rupiah IS NULL AND p.state = 'succeeded' AND 'currency' <> ALL ({_KNOWN})
        """,
    ),
    Invariant(
        "gateway-payments-end",
        "No payment is live a week after its time, as long as the market goes on: its orders cannot lapse, and hold goods.",
        """
        SELECT p.id, p.gateway, p.state, p.expires_at, p.problem FROM federation_gatewaypayment p
        WHERE p.state IN ('starting', 'pending', 'processing')
            AND p.expires_at < (SELECT max(placed_at) FROM federation_purchase) - interval '7 days'
        """,
    ),
    Invariant(
        "gateway-payments-are-booked",
        "What the ledger says that a gateway received and charged for a payment is what stands on its row, at that gateway.",
        f"""
        SELECT coalesce(said.id, booked.cause_id) AS id, coalesce(said.event, booked.event) AS event, said.amount, booked.amount AS booked
        FROM (SELECT p.id, one.event, one.amount FROM federation_gatewaypayment p
            CROSS JOIN LATERAL (VALUES ('gateway-in', nullif(p.received_rupiah, 0)), ('gateway-charge', nullif(p.charge_rupiah, 0)))
                AS one (event, amount)
            WHERE one.amount IS NOT NULL) AS said
        FULL JOIN ({_BOOKED}) AS booked ON (booked.cause_id, booked.event) = (said.id, said.event)
        WHERE said.amount IS DISTINCT FROM booked.amount OR NOT booked.there
        """,
    ),
    Invariant(
        "gateway-money-pays-orders-or-goes-back",
        "Every rupiah that came through a gateway pays orders by one receipt, or goes back without an order, or waits for a person since "
        "another sum came; every receipt in this form has its payment at a gateway, and its orders that payment's channel.",
        """
        SELECT p.id, p.received_rupiah, paid.amount_rupiah AS paid, back.amount AS back, p.problem FROM federation_gatewaypayment p
        LEFT JOIN federation_payment paid ON paid.id = p.payment_id
        CROSS JOIN LATERAL (SELECT coalesce(sum(one.amount), 0) AS amount FROM (
            SELECT max(r.amount_rupiah) AS amount FROM federation_gatewayrefund r
            WHERE r.gateway_payment_id = p.id AND r.refund_id IS NULL GROUP BY r.cause_id) AS one) back
        WHERE coalesce(p.received_rupiah, 0) <> coalesce(paid.amount_rupiah, 0) + back.amount
                AND NOT ('amount' = ANY (string_to_array(p.problem, ' ')) AND p.payment_id IS NULL AND back.amount = 0)
            OR paid.id IS NOT NULL AND (paid.tender <> 'gateway' OR paid.village_code <> 'F' OR paid.purchase_id <> p.purchase_id
                OR EXISTS (SELECT FROM federation_allocation a JOIN federation_sellerorder o ON o.id = a.order_id
                    WHERE a.payment_id = paid.id AND o.method <> p.channel))
        UNION ALL
        SELECT paid.id, NULL, paid.amount_rupiah, NULL, 'no-payment' FROM federation_payment paid
        WHERE paid.tender = 'gateway' AND NOT EXISTS (SELECT FROM federation_gatewaypayment p WHERE p.payment_id = paid.id)
        """,
    ),
    Invariant(
        "gateway-refunds-are-booked",
        "The ledger booked of each attempt to send money back what its state says: sent once, and back again if it failed after that.",
        """
        SELECT r.id, r.state, r.amount_rupiah, booked.sent, booked.failed, booked.by_hand, booked.by_dispute
        FROM federation_gatewayrefund r CROSS JOIN LATERAL (
            SELECT coalesce(sum(t.amount_rupiah) FILTER (WHERE t.reference = 'refund:' || r.id || ':sent'), 0) AS sent,
                coalesce(sum(t.amount_rupiah) FILTER (WHERE t.reference = 'refund:' || r.id || ':failed'), 0) AS failed,
                coalesce(sum(t.amount_rupiah) FILTER (WHERE t.reference = 'refund:' || r.id || ':by-hand'), 0) AS by_hand,
                coalesce(sum(t.amount_rupiah) FILTER (WHERE t.event = 'refund-by-dispute'), 0)
                    - coalesce(sum(t.amount_rupiah) FILTER (WHERE t.event = 'refund-reopened'), 0) AS by_dispute
            FROM settlement_transfer t
            WHERE t.cause_id = r.cause_id AND t.event IN (
                'refund-sent', 'refund-failed', 'refund-by-hand', 'refund-by-dispute', 'refund-reopened')) booked
        WHERE (booked.sent - booked.failed, booked.by_hand) IS DISTINCT FROM (
                CASE r.state WHEN 'succeeded' THEN r.amount_rupiah ELSE 0 END,
                CASE r.state WHEN 'by-hand' THEN r.amount_rupiah - r.by_dispute_rupiah ELSE 0 END)
            OR r.state IN ('waiting', 'pending', 'action') AND booked.sent <> 0
            OR r.state = 'by-dispute' AND r.by_dispute_rupiah <> r.amount_rupiah
            OR r.state IN ('waiting', 'pending', 'action', 'succeeded', 'failed') AND r.by_dispute_rupiah <> 0
            OR r.state <> 'failed' AND booked.by_dispute <> r.by_dispute_rupiah
        UNION ALL
        SELECT t.cause_id, t.event, t.amount_rupiah, NULL, NULL, NULL, NULL FROM settlement_transfer t
        WHERE t.event IN ('refund-sent', 'refund-failed', 'refund-by-hand', 'refund-by-dispute', 'refund-reopened')
            AND NOT EXISTS (SELECT FROM federation_gatewayrefund r WHERE r.cause_id = t.cause_id)
        """,
    ),
    Invariant(
        "gateway-refunds-are-owed",
        "Each refund of money that the federation holds is on its way by the payment that paid its order, has arrived, or waits for a "
        "person; it counts as paid out if and only if it has arrived.",
        """
        SELECT f.id, f.amount_rupiah, f.paid_out_at, tries.in_force, tries.arrived, tries.waiting FROM federation_refund f
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE r.state <> 'failed') AS in_force,
                count(*) FILTER (WHERE r.state IN ('succeeded', 'by-hand', 'by-dispute')) AS arrived,
                count(*) FILTER (WHERE r.state = 'failed' AND r.problem <> '') AS waiting,
                coalesce(bool_and(r.amount_rupiah = f.amount_rupiah AND r.cause_id = f.id AND EXISTS (
                    SELECT FROM federation_gatewaypayment p JOIN federation_allocation a ON a.payment_id = p.payment_id
                    WHERE p.id = r.gateway_payment_id AND a.order_id = f.order_id)), true) AS fits
            FROM federation_gatewayrefund r WHERE r.refund_id = f.id) tries
        WHERE NOT tries.fits OR f.village_code <> 'F' AND tries.in_force > 0
            OR f.village_code = 'F' AND f.voided_at IS NULL
                AND (tries.in_force + tries.waiting < 1 OR tries.in_force > 1 OR (f.paid_out_at IS NOT NULL) <> (tries.arrived = 1))
        """,
    ),
    Invariant(
        "gateway-sends-back-no-more-than-came",
        "No more of a payment goes back than came, by refunds and by disputes that were lost together, nor of an order than it cost, with "
        "what was taken over of it; disputes settle no more than was lost. Unless a person looks or looked into it.",
        f"""
        SELECT p.id, p.received_rupiah, back.paid, back.sent, lost.amount AS lost FROM federation_gatewaypayment p
        JOIN ({_BACK}) AS back ON back.gateway_payment_id = p.id
        CROSS JOIN LATERAL (SELECT coalesce(sum(d.withdrawn_rupiah - d.returned_rupiah), 0) AS amount FROM federation_gatewaydispute d
            WHERE d.gateway_payment_id = p.id AND d.state = 'lost') lost
        WHERE (back.paid > coalesce(p.received_rupiah, 0) OR back.paid + lost.amount - back.by_dispute > coalesce(p.received_rupiah, 0))
                AND 'twice' <> ALL ({_KNOWN})
            OR back.by_dispute > lost.amount AND NOT {_KNOWN} && ARRAY['dispute', 'owed-again']
        UNION ALL
        SELECT p.id, o.total_rupiah, o.refunded_rupiah, taken.amount, lost.amount FROM federation_gatewaypayment p
        JOIN federation_allocation a ON a.payment_id = p.payment_id JOIN federation_sellerorder o ON o.id = a.order_id
        CROSS JOIN LATERAL (SELECT sum(k.amount_rupiah) AS amount FROM federation_takeover k
            WHERE k.order_id = o.id AND k.approved_at IS NOT NULL) taken
        CROSS JOIN LATERAL (SELECT coalesce(sum(d.withdrawn_rupiah - d.returned_rupiah), 0) AS amount FROM federation_gatewaydispute d
            WHERE d.gateway_payment_id = p.id AND d.state = 'lost') lost
        LEFT JOIN ({_BACK}) AS back ON back.gateway_payment_id = p.id
        WHERE o.refunded_rupiah + taken.amount + greatest(0, lost.amount - coalesce(back.by_dispute, 0)) > o.total_rupiah
            AND lost.amount > coalesce(back.by_dispute, 0) AND 'twice' <> ALL ({_KNOWN})
        """,
    ),
    Invariant(
        "gateway-books-follow-the-gateway",
        "What the ledger has at a gateway of each payment is what the gateway says, or the difference stands on its row: it waits for a "
        "person, who decides that the books follow.",
        """
        SELECT p.id, p.stated_rupiah, p.is_taken_back, sent.amount AS sent, p.difference_rupiah, booked.amount AS booked
        FROM federation_gatewaypayment p
        CROSS JOIN LATERAL (SELECT coalesce(sum(r.sent_rupiah), 0) AS amount FROM federation_gatewayrefund r
            WHERE r.gateway_payment_id = p.id) sent
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE t.debit WHEN 'gateway:' || p.gateway THEN t.amount_rupiah ELSE -t.amount_rupiah END), 0) AS amount
            FROM settlement_transfer t WHERE t.phase = 'posted' AND 'gateway:' || p.gateway IN (t.debit, t.credit) AND t.cause_id IN (
                SELECT p.id UNION SELECT r.cause_id FROM federation_gatewayrefund r WHERE r.gateway_payment_id = p.id)) booked
        WHERE p.stated_rupiah - CASE WHEN p.is_taken_back THEN 0 ELSE sent.amount END <> booked.amount + p.difference_rupiah
        """,
    ),
    Invariant(
        "gateway-disputes-are-booked",
        "The ledger booked of each dispute what the gateway withdrew, gave back and kept, and that it was lost if it was.",
        """
        SELECT d.id, d.state, said.event, said.amount, booked.amount AS booked FROM federation_gatewaydispute d
        CROSS JOIN LATERAL (VALUES ('dispute', d.withdrawn_rupiah), ('dispute-won', d.returned_rupiah), ('dispute-fee', d.fee_rupiah),
            ('dispute-lost', CASE d.state WHEN 'lost' THEN d.withdrawn_rupiah - d.returned_rupiah ELSE 0 END),
            ('dispute-fee-back', d.fee_returned_rupiah)) AS said (event, amount)
        CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount_rupiah) FILTER (WHERE t.event = said.event), 0)
                - coalesce(sum(t.amount_rupiah) FILTER (WHERE t.event = 'dispute-regained' AND said.event = 'dispute-lost'), 0) AS amount
            FROM settlement_transfer t WHERE t.cause_id = d.gateway_payment_id AND t.reference LIKE 'dispute:' || d.id || ':%%') booked
        WHERE said.amount <> booked.amount
        UNION ALL
        SELECT t.cause_id, '', t.event, NULL, t.amount_rupiah FROM settlement_transfer t
        WHERE t.event IN ('dispute', 'dispute-won', 'dispute-lost', 'dispute-regained', 'dispute-fee', 'dispute-fee-back')
            AND NOT EXISTS (SELECT FROM federation_gatewaydispute d WHERE split_part(t.reference, ':', 2) = d.id::text)
        """,
    ),
)
