"""Tables for a spreadsheet: written while they are read, and safe to open."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from tenants import text_direction, texts

BYTE_ORDER_MARK = "\ufeff"  # without it a common spreadsheet reads UTF-8 as something else


def cell(value: object) -> object:
    """One value as it may stand in a cell: numbers as they are, text never as a formula, and never one that turns its row round."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = text_direction.without_orders(str(value))
    # A leading apostrophe makes a formula plain text.
    return "'" + text if text.lstrip(" ").startswith(texts.FORMULA_STARTS) else text


class _Line:
    """What csv.writer writes to: gives the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(*, header: Sequence[object], rows: Iterable[Sequence[object]], seal: str | None = None) -> Iterator[str]:
    """The table line by line; `rows` is read only as far as it is sent. The last line counts them: a file without it broke off.

    It also names the newest seal of the books, where the table comes out of them: one more word in a line that readers skip already.
    """
    writer = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC)
    yield BYTE_ORDER_MARK + writer.writerow([cell(name) for name in header])
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted to the end
        yield writer.writerow([cell(value) for value in row])
    last = _("# %(count)s baris, segel %(seal)s") if seal else _("# %(count)s baris")
    yield writer.writerow([last % {"count": count, "seal": seal}])


def _spoken(parts: Iterator[str], *, language: str) -> Iterator[str]:
    """Each part in the language in which the download was asked for: it is made when the request is already over."""
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def response(*, name: str, header: Sequence[object], rows: Iterable[Sequence[object]], seal: str | None = None) -> StreamingHttpResponse:
    """A download called `name`.csv; personal pages' rule holds: nobody keeps a copy on the way.

    The first row is read here, so that a table that cannot be read at all is an error page and no file.
    """
    table = _spoken(lines(header=header, rows=rows, seal=seal), language=translation.get_language() or "id")
    begun = list(itertools.islice(table, 2))
    answer = StreamingHttpResponse(itertools.chain(begun, table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
