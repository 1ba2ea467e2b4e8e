"""`pasarsama seals`: what somebody kept is held against the history of now."""

from __future__ import annotations

import argparse
import contextlib

import pytest

from deploy.cli import seals as command
from deploy.console import command_error
from tests.support.settlement import books
from tests.unit.settlement.seals.test_seals import change, sealed


@pytest.fixture
def run(market, monkeypatch):
    """Runs the command within this process, which is awake and has servers."""
    monkeypatch.setattr(command.environment, "started", lambda data: contextlib.nullcontext())

    def do(*words: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        return command.run(parser.parse_args(words))

    return do


@pytest.fixture
def heads(market) -> list[str]:
    found = []
    for day in (1, 2):
        books.complete(books.sale())
        found.append(sealed(day).sha256)
    return found


def test_a_kept_table_and_a_kept_seal_are_given_by_an_untouched_history(run, heads, tmp_path, capsys):
    path = tmp_path / "segel.csv"
    assert run("export", str(path)) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert run("check", str(path)) == run("check", heads[0].upper()) == 0

    shown = capsys.readouterr().out
    assert "Sejarah sampai segel 2 utuh." in shown
    assert "Sejarah sampai segel 1 utuh." in shown
    assert run("list") == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == heads
    assert run("export") == 0
    assert capsys.readouterr().out.splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("encoding", "separator"), [("utf-16", "\t"), ("utf-8-sig", ";"), ("cp1252", ",")])
def test_a_kept_table_may_have_been_saved_by_a_spreadsheet(run, heads, tmp_path, capsys, encoding, separator):
    path = tmp_path / "segel.csv"
    run("export", str(path))
    path.write_bytes(path.read_text(encoding="utf-8").replace(",", separator).encode(encoding))

    assert run("check", str(path)) == 0
    assert "Sejarah sampai segel 2 utuh." in capsys.readouterr().out


def test_a_changed_history_is_shown(run, heads, market, tmp_path, capsys):
    path = tmp_path / "segel.csv"
    run("export", str(path))
    change(market, "DELETE FROM settlement_transfer WHERE event = 'fee' AND phase = 'posted'")
    capsys.readouterr()

    assert run("check", str(path)) == run("check", heads[1]) == run("check", "0" * 64) == 1

    assert capsys.readouterr().out.count("catatan yang disegel sudah berubah") == 4


@pytest.mark.parametrize("text", ["", "number,day\n", "number,day\n1,kemarin\n", "a\n# 0 baris\n"])
def test_what_is_no_table_of_seals_is_refused_in_a_line(run, tmp_path, text):
    path = tmp_path / "lain.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(command_error.CommandError) as stopped:
        run("check", str(path))
    assert stopped.value.status == command_error.WRONG_USE
    with pytest.raises(command_error.CommandError):
        run("check", str(tmp_path / "tidak-ada.csv"))
