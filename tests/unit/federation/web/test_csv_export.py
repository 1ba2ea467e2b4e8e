"""Tables to download: no cell is a formula, numbers stay numbers, and what broke off lacks its last line."""

from __future__ import annotations

import pytest

from federation.web import csv_export


@pytest.mark.parametrize("evil", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_a_cell_never_begins_a_formula(evil: str) -> None:
    assert csv_export.cell(evil) == "'" + evil


def test_a_cell_turns_no_row_round() -> None:
    assert csv_export.cell("Stok habis \u202e") == "Stok habis "
    assert csv_export.cell("\u202e=1+1") == "'=1+1"


def test_numbers_stay_numbers_in_a_table() -> None:
    assert list(csv_export.lines(header=["Rupiah"], rows=[[-5], [None], ["dua"]])) == [
        '\ufeff"Rupiah"\r\n',
        "-5\r\n",
        '""\r\n',
        '"dua"\r\n',
        '"# 3 baris"\r\n',
    ]


def _broken_rows(*, after: int):
    for number in range(after):
        yield (number,)
    raise RuntimeError("the database went away")


def test_a_table_that_cannot_be_read_is_no_file() -> None:
    with pytest.raises(RuntimeError):
        csv_export.response(name="x", header=["Rupiah"], rows=_broken_rows(after=0))


def test_a_table_that_breaks_off_lacks_its_last_line() -> None:
    sent: list[bytes] = []
    answer = csv_export.response(name="x", header=["Rupiah"], rows=_broken_rows(after=3))

    with pytest.raises(RuntimeError):
        sent.extend(answer)

    assert len(sent) == 4
    assert b"baris" not in b"".join(sent)
