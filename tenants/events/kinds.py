"""Every kind of event, by its name. Who hears of which stands in deploy/background/event_subscribers.py."""

from __future__ import annotations

import enum


class EventKind(enum.StrEnum):
    """What happened. The subject of PURCHASE_PLACED is the purchase, of accounts and of trade the step that was taken, of payouts the
    gateway's answer; of all others it is the order, and the payload holds `purchase_id`."""

    PURCHASE_PLACED = "purchase.placed"  # a buyer, or staff for a buyer, ordered
    PAYMENT_CONFIRMED = "payment.confirmed"  # the holder has the order's cash
    PAYMENT_LATE = "payment.late"  # the money came after the order had ended
    PAYMENT_REVERSED = "payment.reversed"  # a wrong confirmation was undone
    ORDER_ACCEPTED = "order.accepted"  # the seller takes it on
    ORDER_READY = "order.ready"  # it is packed
    ORDER_UNDERWAY = "order.underway"  # it left the seller
    ORDER_ARRIVED = "order.arrived"  # it is at the home village
    ORDER_DELIVERED = "order.delivered"  # the buyer has the goods
    ORDER_CANCELLED = "order.cancelled"  # by the seller or the buyer, before it was handed over
    ORDER_EXPIRED = "order.expired"  # it was not paid in time
    ORDER_SHORTENED = "order.shortened"  # some pieces cannot be delivered
    ORDER_BROKEN = "order.broken"  # reserved pieces broke: it must be shortened or cancelled
    ORDER_RETURNED = "order.returned"  # the buyer brought goods back
    REFUND_GRANTED = "refund.granted"  # money goes back for goods that the buyer keeps
    REFUND_DUE = "refund.due"  # a counter owes the buyer money
    REFUND_PAID_OUT = "refund.paid_out"  # that counter handed it over
    BANK_ACCOUNT_PROPOSED = "bank-account.proposed"  # somebody proposed an account of the village's
    BANK_ACCOUNT_CONFIRMED = "bank-account.confirmed"  # another person confirmed it
    BANK_ACCOUNT_WITHDRAWN = "bank-account.withdrawn"  # it was taken back before that
    BANK_ACCOUNT_STOPPED = "bank-account.stopped"  # nothing is paid to the village
    BANK_ACCOUNT_RESUMED = "bank-account.resumed"  # it is paid again
    TRADE_HELD = "trade.held"  # the market was restored from a backup, and the village's shop waits for its manager
    TRADE_RELEASED = "trade.released"  # it takes orders again
    PAYOUT_ANSWERED = "payout.answered"  # what a gateway says in writing of a payout to the village was confirmed
    FEDERATION_ACCOUNT_PROPOSED = "federation-account.proposed"  # the same of the federation's own, for every village
    FEDERATION_ACCOUNT_CONFIRMED = "federation-account.confirmed"
    FEDERATION_ACCOUNT_WITHDRAWN = "federation-account.withdrawn"
    FEDERATION_ACCOUNT_STOPPED = "federation-account.stopped"
    FEDERATION_ACCOUNT_RESUMED = "federation-account.resumed"
