"""Tables that people bring (CSV): villages, bank statements, debts, seals, goods. One reader for all of them.

`decode` finds the text in the bytes, `rows` parts it into rows, `reader` finds the columns, `numbers` reads what stands in a column of
numbers, `table_problems` says what cannot be read, by its line. Nothing is guessed: what could mean two things is asked about.

Here live: plain Python on the csv module. Here may not live: models, settings, what a table is about.
"""
