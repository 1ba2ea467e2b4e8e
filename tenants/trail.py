"""Who did what, when, where, to what. Entries are only ever added."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from tenants import models


def record(
    *,
    action: str,
    subject_id: str | uuid.UUID,
    by: uuid.UUID | None,
    at: datetime,
    village_code: str = "",
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one entry, in the caller's transaction, so that it stands or falls with the deed.

    `action` reads noun.verb ("order.accepted"); `by` is None for the system and for buyers without an account;
    `village_code` is where the person acted, empty for the federation. No name, phone or address goes in here.
    """
    models.TrailEntry.objects.create(
        action=action, subject_id=str(subject_id), by=by, at=at, village_code=village_code, reason=reason, detail=detail or {}
    )
