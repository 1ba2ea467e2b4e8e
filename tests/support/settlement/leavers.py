"""Villages that left without being settled, as before there were days in which to bring goods back."""

from __future__ import annotations

from typing import Any

from tenants import codes, models, villages
from tenants.db import context, privileges
from tests.support import factories


def leave(market: Any, code: str) -> None:
    """Archive a village whatever it owes."""
    with market.as_owner(), context.public():
        models.Village.objects.filter(code=code).update(state="archived", suspended_at=factories.START)
        privileges.close(schema=codes.schema_of(codes.VillageCode(code)))
        villages.changed()
    villages.forget()
