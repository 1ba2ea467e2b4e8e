"""Which state of the catalogue is the newest: a stamp in the cache that all processes share. No HTTP here: verbs announce with it."""

from __future__ import annotations

import itertools
import logging
import uuid

from django.core.cache import cache

from tenants import villages

logger = logging.getLogger(__name__)

KEY = "shared:catalogue-stamp"

_changes = itertools.count(1)
_changed_here = 0


def renew() -> None:
    """Announce that a listing changed: after the commit. This process knows it even when the cache server does not answer."""
    global _changed_here
    _changed_here = next(_changes)
    try:
        cache.set(KEY, uuid.uuid4().hex, timeout=None)
    except Exception:
        logger.warning("The catalogue's stamp could not be written; kept pages end by themselves within a minute.", exc_info=True)


def current() -> str | None:
    """The newest state's stamp, which changes with the villages that sell nothing, too.

    None without the cache server, when nothing tells whether something kept is still true.
    """
    try:
        stamp = cache.get(KEY)
        if stamp is None:  # the cache server is new or lost it: a fresh one, so that no page kept under an old one returns
            cache.add(KEY, uuid.uuid4().hex, timeout=None)
            stamp = cache.get(KEY)
    except Exception:
        logger.warning("The cache server does not answer; pages are rendered again for each request.", exc_info=True)
        return None
    return f"{stamp}.{_changed_here}.{hash(villages.not_selling())}" if stamp is not None else None
