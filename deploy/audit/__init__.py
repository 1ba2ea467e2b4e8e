"""What must hold, always: one SQL query for each invariant, which finds the rows that break it, over all villages at one moment.

It stands in deploy/ because it sees all packages' tables; it asks the database and none of the code that it checks. It takes three fixed
things from there: how a sealed row is written (settlement.seals.sealed_rows), the files of the ledger's functions (settlement.sql), and the
verifier of solutions, which is code apart from the engine.
One statement reads the shared tables or one village's, never both: shared rows that a village must match are fetched apart and handed in.
"""

from deploy.audit.examination import Result, run

__all__ = ["Result", "run"]
