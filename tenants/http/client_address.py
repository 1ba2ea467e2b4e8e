"""The network address that a request comes from, also behind fronts that are trusted by name. Nobody is trusted by default."""

from __future__ import annotations

import collections
import functools
import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
COUNTED_IPV6_BITS = 64  # a household or a phone has so many addresses of its own


_WATCHED_REQUESTS = 1_000
_NEARLY_ALL = 0.95
_WARN_EVERY_SECONDS = 3600.0
_FORWARDING = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class Fronts:
    """Middleware: what a peer that is no trusted front forwards is dropped. Says when nearly everything comes from one address.

    That is a front which nobody named, before us or before a front that is named, or a front that names nobody: all its visitors count
    as one, and their limits are reached by all of them together.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._seen: collections.Counter[str] = collections.Counter()
        self._seen_lock = threading.Lock()
        self._warn_from = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = str(request.META.get("REMOTE_ADDR", ""))
        if not is_in(peer, networks(tuple(settings.TRUSTED_PROXIES))):
            for name in _FORWARDING:
                request.META.pop(name, None)
        self._watch(of(request=request))
        return self._get_response(request)

    def _watch(self, address: str) -> None:
        seen = self._seen_when_enough(address)
        if seen is None:
            return
        most_seen, times = seen.most_common(1)[0]
        if times >= _NEARLY_ALL * _WATCHED_REQUESTS and time.monotonic() >= self._warn_from:
            self._warn_from = time.monotonic() + _WARN_EVERY_SECONDS
            log.warning(
                "%d of the last %d requests came from %s. If it is a front, name it in PASARSAMA_TRUSTED_PROXIES and let it forward whom it"
                " serves (X-Forwarded-For): until then all its visitors count as one.",
                times,
                _WATCHED_REQUESTS,
                most_seen,
            )

    def _seen_when_enough(self, address: str) -> collections.Counter[str] | None:
        """Count one more; the thread that counts the last one gets all, and the next ones begin from nothing."""
        with self._seen_lock:
            seen = self._seen
            seen[address] += 1
            if seen.total() < _WATCHED_REQUESTS:
                return None
            self._seen = collections.Counter()
        return seen


def of(*, request: HttpRequest) -> str:
    """Give the address without port: the peer's, or, where the peer is a trusted front, the rightmost one it names that is not.

    What stands further left was written by a visitor. Where a front names nobody, its own address is all that is known.
    """
    return find(
        peer=str(request.META.get("REMOTE_ADDR", "")),
        forwarded_for=str(request.META.get("HTTP_X_FORWARDED_FOR", "")),
        trusted=networks(tuple(settings.TRUSTED_PROXIES)),
    )


def find(*, peer: str, forwarded_for: str, trusted: tuple[Network, ...]) -> str:
    """As `of`, of plain values."""
    found = parse(peer)
    if found is None:
        return peer[:64]
    for hop in reversed(forwarded_for.split(",")):
        if not _is_trusted(found, trusted):
            break
        named = parse(hop)
        if named is None:  # "unknown", or nonsense: beyond it nothing is certain
            break
        found = named
    return str(found)


def parse(text: str) -> Address | None:
    """Read 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1] or [2001:db8::1]:80; an IPv4 address in IPv6 clothes becomes IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


@functools.lru_cache
def networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    """Read addresses and networks; empty names are none.

    :raises ValueError: if one is neither
    """
    return tuple(ipaddress.ip_network(name.strip()) for name in names if name.strip())


def is_in(address: str, trusted: Iterable[Network]) -> bool:
    """Say whether the address is one of these fronts."""
    found = parse(address)
    return found is not None and _is_trusted(found, trusted)


def counted(address: str, *, ipv6_bits: int = COUNTED_IPV6_BITS) -> str:
    """Give what limits count: an IPv4 address, or the network of an IPv6 address, all of which is one visitor's."""
    found = parse(address)
    if not isinstance(found, ipaddress.IPv6Address):
        return address if found is None else str(found)
    return str(ipaddress.ip_network((found, ipv6_bits), strict=False))


def _is_trusted(address: Address, trusted: Iterable[Network]) -> bool:
    return any(address in network for network in trusted)
