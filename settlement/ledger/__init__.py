"""The books. Every verb takes part in the caller's transaction and can be repeated under its reference.

sales             a sale from its reservation to its posting, refund or undoing; `post` calls settlement/sql/functions/settlement_post.sql
deposit_sales     the same where the federation holds the money, at a gateway; postings: what both must offer
gateway_money     charges, disputes and payouts of gateways; own_cash: what moves between the federation's two cash accounts
taken_over        what the federation bears or advances for villages that left
own_costs         what the bank took of the federation's own, or gave it
transfers         what a transfer to come says; and what is no sale: cash that comes, goes and moves between accounts
federation_books  where the federation's own accounts stand, and what it owes out of them
function_calls    calling one of the ledger's SQL functions
positions         where each account stands; limits: what a village may hold for others
parties           who stands in the ledger, under which account; open_accounts opens them
locks             what waits for what; unsettled: what must be settled before a village leaves
"""
