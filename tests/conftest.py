"""What every test stands on: real servers of our own, and a fresh copy of a small market for each test that asks for `market`.

A test commits for real: its database is a copy of a template, and has the template's rows again before the next test gets it
(tests.support.databases; PASARSAMA_CHECK_TEST_DATABASES=1 compares the two after each test). Statements run as the application's role;
`market.as_owner()` is for what only the owner may do.
"""

# ruff: noqa: E402 - settings are read once the servers' names stand in the environment
from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_socket

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.support import servers

os.environ.update(servers.environment())
os.environ.pop("PASARSAMA_AS_OWNER", None)

import django

django.setup()

from django.conf import settings
from django.contrib.auth import hashers
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.test import utils as django_test
from django.utils import translation

from deploy.background import celery_app  # noqa: F401 - the Celery application that shared tasks belong to
from tenants import acts, villages, wake_ups
from tenants.db import privileges
from tenants.http import queue_server
from tenants.schemas import migrate_all, provisioning
from tests.support import databases, factories
from tests.support.gateways import configured
from tests.support.gateways.stateful import StatefulGateway

# Cheap to guess, as nobody guesses here: a hash as in service takes a tenth of a second, a quarter of the time of tests of pages. Servers
# that tests start hash as in service.
hashers.Argon2PasswordHasher.time_cost = hashers.Argon2PasswordHasher.parallelism = 1
hashers.Argon2PasswordHasher.memory_cost = 8  # KiB

# A busy machine is no fault of the code: speed stands in benches, never in tests. The same cases in every run; others, and more, where
# PASARSAMA_EXAMPLES says how many.
EXAMPLES = int(os.environ.get("PASARSAMA_EXAMPLES", "0"))
hypothesis.settings.register_profile(
    "steady",
    deadline=None,
    derandomize=not EXAMPLES,
    **({"max_examples": EXAMPLES} if EXAMPLES else {}),
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.load_profile("steady")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test reaches outside this machine."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """What one test left open may not meet the next one."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """PostgreSQL and Valkey for this run."""
    servers.start()
    yield
    wake_ups.finish(seconds=10)
    connections.close_all()
    servers.stop()


@pytest.fixture(scope="session")
def template(cluster: None) -> str:
    """A migrated database with the three villages and the standing characters; nobody connects to it afterwards."""
    servers.CLUSTER.create_database(servers.TEMPLATE)
    django_test.setup_test_environment(debug=False)
    with servers.as_owner(servers.TEMPLATE):
        migrate_all.migrate_all()
        for code, name in factories.VILLAGES.items():
            provisioning.provision(code=code, name=name, act=acts.by_command_line(at=factories.START))
        factories.people()
        privileges.apply()
    connections.close_all()
    return servers.TEMPLATE


@pytest.fixture(scope="session")
def static_files() -> None:
    """Styles and pictures under names with hashes, compressed: as a browser gets them, for whatever shows a page."""
    call_command("collectstatic", interactive=False, verbosity=0)


class Market:
    """The database of one test."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.url = servers.CLUSTER.url(database=database)
        self.owner_url = servers.CLUSTER.owner_url(database=database)
        self.environment = {**os.environ, **servers.environment(database)}  # for processes that a test starts

    def as_owner(self) -> contextlib.AbstractContextManager[None]:
        """Work as the owner for a while: for DDL, and for planting what the application's role cannot."""
        return servers.as_owner(self.database)

    def add_village(self, *, code: str, name: str) -> str:
        """Provision one more village and give its code."""
        with self.as_owner():
            return provisioning.provision(code=code, name=name, act=acts.by_command_line(at=factories.START)).code


@pytest.fixture
def market(template: str) -> Iterator[Market]:
    """A fresh market of three villages; connections work as the application's role."""
    with databases.lent(template=template) as copy:
        queue_server.believe()
        for cache in caches.all(initialized_only=False):
            cache.clear()
        villages.forget()
        for folder in (settings.MEDIA_ROOT, settings.PASARSAMA_HELD_PICTURES):
            shutil.rmtree(folder, ignore_errors=True)
        yield Market(copy.name)
    villages.forget()


@pytest.fixture
def gateway() -> Iterator[StatefulGateway]:
    """A payment gateway with which the federation works; without it, none is offered."""
    with configured.working() as working:
        yield working
