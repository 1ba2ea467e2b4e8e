"""What comes in names its village, and nothing is guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from settlement.after_restore import line_owners, releasing
from settlement.models import Obligation, StatementLine
from settlement.statement_lines import explaining
from tests.support.settlement import restoring, rounds
from tests.support.settlement.restoring import ACT, NOW, hold, lost_payout, read
from tests.support.settlement.rounds import A, B, C

DAY = timedelta(days=1)


def test_nobody_guesses_whose_a_payout_is_and_nothing_is_released_over_it(market):
    rounds.worked_example()
    rounds.bank_accounts(B)
    hold()
    read(("TRSF PS0001-3402902001", 41_200), lost_payout(18_000), ("SETORAN TANPA RUJUKAN", 7_000))
    line = StatementLine.objects.get(amount_rupiah=18_000)
    with pytest.raises(explaining.PayoutOnLine):
        explaining.explain(line_id=line.id, act=ACT)
    with pytest.raises(releasing.LinesUndecided):
        restoring.release(at=NOW)
    line_owners.say(line_id=line.id, village_code=C, act=ACT)
    line_owners.say(line_id=line.id, village_code=B, act=ACT)
    line_owners.say(line_id=StatementLine.objects.get(amount_rupiah=7_000).id, village_code=A, act=ACT)
    restoring.release(at=NOW)
    assert sorted(Obligation.objects.filter(cause="adopted").values_list("debtor", "creditor", "amount_rupiah")) == [
        (B, "F", 18_000),
        ("F", A, 7_000),
        ("F", A, 41_200),
    ]
