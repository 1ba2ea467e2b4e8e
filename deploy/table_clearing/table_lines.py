"""Lines of text parted into three columns, by tabs, semicolons, commas or blanks, quoted or not."""

from __future__ import annotations

import contextlib
import csv
import itertools
from collections.abc import Sequence
from typing import NamedTuple

COLUMNS = 3
LINE_MAX = 100_000  # characters; the csv module takes no field beyond 131,072
BLANK = " "  # any run of blanks
_SEPARATORS = ("\t", ";", ",")


class Fault(NamedTuple):
    """What is wrong with a line, in Indonesian and in English."""

    line: int
    indonesian: str
    english: str


class Table(NamedTuple):
    """The lines that have three columns, their numbers, and faults for those that have not; lines without any text are left out."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]
    faults: list[Fault]


def split(lines: Sequence[str]) -> Table:
    """Part lines, of which at least one is not blank; the first such line shows what parts the columns."""
    too_long = next((number for number, line in enumerate(lines, start=1) if len(line) > LINE_MAX), 0)
    if too_long:
        why = (f"lebih dari {LINE_MAX:,} huruf".replace(",", "."), f"more than {LINE_MAX:,} characters")
        return Table([], [[]] * COLUMNS, [Fault(too_long, *why)])
    separator = _separator(next(line for line in lines if line.strip()))
    if separator != BLANK and '"' not in "".join(lines):
        table = _plain(lines, separator)
        if table:
            return table
    try:
        rows = _rows(lines, separator)
    except csv.Error:
        rows = []
    if len(rows) != len(lines):
        why = ("tanda kutip tidak pada tempatnya atau tidak ditutup", "a quote out of place, or not closed")
        return Table([], [[]] * COLUMNS, [Fault(_broken_line(lines, separator), *why)])
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))]
    whole = [(number, row) for number, row in filled if len(row) == COLUMNS]
    return Table(
        numbers=[number for number, _ in whole],
        columns=[[row[column] for _, row in whole] for column in range(COLUMNS)],
        faults=[_wrong_width(number, len(row)) for number, row in filled if len(row) != COLUMNS],
    )


def _plain(lines: Sequence[str], separator: str) -> Table | None:
    """The same in a third of the time, for a table without quotes of which every line has three columns; None for any other."""
    if set(map(str.count, lines, itertools.repeat(separator))) != {COLUMNS - 1}:
        return None
    fields = separator.join(lines).split(separator)
    columns = [fields[column::COLUMNS] for column in range(COLUMNS)]
    return Table(range(1, len(lines) + 1), columns, []) if all(map(str.strip, columns[0])) else None


def _separator(line: str) -> str:
    """What parts this line into three columns; where nothing does, what it seems to be parted by."""
    for mark in (*_SEPARATORS, BLANK):
        if len(_rows([line], mark, strict=False)[0]) == COLUMNS:
            return mark
    return next((mark for mark in _SEPARATORS if mark in line), BLANK)


def _rows(lines: Sequence[str], separator: str, *, strict: bool = True) -> list[list[str]]:
    if separator == BLANK and '"' not in "".join(lines):
        return [line.split() for line in lines]
    return list(csv.reader([line.strip(BLANK) for line in lines], delimiter=separator, skipinitialspace=True, strict=strict))


def _broken_line(lines: Sequence[str], separator: str) -> int:
    """The first line that does not end where its row ends."""
    number = 0
    with contextlib.suppress(csv.Error):
        reader = csv.reader([line.strip(BLANK) for line in lines], delimiter=separator, skipinitialspace=True, strict=True)
        for number, _ in enumerate(reader, start=1):
            if reader.line_num != number:
                return number
    return number + 1


def _wrong_width(number: int, width: int) -> Fault:
    return Fault(
        number,
        f"ada {width} kolom, seharusnya 3: debitur, kreditur, jumlah",
        f"{width} column{'s' * (width > 1)} instead of 3: debtor, creditor, amount",
    )
