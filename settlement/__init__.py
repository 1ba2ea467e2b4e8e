"""The ledger: who holds whose cash, who owes whom for it, within which limit.

Here live: whole-rupiah arithmetic, accounts, transfers (append-only), positions with their limits, obligations. All tables are public,
rows are corrected by reversal only, and every verb that moves money takes a unique business reference.

Nothing here knows of products, orders or people: a cause is a UUID, a party is a village code or the federation (`F`).
No name, phone or address may enter a ledger row.
"""
