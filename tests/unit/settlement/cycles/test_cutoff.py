"""A cycle gives every village a day to object and a day to pay; a cut-off that is sent twice counts once."""

from __future__ import annotations

import pytest

from settlement.cycles import cutoff
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.rounds import MAKER, T0


@pytest.mark.parametrize(("objection_days", "collection_days"), [(0, 7), (3, 0), (0, 0), (91, 7), (3, -1)])
def test_no_cycle_closes_before_the_villages_had_a_day_each(market, objection_days, collection_days):
    with pytest.raises(cutoff.BadDays):
        cutoff.cut_off(number=1, objection_days=objection_days, collection_days=collection_days, act=Act(by=MAKER, at=T0))
    assert rounds.get().state == "open"


def test_a_cut_off_is_sent_twice_but_not_with_other_days(market):
    for _ in range(2):
        rounds.cut_off(objection_days=2, collection_days=7)
    for days in ({"objection_days": 3, "collection_days": 7}, {"objection_days": 2, "collection_days": 0}):
        with pytest.raises(cutoff.CutOffAlready, match="2 hari keberatan dan 7 hari membayar"):
            rounds.cut_off(**days)
    assert (rounds.get().objection_days, rounds.get().collection_days) == (2, 7)
