"""`kill -9` at every commit of a cycle and its payments, then a new start: it ends the same, and nobody is paid twice.

CI kills before or after each commit in turn, every third of them; PASARSAMA_KILLS=20 does both at all of them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from deploy.audit import examination
from settlement.clearing import flow  # noqa: F401 - loaded once here, not again by each fork
from tests.support import servers
from tests.support.settlement import rounds
from tests.support.settlement.rounds import B
from tests.system.kills import treasurer

pytestmark = pytest.mark.slow

EVERYWHERE = int(os.environ.get("PASARSAMA_KILLS", "2")) >= 20
_numbers = itertools.count(1)


@pytest.fixture
def first_database(market, template) -> Iterator[str]:
    """A database with trade to settle, and accounts for some; copied for every kill, so nobody stays connected to it."""
    database = f"{market.database}_first"
    servers.CLUSTER.create_database(database, template=template)
    servers.point_at(servers.CLUSTER.url(database=database))
    rounds.worked_example()
    rounds.bank_accounts(B)
    connections.close_all()
    yield database
    connections.close_all()
    servers.CLUSTER.drop_database(database)


class Machine:
    """A copy of the first database, and the bank beside it."""

    def __init__(self, first_database: str, folder: Path) -> None:
        number = next(_numbers)
        self.database = f"{first_database}_kill_{number}"
        self.bank = treasurer.Bank(folder / f"bank-{number}.jsonl")
        self._first_database = first_database

    def __enter__(self) -> Machine:
        connections.close_all()
        servers.CLUSTER.create_database(self.database, template=self._first_database)
        servers.point_at(servers.CLUSTER.url(database=self.database))
        return self

    def __exit__(self, *_: object) -> None:
        connections.close_all()
        servers.point_at(servers.CLUSTER.url(database=self._first_database))
        servers.CLUSTER.drop_database(self.database)


def kills(commits: int) -> Iterator[tuple[int, bool]]:
    """At which commit, and whether before it."""
    for number in range(1, commits + 1):
        if EVERYWHERE:
            yield from ((number, True), (number, False))
        elif number % 3 == 0:
            yield number, number % 2 == 0


def test_a_cycle_ends_the_same_wherever_it_is_killed(first_database, tmp_path, capsys):
    with Machine(first_database, tmp_path) as machine:
        commits = treasurer.run(bank=machine.bank)
        undisturbed, moved = treasurer.books(), sorted(machine.bank.moved().values())
    assert moved, "nothing went by the bank"
    assert undisturbed["cycles"] == [(1, "closed"), (2, "open")]
    assert {state for *_, state in undisturbed["legs"]} == {"succeeded"}
    done = 0
    for number, before in kills(commits):
        with Machine(first_database, tmp_path) as machine:
            assert treasurer.run(bank=machine.bank, kill_at=number, before=before) == -1
            assert treasurer.run(bank=machine.bank) >= 0

            where = f"{'before' if before else 'after'} commit {number} of {commits}"
            assert treasurer.books() == undisturbed, where
            assert sorted(machine.bank.moved().values()) == moved, where
            assert examination.broken_books() == {}, where
            done += 1
    with capsys.disabled():
        print(f"\n{done} kills at {commits} commits of a cycle: the books ended the same")
