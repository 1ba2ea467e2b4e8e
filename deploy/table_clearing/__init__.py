"""Clearing for anybody's books: a table of debts in, what can be set off out. No database, no servers, no village.

Here live: reading such tables (`reading`, `table`, `amounts`), writing the answer (`writing`), the run with its clock (`trial`), and as
much of Django as that takes (`awake`). The engine and the verifier are settlement's; what is read here reaches them as plain columns, under
whatever names the table gives its parties.
"""
