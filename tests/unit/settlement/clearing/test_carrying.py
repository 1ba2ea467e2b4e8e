"""What is left to the next cycle: never above a limit, the same on both sides, shared to the rupiah."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clearing import carrying
from tests.support.clearing import debts


def test_the_smaller_side_decides():
    nets = {"A": -41_200, "B": 18_000, "C": 18_400, "F": 4_800}

    assert carrying.shares(nets=nets, limits={"A": 20_000, "B": 5_000, "C": 5_001, "F": 9_000}) == {"A": 10_001, "B": 5_000, "C": 5_001}
    assert carrying.shares(nets=nets, limits={"A": 9_000, "B": 5_000, "C": 5_001}) == {"A": 9_000, "B": 4_500, "C": 4_500}
    assert carrying.shares(nets=nets, limits={"A": 10**9, "B": 10**9, "C": 10**9}) == {"A": 36_400, "B": 18_000, "C": 18_400}
    assert carrying.shares(nets=nets, limits={"A": 10**9}) == {}
    assert carrying.shares(nets=nets, limits={}) == {}


def test_neither_the_federation_nor_the_pool_carries():
    assert carrying.shares(nets={"F": -10, "A": 10}, limits={"F": 10, "A": 10}) == {}
    assert carrying.shares(nets={"A": -10, "P": 10}, limits={"P": 10, "A": 10}) == {}


def test_ties_go_to_the_smaller_code():
    nets = {"D": -1, "C": -1, "B": -1, "A": 3}

    assert carrying.shares(nets=nets, limits={"A": 2, "B": 1, "C": 1, "D": 1}) == {"A": 2, "B": 1, "C": 1}


@pytest.mark.parametrize(("limit", "error"), [(-1, ValueError), (1.5, TypeError)])
def test_a_limit_is_an_amount(limit, error):
    with pytest.raises(error):
        carrying.shares(nets={"A": -3, "B": 3}, limits={"A": limit, "B": 3})


@given(snapshot=debts.snapshots(), raised=st.integers(1, 10**9))
def test_what_is_carried_is_not_paid_and_a_higher_limit_never_lessens_it(snapshot, raised):
    items, limits = snapshot

    before = debts.solved(items, limits)
    after = debts.solved(items, {party: limit + raised for party, limit in limits.items()})

    assert after.totals.carried >= before.totals.carried
    for result in before.parties:
        assert result.carried_rupiah <= limits.get(result.party, 0)
        assert result.carried_rupiah + result.cash_rupiah == abs(result.net_rupiah)
    for side in (1, -1):
        assert sum(result.carried_rupiah for result in before.parties if result.net_rupiah * side > 0) == before.totals.carried
