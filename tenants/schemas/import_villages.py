"""Villages out of a file: kode,nama[,slug], one a line. A line that is wrong is named with its reason, and the rest goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext as _

from tenants import codes, errors, texts
from tenants.acts import Act
from tenants.schemas import provisioning
from tenants.tables import reader

Progress = Callable[[int, int, str], None]  # done, total, village code

_COLUMNS = {
    "code": reader.Column(("kode", "kode_wilayah", "code")),
    "name": reader.Column(("nama", "name", "desa")),
    "slug": reader.Column(("slug", "alamat"), required=False),
}


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


def import_csv(*, data: bytes, act: Act, progress: Progress | None = None) -> Imported:
    """Provision every village of a CSV file, in the order of its lines.

    Running it again goes on where it stopped: villages that are there already are left as they are. Runs as the owner.

    :raises tenants.tables.decode.NotText: if the file is no text
    :raises tenants.tables.reader.HeadingsNotFound: if its first line names no kode and nama
    """
    table = reader.with_headings(contents=data, wanted=_COLUMNS)
    rows = list(_rows(table))
    made = there = above = 0
    bad = [BadRow(problem.line, problem.reason) for problem in table.problems]
    first_lines: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if codes.is_larger_area(text=row.code):
            above += 1
        elif row.code in first_lines:
            bad.append(BadRow(row.line, _("kode %(code)s sudah ada di baris %(line)s") % {"code": row.code, "line": first_lines[row.code]}))
        else:
            first_lines[row.code] = row.line
            try:
                new = provisioning.provision(code=row.code, name=row.name, slug=row.slug, act=act).new
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
    return Imported(made=made, there=there, above=above, bad=tuple(sorted(bad, key=lambda row: row.line)))


def _rows(table: reader.Table) -> Iterator[_Row]:
    for line, code, name, slug in zip(table.lines, *(table.columns[word] for word in _COLUMNS), strict=True):
        yield _Row(line=line, code=texts.without_marks(code).strip(), name=name, slug=slug)
