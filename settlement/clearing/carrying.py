"""What parties leave to the next cycle instead of paying it now."""

from __future__ import annotations

from collections.abc import Mapping

from settlement import money
from settlement.ledger.parties import POOL
from tenants.codes import FEDERATION

NEVER = frozenset((FEDERATION, POOL))  # whoever collects for others keeps nothing back, and is kept waiting by nobody


def shares(*, nets: Mapping[str, int], limits: Mapping[str, int]) -> dict[str, int]:
    """What each party leaves, in rupiah, where it is anything: `nets` is claims less debts, `limits` what a net debtor may and what a net
    creditor agreed to leave; absent means nothing.

    K = min(Σ min(debt, limit), Σ min(claim, limit)); each side shares it pro rata to these minima in whole rupiah, by the largest
    remainder, ties to the smaller code.

    :raises TypeError, ValueError: if a limit is not a whole number from zero up
    """
    room = {
        party: min(abs(net), money.checked(amount_rupiah=limits.get(party, 0))) for party, net in nets.items() if net and party not in NEVER
    }
    sides = [sorted(party for party, most in room.items() if most and (nets[party] < 0) == owes) for owes in (True, False)]
    carried_rupiah = min(sum(room[party] for party in side) for side in sides)
    found: dict[str, int] = {}
    for side in sides:
        parts = money.share_out(total_rupiah=carried_rupiah, weights=[room[party] for party in side])
        found.update((party, part) for party, part in zip(side, parts, strict=True) if part)
    return found
