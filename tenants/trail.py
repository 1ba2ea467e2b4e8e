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


def sent_before(*, subject_id: str | uuid.UUID, form_key: str) -> bool:
    """Whether an entry of this subject was made from this form (`detail` holds its `form_key`); ask while the subject is locked."""
    return models.TrailEntry.objects.filter(subject_id=str(subject_id), detail__form_key=form_key).exists()


def of_subject(*, subject_id: str | uuid.UUID) -> list[dict[str, Any]]:
    """What was done to a subject, oldest first: at, action, by (id), by_name, reason."""
    rows = list(models.TrailEntry.objects.filter(subject_id=str(subject_id)).order_by("at", "id").values("at", "action", "by", "reason"))
    names = dict(models.User.objects.filter(id__in={row["by"] for row in rows if row["by"]}).values_list("id", "name"))
    return [{**row, "by_name": names.get(row["by"], "")} for row in rows]


def subjects_with(*, action: str, subject_ids: list[str]) -> set[str]:
    """Those of the subjects to which this was done."""
    return set(models.TrailEntry.objects.filter(subject_id__in=subject_ids, action=action).values_list("subject_id", flat=True))
