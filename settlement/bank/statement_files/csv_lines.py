"""A bank's statement as a table (CSV), read by a mapping that the operator gives once for each bank. Nothing about its forms is guessed.

The mapping names, in its own words, the headings of the columns and the forms in which the bank writes:

- `rekening` the number of the account; `tanggal`, `keterangan` the headings of day and text; `format_tanggal` such as dd/mm/yyyy (d and m
  are digits, mmm is a short name of a month, a time of day after it does not count);
- the amount, either `debit` and `kredit`, or `jumlah`: with a sign, with CR or DB behind it, or with the heading `arah` of a column that
  says CR, K, DB or D;
- optional headings `saldo` (then every line must lead to the next), `referensi`, `nama`, `rekening_lawan`;
- optional `angka`: "1.234,00" or "1,234.00"; without it an amount that could be two is refused;
- optional `lewati`: words, parted by |, with which lines begin that are no bookings ("Saldo awal|Mutasi").

What stands above the headings does not count. Lines are separated by ; , or a tabulator, in UTF-8 or Latin-1: whichever shows the headings.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from settlement.bank.statement_files import SEN_PER_RUPIAH, Direction, Statement, StatementEntry, bank_amounts, bank_days, problems
from tenants import errors

_REQUIRED = ("rekening", "tanggal", "format_tanggal", "keterangan")
_HEADINGS = ("tanggal", "keterangan", "debit", "kredit", "jumlah", "arah", "saldo", "referensi", "nama", "rekening_lawan")
_FORMS = ("rekening", "format_tanggal", "angka", "lewati")
_ENCODINGS = ("utf-8-sig", "latin-1")
_SEPARATORS = (";", ",", "\t")
_DIRECTIONS = {
    **dict.fromkeys(("CR", "K", "C", "KREDIT", "CREDIT"), Direction.CREDIT),
    **dict.fromkeys(("DB", "D", "DR", "DEBIT", "DEBET"), Direction.DEBIT),
}
_NO_AMOUNT = gettext_noop("tidak ada jumlahnya.")
_TWO_AMOUNTS = gettext_noop("debit dan kredit terisi bersama.")
_BELOW_ZERO = gettext_noop("“%(text)s” di bawah nol.")
_NO_DIRECTION = gettext_noop("“%(text)s” bukan CR atau DB.")
_OTHER_WIDTH = gettext_noop("jumlah kolomnya lain dari judulnya.")
_BALANCE_BREAKS = gettext_noop("saldonya tidak melanjutkan saldo baris sebelumnya.")
_QUOTES = gettext_noop("tanda kutipnya tidak berpasangan.")
_TOO_LONG = gettext_noop("barisnya terlalu panjang.")
_NO_BALANCE = gettext_noop("saldonya kosong.")
_NO_TEXT = gettext_noop("ada tanda yang bukan tulisan. Unduh lagi berkasnya dari bank.")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")  # blanks and line breaks are none


class BadMapping(errors.DomainError):
    """The mapping lacks a word, has one too many, or one that cannot be."""

    kind = errors.Kind.INVALID
    code = "statement-mapping-not-usable"
    sentence = gettext_noop("Susunan kolom untuk bank ini belum benar: %(word)s.")


class HeadingsNotFound(errors.DomainError):
    """No line of the file has all the headings that the mapping names."""

    kind = errors.Kind.INVALID
    code = "statement-headings-not-found"
    sentence = gettext_noop("Judul kolom tidak ditemukan dalam berkas: %(headings)s. Periksa berkasnya atau susunan kolomnya.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the table: its number and its cells by the mapping's words; empty for columns that are not there."""

    place: int
    cells: Mapping[str, str]


def read(contents: bytes, mapping: Mapping[str, str]) -> Statement:
    """The statement in a table, entries in its order. With `saldo` its balances are checked, the newest first or last.

    :raises BadMapping: :raises HeadingsNotFound: if mapping and file do not fit each other
    :raises settlement.bank.statement_files.problems.FileTooLarge: over 5 MB or 50,000 lines
    :raises settlement.bank.statement_files.problems.LinesNotRead: with all lines that cannot be read
    """
    problems.check_size(contents=contents)
    mapping = _checked(mapping)
    entries: list[StatementEntry] = []
    balances: list[int] = []
    wrong: list[problems.Problem] = []
    for count, line in enumerate(_lines(contents, mapping)):
        problems.check_count(entries=count + 1)
        if isinstance(line, problems.Problem):
            wrong.append(line)
            continue
        try:
            entry = _entry(line, mapping)
            if "saldo" in mapping:
                balances.append(_balance(line, mapping))
            entries.append(entry)
        except problems.LineNotRead as reason:
            wrong.append(reason.at(line.place))
    if wrong:
        raise problems.LinesNotRead(problems=wrong)
    opening, closing = _balances(entries, balances) if balances else (None, None)
    return Statement(mapping["rekening"], entries, opening, closing)


def _checked(mapping: Mapping[str, str]) -> Mapping[str, str]:
    mapping = {word: said.strip() for word, said in mapping.items() if said.strip()}
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
    if mapping.get("angka", bank_amounts.INDONESIAN) not in (bank_amounts.INDONESIAN, bank_amounts.ENGLISH):
        raise BadMapping(word="angka")
    if not bank_days.known(form=mapping["format_tanggal"]):
        raise BadMapping(word="format_tanggal")
    return mapping


def _lines(contents: bytes, mapping: Mapping[str, str]) -> Iterator[_Line | problems.Problem]:
    """The lines below the headings; blank ones and those that the mapping leaves out are gone."""
    wanted = {word: _plain(mapping[word]) for word in _HEADINGS if word in mapping}
    skipped = tuple(word for word in map(_plain, mapping.get("lewati", "").split("|")) if word)
    rows, headings = _table(contents, wanted)
    places = {word: headings.index(heading) for word, heading in wanted.items()}
    for place, row in rows:
        first = next((cell for cell in map(_plain, row) if cell), "")
        if not first or (skipped and first.startswith(skipped)):
            continue
        if len(row) != len(headings):
            yield problems.Problem(place, _OTHER_WIDTH)
            continue
        if any(_CONTROL.search(row[column]) for column in places.values()):
            yield problems.Problem(place, _NO_TEXT)
            continue
        yield _Line(place, {word: row[column].strip() for word, column in places.items()})


def _table(contents: bytes, wanted: Mapping[str, str]) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The rows that follow the headings, each with the number of the line on which it ends, and the headings."""
    for encoding, separator in itertools.product(_ENCODINGS, _SEPARATORS):
        with contextlib.suppress(UnicodeDecodeError, problems.LinesNotRead):  # then it is another encoding, another separator
            rows = _numbered(contents.decode(encoding), separator)
            for _place, row in rows:
                headings = [_plain(cell) for cell in row]
                if all(headings.count(heading) == 1 for heading in wanted.values()):
                    return rows, headings
    raise HeadingsNotFound(headings=", ".join(wanted.values()))


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Strictly: a quotation mark that is not closed would swallow the lines that follow."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error:  # a cell beyond the limit is one long line, or many that a quotation mark swallowed
        line = next(itertools.islice(io.StringIO(text, newline=""), reader.line_num - 1, None), "")
        why = _TOO_LONG if len(line) > csv.field_size_limit() else _QUOTES
        raise problems.LinesNotRead(problems=[problems.Problem(reader.line_num, why)]) from None


def _entry(line: _Line, mapping: Mapping[str, str]) -> StatementEntry:
    booked_on = bank_days.read(text=line.cells["tanggal"], form=mapping["format_tanggal"])
    moved = _moved(line, mapping)
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


def _moved(line: _Line, mapping: Mapping[str, str]) -> int:
    """What the line did to the balance in sen, never 0."""
    form = mapping.get("angka", "")
    if "jumlah" in mapping:
        moved = _signed(line.cells["jumlah"], line.cells.get("arah"), form=form)
    else:
        came, went = (_one_way(line.cells[word], form=form) for word in ("kredit", "debit"))
        if came and went:
            raise problems.LineNotRead(_TWO_AMOUNTS)
        moved = came - went
    if not moved:
        raise problems.LineNotRead(_NO_AMOUNT)
    return moved


def _one_way(text: str, *, form: str) -> int:
    """The sen of a cell whose column says which way the money went; empty or a dash is nothing."""
    amount = bank_amounts.signed(text=text, form=form) if text not in ("", "-") else 0
    if amount < 0:
        raise problems.LineNotRead(_BELOW_ZERO, text=text)
    return amount


def _signed(text: str, way: str | None, *, form: str) -> int:
    """The sen of a cell whose direction stands in its sign, behind it, or in a cell of its own."""
    if not text:
        raise problems.LineNotRead(_NO_AMOUNT)
    number, behind = _parted(text)
    said = behind if way is None else way
    if way is None and not behind:
        return bank_amounts.signed(text=text, form=form)
    direction = _DIRECTIONS.get(said.upper().rstrip("."))
    if direction is None or (way is not None and behind):
        raise problems.LineNotRead(_NO_DIRECTION, text=said)
    amount = _one_way(number, form=form)
    return amount if direction is Direction.CREDIT else -amount


def _parted(text: str) -> tuple[str, str]:
    """An amount and the letters behind it."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ. ")
    end = text[len(number) :].strip()
    return (number.strip(), end) if end.strip(".") else (text, "")


def _balance(line: _Line, mapping: Mapping[str, str]) -> int:
    if not line.cells["saldo"]:
        raise problems.LineNotRead(_NO_BALANCE)
    return _signed(line.cells["saldo"], None, form=mapping.get("angka", ""))


def _balances(entries: Sequence[StatementEntry], balances: Sequence[int]) -> tuple[int, int]:
    """Opening and closing balance in sen, once each line leads to the next, downwards or upwards.

    :raises settlement.bank.statement_files.problems.LinesNotRead: with the first line that breaks the way which most lines keep
    """
    moved = [entry.moved_in_sen for entry in entries]
    down = [place for place in range(1, len(moved)) if balances[place - 1] + moved[place] != balances[place]]
    up = [place for place in range(1, len(moved)) if balances[place] + moved[place - 1] != balances[place - 1]]
    if not down:
        return balances[0] - moved[0], balances[-1]
    if not up:
        return balances[-1] - moved[-1], balances[0]
    broken = min(down, up, key=len)[0]
    raise problems.LinesNotRead(problems=[problems.Problem(entries[broken].place, _BALANCE_BREAKS)])


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
