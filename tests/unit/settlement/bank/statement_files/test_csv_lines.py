"""A bank's table becomes entries by the operator's mapping, whole or not at all."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from settlement.bank.statement_files import Direction, csv_lines, statement_problems
from tenants.tables import decode, reader

MAPPING = {
    "rekening": "001201000345301",
    "tanggal": "Tanggal",
    "format_tanggal": "dd/mm/yyyy",
    "keterangan": "Keterangan",
    "debit": "Debit",
    "kredit": "Kredit",
    "saldo": "Saldo",
}
TABLE = """Rekening koran;;;;
Tanggal;Keterangan;Debit;Kredit;Saldo

03/08/2026;PS0007-3402152004;;1.020.600,00;1.020.700,00
04/08/2026;"PSL01ARZ3NDEKTSV4;
RRFFQ69G5FAV";20.600,00;0,00;1.000.100,00
"""
ONE_COLUMN = {**{word: MAPPING[word] for word in ("rekening", "tanggal", "format_tanggal", "keterangan")}, "jumlah": "Jumlah"}


def read(text: str, encoding: str = "utf-8", **mapping: str):
    return csv_lines.read(text.encode(encoding), {**MAPPING, **mapping})


def amounts(text: str, **mapping: str) -> list[int]:
    """What the lines moved, in sen."""
    return [entry.moved_in_sen for entry in csv_lines.read(text.encode(), {**ONE_COLUMN, **mapping}).entries]


def complaint(text: str, **mapping: str) -> str:
    with pytest.raises(statement_problems.LinesNotRead) as refused:
        read(text, **mapping)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_is_read_in_every_encoding(encoding: str, separator: str) -> None:
    statement = read(TABLE.replace(";", separator).replace("Rekening koran", "Rekening é"), encoding)

    first, second = statement.entries
    assert (statement.account, statement.opening_in_sen, statement.closing_in_sen) == ("001201000345301", 10_000, 100_010_000)
    assert (first.booked_on, first.moved_in_sen, first.remittance) == (datetime.date(2026, 8, 3), 102_060_000, "PS0007-3402152004")
    assert (second.direction, second.amount_rupiah, second.place) == (Direction.DEBIT, 20_600, 5)


def test_commas_part_columns_too() -> None:
    text = 'tanggal,KETERANGAN ,Debit,Kredit,Saldo\n03/08/2026,"a, b",,"1,020,600.00",1020600\n'

    [entry] = read(text).entries

    assert (entry.amount_rupiah, entry.remittance) == (1_020_600, "a, b")


@pytest.mark.parametrize(
    ("cell", "moved"),
    [
        ("5000", 500_000),
        ("-5000", -500_000),
        ("5000 CR", 500_000),
        ("5000.00 DB", -500_000),
        ("1.005.000,00K", 100_500_000),
        ("5000 D.", -500_000),
        ("1.234,56 CR", 123_456),
        ("1,234.56 DB", -123_456),
        ("-0,07", -7),
    ],
)
def test_one_column_says_the_way_by_its_sign_or_behind_it(cell: str, moved: int) -> None:
    assert amounts(f"Tanggal;Keterangan;Jumlah\n03/08/2026;x;{cell}\n") == [moved]


def test_a_column_of_its_own_says_the_way() -> None:
    text = "Tanggal;Keterangan;Jumlah;D/K\n03/08/2026;x;5000;K\n03/08/2026;x;600;debet\n"

    assert amounts(text, arah="D/K") == [500_000, -60_000]


@pytest.mark.parametrize(("cell", "way"), [("5000", ""), ("5000", "X"), ("-5000", "DB"), ("5000 CR", "CR"), ("", "CR"), ("0", "CR")])
def test_a_way_that_is_unclear_is_refused(cell: str, way: str) -> None:
    with pytest.raises(statement_problems.LinesNotRead, match="Baris 2"):
        amounts(f"Tanggal;Keterangan;Jumlah;D/K\n03/08/2026;x;{cell};{way}\n", arah="D/K")


def test_further_columns_are_taken_over() -> None:
    text = "Tanggal;Keterangan;Debit;Kredit;Ref;Nama;Norek\n03/08/2026;x;;5;R-1;BUMDes Cibiru;00123\n"
    mapping = {word: said for word, said in MAPPING.items() if word != "saldo"}

    statement = csv_lines.read(text.encode(), {**mapping, "referensi": "Ref", "nama": "Nama", "rekening_lawan": "Norek", "angka": ""})

    [entry] = statement.entries
    assert (entry.bank_reference, entry.counterparty_name, entry.counterparty_account) == ("R-1", "BUMDes Cibiru", "00123")
    assert (statement.opening_in_sen, statement.closing_in_sen) == (None, None)


def test_the_newest_may_come_first() -> None:
    head, one, two, three = (
        "Tanggal;Keterangan;Debit;Kredit;Saldo\n",
        "03/08/2026;a;;5;15\n",
        "03/08/2026;b;3;;12\n",
        "04/08/2026;c;;1;13\n",
    )

    for lines in (one + two + three, three + two + one):
        assert (read(head + lines).opening_in_sen, read(head + lines).closing_in_sen) == (1_000, 1_300)


@pytest.mark.parametrize("form", ["1.234,00", "1,234.00", ""])
def test_running_balances_agree_to_the_sen(form: str) -> None:
    lines = "03/08/2026;a;;1.234,56;1.235,00\n03/08/2026;b;0,07;;1.234,93\n04/08/2026;c;234,9;;1.000,03\n"
    if form == "1,234.00":
        lines = lines.translate(str.maketrans(",.", ".,"))

    lines = f"Tanggal;Keterangan;Debit;Kredit;Saldo\n{lines}"

    statement = read(lines, angka=form)

    assert [(entry.amount_rupiah, entry.sen) for entry in statement.entries] == [(1_234, 56), (0, 7), (234, 90)]
    assert (statement.opening_in_sen, statement.closing_in_sen) == (44, 100_003)
    assert "Baris 4: saldonya" in complaint(lines.replace("03\n", "04\n"), angka=form)


def test_a_line_that_is_missing_shows_in_the_balance() -> None:
    text = "Tanggal;Keterangan;Debit;Kredit;Saldo\n03/08/2026;a;;5;15\n03/08/2026;b;3;;11\n04/08/2026;c;;1;12\n"

    assert complaint(text).endswith("Baris 3: saldonya tidak melanjutkan saldo baris sebelumnya.")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("3 Agustus;x;;5;5", "bukan tanggal"),
        ("03/08/2026;x;;;5", "tidak ada jumlahnya"),
        ("03/08/2026;x;0;0,00;5", "tidak ada jumlahnya"),
        ("03/08/2026;x;5;5;5", "terisi bersama"),
        ("03/08/2026;x;-5;;5", "di bawah nol"),
        ("03/08/2026;x;;20.600;5", "dua jumlah"),
        ("03/08/2026;x;;20,567;5", "dua jumlah"),
        ("03/08/2026;x;;1.020,567;5", "bukan jumlah"),
        ("03/08/2026;x;;1,020.567;5", "bukan jumlah"),
        ("03/08/2026;x;;lima;5", "bukan jumlah"),
        ("03/08/2026;x;;5;", "saldonya kosong"),
        ("03/08/2026;x;;5", "saldonya kosong"),
        ("03/08/2026;x;;5;5;9", "jumlah kolomnya"),
        ('03/08/2026;"x;;5;5', "tanda kutip"),
        ('03/08/2026;"x"y;;5;5', "tanda kutip"),
        (f"03/08/2026;{'x' * 200_000};;5;5", "terlalu panjang"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, words: str) -> None:
    said = complaint(f"Tanggal;Keterangan;Debit;Kredit;Saldo\n03/08/2026;x;;5;5\n{line}\n")

    assert "Baris 3: " in said
    assert words in said


def test_every_line_is_named_in_both_languages() -> None:
    text = "Tanggal;Keterangan;Debit;Kredit;Saldo\n" + "x;x;;5;5\n" * 3

    assert all(f"Baris {place}: “x” bukan tanggal" in complaint(text) for place in (2, 3, 4))
    with translation.override("en"):
        assert "Line 4: “x” is no date in the form dd/mm/yyyy." in complaint(text)


def test_a_quotation_mark_does_not_swallow_lines() -> None:
    text = 'Tanggal;Debit;Kredit;Saldo;Keterangan\n03/08/2026;;5;5;"x\n03/08/2026;;5;10;y\n03/08/2026;;5;15;"z\n'

    assert "tanda kutip" in complaint(text)


def test_lines_that_a_quotation_mark_swallowed_are_not_called_one_long_line() -> None:
    text = 'Tanggal;Debit;Kredit;Saldo;Keterangan\n03/08/2026;;5;5;"x\n' + "03/08/2026;;5;10;y\n" * 10_000

    assert "tanda kutip" in complaint(text)


def test_the_form_of_numbers_can_be_named() -> None:
    text = "Tanggal;Keterangan;Jumlah\n03/08/2026;x;20.600\n"

    assert amounts(text, angka="1.234,00") == [2_060_000]
    with pytest.raises(statement_problems.LinesNotRead):
        amounts(text, angka="1,234.00")


def test_lines_that_are_no_bookings_can_be_left_out() -> None:
    text = "Tanggal;Keterangan;Jumlah\nSaldo Awal;;1\n03/08/2026;x;5\n\nMUTASI KREDIT;5\n"

    assert amounts(text, lewati="Saldo awal|mutasi|") == [500]


def decimal(in_sen: int) -> str:
    return f"{'-' if in_sen < 0 else ''}{abs(in_sen) // 100}.{abs(in_sen) % 100:02}"


@given(
    lines=st.lists(st.tuples(st.integers(-(10**14), 10**14).filter(bool), st.text(alphabet="PS0-7;,\"' é\n", max_size=20)), max_size=12),
    separator=st.sampled_from([";", ",", "\t"]),
)
def test_what_was_written_is_what_is_read(lines, separator):
    balance, rows = 0, [["Tanggal", "Keterangan", "Jumlah", "Saldo"]]
    for moved, text in lines:
        balance += moved
        rows.append(["03/08/2026", text, decimal(moved).replace(".", ","), decimal(balance)])
    table = "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)

    statement = csv_lines.read(table.encode(), {**ONE_COLUMN, "saldo": "Saldo"})

    assert [(entry.moved_in_sen, entry.remittance) for entry in statement.entries] == [(moved, text.strip()) for moved, text in lines]
    assert all(0 <= entry.sen < 100 and entry.amount_rupiah == abs(entry.moved_in_sen) // 100 for entry in statement.entries)
    assert statement.closing_in_sen == (balance if lines else None)
    assert statement == csv_lines.read(table.encode(), {**ONE_COLUMN, "saldo": "Saldo"})


@pytest.mark.parametrize(
    "mapping",
    [
        {"rekening": ""},
        {"tanggal": " "},
        {"jumlah": "Jumlah"},
        {"debit": ""},
        {"arah": "D/K"},
        {"angka": "1'234"},
        {"format_tanggal": "%d"},
        {"warna": "biru"},
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(csv_lines.BadMapping):
        read(TABLE, **mapping)


@pytest.mark.parametrize("contents", ["", TABLE.replace("Debit", "Keluar"), TABLE.replace("Debit", "Kredit"), TABLE.replace(";", "|")])
def test_headings_must_be_there_once(contents: str) -> None:
    with pytest.raises(reader.HeadingsNotFound, match="Keterangan"):
        read(contents)


def test_any_bytes_are_read_or_refused() -> None:
    for contents, refusal in (
        (bytes(range(256)) * 20, decode.NotText),
        (TABLE.encode("utf-16")[:-1], decode.NotText),
        (TABLE.encode("utf-32"), reader.HeadingsNotFound),
        (b"\x00" * 100, reader.HeadingsNotFound),
    ):
        with pytest.raises(refusal):
            csv_lines.read(contents, MAPPING)


def test_there_is_an_end_to_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(statement_problems.FileTooLarge):
        csv_lines.read(b" " * (statement_problems.BYTES_MAX + 1), MAPPING)
    monkeypatch.setattr(statement_problems, "ENTRIES_MAX", 1)
    with pytest.raises(statement_problems.FileTooLarge):
        read(TABLE)


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b", "\x7f"])
def test_signs_that_are_no_text_are_named_by_their_line(sign: str) -> None:
    for broken in (TABLE.replace("PS0007", f"PS{sign}0007"), TABLE.replace("1.020.600,00", f"1.020{sign}.600,00")):
        assert "Baris 4: ada tanda yang bukan tulisan. Ambil lagi berkasnya." in complaint(broken)
    assert len(read(TABLE.replace("Rekening koran", f"Rekening {sign}koran")).entries) == 2  # above the headings nothing counts
