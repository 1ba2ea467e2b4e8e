"""Statements of a hot path: PostgreSQL reads and plans each once per connection and schema, afterwards it only runs them.

Inside `pipeline()` a statement is prepared on first use, in the schema in which it runs: PostgreSQL throws a plan away when the
search_path is another one than at its making, so each village has its own, and a plan of one village can never serve another.
Statements that give nothing back wait, and travel with the next one whose rows are wanted: one trip for several. Outside of
`pipeline()` the same statements run as any other, one by one.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import re
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections

if TYPE_CHECKING:
    from tenants.db.backend import base

# Of one connection: those of about 64 villages, and the shared ones. The one that was used longest ago makes room.
STATEMENTS_MAX = 160
# "prepared statement does not exist" (somebody said DISCARD ALL) and "cached plan must not change result type" (a migration).
_OUTDATED = {"26000", "0A000"}
Row = TypeVar("Row", bound=NamedTuple)
_here = threading.local()  # .talk: as on this thread's connection, found without Django's way to it
_AS_TEXT = {UUID, datetime.datetime}  # their places have a type already; a cast beside each value only costs


class Outdated(OperationalError):
    """What was prepared on this connection holds no more and is forgotten. The transaction is lost; a second try succeeds."""


class Statement:
    """SQL with places $1, $2, ... of these types. Names without a schema are found in the village in which it runs."""

    def __init__(self, text: str, types: Sequence[str]) -> None:
        self.text, self.types = text, tuple(types)
        self.places = ", ".join(["%s"] * len(self.types))
        self.plain = re.sub(r"\$(\d+)", lambda place: f"%({place[1]})s::{self.types[int(place[1]) - 1]}", text.replace("%", "%%"))


def array(items: Iterable[object]) -> str:
    """A PostgreSQL array of any texts and numbers: read faster than a row of constants."""
    texts = [str(item) for item in items]
    if not texts:
        return "{}"
    whole = "".join(texts)
    if '"' in whole or "\\" in whole:
        texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(texts) + '"}'


def query(statement: Statement, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement in the schema of this moment, after all that waits, and give its rows.

    :raises Outdated: inside `pipeline()`, if it must be prepared again
    """
    return _answer(statement, values)[0]


def query_as(row: type[Row], statement: Statement, *values: Any) -> list[Row]:
    """As `query`, with each row as this NamedTuple: its fields are the statement's columns, by name and in their order.

    :raises TypeError: if they are not
    """
    rows, columns = _answer(statement, values)
    if [column.name for column in columns] != list(row._fields):
        raise TypeError(f"{row.__name__} has other fields than the statement has columns: {[column.name for column in columns]}")
    return [row._make(values) for values in rows]


def _answer(statement: Statement, values: tuple[Any, ...]) -> tuple[list[tuple[Any, ...]], Sequence[Any]]:
    """The rows of a statement that is run now, and the description of their columns."""
    talk: Talk | None = getattr(_here, "talk", None)
    if talk is not None:
        talk.add(statement, values)
        talk.send()
        return talk.rows()
    with _place().cursor() as cursor:
        cursor.execute(statement.plain, {str(number): value for number, value in enumerate(values, start=1)})
        return (cursor.fetchall(), cursor.description) if cursor.description else ([], ())


def execute_later(statement: Statement, *values: Any) -> None:
    """Run a statement for its effect alone; inside `pipeline()` it waits for the next that is asked, or for the end."""
    talk: Talk | None = getattr(_here, "talk", None)
    if talk is None:
        query(statement, *values)
    else:
        talk.add(statement, values)


@contextlib.contextmanager
def pipeline() -> Iterator[None]:
    """Prepare the statements of this block, and send those that wait with the next one whose rows are wanted; the rest at the end.

    The order stays the one of the calls: any other statement on this connection first sends what waits. What waits
    when an error leaves the block is dropped, so this belongs inside the transaction that the error undoes. One within another is
    part of it.
    """
    if getattr(_here, "talk", None) is not None:
        yield
        return
    place = _place()
    with place.cursor() as cursor:
        place.talk = _here.talk = talk = Talk(place, cursor)
        try:
            yield
            talk.send()
        finally:
            place.talk = _here.talk = None


class Talk:
    """What one `pipeline()` sends to PostgreSQL."""

    def __init__(self, place: base.DatabaseWrapper, cursor: Any) -> None:
        self._place, self._cursor = place, cursor.cursor  # psycopg2's own
        # Django's cursor only where somebody listens to it: past it a checkout is 4 % faster.
        self._run = cursor.execute if place.queries_logged or place.execute_wrappers else self._cursor.execute
        self._known = _known.setdefault(place.connection, _Known())
        self._texts: list[str] = []
        self._values: list[Any] = []
        self._path: list[str] | None = None  # the search_path behind the last text that waits

    def add(self, statement: Statement, values: tuple[Any, ...]) -> None:
        """Let a statement wait, in the schema of this moment."""
        key = (self._place.schema_name, statement)
        execute = self._known.get(key) or self._prepare(key)
        self._known.move_to_end(key)
        path = self._place.path()
        if path != (self._path if self._texts else self._place.search_path_set_schemas):
            self._texts.append(self._place.path_statement(path))
        self._path = path
        self._texts.append(execute)
        self._values += [str(value) if type(value) in _AS_TEXT else value for value in values]

    def send(self) -> None:
        """Send what waits, as one message."""
        if self._texts:
            message, values = "; ".join(self._texts), self._values
            self._texts, self._values = [], []
            self._say(message, values, self._path)

    def rows(self) -> tuple[list[tuple[Any, ...]], Sequence[Any]]:
        """The rows of the last statement that was sent, and the description of their columns."""
        columns = self._cursor.description  # what it fetches is here already, nothing can fail
        return (self._cursor.fetchall(), columns) if columns else ([], ())

    def _prepare(self, key: tuple[str, Statement]) -> str:
        self.send()
        known, statement = self._known, key[1]
        path = self._place.path()
        texts = [self._place.path_statement(path)]
        if not known:
            texts.append("DEALLOCATE ALL")  # what was forgotten, if it is there still
        if len(known) >= STATEMENTS_MAX:
            texts.append("DEALLOCATE " + known.popitem(last=False)[1].split("(")[0].removeprefix("EXECUTE "))
        # Never a number twice: what an error left half known cannot be in the way.
        known.made += 1
        texts.append(f"PREPARE hot_{known.made} ({', '.join(statement.types)}) AS {statement.text}")
        self._say("; ".join(texts), None, path)
        known[key] = f"EXECUTE hot_{known.made}({statement.places})" if statement.types else f"EXECUTE hot_{known.made}"
        return known[key]

    def _say(self, message: str, values: list[Any] | None, path: list[str] | None) -> None:
        self._place.search_path_set_schemas = None
        self._place.validate_no_broken_transaction()
        try:
            with self._place.wrap_database_errors:
                self._run(message, values)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) in _OUTDATED:
                self._known.clear()
                raise Outdated(*error.args) from error
            raise
        self._place.search_path_set_schemas = path


class _Known(collections.OrderedDict[tuple[str, Statement], str]):
    """How to run what is prepared on one connection, by schema and statement; the one used last stands last."""

    made = 0


# By psycopg2's connection: a new one knows nothing, and what is prepared outlives rollbacks as it does in PostgreSQL.
_known: weakref.WeakKeyDictionary[Any, _Known] = weakref.WeakKeyDictionary()


def _place() -> base.DatabaseWrapper:
    return cast("base.DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
