"""One village's shop: its products, stock, consignors, orders and deliveries, in the village's own schema.

    goods             what there is to sell, and how much of it
    checkout          from a basket to a purchase with an order at every seller: checkout/place_order.py
    gateway_payments  orders whose money the federation holds: what gateways are asked and answer
    orders            what becomes of an order, and of the money for it; orders/order_permissions.py says who may confirm cash
    shops             a shop's settings; reopening: it trades again after a restore
    pages             the views of buyers and of the back office, and the desk's page of payment gateways

The use cases that join several shops (checkout, payment, handing over) live here as well, since they alone may see both the
village's rows and the shared ones. Tables here have no foreign key to a public table: village codes and UUIDs instead.
"""
