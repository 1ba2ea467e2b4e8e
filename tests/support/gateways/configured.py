"""The gateway of tests, as the federation works with it: what the fixture `gateway` of tests/conftest.py stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from tests.support.gateways.stateful import NAME, StatefulGateway

_current: list[StatefulGateway] = []


def make() -> StatefulGateway:
    """What the setting names: the gateway of the test that runs."""
    return _current[-1]


@contextmanager
def working() -> Iterator[StatefulGateway]:
    """A gateway to which nothing has happened yet, in the setting for as long as this lasts."""
    _current.append(StatefulGateway())
    try:
        with override_settings(PAYMENT_GATEWAYS={NAME: f"{__name__}.make"}):
            yield _current[-1]
    finally:
        _current.pop()
