"""Lists page by page, by the key of the last row that was shown: a page costs the same however far down it lies, and whatever is added or
removed meanwhile, no row is shown twice and none that stays is left out.

The key is all that the list is ordered by, ending with a column that is unique and never NULL. Between requests it travels as a cursor: a
text without meaning for people, in which the name of the order stands too, so that a cursor of another list is none here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q

Row = TypeVar("Row")
Value = datetime | UUID | int | str
Place = tuple[Any, ...]  # the values of an order's columns, in their order

CURSOR_CHARACTERS_MAX = 1_200
NUMBER_MAX = 2**63 - 1  # what a column of numbers holds; a smaller column is compared as well


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list, and the cursor of the next part; empty after the last."""

    rows: list[Row]
    after: str


@dataclass(frozen=True)
class Order:
    """What a list is ordered by: columns with the type of each, the last one unique and never NULL; all of them one way."""

    name: str
    columns: Mapping[str, type[Value]] = field(hash=False)
    descending: bool = False

    def ordering(self) -> list[str]:
        """The order for `order_by`."""
        return [f"-{column}" if self.descending else column for column in self.columns]

    def cursor(self, place: Sequence[Value]) -> str:
        """The text of a place in the list."""
        written = [value.isoformat() if isinstance(value, datetime) else value.hex if isinstance(value, UUID) else value for value in place]
        text = json.dumps([self.name, *written], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def place(self, cursor: str) -> Place | None:
        """The place of a cursor; None, which is the start of the list, for one that was tampered with or is another list's."""
        if not cursor or len(cursor) > CURSOR_CHARACTERS_MAX:
            return None
        try:
            written = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
            name, *values = written
            if name != self.name or len(values) != len(self.columns):
                return None
            return tuple(_read(value, kind) for value, kind in zip(values, self.columns.values(), strict=True))
        except (ValueError, TypeError, RecursionError):
            return None

    def beyond(self, place: Place) -> Q:
        """The rows after a place, as a condition for `filter`."""
        compared = "lt" if self.descending else "gt"
        found, same = Q(), Q()
        for column, value in zip(self.columns, place, strict=True):
            found |= same & Q(**{f"{column}__{compared}": value})
            same &= Q(**{column: value})
        first = next(iter(self.columns))
        return Q(**{f"{first}__{compared}e": place[0]}) & found  # so that an index leads to the place at once

    def page(self, rows: Sequence[Row], *, limit: int, place: Callable[[Row], Sequence[Value]]) -> Page[Row]:
        """The first `limit` of the rows that were read, of which there is one more where the list goes on."""
        shown = list(rows[:limit])
        return Page(shown, self.cursor(place(shown[-1])) if len(rows) > limit else "")


def walk(read: Callable[[str], Page[Row]]) -> Iterator[Row]:
    """All rows of a list, read page by page; `read` takes a cursor."""
    after = ""
    while True:
        page = read(after)
        yield from page.rows
        after = page.after
        if not after:
            return


def _read(value: object, kind: type[Value]) -> Value:
    """A value as its column has it.

    :raises ValueError: if it is none of this kind
    """
    if kind is int and type(value) is int and abs(value) <= NUMBER_MAX:
        return value
    if isinstance(value, str) and "\x00" not in value:
        if kind is str:
            value.encode()  # half a sign is a ValueError, here and not in the database
            return value
        if kind is UUID:
            return UUID(value)
        moment = datetime.fromisoformat(value) if kind is datetime else None
        if moment is not None and moment.tzinfo is not None:
            return moment
    raise ValueError(value)
