"""From the basket to the purchase and its payments, in shared rows.

baskets, basket_contents      what a visitor puts aside
payment_methods               the one place that says of each way to pay who holds the money, who confirms it, how it goes back
order_drafts, order_lines     one seller's order before it is written, and its frozen lines
purchases, purchase_details   writing a purchase, and reading it as its buyer
order_payments                money taken for orders, and money that goes back
notices                       news for buyers and villages: a subscriber of events
"""
