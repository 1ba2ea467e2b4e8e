"""Tables as a workbook (XLSX): written row by row into files without a name, so that neither cells nor file are held; safe to open."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter

from tenants import text_direction

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHOLE_NUMBERS = "#,##0"
DAY = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm"
_BOLD = Font(bold=True)
_MEMORY_BYTES = 1024 * 1024  # a larger workbook waits for its reader in a file
TEXT_MOST = 32_767  # what a cell holds


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name (at most 31 characters), a header that stays in sight, and rows that are read as far as they are written.

    Whole numbers become numbers, days and moments dates in the federation's time zone, everything else text, which is never a formula.
    `widths` are in characters, by column.
    """

    name: str
    header: Sequence[object]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = ()


class _Rows(WorksheetWriter):  # type: ignore[misc]  # openpyxl has no annotations
    """Writes a sheet to a file that has no name: openpyxl's own stay behind when a row cannot be read or the process is killed."""

    def __init__(self, sheet: Any, file: IO[bytes]) -> None:
        self._file = file
        super().__init__(sheet, out=f"/proc/self/fd/{file.fileno()}")

    def cleanup(self) -> None:
        self._file.close()


def response(*, name: str, sheets: Iterable[Sheet]) -> FileResponse:
    """A download called `name`.xlsx, kept by nobody on the way."""
    book = Workbook(write_only=True)
    with contextlib.ExitStack() as files:
        for sheet in sheets:
            _write(book.create_sheet(sheet.name), sheet, files.enter_context(tempfile.TemporaryFile()))
        packed: IO[bytes] = files.enter_context(tempfile.TemporaryFile())
        book.save(packed)
        length = packed.seek(0, io.SEEK_END)
        packed.seek(0)
        if length <= _MEMORY_BYTES:
            packed = io.BytesIO(packed.read())
        else:
            files.pop_all()  # the sheets' are closed by now; the answer closes its own
    answer = FileResponse(packed, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _write(target: Any, sheet: Sheet, file: IO[bytes]) -> None:
    target.freeze_panes = "A2"
    for place, width in enumerate(sheet.widths, start=1):
        target.column_dimensions[get_column_letter(place)].width = width
    target._writer = _Rows(target, file)
    target._writer.write_top()
    header = [_cell(target, name) for name in sheet.header]
    for cell in header:
        cell.font = _BOLD
    try:
        target.append(header)
        for row in sheet.rows:
            target.append([_cell(target, value) for value in row])
    finally:
        target.close()


def _cell(target: Any, value: object) -> Any:
    if value is None or value == "":
        return WriteOnlyCell(target, None)
    if isinstance(value, int) and not isinstance(value, bool):
        return _formatted(target, value, WHOLE_NUMBERS)
    if isinstance(value, datetime):  # a spreadsheet knows no time zones
        return _formatted(target, timezone.make_naive(value), MOMENT)
    if isinstance(value, date):
        return _formatted(target, value, DAY)
    text = text_direction.without_orders(ILLEGAL_CHARACTERS_RE.sub("", str(value)))[:TEXT_MOST]
    cell = WriteOnlyCell(target, text)
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    return cell


def _formatted(target: Any, value: object, number_format: str) -> Any:
    cell = WriteOnlyCell(target, value)
    cell.number_format = number_format
    return cell
