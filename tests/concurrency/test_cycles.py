"""Eight processes close the same cycles while twenty buyers order, pay and are given their goods: nobody gets in anybody's way."""

from __future__ import annotations

import pytest

from settlement.models import Cycle, CycleEdge, Obligation
from tests.support import factories, shopping
from tests.support.concurrency import closers, crowd
from tests.support.concurrency.actor import Call

pytestmark = pytest.mark.slow

CLOSERS, BUYERS, ROUNDS, CYCLES = 8, 20, 2, 2
# What one closer may be told when another was faster; anything else would be a fault.
OVERTAKEN = {"AnotherUnfinished", "CycleMovedOn", "NoSuchCycle"}


def test_eight_close_the_same_cycles_while_twenty_buy(market):
    product = shopping.product(factories.CIBIRU, price_rupiah=1_000, stock=1_000)
    closing = [Call(run=closers.close_cycles, terms={"count": CYCLES}) for _ in range(CLOSERS)]
    buying = [
        Call(run=closers.buy_until_it_is_handed_over, terms={"product_id": product, "phone": f"0812930{number:02}00", "rounds": ROUNDS})
        for number in range(BUYERS)
    ]

    outcomes = crowd.run([*closing, *buying])

    assert crowd.counted(outcomes) == {"done": CLOSERS + BUYERS}
    told = {name for outcome in outcomes[:CLOSERS] for name in outcome.value}
    assert told <= OVERTAKEN
    assert Cycle.objects.filter(state=Cycle.State.CLOSED).count() == CYCLES
    assert Obligation.objects.filter(cause="order").count() == 2 * BUYERS * ROUNDS
    settled = list(CycleEdge.objects.values_list("obligation_id", flat=True))
    orders = set(Obligation.objects.filter(cause="order", id__in=settled).values_list("id", flat=True))
    late = set(Obligation.objects.filter(cause="order", cycle_number=CYCLES + 1).values_list("id", flat=True))
    assert len(orders | late) == 2 * BUYERS * ROUNDS  # none lost
    assert orders & late == set()
    crowd.assert_books_hold()
