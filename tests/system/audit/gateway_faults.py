"""Faults of payments at gateways, one for each rule and some more, and which other rules break with it."""

# ruff: noqa: S608 - the SQL is ours

from __future__ import annotations

CARD = "(SELECT p.id FROM federation_gatewaypayment p JOIN federation_allocation a USING (payment_id) WHERE a.order_id = %(card)s)"
PAID_TWICE = "(SELECT gateway_payment_id FROM federation_gatewayrefund WHERE refund_id IS NULL)"
TAKEN_OVER_TOO = """
    DELETE FROM federation_gatewayrefund WHERE refund_id IN (SELECT id FROM federation_refund WHERE order_id = %(card_lost)s);
    INSERT INTO federation_takeover (id, form_key, order_id, amount_rupiah, reason, proposed_by, proposed_at, approved_by, approved_at,
        fee_rupiah, payer, paid_out_at, paid_out_by)
    SELECT gen_random_uuid(), 'planted', %(card_lost)s, 1, 'planted', gen_random_uuid(), now(), one, now(), 0, 'F', now(), one
    FROM gen_random_uuid() AS one
"""
SENT_TOO_MUCH = {"gateway-sends-back-no-more-than-came"}  # a dispute that was not lost settles no refund

FAULTS = {
    "gateway-payments-are-their-shares": "UPDATE federation_gatewayshare SET amount_rupiah = amount_rupiah + 1 WHERE order_id = %(card)s",
    "gateway-payments-end": "UPDATE federation_gatewaypayment SET expires_at = expires_at - interval '9 days' WHERE state = 'pending'",
    "gateway-payments-are-booked": f"UPDATE federation_gatewaypayment SET charge_rupiah = charge_rupiah + 1 WHERE id = {CARD}",
    "gateway-money-pays-orders-or-goes-back": """
        UPDATE federation_sellerorder SET method = 'qris' WHERE id = %(card)s;
        UPDATE v_3402902003.marketplace_order SET method = 'qris' WHERE id = %(card)s
    """,
    "gateway-refunds-are-booked": """
        UPDATE federation_gatewayrefund SET state = 'pending' WHERE state = 'succeeded' AND refund_id IS NULL
    """,
    "gateway-refunds-are-owed": """
        UPDATE federation_refund SET paid_out_at = NULL WHERE order_id = %(card)s
    """,
    "gateway-sends-back-no-more-than-came": f"""
        UPDATE settlement_transfer SET cause_id = {PAID_TWICE}
        WHERE event LIKE 'dispute%%' AND cause_id = (SELECT gateway_payment_id FROM federation_gatewaydispute WHERE state = 'lost');
        UPDATE federation_gatewaydispute SET gateway_payment_id = {PAID_TWICE} WHERE state = 'lost'
    """,
    "gateway-books-follow-the-gateway": f"UPDATE federation_gatewaypayment SET stated_rupiah = stated_rupiah + 1 WHERE id = {CARD}",
    "gateway-disputes-are-booked": "UPDATE federation_gatewaydispute SET fee_returned_rupiah = 1 WHERE state = 'lost'",
}
FOLLOWS = "gateway-books-follow-the-gateway"
ALSO: dict[str, set[str]] = {"gateway-sends-back-no-more-than-came": {FOLLOWS}}
MORE_FAULTS: list[tuple[str, str, set[str]]] = [
    ("gateway-payments-are-their-shares", "UPDATE federation_gatewaypayment SET ended_at = NULL WHERE state = 'succeeded'", set()),
    ("gateway-payments-are-booked", "UPDATE federation_gatewaypayment SET gateway = 'lain' WHERE state = 'succeeded'", {FOLLOWS}),
    ("gateway-money-pays-orders-or-goes-back", "UPDATE federation_gatewaypayment SET problem = '' WHERE problem = 'amount'", set()),
    (
        "gateway-money-pays-orders-or-goes-back",
        "DELETE FROM federation_gatewayrefund WHERE refund_id IS NULL",
        {"gateway-refunds-are-booked", FOLLOWS},
    ),
    (FOLLOWS, "UPDATE federation_gatewayrefund SET sent_rupiah = 0 WHERE state = 'succeeded'", set()),
    (FOLLOWS, f"UPDATE federation_gatewaypayment SET difference_rupiah = 5 WHERE id = {CARD}", set()),
    ("gateway-refunds-are-booked", "UPDATE federation_gatewayrefund SET by_dispute_rupiah = 0 WHERE state = 'by-dispute'", SENT_TOO_MUCH),
    ("gateway-refunds-are-owed", "UPDATE federation_gatewayrefund SET problem = '' WHERE state = 'failed'", set()),
    ("gateway-disputes-are-booked", "UPDATE federation_gatewaydispute SET state = 'open' WHERE state = 'lost'", SENT_TOO_MUCH),
    (
        "gateway-sends-back-no-more-than-came",  # of an order whose dispute was lost, and has settled no refund, all is taken over too
        TAKEN_OVER_TOO,
        {"gateway-refunds-are-booked", "gateway-refunds-are-owed", "take-overs-are-booked"},
    ),
]
