"""The ledger's SQL functions and triggers: each stands once, in a file of its own, as it is in force.

    functions/NAME.sql   one function, as `CREATE OR REPLACE FUNCTION public.NAME(...)`
    triggers/NAME.sql    one trigger, on every table on which it stands
    source_files         reads these files
    installed_objects    reads what stands in the database
    install              makes the second what the first say, and writes down what it made

A sale is posted by functions/settlement_post.sql, called by `settlement.ledger.sales`; tests: tests/unit/settlement/ledger/test_sales.py.

Whoever changes a rule changes its file; `pasarsama villages migrate` installs it after the public migrations. Migrations hold no text of
a function; one that needs a function installs it by name (`install.one`).

Names begin with `settlement_`: only such functions and triggers are looked at, and never an extension's. Types of parameters and
results are written as the catalogue writes them (`timestamp with time zone`), so that a changed signature is seen. A comment above says
what is guaranteed.

Every body names `public.` or sets its search_path. That does not only guard against foreign tables of the same name: without it each switch
of a connection to another village would throw the functions' plans away. `force_generic_plan` keeps those plans from the first call on.

Refusals are raised with SQLSTATEs of our own, which `settlement.ledger.function_calls` turns into exceptions:
PS000 row is kept · PS001 limit reached · PS002 guests' share reached · PS003 reference used with other terms · PS004 reservation does not
cover it · PS005 already posted · PS006 not posted yet · PS007 more than the sale · PS008 account not opened · PS009 no cycle is open.
DETAIL names the village or reference.

All run on shared tables only, so a cluster sharded by schema keeps them whole. Whatever resolves or takes back a reservation takes the
order's advisory lock first: two of them on one order come one after the other, and the second sees what the first did. None of these
locks a position: both sides get increments, so they can be called in any order of villages without a deadlock, and never fail for a
limit. `settlement.ledger.locks` says which locks postings share with cut-offs and snapshots.
"""
