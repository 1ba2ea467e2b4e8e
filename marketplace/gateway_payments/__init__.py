"""Orders whose money the federation holds: paid at a gateway, sent back by it, disputed there; everything a gateway is asked or says.

    disputes           what disputes of a payment moved
    readings           what a reading of a payment changes: orders paid, late money owed back, books, disputes
    refund_attempts    attempts to send money back by the gateway that took it
    payment_round      asks gateways how payments and refunds stand: each minute, at a notification, when the buyer comes back
    pay_purchase       a buyer pays: one payment at a gateway for all of a purchase's orders of such methods
    payment_offer      what a purchase's page shows of it
    comparison         whether the books have what the gateway says of a payment in all
    waiting_problems   what waits for a person of the federation
    gateway_attention  what that person decides
    overdue_payments   payments that nobody decides, and how a person gives them up

A row is committed before the gateway is called, with the key under which it will know it; no transaction is open during a call. Nothing
that a notification says is believed: it only says where to look. Whatever is read is written by `readings` and `refund_attempts`, in one
transaction each, once, however many read it at the same moment. What needs no gateway stands in orders, which knows nothing of this.
"""
