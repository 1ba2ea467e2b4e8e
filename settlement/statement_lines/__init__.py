"""Lines of the federation's bank statements: which are new, what each shows, and what a person says of those that show nothing known.

    matching          reads a statement and matches its new lines against what is expected; what does not fit waits with its reason
    new_lines         which entries of a statement are new
    line_reasons      why a line waits, as the page says it
    suspense          what a person decides about a line; suspense_account: the money meanwhile
    explaining        lines that are the federation's own cost or income, or no booking at all
    payout_lines      lines that a person says show a payout of ours
    import_withdrawal  withdrawing what a wrongly read file brought
    line_decisions    how a decision is kept on its line, once
    gateway_lines     lines that show what a gateway paid out to the federation's account

Here may not live: what a cycle's cash does. A line that shows a payment tells settlement.payments, which stands below and knows no line's
meaning. An import locks the federation's bank account first, then cycles in the order of their numbers, then payments.
"""
