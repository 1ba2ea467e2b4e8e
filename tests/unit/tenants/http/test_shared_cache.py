"""The shared cache while its server is away: what can be made again is not missed, and whoever counts hears of it."""

from __future__ import annotations

import pytest

from tenants.http import queue_server, shared_cache

NOWHERE = "unix:///nowhere/at/all"


@pytest.fixture(autouse=True)
def _away(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> None:
        raise queue_server.Away

    monkeypatch.setattr(queue_server, "asked", asked)


def test_what_can_be_made_again_is_found_nowhere_and_kept_nowhere() -> None:
    cache = shared_cache.ForgivingCache(NOWHERE, {})

    cache.set("a", 1)
    assert cache.get("a", "made again") == "made again"
    assert (cache.get_many(["a"]), cache.has_key("a"), cache.add("a", 1), cache.delete("a")) == ({}, False, False, False)
    assert cache.set_many({"a": 1, "b": 2}) == ["a", "b"]


def test_a_count_that_cannot_be_made_is_no_zero() -> None:
    cache = shared_cache.CountingCache(NOWHERE, {})

    for ask in (lambda: cache.get("a"), lambda: cache.add("a", 1), lambda: cache.incr("a")):
        with pytest.raises(queue_server.Away):
            ask()
