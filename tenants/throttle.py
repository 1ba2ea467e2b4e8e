"""How often somebody may try. The counts stand on the queue's server, where all processes share them, and are raised atomically there."""

from __future__ import annotations

import contextlib
import hashlib
import math
import time

from django.core.cache import caches
from django.utils.translation import gettext_noop

from tenants import errors, networks
from tenants.http import queue_server

CACHE = "counts"  # in settings.CACHES
WIDE_TIMES = 8  # households of one /48, or phones of one carrier


class TooManyTries(errors.DomainError):
    """More tries than the limit within its time."""

    kind = errors.Kind.LIMIT
    code = "too-many-tries"
    sentence = gettext_noop("Terlalu banyak percobaan. Tunggu %(minutes)s menit, lalu coba lagi.")


class CannotCount(errors.DomainError):
    """The server of the counts is away. Whoever could try without being counted could try for ever."""

    kind = errors.Kind.UNAVAILABLE
    code = "cannot-count-tries"
    sentence = gettext_noop(
        "Untuk sementara ini belum bisa: bagian sistem yang menghitung percobaan sedang terganggu. Coba lagi beberapa menit lagi; "
        "belanja dan pesanan tetap jalan."
    )


def hit(*, key: str, limit: int, seconds: int, refusal: type[TooManyTries] = TooManyTries) -> None:
    """Count one try under this key: at most `limit` within any `seconds`, as near as two counters can tell.

    The try itself counts, also when it is refused; the former window counts by the share of it that still lies within the time, and
    never for more than the limit, so that nobody is locked out for longer than two windows by somebody else's hammering.

    :raises TooManyTries: beyond the limit, or the kind of it that `refusal` names
    :raises CannotCount: while the server of the counts does not answer
    """
    window, elapsed = _window(seconds)
    this, counts = _counter(key, window), caches[CACHE]
    try:
        # It outlives its window, so that it cannot end between these two lines and begin again without an end.
        counts.add(this, 0, timeout=2 * seconds)
        count = counts.incr(this)
        former = min(counts.get(_counter(key, window - 1), 0), limit)
    except queue_server.Away:
        raise CannotCount from None
    if count + former * (1 - elapsed / seconds) > limit:
        raise refusal(minutes=max(1, math.ceil((seconds - elapsed) / 60)))


class TooManyFromNetwork(TooManyTries):
    """More tries than the limit from one network, which many people may share."""

    sentence = gettext_noop(
        "Terlalu banyak percobaan lewat jaringan internet yang Anda pakai, mungkin oleh orang lain. Tunggu %(minutes)s menit, atau pakai"
        " jaringan lain."
    )


def hit_from(*, key: str, source: str, limit: int, seconds: int) -> None:
    """Count one try of a network address, in each of the networks that it stands for; a wide one may more often than a narrow one.

    :raises TooManyFromNetwork: beyond the limit of one of them
    """
    for network, times in zip(networks.of(source), (1, WIDE_TIMES), strict=False):
        hit(key=f"{key}:{network}", limit=limit * times, seconds=seconds, refusal=TooManyFromNetwork)


def give_back_from(*, key: str, source: str, seconds: int) -> None:
    """Uncount one try of a network address, as `give_back`."""
    for network in networks.of(source):
        give_back(key=f"{key}:{network}", seconds=seconds)


def give_back(*, key: str, seconds: int) -> None:
    """Uncount one try under this key, which turned out to be none of those that are counted (a login that succeeded).

    A try of the window before stays counted, and so does one whose server went away meanwhile: rare, and on the safe side.
    """
    window, _elapsed = _window(seconds)
    this, counts = _counter(key, window), caches[CACHE]
    with contextlib.suppress(queue_server.Away):
        if counts.get(this, 0) > 0:
            counts.decr(this)


def _window(seconds: int) -> tuple[int, float]:
    """The number of the window at hand, and the seconds since it began."""
    window, elapsed = divmod(time.time(), seconds)  # windows must agree between processes, and no verb depends on their time
    return int(window), elapsed


def _counter(key: str, window: int) -> str:
    name = hashlib.sha256(key.encode()).hexdigest()[:32]  # a phone number or an address stays out of the cache's keys
    return f"shared:throttle:{name}:{window}"
