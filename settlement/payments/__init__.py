"""Cash of a cycle: what comes in, what goes out of it, and what the bank says of both.

    pool_items      what each party has with the pool: collected, paid and entitled to
    legs            one movement of cash: what is learned of it, and what the ledger then posts
    evidence        how what is learned is written down, and read again
    payouts         planning what has been collected, pro rata
    bank_files      planned payouts in one file for the bank
    bank_payouts    what the bank refused, and what is brought in cash instead
    cash_payments   cash from hand to hand, confirmed by both sides
    matching        bank statements against references; what does not fit waits for a person (suspense)
    suspense        what that person decides; line_decisions keeps it; suspense_account: the money meanwhile
    new_lines       which lines of a statement are new; line_reasons: why one waits for a person
    agent_cash      what agent cash may be used for: the pool, and the federation's own part of it
    gateway_legs    paying villages out of what a gateway holds
    gateway_arrivals  what gateways pay out to the federation's bank account; gateway_round: the periodic look at every gateway
    reconciliation  every rupiah explained
    end_of_cycle    the end of collecting and of paying, what rolls on
    sums            what has moved, by party

Everything that moves money of a cycle locks the cycle's row first, so that nothing is paid out twice or above what was collected.
"""
