"""What the villages share: the catalogue, the basket, the purchase, its payments, the turnover.

    buying     baskets, purchases and payments; buying/payment_methods.py says for each method who holds the money, and how one is added
    catalogue  what shops publish, and how buyers find it
    members    the villages' profiles, the federation's terms, approvals, leaving
    reports    turnover, cash book, members, what waits
    labels     what pages call things
    pages      the views; web: what every page needs; models: the rows, private to federation

All tables are public. Villages publish *up* into them; nothing here reads a village's schema.
The pages of the whole market's visitors that need no village schema, and the federation's desk, live here too.
Pages (with web and templatetags) may link to pages of packages above by URL name, which is no import; domain modules may not.
"""
