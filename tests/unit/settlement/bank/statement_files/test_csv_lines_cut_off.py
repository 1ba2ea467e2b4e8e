"""A table that was cut off inside its last amount reads like a whole one: the statement says where that may be."""

from __future__ import annotations

import pytest

from settlement.bank.statement_files import csv_lines, statement_problems
from tests.unit.settlement.bank.statement_files import test_csv_lines

COLUMNS = {**test_csv_lines.MAPPING, "saldo": ""}
DEBIT_AND_CREDIT = "Tanggal;Keterangan;Debit;Kredit;Cabang\n03/08/2026;a;;5\n"


def test_a_file_that_may_be_cut_off_in_its_last_amount_says_so() -> None:
    """Wherever it is cut, what is left of 1.250.000 is a smaller number; 1.250.00 and the like are refused as numbers."""
    words = {**COLUMNS, "angka": "1.234,00"}
    whole = f"{DEBIT_AND_CREDIT}04/08/2026;b;;1.250.000\n"

    assert csv_lines.read(whole.encode(), words).perhaps_cut is None
    found = []
    for end in range(len(DEBIT_AND_CREDIT) + 1, len(whole)):
        try:
            statement = csv_lines.read(whole[:end].encode(), words)
        except statement_problems.LinesNotRead:
            continue
        assert statement.perhaps_cut == statement.entries[-1]
        found.append(statement.entries[-1].amount_rupiah)
    assert found == [1, 1_250, 1_250_000]


@pytest.mark.parametrize(
    "end",
    [
        "04/08/2026;b;;1.250\r\n",
        '04/08/2026;b;;"1.250"',
        "04/08/2026;b;;1.250;",
        "04/08/2026;b;;1.250;Kas",
        "04/08/2026;b;;1.250\nSaldo akhir",
        "04/08/2026;b;;1.250\n\n",
    ],
)
def test_a_file_that_shows_its_end_is_whole(end: str) -> None:
    statement = csv_lines.read((DEBIT_AND_CREDIT + end).encode(), {**COLUMNS, "angka": "1.234,00", "lewati": "Saldo"})

    assert [entry.amount_rupiah for entry in statement.entries] == [5, 1_250]
    assert statement.perhaps_cut is None


def test_a_balance_before_the_amount_shows_that_it_is_whole_where_it_leads_on() -> None:
    head, old, new = "Tanggal;Keterangan;Saldo;Jumlah\n", "03/08/2026;a;5;5", "04/08/2026;b;1255;1250"
    words = {**test_csv_lines.ONE_COLUMN, "saldo": "Saldo"}

    assert csv_lines.read(f"{head}{old}\n{new}".encode(), words).perhaps_cut is None
    for lines in (new, f"{new}\n{old}"):  # the oldest line's balance shows nothing of its amount
        assert csv_lines.read((head + lines).encode(), words).perhaps_cut is not None
