"""A table of debts: debtor, creditor, amount, a debt a line; a header may stand above.

Debts of the same pair are added up; an amount of zero is no debt. Every line that cannot be read is named, and then nothing is computed.
"""

from __future__ import annotations

import dataclasses
import operator
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from deploy import command_error
from deploy.table_clearing import table_amounts, table_lines
from federation.web import csv_export
from settlement.clearing import graph

STDIN = "-"
_SHOWN_MAX = 20


@dataclasses.dataclass(frozen=True)
class Debts:
    """What the table says; amounts of the network are in units of 10^-decimals."""

    network: graph.Network
    decimals: int


def read(*, source: str) -> Debts:
    """The debts of a file, or of standard input for "-".

    :raises trouble.Trouble: if it cannot be opened or read, with the numbers of the lines at fault
    """
    name = "stdin" if source == STDIN else source
    numbers, columns, faults = table_lines.split(_lines(source, name))
    if columns[2] and _is_word(columns[2][0]):
        numbers, columns = numbers[1:], [column[1:] for column in columns]
    debtors, creditors, texts = (list(map(str.strip, column)) for column in columns)
    debtors, creditors = _names(debtors), _names(creditors)
    faults += _bad_pairs(numbers, debtors, creditors)
    try:
        values, decimals = table_amounts.read(texts)
    except table_amounts.Unreadable as found:
        faults += [table_lines.Fault(numbers[place], *why) for place, *why in found.faults]
    if faults:
        _refuse(name, faults)
    if 0 in values:
        debtors, creditors = ([party for party, value in zip(side, values, strict=True) if value] for side in (debtors, creditors))
        values = [value for value in values if value]
    return Debts(network=graph.network(debtors=debtors, creditors=creditors, open_rupiah=values), decimals=decimals)


def _lines(source: str, name: str) -> list[str]:
    """The lines without their ends, blank ones at the end left out."""
    try:
        raw = sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise command_error.CommandError(
            f"{name} tidak dapat dibaca: {why}", f"{name} cannot be read: {why}", status=command_error.WRONG_USE
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _refuse(
            name,
            [table_lines.Fault(line, "bukan teks UTF-8; simpan ulang sebagai CSV UTF-8", "not UTF-8 text; save it again as CSV UTF-8")],
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if not text:
        raise command_error.CommandError(f"{name} kosong.", f"{name} is empty.", status=command_error.WRONG_USE)
    return text.split("\n")


def _is_word(text: str) -> bool:
    """Say whether this is no attempt at an amount but a column's name: letters and no digit."""
    return any(map(str.isalpha, text)) and not any(map(str.isdigit, text))


def _names(names: list[str]) -> list[str]:
    """Names as they were before a table for spreadsheets made formulas plain by an apostrophe."""
    if "'" not in "".join(names):
        return names
    return [name[1:] if name.startswith("'") and csv_export.cell(name[1:]) == name else name for name in names]


def _bad_pairs(numbers: Sequence[int], debtors: Sequence[str], creditors: Sequence[str]) -> list[table_lines.Fault]:
    """Lines in which a name is missing, or somebody owes itself."""
    if all(debtors) and all(creditors) and not any(map(operator.eq, debtors, creditors)):
        return []
    found = []
    for number, debtor, creditor in zip(numbers, debtors, creditors, strict=True):
        if not debtor or not creditor:
            found.append(table_lines.Fault(number, "nama kosong", "a name is missing"))
        elif debtor == creditor:
            found.append(table_lines.Fault(number, f"“{debtor}” berutang kepada dirinya sendiri", f"“{debtor}” owes itself"))
    return found


def _refuse(name: str, faults: Sequence[table_lines.Fault]) -> NoReturn:
    """Name the lines at fault, the first of them in words."""
    shown = sorted(faults)[:_SHOWN_MAX]
    indonesian = [f"{name}, baris {fault.line}: {fault.indonesian}" for fault in shown]
    english = [f"{name}, line {fault.line}: {fault.english}" for fault in shown]
    more = len(faults) - len(shown)
    if more:
        indonesian.append(f"... dan {more} kesalahan lagi")
        english.append(f"... and {more} more faults")
    raise command_error.CommandError("\n".join(indonesian), "\n".join(english), status=command_error.WRONG_USE)
