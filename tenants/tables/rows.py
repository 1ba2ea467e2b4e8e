"""The rows of a table's text: separated by a separator, with quoted cells that may hold separators, quotes and line ends."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tenants.tables import table_problems

COMMA, SEMICOLON, TAB = ",", ";", "\t"
SEPARATORS = (SEMICOLON, COMMA, TAB)
BLANKS = " "  # any run of them
# A spreadsheet's own note about its separator, above the headings.
_NOTE = re.compile(r"[ \t]*\"?sep=(?P<separator>[;,\t])\"?[;,\t]*(?=\r|\n|$)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # blanks and line ends are none


class BrokenRow(Exception):
    """Inside a reader: from this row on a table cannot be read."""

    def __init__(self, problem: table_problems.Problem) -> None:
        self.problem = problem
        super().__init__(problem.sentence)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of the line on which it begins, from 1 on, and its cells without blanks around them."""

    line: int
    cells: Sequence[str]

    @property
    def width(self) -> int:
        """How many cells it has up to its last one that is not empty."""
        return next((width for width in range(len(self.cells), 0, -1) if self.cells[width - 1]), 0)


def noted_separator(text: str) -> tuple[str, str]:
    """The separator that the first line notes ("sep=;"), empty if there is none; and the text with that line blank."""
    found = _NOTE.match(text)
    return (found["separator"], text[found.end() :]) if found else ("", text)


def read(text: str, *, separator: str) -> Iterator[Row]:
    """The rows that are not empty, strictly: a quotation mark that is not closed would swallow the rows that follow.

    :raises BrokenRow: once the rows before it were given, with the row that has such a mark or is too long
    """
    if separator == BLANKS and '"' not in text:
        lines = enumerate(_lines(text), start=1)
        yield from (Row(number, cells) for number, line in lines if (cells := line.split()))
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    line = 1
    try:
        for cells in reader:
            row = Row(line, [cell.strip() for cell in cells])
            line = reader.line_num + 1
            if any(row.cells):
                yield row
    except csv.Error:
        raise BrokenRow(_broken(text, line)) from None


def plain_columns(text: str, *, separator: str, width: int) -> list[list[str]] | None:
    """The columns of a text without quotation marks of which every line has the same width, in a third of the time; None for any other."""
    if '"' in text or separator == BLANKS:
        return None
    lines = _lines(text)
    while lines and not lines[-1].strip():
        lines.pop()
    if set(map(str.count, lines, itertools.repeat(separator))) != {width - 1}:
        return None
    if max(map(len, lines)) > csv.field_size_limit():
        return None
    cells = list(map(str.strip, separator.join(lines).split(separator)))
    columns = [cells[place::width] for place in range(width)]
    return columns if all(columns[0]) else None


def has_control(text: str) -> bool:
    """Whether a text holds signs that are no writing."""
    return bool(_CONTROL.search(text))


def ends_with_its_line(text: str) -> bool:
    """Whether the last line has its end: a file that was cut off seldom has."""
    return text.endswith(("\n", "\r"))


def ends_quoted(text: str) -> bool:
    """Whether a quotation mark closes the last cell: rows are read strictly, so nothing of it is missing."""
    return text.rstrip().endswith('"')


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _broken(text: str, line: int) -> table_problems.Problem:
    """A cell beyond the limit is one long line, or many that a quotation mark swallowed."""
    first = next(itertools.islice(io.StringIO(text, newline=""), line - 1, None), "")
    return table_problems.Problem(line, table_problems.TOO_LONG if len(first) > csv.field_size_limit() else table_problems.QUOTES)
