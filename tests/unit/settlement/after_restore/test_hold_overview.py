"""How it stands after a restore, in one look."""

from __future__ import annotations

from settlement.after_restore import hold_overview, line_owners, releasing, stated_cash
from tenants.acts import Act
from tests.support.settlement import rounds
from tests.support.settlement.restoring import ACT, NOW, hold, lost_payout, read
from tests.support.settlement.rounds import MAKER, A, B, C


def seen() -> hold_overview.HoldOverview:
    found = hold_overview.read(at=NOW)
    assert found is not None
    return found


def test_nothing_was_restored(market):
    assert hold_overview.read(at=NOW) is None
    assert hold_overview.asked_of(village_code=A) is None


def test_it_tells_what_stands_in_the_way_and_who_waits(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    assert ([day.day for day in seen().missing], seen().may_propose) == ([1, 2], False)
    read(("TRSF PS0001-3402902001", 41_200), lost_payout(18_000))
    now = seen()
    assert (now.missing, now.may_propose, [line.amount_rupiah for line in now.undecided]) == ([], False, [18_000])
    assert (now.silent, [party for party, _account in now.accounts]) == ([A, B, C], [B, "F"])
    line_owners.say(line_id=now.undecided[0].id, village_code=B, act=ACT)
    assert seen().may_propose
    releasing.propose(shown_sha256=seen().found.sha256, act=ACT)
    assert seen().proposal.still_so
    stated = stated_cash.state(village_code=C, handed_over_rupiah=0, received_rupiah=7, act=Act(by=MAKER, at=NOW))
    assert (seen().silent, seen().stated[0].id, seen().proposal.still_so) == ([A, B], stated, True)
    stated_cash.confirm(stated_id=stated, act=Act(by=rounds.SECOND, at=NOW))
    assert not seen().proposal.still_so
    assert hold_overview.asked_of(village_code=C) is None
    assert hold_overview.asked_of(village_code=A).row is None
