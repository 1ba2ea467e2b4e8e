"""Cash of a cycle: what comes in and what goes out of it, by bank, by a gateway or from hand to hand.

Buyers' payments are in federation.buying.

    pool_items          what each party has with the pool: collected, paid and entitled to
    legs                one movement of cash: what is learned of it, and what the ledger then posts
    evidence            how what is learned is written down, and read again
    pay_ins             what a village paid in by bank
    take_backs          what the bank took back of that
    payouts             planning what has been collected, pro rata
    bank_files          planned payouts in one file for the bank; bank_file_copies: kept beside the database too
    bank_payouts        what the bank refused, and what is brought in cash instead
    payouts_by_gateway  villages paid out of what a gateway holds
    payout_answers      what a gateway says in writing of a payout, by two persons
    paid_after_all      a payout that had failed and went out: set off, or owed back
    cash_payments       cash from hand to hand, confirmed by both sides
    own_share           what the federation takes of what a cycle collected
    money_ahead         what villages got ahead in a time that the books lost
    agent_cash          what of the federation's cash is owed to the pool, and what is its own
    reconciliation      every rupiah explained
    end_of_cycle        the end of collecting and of paying, what rolls on
    sums                what has moved, by party

What the bank's statement shows is read in settlement.statement_lines, which calls these verbs. Everything that moves money of a cycle locks
the cycle's row first, so that nothing is paid out twice or above what was collected.
"""
