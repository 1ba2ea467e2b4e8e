"""Reading the settlement: what stands at this moment, as plain values, never rows to be changed.

    cycles     where each cycle stands and what it came to
    parties    where a cycle leaves each party
    proposals  what a proposal is held to: objections, hashes, approval
    agenda     what waits, counted
    payments   every payment, bank file and line of a statement

Here nothing is changed, and the verbs in `settlement.cycles` and `settlement.payments` do not read from here.
"""
