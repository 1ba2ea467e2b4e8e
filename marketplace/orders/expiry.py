"""Unpaid orders lapse, so that nobody empties a shop by clicking."""

from __future__ import annotations

import logging
from datetime import datetime

from federation.buying import seller_orders
from marketplace.orders import reversals
from tenants.db import context

log = logging.getLogger(__name__)
BATCH = 500


def expire_due(*, at: datetime) -> int:
    """Let every order lapse that is due, each in a transaction of its own; gives how many did. May run twice at once."""
    lapsed = 0
    for place in seller_orders.lapsing(at=at, limit=BATCH):
        try:
            with context.inside(place.seller):
                lapsed += reversals.expire(order_id=place.order_id, at=at)
        except Exception:  # one broken order must not hold up the others; the audit shows it
            log.exception("order %s of %s could not expire", place.order_id, place.seller)
    return lapsed
