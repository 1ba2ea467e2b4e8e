"""That the market was made again from a backup: each restore is on record, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tenants import models


def record(*, restore_id: UUID, backup_at: datetime, restored_at: datetime) -> bool:
    """Write a restore down in the caller's transaction; False if it is on record, so that all that goes with it was done."""
    _, is_new = models.MarketRestore.objects.get_or_create(id=restore_id, defaults={"backup_at": backup_at, "restored_at": restored_at})
    return is_new


def count() -> int:
    """How often this market was restored: what was bound to the number before holds no more."""
    return models.MarketRestore.objects.count()
