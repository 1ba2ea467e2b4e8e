"""The market of the ten villages, made once for all tests of this folder: they only read it, or prove that they changed nothing."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections

from federation.models import Federation
from tenants import acts, villages
from tenants.schemas import provisioning
from tests.conftest import Market
from tests.support import factories, servers, shopping
from tests.system.isolation import ten


@dataclasses.dataclass(frozen=True)
class Land:
    """A database with the ten villages and Sukamaju in it."""

    market: Market
    ten: list[ten.Canary]
    sukamaju: dict[str, object]  # what Sukamaju's pages are about

    def of(self, code: str) -> ten.Canary:
        """One of the ten."""
        return next(village for village in self.ten if village.code == code)


@pytest.fixture(scope="session")
def settled(template: str, static_files: None) -> Iterator[Land]:
    """Everything that happened, once; see `land`."""
    database = f"canaries_{os.getpid()}"
    servers.CLUSTER.create_database(database, template=template)
    _enter(database)
    with servers.as_owner(database):
        for code, name in ten.MORE.items():
            provisioning.provision(code=code, name=name, act=acts.by_command_line(at=factories.START))
    staff = ten.people()
    carried = shopping.product(factories.SUKAMAJU, name="Gula semut", stock=500)
    filled = {code: ten.fill(code, by=staff[code], carried=carried) for code in ten.CODES}
    sukamaju = ten.neighbour(carried)
    settled_of = ten.settle(staff)
    ten.note_costs()
    for code in ten.CODES:
        filled[code] |= settled_of[code]
    sukamaju |= settled_of[factories.CIBIRU]  # the other end of what Cibiru owes
    Federation.objects.update(unpaid_per_address_max=1_000)  # all buyers come from this machine
    ten.deliver_news()
    seen = {code: villages.by_code(code=code) for code in ten.CODES}
    ten_of_them = [ten.Canary(seen[code].code, seen[code].slug, ten.word(code), staff[code], filled[code]) for code in ten.CODES]
    connections.close_all()
    yield Land(Market(database), ten_of_them, sukamaju)
    connections.close_all()
    servers.CLUSTER.drop_database(database)


@pytest.fixture
def land(settled: Land) -> Iterator[Land]:
    """The ten villages; this thread's connection works in their database. For readers only: it is no copy."""
    _enter(settled.market.database)
    yield settled
    connections.close_all()
    villages.forget()


def _enter(database: str) -> None:
    servers.point_at(servers.CLUSTER.url(database=database))
    cache.clear()
    villages.forget()
