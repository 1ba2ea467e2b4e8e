"""Many lines at once: files that overlap are taken in side by side, and the lines of one file know of each other."""

from __future__ import annotations

from collections import Counter

import pytest

from settlement.bank.statement_files import references, statement_problems
from settlement.models import LegEvent, PaymentLeg, StatementLine
from settlement.payments import pool_items
from settlement.statement_lines import matching
from tenants.acts import Act
from tests.support import page_text
from tests.support.settlement import bank_days, races, rounds
from tests.support.settlement.rounds import A, B, C
from tests.unit.settlement.statement_lines import test_matching
from tests.unit.settlement.statement_lines.test_matching import lines

State = StatementLine.State


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def reference() -> str:
    return references.pay_in(cycle_number=1, village_code=A)


def test_files_that_overlap_are_taken_in_at_once_and_count_once(collecting):
    """None of the lines names a cycle, so no cycle's lock keeps the files apart."""
    outcomes = races.run(5, lambda number: bank_days.read(*((f"bunga {day}", 70 + day) for day in range(60)), (f"x{number}", 5), first=1))

    assert outcomes == ["done"] * 5
    assert StatementLine.objects.count() == 61
    assert set(StatementLine.objects.values_list("state", flat=True)) == {State.OPEN}


def test_a_file_that_may_be_cut_off_is_booked_once_somebody_compared_its_last_line(collecting):
    """The answer counts for the very same file only."""
    mapping = {word: column for word, column in bank_days.MAPPING.items() if word != "referensi"} | {"angka": "1.234,00"}
    head = "Tanggal;Keterangan;Debit;Kredit\n"

    def take_in(end: str, whole_sha256: str = "") -> matching.Imported:
        contents = f"{head}02/07/2026;{reference()};;{end}".encode()
        return matching.import_statement(
            contents=contents, file="mutasi.csv", mapping=mapping, whole_sha256=whole_sha256, act=Act(by=rounds.MAKER, at=rounds.T0)
        )

    with pytest.raises(statement_problems.PerhapsCutOff) as refused:
        take_in("41")
    with pytest.raises(statement_problems.PerhapsCutOff):
        take_in("41.200", refused.value.sha256)
    assert not StatementLine.objects.exists()

    assert take_in("41", refused.value.sha256).matched == 1
    assert PaymentLeg.objects.get(giver=A).amount_rupiah == 41


def test_lines_of_one_file_know_of_each_other(collecting):
    """The pool is counted once for all lines: what a line takes, gives back or brings back, the next one finds so."""
    bank_days.read(
        (reference(), 20_000),
        (reference(), 21_201),
        (reference(), 21_200),
        (reference(), 1),
    )
    assert lines(state=State.OPEN) == [(1, State.OPEN, "more-than-open"), (21_201, State.OPEN, "more-than-open")]
    assert list(PaymentLeg.objects.filter(giver=A).order_by("key").values_list("key", flat=True)) == [f"{reference()}-{n}" for n in (1, 2)]
    sent = test_matching.payouts_sent()
    bank_days.read((f"KOREKSI {reference()}", -20_000), first=10)
    assert lines(why="taken-back") == [(20_000, State.OPEN, "taken-back")]

    bank_days.read(
        (sent[B].key, -18_000),
        (sent[C].key, -18_400),
        (sent[C].key, -18_400),
        (f"KOREKSI {reference()}", -20_000),
        (f"RETUR {sent[C].key}", 18_400),
        (f"RETUR {sent[B].key}", 18_000),
        (f"RETUR {sent[B].key}", 18_000),
        (f"KOREKSI {reference()}", -20_000),
        first=20,
    )

    seen = Counter(StatementLine.objects.filter(amount_rupiah__gt=17_999).values_list("amount_rupiah", "incoming", "why"))
    assert seen == {
        (20_000, True, ""): 1,
        (18_000, False, ""): 1,
        (18_400, False, ""): 1,
        (18_400, False, "seen-before"): 1,
        (20_000, False, "taken-back"): 3,
        (21_201, True, "more-than-open"): 1,
        (18_400, True, ""): 1,
        (18_000, True, ""): 1,
        (18_000, True, "seen-before"): 1,
        (21_200, True, ""): 1,
    }
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 0}
    assert LegEvent.objects.filter(leg=sent[B].id).count() == 4  # planned, in the file, seen, back


def test_the_statements_of_an_import_grow_by_few_with_each_line(collecting):
    with page_text.Statements() as small:
        bank_days.read((reference(), 100), (reference(), 101))
    with page_text.Statements() as large:
        bank_days.read(*((reference(), 102 + turn) for turn in range(12)), first=10)

    assert (len(large.said) - len(small.said)) / 10 <= 7
    pool = [said for said in large.said if "GROUP BY" in said and "settlement_paymentleg" in said]
    assert len(pool) == 2, pool  # by party and state, and by giver


def test_an_import_asks_for_the_federations_accounts_once(collecting):
    with page_text.Statements() as statements:
        bank_days.read((reference(), 20_600), ("bunga", 75))
    assert len([said for said in statements.said if "settlement_bankaccountstep" in said]) == 1
