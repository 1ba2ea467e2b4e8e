"""Rows of a statement by the names of its columns, for reading what the ORM cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection

Shape = TypeVar("Shape")


def read(shape: type[Shape], sql: str, values: Mapping[str, Any] | Sequence[Any] | None = None) -> list[Shape]:
    """Ask the database; each row becomes a `shape`, whose fields bear the names of the columns.

    :raises TypeError: if a column is no field, or a field has no column
    """
    return [shape(**row) for row in dicts(sql, values)]


def dicts(sql: str, values: Mapping[str, Any] | Sequence[Any] | None = None) -> list[dict[str, Any]]:
    """Ask the database; a row is its values by the names of their columns, for shapes that lie in one another."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
