"""Where a cycle leaves each party: what it owes and claims, what is set off of that, and what of the rest has moved."""

from __future__ import annotations

from dataclasses import dataclass

from settlement.payments import sums
from settlement.reports import cycle_overview


@dataclass(frozen=True, slots=True)
class Party:
    """Where a cycle leaves one party, in rupiah; `net` below zero: it owes.

    `moved` is what it paid (or got, where it is owed) of its cash so far, `under_way` what is planned or sent besides.
    """

    party: str  # a village code, F, or P: the pool of earlier cycles
    owed_rupiah: int
    claimed_rupiah: int
    setoff_rupiah: int
    net_rupiah: int
    carried_rupiah: int
    cash_rupiah: int
    moved_rupiah: int
    under_way_rupiah: int

    @property
    def owes(self) -> bool:
        return self.net_rupiah < 0

    @property
    def left_rupiah(self) -> int:
        """What of its cash has not moved yet."""
        return self.cash_rupiah - self.moved_rupiah


_PARTIES = f"""
SELECT p.party, p.owed_rupiah, p.claimed_rupiah, p.setoff_rupiah, p.net_rupiah, p.carried_rupiah, p.cash_rupiah,
    coalesce(m.moved, 0), coalesce(m.under_way, 0)
FROM public.settlement_cycle c JOIN public.settlement_cycleparty p ON p.snapshot_id = c.snapshot_id
LEFT JOIN LATERAL {sums.MOVES} m ON m.party = p.party AND m.owes = (p.net_rupiah < 0)
WHERE c.id = %(id)s ORDER BY p.party
"""  # noqa: S608 -- constants only; values go in as parameters


def standings(*, of: cycle_overview.Overview) -> list[Party]:
    """Every party of a cycle, by code; none before it is computed."""
    return [Party(*row) for row in cycle_overview.rows(_PARTIES, {"id": of.id})]
