"""The counts are shared by all processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time

import pytest

from tenants import throttle


def test_the_try_after_the_limit_is_refused(market, monkeypatch):
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_000.0)
    for _ in range(3):
        throttle.hit(key="k", limit=3, seconds=100)
    with pytest.raises(throttle.TooManyTries) as refused:
        throttle.hit(key="k", limit=3, seconds=100)
    assert refused.value.values == {"minutes": 2}
    throttle.hit(key="another", limit=3, seconds=100)


def test_tries_of_the_former_window_fade(market, monkeypatch):
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_000.0)
    for _ in range(20):
        with pytest.raises(throttle.TooManyTries) if _ >= 4 else _nothing():
            throttle.hit(key="k", limit=4, seconds=100)
    # In the middle of the next window the former one counts half, and never for more than the limit: 2 + 2 tries.
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_150.0)
    throttle.hit(key="k", limit=4, seconds=100)
    throttle.hit(key="k", limit=4, seconds=100)
    with pytest.raises(throttle.TooManyTries):
        throttle.hit(key="k", limit=4, seconds=100)
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_300.0)
    throttle.hit(key="k", limit=4, seconds=100)


class _nothing:  # noqa: N801 - reads as a word
    def __enter__(self):
        return None

    def __exit__(self, *_):
        return False


@pytest.mark.slow
def test_processes_share_one_count(market):
    script = """
        import sys, time, django; django.setup()
        from tenants import throttle
        time.sleep(max(0, float(sys.argv[1]) - time.time()))
        passed = 0
        for _ in range(25):
            try:
                throttle.hit(key="shared", limit=40, seconds=3600)
                passed += 1
            except throttle.TooManyTries:
                pass
        print(passed)
    """
    start = str(time.time() + 3)
    running = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), start], env=market.environment, stdout=subprocess.PIPE)  # noqa: S603
        for _ in range(4)
    ]
    assert sum(int(process.communicate(timeout=60)[0]) for process in running) == 40


def test_a_try_that_is_given_back_does_not_count(market):
    for _ in range(10):
        throttle.hit(key="k", limit=2, seconds=100)
        throttle.give_back(key="k", seconds=100)
    throttle.give_back(key="k", seconds=100)  # never below nothing
    throttle.hit(key="k", limit=2, seconds=100)
    throttle.hit(key="k", limit=2, seconds=100)
    with pytest.raises(throttle.TooManyTries):
        throttle.hit(key="k", limit=2, seconds=100)


def test_one_visitors_ipv6_network_is_one_visitor(market, monkeypatch):
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_000.0)
    for host in range(3):
        throttle.hit_from(key="k", source=f"2001:db8:1:2::{host}", limit=3, seconds=100)
    with pytest.raises(throttle.TooManyFromNetwork):
        throttle.hit_from(key="k", source="2001:db8:1:2:ffff::1", limit=3, seconds=100)
    throttle.hit_from(key="k", source="2001:db8:1:3::1", limit=3, seconds=100)


def test_the_wider_network_counts_too(market, monkeypatch):
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_000.0)
    for number in range(3 * throttle.WIDE_TIMES):
        throttle.hit_from(key="k", source=f"2001:db8:1:{number:x}::1", limit=3, seconds=100)
    with pytest.raises(throttle.TooManyFromNetwork):
        throttle.hit_from(key="k", source="2001:db8:1:ffff::1", limit=3, seconds=100)
    throttle.hit_from(key="k", source="2001:db8:2::1", limit=3, seconds=100)
    throttle.give_back_from(key="k", source="2001:db8:2::1", seconds=100)
