"""What `pasarsama bench` measures, each against a yardstick in the same run.

What lives here: one module per bench with `run(*, json, quick) -> int`, and the parts that they share (servers of their own, seeding, a
caller over HTTP, the report). What may not: anything that the market itself calls.

Ratios come from rounds that take turns (A B A B ...) as the median of each round's ratio: whatever else the machine does meets both sides.
"""

NAMES = ("checkout", "catalogue", "provision", "pages", "clearing", "cycle", "ledger", "backup")
