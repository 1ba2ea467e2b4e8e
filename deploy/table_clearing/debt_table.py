"""A table of debts: debtor, creditor, amount, a debt a line; a header may stand above.

Debts of the same pair are added up; an amount of zero is no debt. Every line that cannot be read is named, and then nothing is computed.
"""

from __future__ import annotations

import dataclasses
import operator
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deploy.console import command_error
from federation.web import csv_export
from settlement.clearing import graph
from tenants import text_direction, texts
from tenants.tables import numbers, reader, table_problems

STDIN = "-"
COLUMNS = ("debitur", "kreditur", "jumlah")
# What the columns of debts are called; a first line that is not made of these is a debt, or is named.
_AMOUNT_WORDS = frozenset(
    ("jumlah", "nominal", "nilai", "besar", "besarnya", "total", "sisa", "saldo", "tagihan", "utang", "hutang", "piutang", "uang", "dalam")
    + ("amount", "amounts", "sum", "value", "balance", "outstanding", "open", "debt", "debts", "due", "owed", "in", "of", "weight")
)
_CURRENCIES = frozenset(("rp", "rupiah", "idr"))
_DEBTOR_WORDS = frozenset(("debitur", "debitor", "debtor", "pengutang", "penghutang", "peminjam", "dari", "borrower", "payer", "from"))
_CREDITOR_WORDS = frozenset(("kreditur", "kreditor", "creditor", "berpiutang", "ke", "kepada", "lender", "payee", "to"))
_NO_NAME = gettext_noop("nama kosong.")
_CAPITALS = gettext_noop("“%(name)s” dan “%(other)s” hanya berbeda huruf besar-kecilnya. Tulis satu pihak dengan satu cara.")
_OWES_ITSELF = gettext_noop("“%(name)s” berutang kepada dirinya sendiri.")


class DebtsNotRead(table_problems.LinesNotRead):
    """Lines of the table that cannot be read, or say what cannot be; each stands in a line of its own."""

    code = "debts-not-read"
    sentence = "%(lines)s"

    def __init__(self, *, problems: Sequence[table_problems.Problem], name: str) -> None:
        super().__init__(problems=problems)
        self.values = {"lines": _Listed(name, self.problems)}


@dataclasses.dataclass(frozen=True, slots=True)
class _Listed:
    """The problems of a file, made into text when the language is known."""

    name: str
    problems: Sequence[table_problems.Problem]

    def __str__(self) -> str:
        shown = [
            _("%(file)s, baris %(place)s: %(reason)s")
            % {"file": text_direction.isolated(self.name), "place": problem.line, "reason": problem.reason}
            for problem in self.problems[: table_problems.SHOWN_MAX]
        ]
        if len(self.problems) > table_problems.SHOWN_MAX:
            shown.append(_("Dan %(count)s baris lain.") % {"count": len(self.problems) - table_problems.SHOWN_MAX})
        if any(problem.sentence == numbers.TWO_READINGS for problem in self.problems):
            shown.append(_("Tambahkan --numbers id (1.234,00) atau --numbers en (1,234.00)."))
        return "\n".join(shown)


@dataclasses.dataclass(frozen=True)
class LastLine:
    """The line with which a table breaks off: its number, and what was read of it."""

    line: int
    debtor: str
    creditor: str
    amount: str


@dataclasses.dataclass(frozen=True)
class Debts:
    """What the table says; amounts of the network are in units of 10^-decimals.

    `perhaps_cut`: the last line, where the table ends in its amount without a line end: 1.250.000 cut to 1.250 is an amount too.
    """

    network: graph.Network
    decimals: int
    perhaps_cut: LastLine | None = None


def read(*, source: str, form: numbers.Form | None = None) -> Debts:
    """The debts of a file, or of standard input for "-"; `form` is how its amounts are written, where they do not show it.

    :raises command_error.CommandError: if it cannot be opened
    :raises DebtsNotRead: with the lines at fault
    :raises tenants.tables.decode.NotText: if it is no text
    """
    name = "stdin" if source == STDIN else source
    table = reader.without_headings(contents=_contents(source, name), names=COLUMNS)
    lines = table.lines
    columns = [table.columns[column] for column in COLUMNS]
    if columns[2] and _is_heading(*(column[0] for column in columns)):
        lines, columns = lines[1:], [column[1:] for column in columns]
    debtors, creditors = _names(columns[0]), _names(columns[1])
    hidden = _hidden(lines, debtors, creditors)
    debtors, creditors, alike = _parties(lines, debtors, creditors)
    values, decimals, wrong = _amounts(columns[2], form=form, lines=lines)
    wrong += [*table.problems, *alike, *hidden, *_bad_pairs(lines, debtors, creditors)]
    if wrong:
        raise DebtsNotRead(problems=wrong, name=name)
    last = (lines[-1], debtors[-1], creditors[-1], columns[2][-1]) if table.ends_in and values else None
    if 0 in values:
        debtors, creditors = ([party for party, value in zip(side, values, strict=True) if value] for side in (debtors, creditors))
        values = [value for value in values if value]
    network = graph.network(debtors=debtors, creditors=creditors, open_rupiah=values)
    return Debts(network=network, decimals=decimals, perhaps_cut=LastLine(*last) if last else None)


def _contents(source: str, name: str) -> bytes:
    try:
        contents = sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise command_error.CommandError(
            f"{name} tidak dapat dibaca: {why}", f"{name} cannot be read: {why}", status=command_error.WRONG_USE
        ) from None
    if not contents.strip():
        raise command_error.CommandError(f"{name} kosong.", f"{name} is empty.", status=command_error.WRONG_USE)
    return contents


def _is_heading(debtor: str, creditor: str, amount: str) -> bool:
    """Say whether the first line names columns: its third cell is made of words for amounts alone.

    A currency alone may be an amount that was lost; it is a heading where the others are. What nobody knows is no heading: a debt may stand
    there, in words, or broken.
    """
    words = _words(amount)
    if not words or not words <= _AMOUNT_WORDS | _CURRENCIES:
        return False
    return not words <= _CURRENCIES or bool(_words(debtor) & _DEBTOR_WORDS and _words(creditor) & _CREDITOR_WORDS)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", texts.key(text)))


def _names(names: Sequence[str]) -> Sequence[str]:
    """Names in one line, as they were before a table for spreadsheets made formulas plain by an apostrophe."""
    joined = "".join(names)
    if "\n" in joined or "\r" in joined:
        names = [" ".join(name.split()) for name in names]
    if "'" not in joined:
        return names
    return [name[1:] if name.startswith("'") and csv_export.cell(name[1:]) == name else name for name in names]


def _parties(
    lines: Sequence[int], debtors: Sequence[str], creditors: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], list[table_problems.Problem]]:
    """Both columns with one spelling a party, the first of those that look the same; and the lines of names that differ in capitals alone.

    Capitals may part two codes or be a slip of the finger: nobody here can tell, so nothing is set off by guessing.
    """
    first: dict[str, str] = {}
    spelling = {name: first.setdefault(texts.looks(name), name) for name in (*dict.fromkeys(debtors), *dict.fromkeys(creditors))}
    if len(first) < len(spelling):
        debtors, creditors = [spelling[name] for name in debtors], [spelling[name] for name in creditors]
    small: dict[str, str] = {}
    other = {name: seen for look, name in first.items() if (seen := small.setdefault(look.casefold(), name)) != name}
    if not other:
        return debtors, creditors, []
    named: dict[str, table_problems.Problem] = {}
    for line, *pair in zip(lines, debtors, creditors, strict=True):
        for name in pair:
            if name in other and name not in named:
                named[name] = table_problems.LineNotRead(_CAPITALS, name=name, other=other[name]).at(line)
    return debtors, creditors, list(named.values())


def _amounts(
    texts: Sequence[str], *, form: numbers.Form | None, lines: Sequence[int]
) -> tuple[Sequence[int], int, list[table_problems.Problem]]:
    """The amounts in units of 10^-decimals; decimals, as many as the longest needs; and what could not be read."""
    joined = "".join(texts)
    if joined.isdecimal() and joined.isascii() and all(texts) and max(map(len, texts)) <= numbers.DIGITS_MAX:
        return list(map(int, texts)), 0, []
    form = form or numbers.form_of(texts)
    found: list[numbers.Number] = []
    wrong: list[table_problems.Problem] = []
    for line, text in zip(lines, texts, strict=True):
        try:
            found.append(numbers.read(text, form=form).shortest())
        except table_problems.LineNotRead as reason:
            wrong.append(reason.at(line))
    decimals = max((len(number.fraction) for number in found), default=0)
    return [int(number.whole + number.fraction.ljust(decimals, "0")) for number in found], decimals, wrong


def _hidden(lines: Sequence[int], *sides: Sequence[str]) -> list[table_problems.Problem]:
    """The first lines of names with a sign that nobody sees: it may part two words, or make one party two."""
    found: dict[str, table_problems.Problem] = {}
    for side in sides:
        if "".join(side).isprintable():
            continue
        for line, name in zip(lines, side, strict=True):
            if not name.isprintable() and name not in found:
                try:
                    texts.refuse_hidden(text=" ".join(name.split()))
                except texts.HiddenSign as refusal:
                    found[name] = table_problems.Problem(line, refusal.sentence, refusal.values)
    return list(found.values())


def _bad_pairs(lines: Sequence[int], debtors: Sequence[str], creditors: Sequence[str]) -> list[table_problems.Problem]:
    """Lines in which a name is missing, or somebody owes itself."""
    if all(debtors) and all(creditors) and not any(map(operator.eq, debtors, creditors)):
        return []
    found = []
    for line, debtor, creditor in zip(lines, debtors, creditors, strict=True):
        if not debtor or not creditor:
            found.append(table_problems.Problem(line, _NO_NAME))
        elif debtor == creditor:
            found.append(table_problems.LineNotRead(_OWES_ITSELF, name=debtor).at(line))
    return found
