"""The settlement cycle up to its set-off, a module per step: cut-off, snapshot, computing, objections, approving, setting off.

    OPEN → CUTOFF → SNAPSHOT → COMPUTED → PROPOSED → APPROVED → SETOFF_POSTED → COLLECTING → PAYING → RECONCILING → CLOSED
    (ABORTED only before SETOFF_POSTED)

Each step is one durable transaction that locks the cycle's row first and looks where it stands, so it can be called by any number of
processes and repeated after a crash: `settlement.advancing` does every step that needs no person. Collecting, paying and
closing are `settlement.payments`, what the bank shows of it `settlement.statement_lines`.
"""
