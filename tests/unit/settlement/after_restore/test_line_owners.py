"""Whose a line is, by what stands on it: an account's number counts where it is exact and one village's alone."""

from __future__ import annotations

from settlement.after_restore import line_owners
from settlement.models import StatementLine
from tests.support.settlement import restoring, rounds
from tests.support.settlement.restoring import lost_payout
from tests.support.settlement.rounds import T0, A, B, C


def owners() -> list[str]:
    lines = list(StatementLine.objects.order_by("amount_rupiah"))
    shown = line_owners.shown(lines=lines)
    return [shown.get(line.id, "") for line in lines]


def test_a_number_counts_whole_and_where_one_village_alone_has_it(market):
    rounds.bank_accounts(B)
    rounds.account(A, number="5555666677", at=T0)
    rounds.account(C, number="5555666677", at=T0, bank_code="008", bank="Mandiri")
    restoring.hold()
    restoring.read(
        lost_payout(1, number="03370100123451"),
        lost_payout(2, number="0337010012345"),
        lost_payout(3, number="5555666677"),
        lost_payout(4, number="03370100123450"),
        ("TRSF PS0009-3402902001", 5),
        ("TRSF PS0009-3402909999", 6),
    )
    assert owners() == [B, "", "", "", A, ""]
