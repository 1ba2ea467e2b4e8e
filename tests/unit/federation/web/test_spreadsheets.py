"""Workbooks: no cell turns its row round, and nothing of one stays behind, however its making ends."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from federation.web import spreadsheets


def _book(*rows: tuple[object, ...]) -> openpyxl.Workbook:
    answer = spreadsheets.response(name="x", sheets=[spreadsheets.Sheet("Satu", ("a", "b"), rows)])
    packed = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    answer.close()
    return openpyxl.load_workbook(io.BytesIO(packed))


def test_a_cell_turns_no_row_round() -> None:
    [_, row] = _book(("Stok habis \u202e", 5_000)).active.iter_rows()
    assert [cell.value for cell in row] == ["Stok habis ", 5_000]
    [_, row] = _book(("\u2067=1+1\u2069", "كيف")).active.iter_rows()
    assert [(cell.value, cell.data_type) for cell in row] == [("=1+1", "s"), ("كيف", "s")]


def _rows(*, after: int) -> Iterator[tuple[int, int]]:
    for number in range(after):
        yield number, number
    raise RuntimeError("the database went away")


@pytest.mark.parametrize("after", [0, 3])
def test_a_workbook_that_breaks_off_leaves_no_file(after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = len(os.listdir("/proc/self/fd"))
    sheets = [spreadsheets.Sheet("Satu", ("a", "b"), [(1, 2)]), spreadsheets.Sheet("Dua", ("a", "b"), _rows(after=after))]

    with pytest.raises(RuntimeError, match="went away"):
        spreadsheets.response(name="x", sheets=sheets)

    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_workbook_stands_in_no_file_with_a_name_while_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    def rows() -> Iterator[tuple[int, int]]:
        for number in range(3):
            seen.extend(tmp_path.iterdir())
            yield number, number

    answer = spreadsheets.response(name="x", sheets=[spreadsheets.Sheet("Satu", ("a", "b"), rows())])
    seen.extend(tmp_path.iterdir())
    answer.close()

    assert seen == []
