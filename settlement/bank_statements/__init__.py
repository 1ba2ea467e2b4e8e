"""Bank statements: files that a bank made, read into plain entries, and our references found in what people wrote on a transfer.

A reader takes bytes and gives a `Statement`, whole or not at all: every line that cannot be read is named by its number, and nothing is
guessed. The same file read twice gives entries of the same identity, so that importing it twice can be made harmless.

Here live: the readers and the references. Here may not live: tables, matching against legs, the clock.
"""
