"""From a basket to a purchase that stands: what is open to choose, and placing it, all or nothing.

    ways      how a seller's goods may be paid and got
    offers    the ways that a checkout page offers, and which are open now
    refusals  why a basket could not be ordered
    taking    one seller's part: goods reserved and priced, the order written
    placing   the whole purchase, in one transaction

What comes after belongs to orders; neither knows the other.
"""
