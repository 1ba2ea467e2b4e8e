"""From a basket to a purchase: what may be chosen, and placing the order, all or nothing.

    options      how a seller's goods may be paid and delivered
    offers       the options that a checkout page offers, and which are open now
    errors       why a basket could not be ordered
    reserve      one seller's part: goods reserved and priced, the order written
    place_order  places the whole purchase, in one transaction (tests/unit/marketplace/checkout/test_place_order.py)

What comes after belongs to orders; neither knows the other.
"""
