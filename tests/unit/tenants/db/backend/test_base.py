"""A kept connection that the server has ended is noticed before the first statement of the next request, and replaced."""

from __future__ import annotations

import time

import psycopg2
from django.db import connection

from tests.support import servers


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _end(backend: int) -> None:
    admin = psycopg2.connect(servers.CLUSTER.admin_url())
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    admin.close()
    for _ in range(100):
        if not connection.is_usable():
            return
        time.sleep(0.02)


def test_a_living_connection_is_kept_and_an_ended_one_replaced(market):
    first = _backend()
    assert connection.is_usable()
    connection.close_if_unusable_or_obsolete()  # what Django does where a request begins
    assert _backend() == first
    _end(first)
    assert not connection.is_usable()
    connection.close_if_unusable_or_obsolete()
    assert _backend() != first
