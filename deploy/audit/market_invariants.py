"""Invariants of purchases, payments and turnover, and of their part in the ledger; all in shared tables."""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

from deploy.audit.invariant import Invariant

# Every order with what of it is left after refunds, who delivers being settled: the delivery fee counts in the ledger only if the seller
# earned it and another holds the cash. The fee is computed again from the goods and the basis points frozen on the order.
_ORDERS = """
    SELECT o.id, o.seller, o.holder, o.home_village, o.paid_at IS NOT NULL AND o.handed_over_at IS NOT NULL AS due,
        o.ended_at IS NULL AND NOT (o.paid_at IS NOT NULL AND o.handed_over_at IS NOT NULL) AS alive,
        o.goods_rupiah - back.goods AS goods, o.delivery_fee_rupiah - back.delivery AS delivery,
        o.goods_rupiah * o.fee_basis_points / 10000
            - CASE WHEN o.goods_rupiah > 0 THEN o.goods_rupiah * o.fee_basis_points / 10000 * back.goods / o.goods_rupiah ELSE 0 END AS fee,
        CASE WHEN o.deliverer = o.seller AND o.holder <> o.seller THEN o.delivery_fee_rupiah - back.delivery ELSE 0 END AS owed_delivery
    FROM federation_sellerorder o CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.goods_rupiah), 0)::bigint AS goods, coalesce(sum(r.delivery_rupiah), 0)::bigint AS delivery
        FROM federation_refund r WHERE r.order_id = o.id AND r.voided_at IS NULL) back
"""
# What the payment table of the ledger makes of an order: to the seller where another holds the cash, to the federation its fee.
_OWED = """
    SELECT o.id, o.due, o.alive, owed.debtor, owed.creditor, owed.amount FROM ({orders}) AS o
    CROSS JOIN LATERAL (VALUES (o.holder, o.seller, o.goods - o.fee + o.owed_delivery), (o.holder, 'F', o.fee),
        (o.holder, o.home_village, CASE WHEN o.holder = 'F' THEN o.delivery - o.owed_delivery ELSE 0 END)
    ) AS owed (debtor, creditor, amount)
    WHERE owed.debtor <> owed.creditor AND owed.amount <> 0
""".replace("{orders}", _ORDERS)
# Who holds the money of an order, and in what form, by its method.
METHODS = {
    **{"counter": ("home", "cash"), "cod_home": ("home", "cash"), "cod_seller": ("seller", "cash"), "transfer": ("seller", "account")},
    **dict.fromkeys(("card", "wallet", "va", "qris"), ("federation", "gateway")),
}
_METHODS = ", ".join(f"('{method}', '{holder}', '{tender}')" for method, (holder, tender) in METHODS.items())
_PARTY = "CASE WHEN {0} IN ('fee-income', 'customer-deposits') THEN 'F' ELSE split_part({0}, ':', 2) END"

INVARIANTS = (
    Invariant(
        "order-has-exactly-its-obligations",
        "Every paid and handed-over order is owed in the ledger what its amounts, holder and refunds say; no other order is.",
        f"""
        SELECT coalesce(owed.id, booked.id) AS id, coalesce(owed.debtor, booked.debtor) AS debtor,
            coalesce(owed.creditor, booked.creditor) AS creditor, owed.amount, booked.amount AS booked
        FROM (SELECT * FROM ({_OWED}) AS o WHERE due) AS owed
        FULL JOIN (
            SELECT t.cause_id AS id, {_PARTY.format("t.debit")} AS debtor, {_PARTY.format("t.credit")} AS creditor,
                sum(t.amount_rupiah - coalesce(back.amount, 0)) AS amount
            FROM settlement_transfer t LEFT JOIN LATERAL (
                SELECT sum(r.amount_rupiah) AS amount FROM settlement_transfer r WHERE r.reverses_id = t.id) back ON true
            WHERE t.phase = 'posted' AND t.reverses_id IS NULL AND t.event NOT IN ('taken-over', 'paid-twice', 'paid-twice-back')
                AND (t.debit LIKE 'clearing:%%' OR t.credit LIKE 'clearing:%%')
                AND NOT EXISTS (SELECT FROM settlement_paymentleg l WHERE l.id = t.cause_id)
            GROUP BY 1, 2, 3
            HAVING sum(t.amount_rupiah - coalesce(back.amount, 0)) <> 0
        ) AS booked ON (booked.id, booked.debtor, booked.creditor) = (owed.id, owed.debtor, owed.creditor)
        WHERE owed.amount IS DISTINCT FROM booked.amount
        """,
    ),
    Invariant(
        "holder-fits-its-method",
        "The money of an order is held by whom its method of payment says.",
        f"""
        SELECT o.id, o.method, o.holder, o.seller, o.home_village FROM federation_sellerorder o
        LEFT JOIN (VALUES {_METHODS}) AS m (method, holder, tender) ON m.method = o.method
        WHERE o.holder IS DISTINCT FROM
            CASE m.holder WHEN 'home' THEN o.home_village WHEN 'seller' THEN o.seller WHEN 'federation' THEN 'F' END
        """,
    ),
    Invariant(
        "order-has-its-reservation",
        "Every living order whose cash another village than the seller holds is reserved for what it will owe; no other order is.",
        f"""
        SELECT coalesce(owed.id, held.cause_id) AS id, coalesce(owed.debtor, held.debtor) AS debtor,
            coalesce(owed.creditor, held.creditor) AS creditor, owed.amount, held.amount AS reserved
        FROM (SELECT o.* FROM ({_OWED}) AS o JOIN federation_sellerorder s USING (id)
            WHERE o.alive AND s.holder NOT IN (s.seller, 'F')) AS owed
        FULL JOIN (
            SELECT t.cause_id, {_PARTY.format("t.debit")} AS debtor, {_PARTY.format("t.credit")} AS creditor,
                sum(t.amount_rupiah) AS amount
            FROM settlement_transfer t
            WHERE t.phase = 'pending' AND NOT EXISTS (SELECT FROM settlement_transfer r WHERE r.pending_id = t.id) GROUP BY 1, 2, 3
        ) AS held ON (held.cause_id, held.debtor, held.creditor) = (owed.id, owed.debtor, owed.creditor)
        LEFT JOIN ({_ORDERS}) AS known ON known.id = held.cause_id
        WHERE held.cause_id IS NULL OR owed.amount > held.amount OR owed.id IS NULL AND known.alive IS NOT TRUE
        """,
    ),
    Invariant(
        "obligation-has-its-cause",
        "What an obligation names as its cause is there: the order of its transfer, a refund or undone payment of that order, a cycle, "
        "a payment to a village that came back or came twice (or the line that shows it), a village's payment that the bank took back, or "
        "what the federation took over.",
        """
        SELECT o.id, o.cause, o.cause_id, t.cause_id AS order_id FROM settlement_obligation o
        LEFT JOIN settlement_transfer t ON t.id = o.transfer_id
        WHERE (o.cause NOT IN ('cycle', 'payout', 'pay-in', 'takeover')
                AND NOT EXISTS (SELECT FROM federation_sellerorder s WHERE s.id = t.cause_id))
            OR CASE o.cause
            WHEN 'cycle' THEN NOT EXISTS (SELECT FROM settlement_cycle c WHERE c.id = o.cause_id)
            WHEN 'order' THEN o.cause_id <> t.cause_id
            WHEN 'refund' THEN NOT EXISTS (SELECT FROM federation_refund r WHERE r.id = o.cause_id AND r.order_id = t.cause_id)
                AND NOT EXISTS (SELECT FROM federation_allocation a WHERE a.payment_id = o.cause_id AND a.order_id = t.cause_id)
            WHEN 'payout' THEN o.cause_id <> t.cause_id OR NOT EXISTS (SELECT FROM settlement_paymentleg l WHERE l.id = o.cause_id)
                AND NOT (t.event LIKE 'paid-twice%%' AND EXISTS (SELECT FROM settlement_statementline s WHERE s.id = o.cause_id))
            WHEN 'takeover' THEN o.cause_id <> t.cause_id
                OR NOT EXISTS (SELECT FROM federation_takeover k WHERE k.id = o.cause_id AND k.approved_at IS NOT NULL)
            WHEN 'pay-in' THEN o.cause_id <> t.cause_id OR NOT EXISTS (SELECT FROM settlement_paymentleg l
                WHERE l.id = o.cause_id AND l.giver = o.debtor AND l.state = 'succeeded')
            ELSE true END
        """,
    ),
    Invariant(
        "order-total-is-its-parts",
        "An order's goods are its lines, its total goods and delivery, its fee the floor of the frozen basis points.",
        """
        SELECT o.id, o.goods_rupiah, o.delivery_fee_rupiah, o.total_rupiah, o.fee_rupiah, lines.goods
        FROM federation_sellerorder o CROSS JOIN LATERAL (
            SELECT coalesce(sum((l ->> 'quantity')::bigint * (l ->> 'price_rupiah')::bigint), 0) AS goods
            FROM jsonb_array_elements(o.lines) AS l) lines
        WHERE o.goods_rupiah <> lines.goods OR o.total_rupiah <> o.goods_rupiah + o.delivery_fee_rupiah
            OR o.fee_rupiah <> o.goods_rupiah * o.fee_basis_points / 10000
        """,
    ),
    Invariant(
        "lines-say-what-reports-need",
        "Each line of an order says its maker, category, whether it was made here and is a flagship, its margin and, if known, cost.",
        """
        SELECT o.id, l AS line FROM federation_sellerorder o CROSS JOIN LATERAL jsonb_array_elements(o.lines) AS l
        WHERE NOT coalesce(l ->> 'maker' <> '' AND l ->> 'category' <> '' AND jsonb_typeof(l -> 'made_here') = 'boolean'
            AND jsonb_typeof(l -> 'flagship') = 'boolean' AND (l ->> 'margin_rupiah')::bigint
                BETWEEN 0 AND (l ->> 'quantity')::bigint * (l ->> 'price_rupiah')::bigint
            AND jsonb_typeof(l -> 'cost_rupiah') IN ('null', 'number'), false)
        """,
    ),
    Invariant(
        "purchase-total-is-its-orders",
        "A purchase's total is the sum of its orders.",
        """
        SELECT p.id, p.total_rupiah, sum(o.total_rupiah) AS orders FROM federation_purchase p
        LEFT JOIN federation_sellerorder o ON o.purchase_id = p.id
        GROUP BY p.id HAVING p.total_rupiah IS DISTINCT FROM sum(o.total_rupiah)
        """,
    ),
    Invariant(
        "refunds-within-paid",
        "Only what was paid goes back: an order's refunds are the sum on it, within its goods and delivery, with the fee's exact share.",
        """
        SELECT o.id, o.total_rupiah, o.refunded_rupiah, o.paid_at, sum(r.amount_rupiah) AS refunds, sum(r.fee_rupiah) AS fees
        FROM federation_sellerorder o LEFT JOIN federation_refund r ON r.order_id = o.id AND r.voided_at IS NULL
        GROUP BY o.id HAVING o.refunded_rupiah <> coalesce(sum(r.amount_rupiah), 0) OR coalesce(sum(r.goods_rupiah), 0) > o.goods_rupiah
            OR coalesce(sum(r.delivery_rupiah), 0) > o.delivery_fee_rupiah OR (count(r.id) > 0 AND o.paid_at IS NULL)
            OR coalesce(sum(r.fee_rupiah), 0) * o.goods_rupiah NOT BETWEEN
                coalesce(sum(r.goods_rupiah), 0) * o.fee_rupiah - o.goods_rupiah + 1 AND coalesce(sum(r.goods_rupiah), 0) * o.fee_rupiah
            OR bool_or(r.village_code <> o.holder)
        """,
    ),
    Invariant(
        "allocations-are-payments",
        "A payment is divided completely among orders of its purchase whose money its village holds in that form; a reversal mirrors its "
        "payment and pays nothing.",
        f"""
        SELECT p.id, p.amount_rupiah, p.reverses_id, paid.amount AS allocated FROM federation_payment p
        LEFT JOIN federation_payment f ON f.id = p.reverses_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.amount_rupiah), 0) AS amount,
                coalesce(bool_and(o.purchase_id = p.purchase_id AND o.holder = p.village_code AND m.tender IS NOT DISTINCT FROM p.tender),
                    true) AS fits
            FROM federation_allocation a JOIN federation_sellerorder o ON o.id = a.order_id
            LEFT JOIN (VALUES {_METHODS}) AS m (method, holder, tender) ON m.method = o.method WHERE a.payment_id = p.id) paid
        WHERE NOT paid.fits OR CASE WHEN p.reverses_id IS NULL THEN paid.amount <> p.amount_rupiah
            ELSE paid.amount <> 0 OR (f.amount_rupiah, f.purchase_id, f.village_code, f.tender)
                <> (p.amount_rupiah, p.purchase_id, p.village_code, p.tender)
                OR f.reverses_id IS NOT NULL END
        """,
    ),
    Invariant(
        "paid-orders-are-paid-for",
        "An order is paid if and only if one payment in force pays its whole total.",
        """
        SELECT o.id, o.paid_at, o.total_rupiah, count(p.id) AS payments, sum(a.amount_rupiah) AS paid FROM federation_sellerorder o
        LEFT JOIN (federation_allocation a JOIN federation_payment p ON p.id = a.payment_id
            AND NOT EXISTS (SELECT FROM federation_payment r WHERE r.reverses_id = p.id)) ON a.order_id = o.id
        GROUP BY o.id HAVING CASE WHEN o.paid_at IS NULL THEN count(p.id) > 0
            ELSE count(p.id) <> 1 OR sum(a.amount_rupiah) <> o.total_rupiah END
        """,
    ),
    Invariant(
        "receipt-numbers-gapless",
        "A village's receipts are numbered from 1 up to its counter, without a gap but those that a restore left.",
        """
        SELECT coalesce(c.village_code, p.village_code) AS village_code, c.last_number, count(p.id) AS receipts,
            max(p.receipt_number) AS last, max(g.numbers) AS left_out, count(g.within) AS within
        FROM federation_receiptcounter c FULL JOIN federation_payment p ON p.village_code = c.village_code
        LEFT JOIN LATERAL (
            SELECT sum(n.last - n.first + 1) AS numbers, bool_or(p.receipt_number BETWEEN n.first AND n.last) OR NULL AS within
            FROM tenants_numbergap n WHERE n.series = 'receipts' AND n.village_code = c.village_code) AS g ON true
        GROUP BY 1, 2 HAVING coalesce(c.last_number, -1) <> count(p.id) + coalesce(max(g.numbers), 0)
            OR coalesce(max(p.receipt_number), 0) > coalesce(c.last_number, -1) OR count(g.within) > 0
            OR count(DISTINCT p.receipt_number) <> count(p.id)
        """,
    ),
    Invariant(
        "turnover-is-its-orders",
        "Turnover facts add up to what each paid and handed-over order is worth after refunds, and to nothing for every other.",
        f"""
        SELECT coalesce(o.id, f.order_id) AS id, o.goods, f.goods AS fact, o.delivery, f.delivery, o.fee, f.fee
        FROM ({_ORDERS}) AS o FULL JOIN (
            SELECT order_id, sum(goods_rupiah) AS goods, sum(delivery_rupiah) AS delivery, sum(fee_rupiah) AS fee,
                min(seller || '<' || buyer_village) AS least, max(seller || '<' || buyer_village) AS most
            FROM federation_turnoverfact GROUP BY order_id) AS f ON f.order_id = o.id
        WHERE o.id IS NULL OR CASE WHEN o.due THEN (f.goods, f.delivery, f.fee) IS DISTINCT FROM (o.goods, o.delivery, o.fee)
                ELSE (coalesce(f.goods, 0), coalesce(f.delivery, 0), coalesce(f.fee, 0)) <> (0, 0, 0) END
            OR f.least <> o.seller || '<' || o.home_village OR f.most <> o.seller || '<' || o.home_village
        """,
    ),
    Invariant(
        "take-overs-are-booked",
        "What the federation took over was approved by another person than proposed it, is posted once with its amount, and with what went "
        "back of the order it is no more than its goods; nothing else is posted as taken over.",
        """
        SELECT coalesce(k.id, booked.cause_id) AS id, k.amount_rupiah, booked.amount, whole.amount AS of_order, o.goods_rupiah
        FROM federation_takeover k
        LEFT JOIN federation_sellerorder o ON o.id = k.order_id
        LEFT JOIN LATERAL (SELECT (SELECT coalesce(sum(x.amount_rupiah), 0) FROM federation_takeover x
                WHERE x.order_id = o.id AND x.declined_at IS NULL)
            + (SELECT coalesce(sum(r.goods_rupiah), 0) FROM federation_refund r WHERE r.order_id = o.id AND r.voided_at IS NULL) AS amount
        ) AS whole ON true
        FULL JOIN (SELECT t.cause_id, sum(t.amount_rupiah) AS amount,
                coalesce(sum(t.amount_rupiah) FILTER (WHERE t.debit = 'fee-income'), 0) AS fee
            FROM settlement_transfer t WHERE t.event = 'taken-over' GROUP BY 1) AS booked ON booked.cause_id = k.id
        WHERE k.id IS NULL OR whole.amount > o.goods_rupiah OR k.approved_by = k.proposed_by
            OR (booked.amount, booked.fee) IS DISTINCT FROM
                (CASE WHEN k.approved_at IS NOT NULL THEN k.amount_rupiah END, CASE WHEN k.approved_at IS NOT NULL THEN k.fee_rupiah END)
        """,
    ),
    Invariant(
        "villages-that-left-owe-nothing",
        "A village that left owes nothing and is owed nothing: no open obligation, no position, no refund at its counter, no payment under "
        "way.",
        """
        SELECT v.code, left_over.what, left_over.id, left_over.rupiah FROM tenants_village v CROSS JOIN LATERAL (
            SELECT 'obligation' AS what, o.id::text AS id, o.open_rupiah AS rupiah FROM settlement_obligation o
            WHERE o.open_rupiah > 0 AND v.code IN (o.debtor, o.creditor)
            UNION ALL SELECT 'position', p.account, p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_pending_rupiah
                - p.credit_posted_rupiah + coalesce(i.rupiah, 0)
            FROM settlement_position p LEFT JOIN LATERAL (
                SELECT sum(debit_pending_rupiah + debit_posted_rupiah - credit_pending_rupiah - credit_posted_rupiah) AS rupiah
                FROM settlement_positionincrement n WHERE n.account = p.account) AS i ON true
            WHERE p.account = 'clearing:' || v.code AND p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_pending_rupiah
                - p.credit_posted_rupiah + coalesce(i.rupiah, 0) <> 0
            UNION ALL SELECT 'refund', r.id::text, r.amount_rupiah
            FROM federation_refund r JOIN federation_sellerorder o ON o.id = r.order_id
            WHERE r.paid_out_at IS NULL AND r.voided_at IS NULL
                AND (v.code = r.village_code OR (v.code = o.seller AND r.village_code <> 'F'))
            UNION ALL SELECT 'take-over', k.id::text, k.amount_rupiah FROM federation_takeover k
            WHERE k.payer = v.code AND k.paid_out_at IS NULL
            UNION ALL SELECT 'payment', l.id::text, l.amount_rupiah FROM settlement_paymentleg l
            WHERE l.state IN ('planned', 'submitted', 'unknown') AND v.code IN (l.giver, l.receiver)
        ) AS left_over WHERE v.state = 'archived'
        """,
    ),
    Invariant(
        "villages-are-known",
        "Whatever names a village names a member.",
        """
        SELECT DISTINCT named.place, named.code FROM (
            SELECT 'order' AS place, unnest(ARRAY[seller, deliverer, nullif(home_village, '')]) AS code FROM federation_sellerorder
            UNION ALL SELECT 'holder', holder FROM federation_sellerorder
            UNION ALL SELECT 'listing', village_code FROM federation_listing
            UNION ALL SELECT 'profile', village_code FROM federation_profile
            UNION ALL SELECT 'payment', village_code FROM federation_payment
        ) AS named WHERE named.code IS NOT NULL AND (named.code <> 'F' OR named.place NOT IN ('holder', 'payment'))
            AND NOT EXISTS (SELECT FROM tenants_village v WHERE v.code = named.code)
        """,
    ),
)
