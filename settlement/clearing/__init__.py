"""Clearing: which debts a circle of debtors can cancel without cash, and the proof that no other choice cancels more.

Here live: the graph of open obligations (`graph`), the engine that solves it (`solving`, which alone loads the minimum-cost flow, in
`flow`), what is left to the next cycle (`carrying`), and the verifier of every solution (`verifying`, with its witness from `ranking`),
which shares no code with the engine. All of it is arithmetic on plain values: no database, no model, no clock, no settings.

What may not live here: reading a snapshot, storing a solution, anything that knows a cycle's state.
"""
