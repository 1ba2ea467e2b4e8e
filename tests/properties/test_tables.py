"""What a spreadsheet could have written is read back cell for cell: in every encoding, separator, quoting and line end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants import errors
from tenants.tables import numbers, reader, table_problems

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
# Letters that all encodings have, and everything that means something to a table.
CELLS = st.text(alphabet="ab09 ,;\t\"'\n\r–’é=#", max_size=12)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)
WANTED = {"one": reader.Column(("Satu",)), "two": reader.Column(("Dua",)), "three": reader.Column(("Tiga",))}


HEADINGS = ("Satu", "Dua", "Tiga")
LINE_END = re.compile("\r\n|\r|\n")


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def quoted_where_needed(cell: str) -> str:
    return quoted(cell) if re.search('[,;\t"\r\n]', cell) else cell


def written(rows: Sequence[Sequence[str]], *, separator: str, quote: Callable[[str], str], line_end: str) -> tuple[str, list[int]]:
    """The table, and the lines on which its rows begin."""
    text, lines = "", []
    for row in (HEADINGS, *rows):
        lines.append(len(LINE_END.findall(text)) + 1)
        text += separator.join(map(quote, row)) + line_end
    return text, lines[1:]


@given(
    rows=TABLES,
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from(",;\t"),
    quote=st.sampled_from([quoted, quoted_where_needed]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_every_cell_comes_back(rows, encoding, separator, quote, line_end):
    text, lines = written(rows, separator=separator, quote=quote, line_end=line_end)

    table = reader.with_headings(contents=text.encode(encoding), wanted=WANTED)

    cells = [tuple(cell.strip() for cell in row) for row in rows]
    wanted = [(line, *row) for line, row in zip(lines, cells, strict=True) if any(row)]
    assert list(zip(table.lines, *table.columns.values(), strict=True)) == wanted
    assert not table.problems


@given(
    rows=st.lists(st.tuples(*[st.text(alphabet="ab 09.–é'", min_size=1, max_size=9).filter(str.strip)] * 3), min_size=1, max_size=8),
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from(",;\t"),
    quote=st.sampled_from([quoted, quoted_where_needed]),
)
def test_a_table_without_headings_comes_back_by_either_way_of_reading(rows, encoding, separator, quote):
    """Without quotation marks columns are split all at once, with them row by row."""
    text, lines = written(rows, separator=separator, quote=quote, line_end="\n")

    table = reader.without_headings(contents=text.encode(encoding), names=HEADINGS)

    wanted = [HEADINGS, *(tuple(cell.strip() for cell in row) for row in rows)]
    assert (list(zip(*table.columns.values(), strict=True)), list(table.lines)) == (wanted, [1, *lines])


@given(contents=st.binary(max_size=200) | st.text(alphabet='Satu,Dua;Tiga\n\r"\t\x00é', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(contents):
    for read in (
        lambda: reader.with_headings(contents=contents, wanted=WANTED, anywhere=True),
        lambda: reader.without_headings(contents=contents, names=("a", "b")),
        lambda: reader.all_rows(contents=contents, width=2),
    ):
        try:
            read()
        except errors.DomainError as refusal:
            assert str(refusal)  # noqa: PT017 - most bytes are no table


AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)


def in_form(amount: Decimal, form: numbers.Form) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", form.thousands_mark + form.decimal_mark))


@given(amounts=st.lists(AMOUNTS, min_size=1), form=st.sampled_from(list(numbers.Form)), whole=st.lists(st.integers(0, 10**9)))
def test_numbers_of_one_form_are_read_exactly_and_one_of_them_decides_for_all(amounts, form, whole):
    column = [f"{value:,}".replace(",", form.thousands_mark) for value in whole] + [in_form(amount, form) for amount in amounts]

    found = numbers.form_of(column)

    assert found is form
    read = [numbers.read(text, form=found) for text in column]
    assert [Decimal(f"{number.whole}.{number.fraction or 0}") for number in read] == [*map(Decimal, whole), *amounts]


@given(whole=st.integers(1, 999), group=st.integers(0, 999), mark=st.sampled_from(".,"))
def test_one_mark_with_three_digits_behind_it_is_never_guessed(whole, group, mark):
    text = f"{whole}{mark}{group:03}"

    assert numbers.form_of([text]) is None
    with pytest.raises(table_problems.LineNotRead) as refused:
        numbers.read(text, form=None)
    assert refused.value.sentence == numbers.TWO_READINGS
    readings = {str(refused.value.values[name]) for name in ("first", "second")}
    assert readings == {str(whole * 1000 + group), f"{whole},{group:03}".rstrip("0").rstrip(",") if group else str(whole)}


@given(texts=st.lists(st.text(alphabet="0123456789.,", max_size=9), max_size=6), form=st.sampled_from([None, *numbers.Form]))
def test_whatever_is_read_keeps_its_digits(texts, form):
    for text in texts:
        try:
            number = numbers.read(text, form=form)
        except table_problems.LineNotRead:
            continue
        assert number.whole + number.fraction == text.replace(".", "").replace(",", "")
