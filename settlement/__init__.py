"""The ledger: who holds whose cash, who owes whom for it, within which limit.

Here live: whole-rupiah arithmetic, accounts, transfers (append-only), positions with their limits, obligations; and what settles them:

    clearing          the engine and its verifier, without a database
    cycles            a cycle's steps up to its set-off
    payments          its cash: legs, payouts, hand-overs, bank files and statements against them, its end
    rails             what banks and gateways are told and tell
    bank_statements   statements of banks, read into plain entries
    overviews         what the federation's desk reads of cycles and payments
    statements        what one village reads of them
    sql               the ledger's SQL functions and triggers, each once

All tables are public, rows are corrected by reversal only, and every verb that moves money takes a unique business reference.

Nothing here knows of products, orders or people: a cause is a UUID, a party is a village code or the federation (`F`).
No name, phone or address may enter a ledger row.
"""
