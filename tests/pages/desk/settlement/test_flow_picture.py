"""The picture of a cycle: its parts are the whole, its bars follow each other, and what is said never rounds up to all."""

from __future__ import annotations

import re
import uuid

from hypothesis import given
from hypothesis import strategies as some

from federation.labels import cycle_labels
from federation.pages.desk.settlement import flow_picture
from settlement.reports import cycle_overview
from tests.support.settlement import rounds

amounts = some.one_of(some.just(0), some.integers(1, 20), some.integers(0, 10**15))


@some.composite
def cycles(draw) -> cycle_overview.Overview:
    """A computed cycle of any size, in any state after that."""
    pairs, circles, shortened, carried, paid, unpaid = (draw(amounts) for _ in range(6))
    gross = pairs + circles + shortened + carried + paid + unpaid
    totals = cycle_overview.Totals(gross, pairs, circles, carried, paid + unpaid, paid, 0)
    state = draw(some.sampled_from(["proposed", "collecting", "closed"]))
    return cycle_overview.Overview(
        id=uuid.uuid4(),
        number=1,
        state=state,
        opened_at=rounds.T0,
        cutoff_at=rounds.T0,
        objections_until_at=None,
        collect_until_at=None,
        ended_at=None,
        snapshot_id=None,
        made_by=None,
        objection_days=0,
        collection_days=0,
        end_reason="",
        totals=totals,
    )


@given(cycle=cycles())
def test_the_parts_are_the_whole(cycle: cycle_overview.Overview) -> None:
    whole, *parts = flow_picture.parts(cycle=cycle)

    assert whole.rupiah == sum(part.rupiah for part in parts)
    assert all(part.rupiah >= 0 and 0 <= part.share <= 1 for part in parts)


@given(cycle=cycles())
def test_every_part_above_zero_can_be_seen_and_none_leaves_the_picture(cycle: cycle_overview.Overview) -> None:
    parts = flow_picture.parts(cycle=cycle)

    drawn = re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', flow_picture.svg(of=parts))

    assert len(drawn) == (sum(part.rupiah > 0 for part in parts) if parts[0].rupiah else 0)
    for start, width in drawn:
        assert float(width) >= 0.5
        assert float(start) >= 0
        assert float(start) + float(width) <= 100 + 1e-9


@given(cycle=cycles())
def test_all_is_settled_inside_only_where_no_cash_moves_and_nothing_is_carried(cycle: cycle_overview.Overview) -> None:
    totals = cycle.totals
    assert totals is not None

    said = cycle_labels.sentence(totals=totals)

    assert ("100,0\u00a0%" in said) == (totals.gross_rupiah > 0 and totals.cash_rupiah == 0 and totals.carried_rupiah == 0)
