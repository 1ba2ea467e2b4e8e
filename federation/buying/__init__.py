"""From the basket to the purchase and its payments, in shared rows.

baskets, basket_contents      what a visitor puts aside
payment_methods               one row for each method: who holds the money, who confirms it, how it goes back; a new one is added there
order_drafts, order_lines     one seller's order before it is written, and its frozen lines
purchases, purchase_details   writing a purchase, and reading it as its buyer; purchase_codes: its short code
order_states, seller_orders   where an order stands, and the shared row of each: finding and locking it
order_payments                money taken for orders, and money that goes back; receipt_numbers
courier_cash                  what couriers took at buyers' doors and have not brought to the counter yet
gateway_payment_rows          payments at gateways, and letting money go back; gateway_refunds and gateway_disputes: what became of that;
                              gateway_progress: what a reading changes; gateway_problems: why a person must look at one
take_overs, take_over_rows    what goes back though seller or counter has left: the federation takes it over, and pages read it;
                              take_over_payouts: and it reaches the buyer
refund_steps                  what becomes of a refund
notices                       news for buyers and villages: a subscriber of events
"""
