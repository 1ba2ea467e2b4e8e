"""Columns are found whatever the table looks like, and rows that do not fit are named by the line on which they begin."""

from __future__ import annotations

import pytest
from django.utils import translation

from tenants.tables import reader, table_problems

WANTED = {"name": reader.Column(("Nama", "name")), "price": reader.Column(("Harga",)), "note": reader.Column(("Catatan",), required=False)}


def read(text: str, **options: object) -> reader.Table:
    return reader.with_headings(contents=text.encode(), wanted=WANTED, **options)


def cells(table: reader.Table) -> list[tuple[str, ...]]:
    return list(zip(*table.columns.values(), strict=True))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator, line_end):
    rows = ["Harga,NAMA ,Warna", '5000,"Teh, ""manis""",x', "", "7000,Kopi,"]
    text = line_end.join(row.replace(",", separator).replace(f'Teh{separator} ""', 'Teh, ""') for row in rows) + line_end

    table = read(text)

    assert cells(table) == [('Teh, "manis"', "5000", ""), ("Kopi", "7000", "")]
    assert (table.lines, table.problems) == ([2, 4], [])


def test_quoted_line_ends_keep_the_lines_in_count():
    table = read('name,Harga\n"Teh\r\nmanis",5\n\n"Kopi",7\nBuah,6,9\n')

    assert cells(table) == [("Teh\r\nmanis", "5", ""), ("Kopi", "7", "")]
    assert (table.lines, [problem.line for problem in table.problems]) == ([2, 5], [6])


@pytest.mark.parametrize("text", ["Nama,Harga,\nTeh,5\n", "Nama,Harga\nTeh,5,\n", "Nama,Harga,,\nTeh,5,\n", "Nama,Harga\nTeh,5,,,,\n"])
def test_empty_cells_at_the_end_do_no_harm(text):
    assert cells(read(text)) == [("Teh", "5", "")]


def test_a_row_may_be_shorter_than_the_headings():
    table = read("Nama,Harga,Catatan,Warna\nTeh,5\nKopi\n")

    assert (cells(table), table.problems) == ([("Teh", "5", ""), ("Kopi", "", "")], [])


def test_a_row_with_more_than_its_headings_is_refused():
    [problem] = read("Nama,Harga\nTeh,5,6\n").problems

    assert str(problem) == "Baris 2: jumlah kolomnya lain dari judulnya."
    with translation.override("en"):
        assert str(problem).startswith("Line 2: ")


@pytest.mark.parametrize(
    ("last", "cut_off"), [("Kopi", True), ("Kopi\n", False), ("Kopi\r", False), ("Kopi,7", False), ("Kopi,7,x", False)]
)
def test_a_last_line_without_its_end_that_lacks_a_cell_was_cut_off(last, cut_off):
    assert [problem.sentence for problem in read(f"Nama,Harga,Catatan\nTeh,5,x\n{last}").problems] == [table_problems.CUT_OFF] * cut_off


def test_headings_stand_first_or_anywhere():
    above = "Toko Bu Sri;;\ndicetak 3/8;\nNama;Harga\nTeh;5\n"

    with pytest.raises(reader.HeadingsNotFound, match="Nama, Harga. Baris pertamanya: Toko Bu Sri"):
        read(above)
    assert (cells(read(above, anywhere=True)), read(above, anywhere=True).lines) == ([("Teh", "5", "")], [4])


def test_a_separator_may_be_noted_above():
    assert (cells(read("sep=;\r\nNama;Harga\r\nTeh, manis;5\r\n")), read("sep=;\r\nNama;Harga\r\nTeh;5\r\n").lines) == (
        [("Teh, manis", "5", "")],
        [3],
    )


def test_headings_may_hold_blanks_and_signs_that_nobody_sees():
    assert cells(read("\u200bNama,\u00a0Harga \ufeff\nTeh,5\n")) == [("Teh", "5", "")]


@pytest.mark.parametrize("text", ["", "\n\n", "Nama\nTeh\n", "Nama,Nama,Harga\nTeh,Kopi,5\n", "Nama|Harga\nTeh|5\n"])
def test_headings_that_are_not_there_once_are_not_guessed(text):
    for anywhere in (False, True):
        with pytest.raises(reader.HeadingsNotFound):
            read(text, anywhere=anywhere)


def test_an_optional_column_must_not_be_there_twice():
    with pytest.raises(reader.HeadingsNotFound):
        read("Nama,Harga,Catatan,catatan\nTeh,5,x,y\n")


def test_what_a_quotation_mark_spoils_is_named_and_what_stands_above_is_read():
    table = read('Nama,Harga\nTeh,5\n"Kopi,7\nBuah,6\n')

    assert (cells(table), [(problem.line, problem.sentence) for problem in table.problems]) == (
        [("Teh", "5", "")],
        [(3, table_problems.QUOTES)],
    )


def test_a_line_that_is_too_long_is_named():
    [problem] = read(f"Nama,Harga\n{'x' * 200_000},5\n").problems
    assert (problem.line, problem.sentence) == (2, table_problems.TOO_LONG)


def test_signs_that_are_no_text_are_refused_in_wanted_columns_only():
    table = read("Nama,Harga,Warna\nTeh\x01,5,x\nKopi,7,\x01\n")

    assert (cells(table), [problem.line for problem in table.problems]) == ([("Kopi", "7", "")], [2])


def test_rows_of_any_width_are_given_as_they_are():
    rows = reader.all_rows(contents=b"a;b;c\n1;2;3\n# 1 baris\n", width=3)

    assert [(row.line, list(row.cells)) for row in rows] == [(1, ["a", "b", "c"]), (2, ["1", "2", "3"]), (3, ["# 1 baris"])]
    with pytest.raises(table_problems.LinesNotRead, match="Baris 2: tanda kutipnya"):
        reader.all_rows(contents=b'a;b\n"1;2\n', width=2)


def test_many_problems_are_listed_in_the_order_of_their_lines_up_to_twenty():
    refused = table_problems.LinesNotRead(problems=[table_problems.Problem(line, table_problems.QUOTES) for line in range(30, 0, -1)])

    assert [problem.line for problem in refused.problems] == list(range(1, 31))
    assert str(refused).startswith(
        "Tabel ini tidak dibaca karena ada yang tidak jelas. Baris 1: tanda kutipnya tidak berpasangan. Baris 2: "
    )
    assert str(refused).endswith("Baris 20: tanda kutipnya tidak berpasangan. Dan 10 baris lain.")


@pytest.mark.parametrize(
    ("last", "word"),
    [
        ("Kopi;7;x", "note"),
        ("Kopi;7", "price"),
        ("Kopi;7\n", ""),
        ('Kopi;"7"', ""),
        ("Kopi;7;x;y", ""),
        ("Kopi;7\nSaldo", ""),
    ],
)
def test_the_column_in_which_the_text_ends_is_told(last, word):
    table = read(f"Nama;Harga;Catatan;Warna\nTeh;5;;\n{last}", skip=lambda cells: cells[0] == "Saldo")

    assert (len(table.lines), table.ends_in) == (2, word)


def test_headings_that_look_the_same_are_one():
    assert reader.heading("Cre\u0301dit\u00a0\u2011 IDR") == reader.heading("Crédit - idr")
