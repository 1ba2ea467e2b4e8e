"""The ledger: who holds whose cash, who owes whom for it, within which limit.

Here live: whole-rupiah arithmetic, accounts, transfers (append-only), positions with their limits, obligations; and what settles them:

    ledger           the books: sales (reserve, post, refund), money at gateways, transfers, positions, limits; SQL functions do it
    sql              those functions and the triggers, each once: functions/NAME.sql is the text in force
    cycles           a settlement cycle's steps up to its set-off
    clearing         the engine and its verifier, without a database
    payments         a cycle's cash: pay-ins, payouts, its end
    statement_lines  what the bank's statement shows, against what is expected; what nobody knows waits for a person
    bank             bank accounts, what banks and gateways are asked and answer, files of statements
    seals            a chain of hashes over what must never change
    reports          what the federation's desk and a village read of all this
    money_hold       whether the federation's money is held since a restore; after_restore: how what the books lost comes back into them
    advancing        does every step of a cycle that needs no person; payout_round asks every gateway what it paid

All tables are public, rows are corrected by reversal only, and every verb that moves money takes a unique business reference.

Nothing here knows of products, orders or people: a cause is a UUID, a party is a village code or the federation (`F`).
No name, phone or address may enter a ledger row.
"""
