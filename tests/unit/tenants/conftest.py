from __future__ import annotations

import functools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def django_queries():
    """A context manager that lists what is said to the database meanwhile."""
    return functools.partial(CaptureQueriesContext, connection)
