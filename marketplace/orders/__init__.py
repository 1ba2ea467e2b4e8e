"""An order from the moment it stands until it ends: one seller's part of a purchase, with its two rows.

    twins       an order's two rows, locked and written together
    reasons     why something was undone or given back, as people will read it
    fulfilment  paid and handed over: the ledger posts what was reserved
    steps       the seller's taps up to the hand-over
    refunds     money that goes back, and what a line still costs
    reversals   cancelled, expired, shortened, taken back
    expiry      unpaid orders lapse
    counter     cash for a purchase, a payment undone, a refund paid out
    reading     orders as the back office shows them

Each may call those above it, and goods; orders are written first in a checkout, which is not called from here.
"""
