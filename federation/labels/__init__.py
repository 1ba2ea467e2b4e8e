"""What pages say, by what they say it of: figures, the market's codes, actions of the activity log, cycles, payments of a cycle.

Words and how they are written live here, for pages, tables and files alike; no row is read, and nothing knows templates or HTTP.
"""
