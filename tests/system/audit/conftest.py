"""A market where everything happened once, lived through one time and copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.core.cache import cache
from django.db import connection, connections

from tenants import villages
from tests.support import databases, factories, servers, shopping
from tests.system.audit import scenarios

LIVED, SCRATCH = "market_lived", "market_scratch"


@pytest.fixture(scope="session")
def lived(template: str) -> dict[str, str]:
    """The template of a market in which everything happened; gives its orders by what became of them, and its product."""
    servers.CLUSTER.create_database(LIVED, template=template)
    _enter(LIVED)
    product = shopping.product(factories.CIBIRU, price_rupiah=9_999, stock=100)
    orders = {"product": product, **scenarios.live(product)}
    connections.close_all()
    return {name: str(value) for name, value in orders.items()}


@pytest.fixture
def busy(lived: dict[str, str]) -> Iterator[str]:
    """A fresh copy of the lived-in market; gives the database's name."""
    with databases.lent(template=LIVED) as copy:
        _enter(copy.name)
        yield copy.name
    villages.forget()


@pytest.fixture
def plant(busy: str, lived: dict[str, str]) -> Iterator[Callable[[str], None]]:
    """Do to the database what neither the application nor the owner could: as the superuser, triggers and foreign keys asleep."""

    def do(sql: str) -> None:
        servers.point_at(servers.CLUSTER.admin_url(busy))
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in filter(str.strip, sql.split(";")):
                cursor.execute(statement, {**lived, **factories_by_name()})
                assert cursor.rowcount != 0, f"this plants nothing: {statement}"
        servers.point_at(servers.CLUSTER.url(database=busy))

    return do


@pytest.fixture(scope="session")
def _scratch(lived: dict[str, str]) -> Iterator[psycopg2.extensions.connection]:
    """A superuser's connection to one copy for all tests that only pretend."""
    servers.CLUSTER.create_database(SCRATCH, template=LIVED)
    scratch = psycopg2.connect(servers.CLUSTER.admin_url(SCRATCH))
    yield scratch
    scratch.close()
    servers.CLUSTER.drop_database(SCRATCH)


@pytest.fixture
def pretend(_scratch: psycopg2.extensions.connection, lived: dict[str, str]) -> Callable[[str, str], dict[str, int]]:
    """Plant a fault, ask a question of (name, count) and take the fault back."""

    def do(sql: str, question: str) -> dict[str, int]:
        try:
            with _scratch.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                for statement in filter(str.strip, sql.split(";")):
                    cursor.execute(statement, {**lived, **factories_by_name()})
                    assert cursor.rowcount != 0, f"this plants nothing: {statement}"
                cursor.execute(question)
                return dict(cursor.fetchall())
        finally:
            _scratch.rollback()

    return do


def factories_by_name() -> dict[str, str]:
    """What planted SQL may name: the standing villages."""
    return {"sukamaju": factories.SUKAMAJU, "cibiru": factories.CIBIRU, "melati": factories.MELATI}


def _enter(database: str) -> None:
    servers.point_at(servers.CLUSTER.url(database=database))
    cache.clear()
    villages.forget()
