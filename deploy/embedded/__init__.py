"""PostgreSQL and Valkey out of wheels, started by us in a folder of ours.

What lives here: the data folder, the search for the programs, processes that outlive us, and the two servers. What may not: Django,
settings, anything about villages. `servers.Servers` is what commands use; tests use `postgres.throwaway()`.
"""
