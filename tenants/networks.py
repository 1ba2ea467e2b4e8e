"""The networks by which limits count a visitor's address: who has one IPv6 address has a whole network of them."""

from __future__ import annotations

import ipaddress

NARROW_IPV6_BITS = 64  # of one phone or household
WIDE_IPV6_BITS = 48  # of one connection at most providers, or of many phones of a carrier


def of(address: str) -> tuple[str, ...]:
    """The networks that an address stands for, the narrow one first: an IPv4 address alone, or the /64 and the /48 of an IPv6 address.

    Text that is no address counts as it is.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return (address,)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return tuple(str(ipaddress.ip_network((found, bits), strict=False)) for bits in (NARROW_IPV6_BITS, WIDE_IPV6_BITS))
    return (str(getattr(found, "ipv4_mapped", None) or found),)
