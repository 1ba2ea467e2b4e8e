"""Limits count what one visitor has: an IPv4 address, a /64 of IPv6, and with more room the /48 around it."""

from __future__ import annotations

import pytest

from tenants import networks


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", ("192.0.2.7",)),
        ("::ffff:192.0.2.7", ("192.0.2.7",)),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/48")),
        ("unknown", ("unknown",)),
        ("", ("",)),
    ],
)
def test_an_address_stands_for_its_networks(address, counted):
    assert networks.of(address) == counted
