"""Unpaid orders lapse, so that nobody empties a shop by clicking."""

from __future__ import annotations

import logging
from datetime import datetime

from federation.buying import gateway_attempts
from federation.models import SellerOrder
from marketplace.orders import reversals
from tenants.db import context

log = logging.getLogger(__name__)
BATCH = 500


def expire_due(*, at: datetime) -> int:
    """Let every order lapse that is due, each in a transaction of its own; gives how many did. May run twice at once."""
    unpaid = SellerOrder.objects.filter(expires_at__lte=at, ended_at=None, paid_at=None)
    due = gateway_attempts.without_those_being_paid(unpaid).order_by("expires_at")
    lapsed = 0
    for seller, order_id in list(due.values_list("seller", "id")[:BATCH]):
        try:
            with context.inside(seller):
                lapsed += reversals.expire(order_id=order_id, at=at)
        except Exception:  # one broken order must not hold up the others; the audit shows it
            log.exception("order %s of %s could not expire", order_id, seller)
    return lapsed
