"""A village's statement of a settlement cycle: what it owed and was owed, what was set off against whom, what it pays or receives.

    standing  where a village stands in each cycle, and the payments of it: for lists, and for what waits now
    whole     one statement, to the last obligation

Plain values, read in one to three SQL statements whatever the size, and only of obligations and payments that touch the village: nothing
here shows one village the business of two others. Nothing is written here.
"""
