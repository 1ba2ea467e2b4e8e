"""An order from the checkout to its end: one seller's part of a purchase, with its two rows.

    order_records      an order's two rows, locked and written together
    order_permissions  who may see an order, take its steps and confirm cash for it: decided here only, from the roles' permissions
    order_reasons      why something was undone or given back, as people will read it
    fulfilment         paid and handed over: calls the ledger as the order's payment method says
    steps              the seller's taps up to the hand-over
    refunds            money that goes back, and what a line still costs
    reversals          cancelled, expired, shortened, taken back
    expiry             unpaid orders lapse
    dues               what a counter has to take
    late_money         money that was noticed after an order's end
    counter            money for a purchase, a payment undone, a refund paid out
    counter_queries    a purchase as its cashier sees it
    order_queries      orders as the back office shows them

Each may call those above it, and goods; orders are written first in a checkout, which is not called from here.
"""
