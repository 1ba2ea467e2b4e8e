"""The books: accounts, transfers, sales, positions and limits, and the calls of the ledger's SQL functions."""
