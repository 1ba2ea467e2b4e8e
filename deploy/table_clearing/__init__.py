"""Clearing for anybody's books: a table of debts in, what can be set off out. No database, no servers, no village.

Here live: what such a table says (`debt_table`), the answer as tables (`result_tables`), the run with its clock (`trial`), and as much of
Django as that takes (`django_setup`). The engine and the verifier are settlement's; what is read here reaches them as plain columns, under
whatever names the table gives its parties.
"""
