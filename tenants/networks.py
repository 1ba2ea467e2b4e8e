"""The networks by which limits count a visitor's address: who has one IPv6 address has a whole network of them."""

from __future__ import annotations

from tenants.http import client_address

WIDE_IPV6_BITS = 48  # one connection at most providers, or many phones of a carrier


def of(address: str) -> tuple[str, ...]:
    """The networks that an address stands for, the narrow one first: an IPv4 address alone, or the /64 and the /48 of an IPv6 address.

    Text that is no address counts as it is.
    """
    narrow, wide = client_address.counted(address), client_address.counted(address, ipv6_bits=WIDE_IPV6_BITS)
    return (narrow,) if narrow == wide else (narrow, wide)
