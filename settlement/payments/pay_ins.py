"""What a village paid into the pool of a cycle by bank."""

from __future__ import annotations

from settlement.bank.statement_files import references
from settlement.models import Cycle, PaymentLeg
from settlement.payments import legs, pool_items
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode


def record(
    *, cycle: Cycle, village_code: VillageCode, amount_rupiah: int, evidence: str, totals: pool_items.PoolTotals, act: Act
) -> PaymentLeg:
    """A village's payment into the pool of a locked cycle was seen on the account; gives its leg, which `totals` count from now on.

    :raises pool_items.MoreThanOpen: if the village owes less
    """
    reference = references.pay_in(cycle_number=cycle.number, village_code=village_code)
    leg = legs.plan(
        cycle=cycle,
        giver=village_code,
        receiver=FEDERATION,
        amount_rupiah=amount_rupiah,
        rail=PaymentLeg.Rail.BANK,
        act=act,
        key=f"{reference}-{totals.next_turn(debtor=village_code)}",
    )
    legs.move(leg=leg, to=PaymentLeg.State.SUCCEEDED, evidence=evidence, act=act)
    totals.paid_in(debtor=village_code, amount_rupiah=amount_rupiah)
    return leg
