"""Rails: whatever moves money from a giver to a receiver for one payment leg, behind one small interface.

    rail_interface         what is sent to a rail and what it answers
    pain001, portal_csv    files that a person uploads at the bank's portal; batches: what they have in common
    calls                  asking a rail that answers over a network
    progress               what an answer does to a leg
    account_rules, latin   account numbers and names as banks take them

Here live: what is sent to a rail and what it answers, the files, and the rules between them. Here may not live: tables, the clock, posting.
Names and account numbers pass through as values for the bank to read; no ledger row takes them up.
"""
