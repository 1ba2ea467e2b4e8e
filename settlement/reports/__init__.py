"""Reading the settlement as plain values, never rows to be changed; the verbs of the other rooms do not read from here.

cycle_facts                         the shapes: a cycle, the sums of a party, a movement of cash
journal, trial_balance, ageing      the books
cycle_overview, party_totals        what cycles came to, and where they leave each party
proposals, agenda                   what a proposal is held to, and what waits
payment_overview                    every payment, bank file and line of a statement
payout_answer_rows                  payouts by gateways for which people answer
limit_history, account_history      how a village's limit, and a party's bank account, became what they are
limit_use, account_list             what all villages use of their limits, and the bank accounts of all
village_statement, full_statement   one village's view of its cycles, and of one to the last obligation
"""
