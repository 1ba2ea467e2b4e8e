"""Where a cycle leaves each party: what it owes and claims, what is set off of that, and what of the rest has moved."""

from __future__ import annotations

from uuid import UUID

from settlement.payments import sums
from settlement.reports.cycle_facts import PartySums
from tenants.db import named_rows

_PARTIES = f"""
SELECT p.party, p.owed_rupiah, p.claimed_rupiah, p.setoff_rupiah, p.net_rupiah, p.carried_rupiah, p.cash_rupiah,
    coalesce(m.moved, 0) AS moved_rupiah, coalesce(m.under_way, 0) AS under_way_rupiah
FROM public.settlement_cycle c JOIN public.settlement_cycleparty p ON p.snapshot_id = c.snapshot_id
LEFT JOIN LATERAL {sums.MOVES} m ON m.party = p.party AND m.owes = (p.net_rupiah < 0)
WHERE c.id = %(id)s ORDER BY p.party
"""  # noqa: S608 -- constants only; values go in as parameters


def of_cycle(*, cycle_id: UUID) -> list[PartySums]:
    """Every party of a cycle, by code; none before it is computed."""
    return named_rows.read(PartySums, _PARTIES, {"id": cycle_id})
