"""Cash of a cycle: what comes in, what goes out of it, and what the bank says of both.

    items     what each party has with the pool, collected, paid and entitled to
    legs      one movement of cash: what is learned of it, and what the ledger then posts
    evidence  how what is learned is written down, and read again
    payouts   planning what has been collected, pro rata
    bank_files  planned payouts in one file for the bank
    handovers cash from hand to hand, with two confirmations
    bank_payouts  what the bank refused, and what is brought in cash instead
    ending    the end of collecting and of paying, what rolls on
    matching  bank statements against references; what does not fit waits for a person
    suspense  what that person decides

Everything that moves money of a cycle locks the cycle's row first, so that nothing is paid out twice or above what was collected.
"""
