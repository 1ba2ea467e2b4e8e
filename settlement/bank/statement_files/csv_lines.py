"""A bank's statement as a table (CSV), read by a mapping that the operator gives once for each bank. Nothing about its forms is guessed.

The mapping names, in its own words, the headings of the columns and the forms in which the bank writes:

- `rekening` the number of the account; `tanggal`, `keterangan` the headings of day and text; `format_tanggal` such as dd/mm/yyyy (d and m
  are digits, mmm is a short name of a month, a time of day after it counts only with a zone);
- the amount, either `debit` and `kredit`, or `jumlah`: with a sign, with CR or DB behind it, or with the heading `arah` of a column that
  says CR, K, DB or D;
- optional headings `saldo` (then every line must lead to the next), `referensi`, `nama`, `rekening_lawan`;
- optional `angka`: "1.234,00" or "1,234.00"; without it an amount that could be two is read as the others of its column, or refused;
- optional `lewati`: words, separated by |, with which lines begin that are no bookings ("Saldo awal|Mutasi").

A file may have been cut off on its way, and 1.250.000 cut to 1.250 is a number too. Where the last line ends in its amount or day, without
a line end, and no balance shows that nothing is missing, the statement says so (`perhaps_cut`): some banks end their files like that.

What stands above the headings does not count. Encodings, separators and quotation marks: see tenants.tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from settlement.bank.statement_files import (
    SEN_PER_RUPIAH,
    Direction,
    Statement,
    StatementEntry,
    bank_amounts,
    bank_days,
    statement_problems,
)
from tenants import errors
from tenants.tables import numbers, reader

_REQUIRED = ("rekening", "tanggal", "format_tanggal", "keterangan")
_HEADINGS = ("tanggal", "keterangan", "debit", "kredit", "jumlah", "arah", "saldo", "referensi", "nama", "rekening_lawan")
_FORMS = ("rekening", "format_tanggal", "angka", "lewati")
_AMOUNTS = ("debit", "kredit", "jumlah", "saldo")
_READ_OTHERWISE_IF_CUT = ("debit", "kredit", "jumlah", "tanggal")
_DIRECTIONS = {
    **dict.fromkeys(("CR", "K", "C", "KREDIT", "CREDIT"), Direction.CREDIT),
    **dict.fromkeys(("DB", "D", "DR", "DEBIT", "DEBET"), Direction.DEBIT),
}
_NO_AMOUNT = gettext_noop("tidak ada jumlahnya.")
_TWO_AMOUNTS = gettext_noop("debit dan kredit terisi bersama.")
_BELOW_ZERO = gettext_noop("“%(text)s” di bawah nol.")
_NO_DIRECTION = gettext_noop("“%(text)s” bukan CR atau DB.")
_BALANCE_BREAKS = gettext_noop("saldonya tidak melanjutkan saldo baris sebelumnya.")
_NO_BALANCE = gettext_noop("saldonya kosong.")


class BadMapping(errors.DomainError):
    """The mapping lacks a word, has one too many, or one that cannot be."""

    kind = errors.Kind.INVALID
    code = "statement-mapping-not-usable"
    sentence = gettext_noop("Susunan kolom untuk bank ini belum benar: %(word)s.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the table: its number, its cells by the mapping's words, and how each column of amounts writes them."""

    place: int
    cells: Mapping[str, str]
    forms: Mapping[str, numbers.Form | None]


def read(contents: bytes, mapping: Mapping[str, str]) -> Statement:
    """The statement in a table, entries in its order. With `saldo` its balances are checked, the newest first or last.

    :raises BadMapping: :raises tenants.tables.reader.HeadingsNotFound: if mapping and file do not fit each other
    :raises tenants.tables.decode.NotText: if the file is none
    :raises statement_problems.FileTooLarge: over 5 MB or 50,000 lines
    :raises tenants.tables.table_problems.LinesNotRead: with all lines that cannot be read
    """
    statement_problems.check_size(contents=contents)
    mapping = _checked(mapping)
    table = _table(contents, mapping)
    statement_problems.check_count(entries=len(table.lines) + len(table.problems))
    forms = _forms(table, mapping)
    entries: list[StatementEntry] = []
    balances: list[int] = []
    wrong = list(table.problems)
    for place, *cells in zip(table.lines, *table.columns.values(), strict=True):
        line = _Line(place, dict(zip(table.columns, cells, strict=True)), forms)
        try:
            entry = _entry(line, mapping)
            if "saldo" in mapping:
                balances.append(_balance(line))
            entries.append(entry)
        except statement_problems.LineNotRead as reason:
            wrong.append(reason.at(place))
    if wrong:
        raise statement_problems.LinesNotRead(problems=wrong)
    opening, closing = _balances(entries, balances) if balances else (None, None)
    unsure = table.ends_in in _READ_OTHERWISE_IF_CUT and not _balance_proves_last(entries, balances)
    return Statement(mapping["rekening"], entries, opening, closing, perhaps_cut=entries[-1] if unsure else None)


def _checked(mapping: Mapping[str, str]) -> Mapping[str, str]:
    mapping = {word: column.strip() for word, column in mapping.items() if column.strip()}
    for word in _REQUIRED:
        if word not in mapping:
            raise BadMapping(word=word)
    for word in mapping:
        if word not in (*_HEADINGS, *_FORMS):
            raise BadMapping(word=word)
    if ("jumlah" in mapping) == ("debit" in mapping and "kredit" in mapping) or ("debit" in mapping) != ("kredit" in mapping):
        raise BadMapping(word="debit, kredit, jumlah")
    if "arah" in mapping and "jumlah" not in mapping:
        raise BadMapping(word="arah")
    if mapping.get("angka", numbers.Form.INDONESIAN) not in list(numbers.Form):
        raise BadMapping(word="angka")
    if not bank_days.known(form=mapping["format_tanggal"]):
        raise BadMapping(word="format_tanggal")
    return mapping


def _table(contents: bytes, mapping: Mapping[str, str]) -> reader.Table:
    """The mapped columns; lines that the mapping leaves out are gone."""
    wanted = {word: reader.Column((mapping[word],)) for word in _HEADINGS if word in mapping}
    skipped = tuple(word for word in map(reader.heading, mapping.get("lewati", "").split("|")) if word)

    def is_no_booking(cells: Sequence[str]) -> bool:
        return next((cell for cell in map(reader.heading, cells) if cell), "").startswith(skipped)

    return reader.with_headings(contents=contents, wanted=wanted, anywhere=True, skip=is_no_booking if skipped else None)


def _forms(table: reader.Table, mapping: Mapping[str, str]) -> Mapping[str, numbers.Form | None]:
    """How each column of amounts writes them: as the mapping says, or as the column itself shows."""
    if "angka" in mapping:
        return dict.fromkeys(_AMOUNTS, numbers.Form(mapping["angka"]))
    return {word: numbers.form_of(map(_digits, table.columns[word])) for word in _AMOUNTS if word in table.columns}


def _digits(text: str) -> str:
    """A cell's amount without sign, currency and what stands behind it; empty where there is none."""
    try:
        return numbers.signed(_parted(text)[0]).digits
    except statement_problems.LineNotRead:
        return ""


def _entry(line: _Line, mapping: Mapping[str, str]) -> StatementEntry:
    booked_on = bank_days.read(text=line.cells["tanggal"], form=mapping["format_tanggal"])
    moved = _moved(line)
    rupiah, sen = divmod(abs(moved), SEN_PER_RUPIAH)
    return StatementEntry(
        account=mapping["rekening"],
        booked_on=booked_on,
        amount_rupiah=rupiah,
        direction=Direction.CREDIT if moved > 0 else Direction.DEBIT,
        remittance=line.cells["keterangan"],
        end_to_end_id="",
        bank_reference=line.cells.get("referensi", ""),
        counterparty_name=line.cells.get("nama", ""),
        counterparty_account=line.cells.get("rekening_lawan", ""),
        reversal=False,
        place=line.place,
        sen=sen,
    )


def _moved(line: _Line) -> int:
    """What the line did to the balance in sen, never 0."""
    if "jumlah" in line.cells:
        moved = _signed(line.cells["jumlah"], line.cells.get("arah"), form=line.forms["jumlah"])
    else:
        came, went = (_one_way(line.cells[word], form=line.forms[word]) for word in ("kredit", "debit"))
        if came and went:
            raise statement_problems.LineNotRead(_TWO_AMOUNTS)
        moved = came - went
    if not moved:
        raise statement_problems.LineNotRead(_NO_AMOUNT)
    return moved


def _one_way(text: str, *, form: numbers.Form | None) -> int:
    """The sen of a cell whose column says which way the money went; empty or a dash is nothing."""
    amount = bank_amounts.signed(text=text, form=form) if text not in ("", "-") else 0
    if amount < 0:
        raise statement_problems.LineNotRead(_BELOW_ZERO, text=text)
    return amount


def _signed(text: str, way: str | None, *, form: numbers.Form | None) -> int:
    """The sen of a cell whose direction stands in its sign, behind it, or in a cell of its own."""
    if not text:
        raise statement_problems.LineNotRead(_NO_AMOUNT)
    number, behind = _parted(text)
    side = behind if way is None else way
    if way is None and not behind:
        return bank_amounts.signed(text=text, form=form)
    direction = _DIRECTIONS.get(side.upper().rstrip("."))
    if direction is None or (way is not None and behind):
        raise statement_problems.LineNotRead(_NO_DIRECTION, text=side)
    amount = _one_way(number, form=form)
    return amount if direction is Direction.CREDIT else -amount


def _parted(text: str) -> tuple[str, str]:
    """An amount and the letters behind it."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ. ")
    end = text[len(number) :].strip()
    return (number.strip(), end) if end.strip(".") else (text, "")


def _balance(line: _Line) -> int:
    if not line.cells["saldo"]:
        raise statement_problems.LineNotRead(_NO_BALANCE)
    return _signed(line.cells["saldo"], None, form=line.forms["saldo"])


def _balance_proves_last(entries: Sequence[StatementEntry], balances: Sequence[int]) -> bool:
    """Whether the last line leads on from the balance of the line before it: not where it stands alone, or is the oldest."""
    return len(balances) > 1 and balances[-2] + entries[-1].moved_in_sen == balances[-1]


def _balances(entries: Sequence[StatementEntry], balances: Sequence[int]) -> tuple[int, int]:
    """Opening and closing balance in sen, once each line leads to the next, downwards or upwards.

    :raises statement_problems.LinesNotRead: with the first line that breaks the way which most lines keep
    """
    moved = [entry.moved_in_sen for entry in entries]
    down = [place for place in range(1, len(moved)) if balances[place - 1] + moved[place] != balances[place]]
    up = [place for place in range(1, len(moved)) if balances[place] + moved[place - 1] != balances[place - 1]]
    if not down:
        return balances[0] - moved[0], balances[-1]
    if not up:
        return balances[-1] - moved[-1], balances[0]
    broken = min(down, up, key=len)[0]
    raise statement_problems.LinesNotRead(problems=[statement_problems.Problem(entries[broken].place, _BALANCE_BREAKS)])
