"""A table's columns, found by their headings or by their place.

Columns may stand in any order and others beside them. A row may be shorter than the headings (empty cells at the end are often left out) or
longer, if nothing stands there. One that has more than its headings is refused: a separator stands in it that should have been quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from tenants import errors, texts
from tenants.tables import decode, rows, table_problems

Skip = Callable[[Sequence[str]], bool]
_WIDTH = gettext_noop("ada %(found)s kolom, seharusnya %(wanted)s: %(names)s.")
_CUT_OFF = gettext_noop("barisnya terpotong: terbaca %(found)s kolom dari %(wanted)s (%(names)s). Ambil lagi berkasnya.")
_WIDTH_ONE = gettext_noop("ada 1 kolom, seharusnya %(wanted)s: %(names)s.")


class HeadingsNotFound(errors.DomainError):
    """No line has all the headings that are needed, each once."""

    kind = errors.Kind.INVALID
    code = "table-headings-not-found"
    sentence = gettext_noop("Judul kolom tidak ditemukan dalam berkas: %(headings)s. Baris pertamanya: %(first)s")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is wanted: its heading is one of these names, in any case; where one is not `required`, it may be missing."""

    names: Sequence[str]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of the wanted columns, row by row in their order, and what could not be read; `lines` says where each row begins.

    A cell that is not there is empty. Rows with a problem are not among the others. `ends_in`: the wanted column in whose cell the text
    ends without a line end or a quotation mark, so that more may have stood there; empty where nothing may.
    """

    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    problems: Sequence[table_problems.Problem]
    ends_in: str = ""


def with_headings(*, contents: bytes, wanted: Mapping[str, Column], anywhere: bool = False, skip: Skip | None = None) -> Table:
    """The columns under their headings, in the first row, or `anywhere`: then what stands above does not count.

    skip: says of a row's cells whether it is none

    :raises decode.NotText: if the contents are no text
    :raises HeadingsNotFound: if the headings are not there, or one of them twice
    """
    separator, text = rows.noted_separator(decode.text(contents=contents))
    first: Sequence[str] = ()
    for one in (separator,) if separator else rows.SEPARATORS:
        found = rows.read(text, separator=one)
        for row in _until_broken(found):
            places = _places(row.cells, wanted)
            if places is not None:
                return _table(found, places=places, headings=row, text=text, wanted=wanted, skip=skip)
            first = max(first, row.cells, key=len) if not anywhere else first or row.cells
            if not anywhere:
                break
    names = ", ".join(column.names[0] for column in wanted.values() if column.required)
    raise HeadingsNotFound(headings=names, first=", ".join(first)[:80] or "-")


def without_headings(*, contents: bytes, names: Sequence[str]) -> Table:
    """The columns in the order of these names, in a table that need not have a line of headings; blanks may part them too.

    :raises decode.NotText: if the contents are no text
    """
    text, separator = _text(contents, width=len(names))
    is_open = not rows.ends_with_its_line(text) and not rows.ends_quoted(text)
    columns = None if rows.has_control(text) else rows.plain_columns(text, separator=separator, width=len(names))
    if columns is not None:
        return Table(range(1, len(columns[0]) + 1), dict(zip(names, columns, strict=True)), [], names[-1] if is_open else "")
    kept: list[rows.Row] = []
    wrong: list[table_problems.Problem] = []
    last: rows.Row | None = None
    for row in _gathering(rows.read(text, separator=separator), wrong):
        last = row
        if row.width > len(names) or len(row.cells) < len(names):
            count = max(row.width, min(len(row.cells), len(names)))
            values = {"found": count, "wanted": len(names), "names": ", ".join(names)}
            wrong.append(table_problems.Problem(row.line, _WIDTH_ONE if count == 1 else _WIDTH, values))
        elif any(map(rows.has_control, row.cells)):
            wrong.append(table_problems.Problem(row.line, table_problems.NO_TEXT))
        else:
            kept.append(row)
    ends_in = ""
    if is_open and last is not None:
        if wrong and wrong[-1].line == last.line and len(last.cells) < len(names):
            wrong[-1] = table_problems.Problem(last.line, _CUT_OFF, wrong[-1].values)
        elif kept and kept[-1] is last and len(last.cells) == len(names):
            ends_in = names[-1]
    columns = [[row.cells[place] for row in kept] for place in range(len(names))]
    return Table([row.line for row in kept], dict(zip(names, columns, strict=True)), wrong, ends_in)


def all_rows(*, contents: bytes, width: int) -> list[rows.Row]:
    """Every row of a table of which the first has so many cells, whatever the others have.

    :raises decode.NotText: if the contents are no text
    :raises problems.LinesNotRead: if quotation marks do not pair
    """
    text, separator = _text(contents, width=width)
    wrong: list[table_problems.Problem] = []
    found = list(_gathering(rows.read(text, separator=separator), wrong))
    if wrong:
        raise table_problems.LinesNotRead(problems=wrong)
    return found


def heading(text: str) -> str:
    """A heading as it is compared: as every name of which there is one."""
    return texts.key(text)


def _gathering(found: Iterator[rows.Row], wrong: list[table_problems.Problem]) -> Iterator[rows.Row]:
    """The rows before one from which on nothing can be read; why, is added to `wrong`."""
    try:
        yield from found
    except rows.BrokenRow as broken:
        wrong.append(broken.problem)


def _until_broken(found: Iterator[rows.Row]) -> Iterator[rows.Row]:
    """The rows before one that cannot be read with this separator: it may be another."""
    return _gathering(found, [])


def _places(cells: Sequence[str], wanted: Mapping[str, Column]) -> dict[str, int] | None:
    """Where each wanted column stands; -1 for one that is not there; None if a required one is missing or any is there twice."""
    headings = [heading(cell) for cell in cells]
    places: dict[str, int] = {}
    for word, column in wanted.items():
        name = next((name for name in map(heading, column.names) if name in headings), "")
        if headings.count(name) > 1 and name or (not name and column.required):
            return None
        places[word] = headings.index(name) if name else -1
    return places


def _table(
    found: Iterator[rows.Row],
    *,
    places: Mapping[str, int],
    headings: rows.Row,
    text: str,
    wanted: Mapping[str, Column],
    skip: Skip | None,
) -> Table:
    lines: list[int] = []
    kept: list[Sequence[str]] = []
    wrong: list[table_problems.Problem] = []
    needed = 1 + max(place for word, place in places.items() if wanted[word].required)
    last: rows.Row | None = None
    for row in _gathering(found, wrong):
        if skip is not None and skip(row.cells):
            last = None
            continue
        last = row
        if row.width > headings.width:
            wrong.append(table_problems.Problem(row.line, table_problems.OTHER_WIDTH))
            continue
        cells = [row.cells[place] if 0 <= place < len(row.cells) else "" for place in places.values()]
        if any(map(rows.has_control, cells)):
            wrong.append(table_problems.Problem(row.line, table_problems.NO_TEXT))
            continue
        lines.append(row.line)
        kept.append(cells)
    ends_in = ""
    if last is not None and not rows.ends_with_its_line(text):
        if len(last.cells) < needed:
            wrong.append(table_problems.Problem(last.line, table_problems.CUT_OFF))
        elif not rows.ends_quoted(text):
            ends_in = next((word for word, place in places.items() if place == len(last.cells) - 1), "")
    return Table(lines, {word: [cells[place] for cells in kept] for place, word in enumerate(places)}, wrong, ends_in)


def _text(contents: bytes, *, width: int) -> tuple[str, str]:
    """The text, and the separator that gives its first row so many cells; if none does, the most likely one."""
    noted, text = rows.noted_separator(decode.text(contents=contents))
    choices = (noted,) if noted else (rows.TAB, rows.SEMICOLON, rows.COMMA, rows.BLANKS)
    firsts = {one: next(_until_broken(rows.read(text, separator=one)), None) for one in choices}
    fitting = [one for one, row in firsts.items() if row is not None and row.width <= width <= len(row.cells)]
    seeming = [one for one, row in firsts.items() if row is not None and row.width > 1]
    broken = [one for one, row in firsts.items() if row is None]
    return text, (*fitting, *seeming, *broken, choices[-1])[0]
