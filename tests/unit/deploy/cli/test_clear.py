"""`pasarsama clear` as a person calls it: no market, one table in, figures and two tables out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from deploy import cli
from settlement.clearing import solving
from tests.support.clearing import debts

ROOT = Path(__file__).resolve().parents[4]
KEYS = [
    *("nodes", "edges", "gross", "setoff_bilateral", "setoff_cycles", "residual", "net_internal_debt", "carried", "cash"),
    *("seconds_read", "seconds_solve", "seconds_verify", "seconds_write", "peak_mb"),
]
EXAMPLE = "debtor,creditor,amount\nA,B,98\nA,F,2\nB,C,78.4\nB,F,1.6\nC,A,58.8\nC,F,1.2\n"


def clear(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command in an environment in which nothing of a market answers, in a folder of nobody."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://nobody@localhost:1/x", "BROKER_URL": "redis://localhost:1"}
    command = [sys.executable, "-m", "deploy.cli", "clear", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, input=stdin, capture_output=True, text=True, check=False, timeout=120)


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The same within this process."""
    with pytest.raises(SystemExit) as end:
        cli.main(["clear", *words])
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out, said.err


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "debts.csv"
    path.write_text(EXAMPLE)
    return path


def test_the_worked_example_without_any_market(table, tmp_path):
    done = clear(str(table), "--json", "--out", str(tmp_path / "new" / "out"))

    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    assert (found["nodes"], found["edges"]) == (4, 6)
    assert [found[name] for name in KEYS[2:9]] == [240, 0, 176.4, 63.6, 41.2, 0, 41.2]
    assert found["peak_mb"] > 1
    assert (tmp_path / "new" / "out" / "setoffs.csv").read_text() == "debtor,creditor,amount\nA,B,58.8\nB,C,58.8\nC,A,58.8\n"
    assert (tmp_path / "new" / "out" / "residual.csv").read_text().splitlines()[1:] == [
        "A,B,39.2",
        "A,F,2.0",
        "B,C,19.6",
        "B,F,1.6",
        "C,F,1.2",
    ]
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == ["residual.csv", "setoffs.csv"]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_table_that_may_have_been_cut_off_says_where_and_what_was_counted(table, capsys, words):
    """1.250.000 cut to 1.250 is an amount too; many programs end their files like that, so nothing is refused."""
    table.write_text("A,B,2500000\nB,Bu Wati,1250")
    status, said, beside = called(capsys, str(table), *words)
    assert status == 0
    assert "1250" in said.replace(" ", "")
    assert "baris terakhirnya (2)" in beside
    assert beside.count("B → Bu Wati: 1250") == 2
    assert "its last line (2)" in beside
    for whole in ("A,B,2500000\nB,C,1250\n", 'A,B,2500000\nB,C,"1250"', "A B 2500000\rB C 1250\r"):
        table.write_text(whole)
        assert called(capsys, str(table), *words)[::2] == (0, "")


def test_a_table_that_was_cut_off_before_its_amount_says_how_much_of_the_line_is_there(table, capsys):
    for text, count in (("A,B,2500000\nB,C", 2), ("A,B,2500000\nB", 1), ('"A" "B" 1\n"B" "C', 0), ("A B 2500000\nB C", 2)):
        table.write_text(text)
        status, _, beside = called(capsys, str(table))
        assert status == 2
        assert (f"terbaca {count} kolom dari 3" in beside) == bool(count), beside
        assert (f"{count} of 3 columns" in beside) == bool(count), beside


def test_standard_input_and_a_table_for_people():
    done = clear("-", stdin="A B 1000000\nB A 400000\nB C 1\n")

    assert (done.returncode, done.stderr) == (0, "")
    for label, amount, share in (
        ("gross", "1 400 001", "100.0 %"),
        ("set off bilaterally", "800 000", "57.1 %"),
        ("set off in cycles", "0", "0.0 %"),
        ("residual", "600 001", "42.9 %"),
        ("net internal debt", "600 000", "42.9 %"),
    ):
        line = next(line for line in done.stdout.splitlines() if label in line)
        assert f"  {amount}  " in line
        assert line.endswith(share)
    assert all(word in done.stdout for word in ("nodes", "edges", "read", "solve", "verify", "write", "MB"))


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["-"], "A,B,5\nA,A,1\n", ["stdin, baris 2: “A” berutang kepada dirinya sendiri", "stdin, line 2: “A” owes itself"]),
        (["no-such-file.csv"], "", ["no-such-file.csv tidak dapat dibaca", "no-such-file.csv cannot be read"]),
        ([], "", ["FILE"]),
        (["-", "--nonsense"], "", ["--nonsense"]),
    ],
)
def test_wrong_use_ends_with_2_and_no_traceback(words, stdin, said):
    done = clear(*words, stdin=stdin)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == len(said)
    for line, part in zip(done.stderr.splitlines(), said, strict=True):
        assert part in line


def test_a_folder_is_no_table(tmp_path, capsys):
    status, out, err = called(capsys, str(tmp_path))
    assert (status, out) == (2, "")
    assert "cannot be read: Is a directory" in err


def test_an_empty_file_is_named(tmp_path, capsys):
    (tmp_path / "none.csv").touch()
    status, _, err = called(capsys, str(tmp_path / "none.csv"))
    assert status == 2
    assert "none.csv is empty." in err


def test_no_debts_are_cleared_too(tmp_path, capsys):
    (tmp_path / "none.csv").write_text("debtor,creditor,amount\n")
    status, out, _ = called(capsys, str(tmp_path / "none.csv"), "--json", "--out", str(tmp_path))
    assert status == 0
    assert [json.loads(out)[name] for name in KEYS[:9]] == [0] * 9
    assert (tmp_path / "residual.csv").read_text() == "debtor,creditor,amount\n"
    assert called(capsys, str(tmp_path / "none.csv"))[0] == 0


def test_digits_of_large_decimals_are_all_there(tmp_path, capsys):
    (tmp_path / "large.csv").write_text("A,B,900000000000000.01\nB,A,900000000000000.02\n")
    status, out, _ = called(capsys, str(tmp_path / "large.csv"), "--json")
    assert status == 0
    found = json.loads(out, parse_float=Decimal)
    assert found["gross"] == Decimal("1800000000000000.03")
    assert found["setoff_bilateral"] == Decimal("1800000000000000.02")
    assert found["cash"] == Decimal("0.01")


def test_more_than_can_be_counted_is_refused(tmp_path, capsys):
    (tmp_path / "large.csv").write_text(f"A,B,{solving.GROSS_RUPIAH_MAX}\nB,A,1\n")
    status, out, err = called(capsys, str(tmp_path / "large.csv"), "--out", str(tmp_path / "out"))
    assert (status, out) == (1, "")
    assert f"more than {solving.GROSS_RUPIAH_MAX:,}" in err
    assert not (tmp_path / "out").exists()


def test_names_mean_nothing_here(tmp_path, capsys):
    """F and P are the federation and its pool in a cycle; in somebody's table they are anybody."""
    (tmp_path / "names.csv").write_text("P,F,10\nF,Toko Bu Sri,10\n")
    status, out, _ = called(capsys, str(tmp_path / "names.csv"), "--json")
    assert status == 0
    assert json.loads(out)["net_internal_debt"] == 10


def test_residual_cleared_again_gives_nothing(tmp_path, capsys):
    items = debts.drawn(seed=3, parties=40, debts=300)
    (tmp_path / "debts.csv").write_text("".join(f"{item.debtor},{item.creditor},{item.open_rupiah}\n" for item in items))
    _, out, _ = called(capsys, str(tmp_path / "debts.csv"), "--json", "--out", str(tmp_path / "first"))
    first = json.loads(out)
    assert first["setoff_bilateral"] + first["setoff_cycles"] == debts.set_off(debts.solved(items))

    _, out, _ = called(capsys, str(tmp_path / "first" / "residual.csv"), "--json", "--out", str(tmp_path / "second"))
    again = json.loads(out)

    assert (again["setoff_bilateral"], again["setoff_cycles"]) == (0, 0)
    assert (again["gross"], again["net_internal_debt"]) == (first["residual"], first["net_internal_debt"])
    assert (tmp_path / "second" / "residual.csv").read_text() == (tmp_path / "first" / "residual.csv").read_text()


@pytest.mark.long
def test_the_debts_of_a_whole_country_are_cleared_and_leave_nothing_to_clear(tmp_path, capsys):
    from deploy.bench.support import random_debts

    random_debts.write(tmp_path / "debts.csv", villages=75_000, obligations=658_000)
    _, out, _ = called(capsys, str(tmp_path / "debts.csv"), "--json", "--out", str(tmp_path / "first"))
    first = json.loads(out)
    _, out, _ = called(capsys, str(tmp_path / "first" / "residual.csv"), "--json")
    again = json.loads(out)

    assert first["setoff_cycles"] > 0
    assert (again["setoff_bilateral"], again["setoff_cycles"]) == (0, 0)
    assert (again["gross"], again["net_internal_debt"]) == (first["residual"], first["net_internal_debt"])


def test_what_the_verifier_refuses_is_not_shown_and_not_written(table, tmp_path, capsys, monkeypatch):
    solved = solving.solve_network

    def cheating(**keywords):
        taken, parties, totals = solved(**keywords)
        return [amount - 1 if amount else 0 for amount in taken], parties, totals

    monkeypatch.setattr(solving, "solve_network", cheating)
    status, out, err = called(capsys, str(table), "--out", str(tmp_path / "out"))

    assert (status, out) == (1, "")
    assert "The verifier refused the clearing" in err
    assert not (tmp_path / "out").exists()
