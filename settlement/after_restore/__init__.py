"""The federation's money after a restore: nothing leaves until what the books lost has come back into them.

The books are those of a backup, while banks and villages went on. The bank's statements say what was paid in and out since, the villages
say what went from hand to hand. Two persons confirm the list of it; then it is in the books, and the money is free.

    beginning      what a restore does in its own transaction: the hold, cycles that were not set off, accounts
    hold_overview  all of it for the desk and a village's office
    covered_days   which days of the federation's account statements have shown
    hold_list      what is taken in, what nobody has decided, and the fingerprint of both
    releasing      one person proposes the list, another confirms it
    adopting       how money that the books lost is booked: a payment of the cycle under way, or money ahead
    line_owners    whose a line is that names nobody the books know
    stated_cash    what villages say of cash

Here may not live: the question whether money is held (settlement.money_hold), which everything below asks.
"""
