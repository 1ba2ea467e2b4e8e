"""A database of a server of one's own takes a backup only while it is empty and nobody uses it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest

from deploy.backup import own_database
from deploy.console import command_error
from tests.support import servers


@pytest.fixture
def url(cluster: None) -> Iterator[str]:
    servers.CLUSTER.create_database("restored_by_hand")
    yield servers.CLUSTER.owner_url(database="restored_by_hand")
    servers.CLUSTER.drop_database("restored_by_hand")


def ask(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def test_what_was_half_loaded_is_removed(url: str) -> None:
    own_database.require_empty(url=url)
    ask(url, "CREATE EXTENSION pg_trgm", "CREATE TABLE half (id int)", "CREATE SCHEMA v_1 CREATE TABLE loaded (id int)")

    with pytest.raises(command_error.CommandError, match="is not empty \\(public.half\\)"):
        own_database.require_empty(url=url)
    own_database.clear(url=url)

    own_database.require_empty(url=url)
    ask(url, "CREATE TABLE again (id int)")


def test_one_in_use_is_left_alone(url: str) -> None:
    other = psycopg2.connect(url)

    with pytest.raises(command_error.CommandError, match="is in use"):
        own_database.require_empty(url=url)
    with pytest.raises(command_error.CommandError, match="is in use"):
        own_database.clear(url=url)
    other.close()
