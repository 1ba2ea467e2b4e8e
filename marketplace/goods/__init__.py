"""What a shop has to sell: consignors and their share, products with their pictures, and how many pieces lie there.

A checkout reserves pieces, the orders give them back or hand them out; both call these modules, which call neither. Breakage alone
looks at orders, as rows: it marks those that now wait for pieces.
"""
