"""Whose address counts: nobody's claim is believed but a named front's, and of its list the rightmost that is no front."""

from __future__ import annotations

import collections
import concurrent.futures
import logging
import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from tenants.http import client_address

FRONTS = client_address.networks(("10.0.0.0/24", "2001:db8:f::/48", "192.0.2.7"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # anybody may write that
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # the left one was there before the front
        ("10.0.0.2", "198.51.100.1:54321", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 192.0.2.7:443, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 192.0.2.8", "192.0.2.8"),  # a front that nobody named
        ("2001:db8:f::1", "2001:db8:a::5", "2001:db8:a::5"),
        ("2001:db8:f::1", "[2001:db8:a::5]:443", "2001:db8:a::5"),
        ("2001:db8:f::1", '"[2001:DB8:A:0::5]"', "2001:db8:a::5"),
        ("::ffff:10.0.0.2", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "fe80::1%eth0", "fe80::1"),
        ("10.0.0.2", "198.51.100.1, unknown", "10.0.0.2"),  # beyond it nothing is certain
        ("10.0.0.2", "198.51.100.1, 10.0.0.2, " + "x" * 500, "10.0.0.2"),
        ("10.0.0.2", "10.0.0.3", "10.0.0.3"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_rightmost_address_that_is_no_front_counts(peer, forwarded, seen):
    assert client_address.find(peer=peer, forwarded_for=forwarded, trusted=FRONTS) == seen


def test_nobody_is_believed_by_default():
    assert client_address.find(peer="127.0.0.1", forwarded_for="198.51.100.1", trusted=()) == "127.0.0.1"
    assert client_address.of(request=RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.1"})) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.1", "198.51.100.1"), ("2001:db8:a:b:1:2:3:4", "2001:db8:a:b::/64"), ("::ffff:198.51.100.1", "198.51.100.1"), ("x", "x")],
)
def test_an_ipv6_network_counts_as_one_visitor(address, network):
    assert client_address.counted(address) == network
    assert client_address.counted("2001:db8:a:b:1:2:3:4", ipv6_bits=48) == "2001:db8:a::/48"


def _through(**meta: str) -> dict[str, object]:
    found: dict[str, object] = {}

    def view(request):
        found.update(scheme=request.scheme, address=client_address.of(request=request), meta=dict(request.META))
        return HttpResponse()

    client_address.Fronts(view)(RequestFactory().get("/", **meta))
    return found


CLAIMS = {"HTTP_X_FORWARDED_FOR": "198.51.100.1", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_FORWARDED": "for=198.51.100.1"}


@override_settings(TRUSTED_PROXIES=["10.0.0.2"], SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_only_a_front_says_that_a_connection_was_safe():
    stranger = _through(REMOTE_ADDR="203.0.113.9", **CLAIMS)
    assert (stranger["scheme"], stranger["address"]) == ("http", "203.0.113.9")
    assert not set(CLAIMS) & set(stranger["meta"])
    front = _through(REMOTE_ADDR="10.0.0.2", **CLAIMS)
    assert (front["scheme"], front["address"]) == ("https", "198.51.100.1")


@override_settings(TRUSTED_PROXIES=["10.0.0.2"])
@pytest.mark.parametrize(("peers", "warnings"), [(["192.0.2.1"], 1), (["192.0.2.1", "192.0.2.2"], 0)])
def test_a_front_that_nobody_named_is_noticed(caplog, peers, warnings):
    fronts = client_address.Fronts(lambda request: HttpResponse())
    with caplog.at_level(logging.WARNING):
        for number in range(1_100):
            fronts(RequestFactory().get("/", REMOTE_ADDR=peers[number % len(peers)]))
    assert caplog.text.count("PASARSAMA_TRUSTED_PROXIES") == warnings
    assert ("192.0.2.1" in caplog.text) is bool(warnings)


@override_settings(TRUSTED_PROXIES=["10.0.0.2"])
@pytest.mark.parametrize(
    ("forwarded", "warnings"),
    [
        ([""], 1),  # our front names nobody
        (["192.0.2.1"], 1),  # a front before ours
        (["198.51.100.1", "198.51.100.2"], 0),
    ],
)
def test_one_address_behind_our_own_front_is_noticed(caplog, forwarded, warnings):
    fronts = client_address.Fronts(lambda request: HttpResponse())
    with caplog.at_level(logging.WARNING):
        for number in range(1_100):
            named = forwarded[number % len(forwarded)]
            fronts(RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", **({"HTTP_X_FORWARDED_FOR": named} if named else {})))
    assert caplog.text.count("PASARSAMA_TRUSTED_PROXIES") == warnings


class _SlowCounter(collections.Counter[str]):
    """Lets other threads come in between."""

    def total(self) -> int:
        found = super().total()
        time.sleep(0.001)
        return found


def test_threads_that_count_at_once_do_not_fail(monkeypatch):
    monkeypatch.setattr(client_address, "_WATCHED_REQUESTS", 2)
    monkeypatch.setattr(collections, "Counter", _SlowCounter)
    fronts = client_address.Fronts(lambda request: HttpResponse())

    def ask(number: int) -> list[int]:
        return [fronts(RequestFactory().get("/", REMOTE_ADDR=f"192.0.2.{number}")).status_code for _ in range(20)]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[200] * 20] * 8
