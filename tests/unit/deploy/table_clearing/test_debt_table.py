"""Tables of debts as people keep them are read exactly, or refused with the number of the line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from deploy.console import command_error
from deploy.table_clearing import debt_table, result_tables, trial
from settlement.clearing import graph
from tenants.tables import numbers


def read(folder: Path, text: str | bytes) -> tuple[dict[tuple[str, str], int], int]:
    """The debts of a table by pair, and the decimals."""
    path = folder / "debts.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    debts = debt_table.read(source=str(path))
    network = debts.network
    pairs = [(network.parties[a], network.parties[b]) for a, b in zip(network.debtors, network.creditors, strict=True)]
    return dict(zip(pairs, network.open_rupiah, strict=True)), debts.decimals


def complaint(folder: Path, text: str | bytes) -> str:
    with pytest.raises(debt_table.DebtsNotRead) as found:
        read(folder, text)
    with translation.override("en"):
        return str(found.value)


def amounts(folder: Path, written: list[str], form: numbers.Form | None = None) -> tuple[list[int], int]:
    """The amounts of a table with these, each owed to somebody else, and the decimals."""
    path = folder / "amounts.csv"
    path.write_text("".join(f'A;B{number:03};"{amount}"\n' for number, amount in enumerate(written)))
    debts = debt_table.read(source=str(path), form=form)
    return list(debts.network.open_rupiah), debts.decimals


@pytest.mark.parametrize(
    "text",
    [
        "A,B,10\nB,C,7\n",
        "A,B,10\nB,C,7",
        "debtor,creditor,amount\nA,B,10\nB,C,7\n",
        "Debitur;Kreditur;Jumlah\r\nA;B;10\r\nB;C;7\r\n",
        "A\tB\t10\nB\tC\t7\n",
        "A B 10\nB C 7\n",
        "  A   B\t10\n B C    7  \n",
        "A, B, 10\nB , C , 7\n",
        '"A","B","10"\n"B","C",7\n',
        '"A" "B" 10\nB C "7"\n',
        "\ufeffA,B,10\nB,C,7\n",
        "\n\nA,B,10\n\n,,\nB,C,7\n\n",
        "A,B,4\nB,C,7\nA,B,6\n",
        "A,B,10\nA,C,0\nC,A,0\nB,C,7\n",
        "A,B,010\rB,C,7\r",
        "A,B,10.00\nB,C,7.0\n",
        "A;B;10,00\nB;C;7,0\n",
        "A,B,10,\nB,C,7,,\n",
        "sep=;\r\nA;B;10\r\nB;C;7\r\n",
        "A\tB\t10\r\nB\tC\t7\r\n".encode("utf-16"),
    ],
)
def test_one_table_in_many_shapes(tmp_path, text):
    assert read(tmp_path, text) == ({("A", "B"): 10, ("B", "C"): 7}, 0)


@pytest.mark.parametrize(
    ("written", "units", "decimals"),
    [
        (["1.5", "2.25"], [150, 225], 2),
        (["1,5", "2,25"], [150, 225], 2),
        (["0.125", "12.345"], [125, 12_345], 3),  # 0.125 tells what the dot of 12.345 is
        (["1234.567", "1.000"], [1_234_567, 1_000], 3),
        (["1.000.000", "500.000"], [1_000_000, 500_000], 0),
        (["1,000,000", "500,000"], [1_000_000, 500_000], 0),
        (["1.234,50", "7"], [12_345, 70], 1),
        (["1,234.50", "1,000"], [12_345, 10_000], 1),
        (["3.10", "2.00"], [31, 20], 1),
        (["0.1", "0.2", "1000000000000000.3"], [1, 2, 10**16 + 3], 1),
        (["0.0000000001"], [1], 10),
    ],
)
def test_amounts_are_exact(tmp_path, written, units, decimals):
    assert amounts(tmp_path, written) == (units, decimals)


@pytest.mark.parametrize(
    ("written", "places"),
    [
        (["1.000", "2"], [0]),
        (["1,000", "2.000"], [0, 1]),
        (["1.5", "2,5"], [1]),
        (["1.5", "1.000.000"], [1]),
        (["1.000.000", "2.5"], [1]),
        (["-1", "+1", "1e5", "0x1", "Rp 5", "", "1.", ".5", "1..5", "1 000", "١٢", "½", "NaN", "inf", "5"], list(range(14))),
        (["1.00.000", "10,00,000"], [0, 1]),
        (["1" * 31, "1" * 30], [0]),
        (["0." + "1" * 30], [0]),
    ],
)
def test_unclear_amounts_are_named_and_not_guessed(tmp_path, written, places):
    with pytest.raises(debt_table.DebtsNotRead) as found:
        amounts(tmp_path, written)
    assert [problem.line - 1 for problem in found.value.problems] == places


@pytest.mark.parametrize(
    ("written", "form", "units", "decimals"),
    [
        ("1.500", numbers.Form.INDONESIAN, 1_500, 0),
        ("1.500", numbers.Form.ENGLISH, 15, 1),
        ("1,500", numbers.Form.INDONESIAN, 15, 1),
        ("1,500", numbers.Form.ENGLISH, 1_500, 0),
    ],
)
def test_who_says_how_numbers_are_written_is_believed(tmp_path, written, form, units, decimals):
    assert amounts(tmp_path, [written], form) == ([units], decimals)


@given(values=st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 9_999)), min_size=1), comma=st.booleans())
def test_four_decimals_lose_nothing(tmp_path_factory, values, comma):
    written = [f"{whole}{',' if comma else '.'}{part:04d}" for whole, part in values]

    units, decimals = amounts(tmp_path_factory.mktemp("amounts"), written)

    wanted = [whole + Fraction(part, 10_000) for whole, part in values]
    assert [Fraction(unit, 10**decimals) for unit in units] == [value for value in wanted if value]
    assert all(Fraction(result_tables.in_digits(unit, decimals=decimals)) == Fraction(unit, 10**decimals) for unit in units)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A,B,10\nC,C,5\n", ["line 2: “C” owes itself"]),
        ("A,B,10\nB,,5\n,B,5\n", ["line 2: a name is missing", "line 3: a name is missing"]),
        ("A,B,10\n\nB,A,-5\nB,A,x7\n", ["line 3: “-5” is no amount", "line 4: “x7” is no amount"]),
        ("A,B,10\nB,A\nB,A,1,5\n", ["line 2: 2 columns instead of 3", "line 3: 4 columns instead of 3"]),
        ("A,B,1.500\n", ["line 1: “1.500” can be read in two ways, as 1500 or as 1.5.", "Add --numbers id (1.234,00) or --numbers en"]),
        ("A,B,1o0\n", ["line 1: “1o0” is no amount"]),
        ("A;B;1,5\nB;A;1.25\n", ["line 2: “1.25” does not fit the decimal mark “,”"]),
        ('A,B,10\n"A,B,10\nB,A,5\n', ["line 2: its quotation marks do not pair"]),
        ('A,B,10\n"A"x,B,10\n', ["line 2: its quotation marks do not pair"]),
        (f"A,B,1\n{'x' * 200_000},B,5\n", ["line 2: the line is too long"]),
        (f"{'x' * 200_000},B,5\n", ["line 1: the line is too long"]),
        (f'"{"x" * 200_000}";B;5\n', ["line 1: the line is too long"]),
        ("A,B,1,5\n", ["line 1: 4 columns instead of 3"]),
        ("just words\n", ["line 1: 2 columns instead of 3"]),
        ("word\n", ["line 1: 1 column instead of 3"]),
        (b"A,B,10\nB,\x00,5\n", ["line 2: it holds signs that are no writing"]),
    ],
)
def test_bad_lines_are_named(tmp_path, text, said):
    found = complaint(tmp_path, text).splitlines()
    assert len(found) == len(said)
    for line, part in zip(found, said, strict=True):
        assert part in line


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_table_is_named(tmp_path, text):
    with pytest.raises(command_error.CommandError, match="is empty"):
        read(tmp_path, text)


def test_a_name_may_have_a_line_end_and_letters_of_windows_1252(tmp_path):
    assert read(tmp_path, 'A,"Toko\r\nBu Sri",10\r\n'.encode("cp1252")) == ({("A", "Toko Bu Sri"): 10}, 0)
    assert read(tmp_path, "A,Café – Sri’s,10\r\n".encode("cp1252")) == ({("A", "Café – Sri’s"): 10}, 0)


def test_all_kinds_of_faults_come_together_in_the_order_of_the_lines(tmp_path):
    found = complaint(tmp_path, "A,B,10\nA,A,1\nA,B\nA,B,-1\n")
    assert [line.partition("line ")[2][0] for line in found.splitlines()] == ["2", "3", "4"]


def test_many_bad_lines_are_counted(tmp_path):
    found = complaint(tmp_path, "".join(f"A,A,{number}\n" for number in range(1, 100))).splitlines()
    assert len(found) == 21
    assert found[-1] == "And 79 more lines."


def test_a_header_alone_is_a_table_without_debts(tmp_path):
    assert read(tmp_path, "debtor,creditor,amount\n") == ({}, 0)


AWKWARD = ["=1+1", "+62", "-x", "@b", "'=1", "'plain", "a,b", 'a"b', "a b", "a;b\tc", "é", "＝x", "#1"]


@given(
    debts=st.dictionaries(
        st.tuples(st.sampled_from(AWKWARD), st.sampled_from(AWKWARD)).filter(lambda pair: pair[0] != pair[1]),
        st.tuples(st.integers(1, 10**9), st.integers(0, 1)),
        min_size=1,
    ),
    decimals=st.integers(0, 4),
)
def test_what_is_written_reads_back(tmp_path_factory, debts, decimals):
    folder = tmp_path_factory.mktemp("tables")
    pairs = sorted(debts)
    network = graph.network(debtors=[a for a, _ in pairs], creditors=[b for _, b in pairs], open_rupiah=[debts[pair][0] for pair in pairs])
    edges = ((network.parties[a], network.parties[b]) for a, b in zip(network.debtors, network.creditors, strict=True))
    taken = [debts[pair][0] * debts[pair][1] for pair in edges]  # each debt is set off whole or not at all
    result_tables.write(folder=folder, debts=debt_table.Debts(network=network, decimals=decimals), taken=taken)

    # "'=1" is what a spreadsheet's table makes of "=1"; read again it is that.
    plain = {name: name[1:] if name == "'=1" else name for name in AWKWARD}
    for name, kept in ((result_tables.SETOFFS, 1), (result_tables.RESIDUAL, 0)):
        wanted: dict[tuple[str, str], Fraction] = {}
        for (debtor, creditor), (amount, taken_whole) in debts.items():
            if taken_whole == kept and plain[debtor] != plain[creditor]:
                pair = (plain[debtor], plain[creditor])
                wanted[pair] = wanted.get(pair, Fraction(0)) + Fraction(amount, 10**decimals)
        if any(plain[a] == plain[b] for (a, b), (_, whole) in debts.items() if whole == kept):
            continue
        found, read_decimals = read(folder, (folder / name).read_bytes())
        assert {pair: Fraction(amount, 10**read_decimals) for pair, amount in found.items()} == wanted


def test_no_cell_is_a_formula(tmp_path):
    network = graph.network(debtors=["=1+1", "@b"], creditors=["@b", "ok"], open_rupiah=[5, 6])
    result_tables.write(folder=tmp_path, debts=debt_table.Debts(network=network, decimals=0), taken=[5, 0])

    assert (tmp_path / "setoffs.csv").read_text() == "debtor,creditor,amount\n'=1+1,'@b,5\n"
    assert (tmp_path / "residual.csv").read_text() == "debtor,creditor,amount\n'@b,ok,6\n"


def test_nothing_half_written_stays(tmp_path, monkeypatch):
    network = graph.network(debtors=["A"], creditors=["B"], open_rupiah=[5])
    write_text = Path.write_text

    def full(path: Path, text: str, **keywords: str) -> int:
        if "residual" in path.name:
            write_text(path, text[:5])
            raise OSError(28, "No space left on device")
        return write_text(path, text, **keywords)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(command_error.CommandError, match="No space left"):
        result_tables.write(folder=tmp_path, debts=debt_table.Debts(network=network, decimals=0), taken=[5])

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "Cafe\u0301"),
        ("Bu Wati", "Bu  Wati"),
        ("Bu Wati", "Bu\u00a0Wati"),
        ("Ma'mur", "Ma\u2019mur"),
        ("Desa-A", "Desa\u2011A"),
    ],
)
def test_names_that_look_the_same_are_one_party_and_are_set_off(tmp_path, one, other):
    assert read(tmp_path, f"{one},B,10\nB,{other},10\n") == ({(one, "B"): 10, ("B", one): 10}, 0)
    assert complaint(tmp_path, f"{one},{other},10\n") == f"{tmp_path}/debts.csv, line 1: “{one}” owes itself."


def test_names_that_differ_in_capitals_alone_are_named_and_not_guessed(tmp_path):
    said = complaint(tmp_path, "Desa A,B,10\nB,desa a,10\nB,desa a,1\n")
    assert said == f"{tmp_path}/debts.csv, line 2: “desa a” and “Desa A” differ in capitals alone. Write one party in one way."


@pytest.mark.parametrize("amount", ["#REF!", "seribu", "NaN", "Rp", "Rp -", "belum jelas"])
def test_a_first_line_without_a_figure_is_no_heading(tmp_path, amount):
    assert "line 1: " in complaint(tmp_path, f"A,B,{amount}\nB,C,7\n")


@pytest.mark.parametrize(
    "heading", ["Dari,Kepada,Rp", "debtor,creditor,amount_rupiah", "Desa,Desa lain,Sisa utang (Rp)", "from,to,weight", "x,y,JUMLAH"]
)
def test_a_heading_is_known_by_its_words(tmp_path, heading):
    assert read(tmp_path, f"{heading}\nA,B,10\n") == ({("A", "B"): 10}, 0)


def test_a_sign_that_nobody_sees_makes_no_other_party(tmp_path):
    said = complaint(tmp_path, "Bu Wati,B,10\nB,Bu\u200bWati,10\n\u200bC,B,1\n").splitlines()
    assert [line.partition(", ")[2][:7] for line in said] == ["line 2:", "line 3:"]
    assert "(U+200B)" in said[0]
    assert "At the beginning" in said[1]


@pytest.mark.parametrize("name", ["setoffs.csv", "residual.csv"])
def test_a_result_is_not_overwritten(tmp_path, name):
    (tmp_path / "debts.csv").write_text("A,B,10\nB,A,10\n")
    (tmp_path / name).write_text("before\n")

    with pytest.raises(command_error.CommandError, match="is not overwritten"):
        trial.run(source=str(tmp_path / "debts.csv"), folder=tmp_path)

    assert (tmp_path / name).read_text() == "before\n"
    assert len(list(tmp_path.iterdir())) == 2
