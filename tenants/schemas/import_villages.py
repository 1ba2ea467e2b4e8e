"""Villages out of a file: kode,nama[,slug], one a line. What is wrong with a line is told, and the rest goes on."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tenants import errors
from tenants.schemas import provisioning

Progress = Callable[[int, int, str], None]  # done, total, village code

_CODE_NAMES = ("kode", "kode_wilayah", "code")
_NAME_NAMES = ("nama", "name", "desa")
_SLUG_NAMES = ("slug", "alamat")
_ABOVE_VILLAGES = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}")  # provinces, regencies, districts stand in the official lists too


class NotReadable(errors.DomainError):
    """The file is no text in UTF-8."""

    kind = errors.Kind.INVALID
    code = "import-not-readable"
    sentence = gettext_noop("Berkas ini bukan teks CSV (UTF-8). Simpan sebagai “CSV UTF-8”, lalu coba lagi.")


class NoColumns(errors.DomainError):
    """The file's first line names no kode and nama."""

    kind = errors.Kind.INVALID
    code = "import-no-columns"
    sentence = gettext_noop("Baris pertama harus menyebut kolom kode,nama (boleh juga slug). Yang ada: %(found)s")


@dataclasses.dataclass(frozen=True)
class BadRow:
    """A line that made no village, and why."""

    line: int
    reason: str


@dataclasses.dataclass(frozen=True)
class Imported:
    """What came of a file: villages made, villages that were there already, lines about larger areas, bad lines."""

    made: int
    there: int
    above: int
    bad: tuple[BadRow, ...]


@dataclasses.dataclass(frozen=True)
class _Row:
    line: int
    code: str
    name: str
    slug: str


def import_csv(*, data: bytes, at: datetime, by: uuid.UUID | None = None, progress: Progress | None = None) -> Imported:
    """Provision every village of a CSV file, in the order of its lines. Commas, semicolons or tabs; a byte order mark does no harm.

    Running it again goes on where it stopped: villages that are there already are left as they are. Runs as the owner.

    :raises NotReadable: if the file is no text in UTF-8
    :raises NoColumns: if its first line names no kode and nama
    """
    rows = list(_rows(data))
    made = there = above = 0
    bad: list[BadRow] = []
    first_lines: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if _ABOVE_VILLAGES.fullmatch(row.code):
            above += 1
        elif row.code in first_lines:
            bad.append(BadRow(row.line, _("kode %(code)s sudah ada di baris %(line)s") % {"code": row.code, "line": first_lines[row.code]}))
        else:
            first_lines[row.code] = row.line
            try:
                new = provisioning.provision(code=row.code, name=row.name, slug=row.slug, at=at, by=by).new
            except errors.DomainError as refusal:
                bad.append(BadRow(row.line, str(refusal)))
            except OperationalError:
                raise  # the server is gone, so no later line can do better
            except DatabaseError as error:
                bad.append(BadRow(row.line, str(error).strip().splitlines()[0]))
            else:
                made, there = made + new, there + (not new)
        if progress:
            progress(number, len(rows), row.code)
    return Imported(made=made, there=there, above=above, bad=tuple(bad))


def _rows(data: bytes) -> Iterator[_Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable from None
    if "\x00" in text:
        raise NotReadable
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            code, name, slug = (cells[place].strip() if 0 <= place < len(cells) else "" for place in columns.values())
            yield _Row(line=reader.line_num, code=code, name=" ".join(name.split()), slug=slug)
    except csv.Error:
        raise NotReadable from None
    if columns is None:
        raise NoColumns(found="-")


def _columns(cells: list[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in cells]

    def place(choices: tuple[str, ...]) -> int:
        return next((names.index(choice) for choice in choices if choice in names), -1)

    columns = {"code": place(_CODE_NAMES), "name": place(_NAME_NAMES), "slug": place(_SLUG_NAMES)}
    if columns["code"] < 0 or columns["name"] < 0:
        raise NoColumns(found=", ".join(cells)[:80])
    return columns
