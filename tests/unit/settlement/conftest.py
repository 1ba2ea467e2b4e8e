"""What only the ledger's tests need."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from django.db import connection


@pytest.fixture
def django_statements() -> Callable[[], contextlib.AbstractContextManager[list[str]]]:
    """A block that collects the statements of this connection, the switches of schema apart."""

    @contextlib.contextmanager
    def collect() -> Iterator[list[str]]:
        found: list[str] = []

        def note(execute, sql, params, many, context):
            if not sql.startswith("SET search_path"):
                found.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield found

    return collect
