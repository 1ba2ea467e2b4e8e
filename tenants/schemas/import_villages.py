"""Villages out of a file: kode,nama[,slug], one a line. A line that is wrong is named with its reason, and the rest goes on.

Lines about provinces, regencies and districts make no village: their names are kept, to tell villages of one name apart.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from tenants import codes, errors, models, texts, villages
from tenants.acts import Act
from tenants.db import context
from tenants.schemas import provisioning, schema_template
from tenants.tables import reader

Progress = Callable[[int, int, str], None]  # done, total, village code

_WORKERS_MAX = 4
_AHEAD = 8  # rows that may stand before their tables: few, so that a stop leaves little half made

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
    districts = frozenset(filter(None, (codes.district_of(text=row.code) for row in rows)))
    areas = {row.code: row.name for row in rows if codes.is_larger_area(text=row.code)}
    result = _Result(total=len(rows), progress=progress, bad=[BadRow(problem.line, problem.reason) for problem in table.problems])
    first_lines: dict[str, int] = {}
    under_way: deque[tuple[_Row, Future[bool]]] = deque()
    with _one_wait_for_the_disk(), _workers() as pool:
        _keep_areas(areas)
        making = provisioning.making()  # once: to ask for each village would be three questions
        for row in rows:
            if row.code in areas:
                result.add(row)
            elif row.code in first_lines:
                reason = _("kode %(code)s sudah ada di baris %(line)s") % {"code": row.code, "line": first_lines[row.code]}
                result.add(row, reason=reason)
            else:
                first_lines[row.code] = row.line
                if len(under_way) > _AHEAD:
                    result.settle(*under_way.popleft())
                # The rows in the order of the lines, which decides who has a slug first; what takes long, side by side.
                under_way.append((row, _begun(pool, row, districts, making=making, act=act)))
        while under_way:
            result.settle(*under_way.popleft())
    return Imported(made=result.made, there=result.there, above=result.above, bad=tuple(sorted(result.bad, key=lambda row: row.line)))


@dataclasses.dataclass
class _Result:
    """What came of the lines so far."""

    total: int
    progress: Progress | None
    bad: list[BadRow]
    made: int = 0
    there: int = 0
    above: int = 0
    done: int = 0

    def add(self, row: _Row, *, new: bool | None = None, reason: str = "") -> None:
        """Count a line: one that is wrong for a reason, a village that is new or not, or a larger area."""
        if reason:
            self.bad.append(BadRow(row.line, reason))
        elif new is None:
            self.above += 1
        else:
            self.made, self.there = self.made + new, self.there + (not new)
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total, row.code)

    def settle(self, row: _Row, outcome: Future[bool]) -> None:
        """Wait for a village and count it."""
        try:
            self.add(row, new=outcome.result())
        except errors.DomainError as refusal:
            self.add(row, reason=str(refusal))
        except OperationalError:
            raise  # the server is gone, so no later line can do better
        except DatabaseError as error:
            self.add(row, reason=str(error).strip().splitlines()[0])


def _begun(
    pool: Executor, row: _Row, districts: frozenset[str], *, making: schema_template.TemplateStatements | None, act: Act
) -> Future[bool]:
    """A village with its row, and the rest of it under way; whether it is new."""
    try:
        village, new = provisioning.begin(code=row.code, name=row.name, slug=row.slug, act=act, districts=districts)
    except (errors.DomainError, DatabaseError) as error:
        refused: Future[bool] = Future()
        refused.set_exception(error)
        return refused
    return pool.submit(lambda: provisioning.finish(village=village, making=making, act=act) or new)


@contextlib.contextmanager
def _workers() -> Iterator[Executor]:
    """A thread a core, each with a connection of its own: while one waits for the server, another asks it. Left early, none begins more."""
    opened: list[BaseDatabaseWrapper] = []

    def begin() -> None:
        _wait_for_no_disk()
        opened.append(connections["default"])

    pool = ThreadPoolExecutor(max_workers=max(1, min(_WORKERS_MAX, len(os.sched_getaffinity(0)))), initializer=begin)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        for worker in opened:
            worker.inc_thread_sharing()  # the thread has ended; its connection is closed from here
            worker.close()


def _keep_areas(areas: Mapping[str, str]) -> None:
    """Know the names of these areas, those of an earlier file corrected."""
    named = [models.Area(code=code, name=name) for code, name in areas.items() if 0 < len(name) <= models.AREA_NAME_CHARACTERS]
    if named:
        with context.public(), transaction.atomic():
            models.Area.objects.bulk_create(named, update_conflicts=True, unique_fields=["code"], update_fields=["name"])
            villages.changed()


@contextlib.contextmanager
def _one_wait_for_the_disk() -> Iterator[None]:
    """Wait for the disk once at the end instead of three times a village: what a crash takes along, the next run makes again.

    Commits reach the disk in their order, so that no later one stands without an earlier one.
    """
    _wait_for_no_disk()
    try:
        yield
    finally:
        with contextlib.suppress(OperationalError), connection.cursor() as cursor:  # the server may be gone: its own error is told
            # A commit of its own that has written something, and so waits for all before it.
            cursor.execute("RESET synchronous_commit; SELECT pg_logical_emit_message(true, 'pasarsama', 'imported')")


def _wait_for_no_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _rows(table: reader.Table) -> Iterator[_Row]:
    for line, code, name, slug in zip(table.lines, *(table.columns[word] for word in _COLUMNS), strict=True):
        yield _Row(line=line, code=texts.without_marks(code).strip(), name=name, slug=slug)
