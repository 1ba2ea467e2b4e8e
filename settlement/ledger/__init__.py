"""The books. Every verb takes part in the caller's transaction and can be repeated under its reference.

sales           a sale from its reservation to its posting, refund or undoing: settlement/sql/functions/settlement_post.sql and others
transfers       what is no sale: cash that comes, goes and changes accounts
function_calls  calling one of the ledger's SQL functions
positions       where each account stands; limits: what a village may hold for others
parties         who stands in the ledger, under which account; open_accounts opens them
locks           what waits for what; leaving: what must be settled before a village leaves
"""
