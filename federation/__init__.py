"""What the villages share: the catalogue, the basket, the purchase, its payments, the turnover.

All tables are public. Villages publish *up* into them; nothing here reads a village's schema.
The pages of the whole market's visitors that need no village schema, and the federation's desk, live here too.
"""
