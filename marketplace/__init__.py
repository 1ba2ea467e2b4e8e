"""One village's shop: its products, stock, consignors, orders and deliveries, in the village's own schema.

The use cases that join several shops (checkout, payment, handing over) live here as well, since they alone may see both the
village's rows and the shared ones. Tables here have no foreign key to a public table: village codes and UUIDs instead.
"""
