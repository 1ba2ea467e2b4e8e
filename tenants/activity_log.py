"""Who did what, when, where, to what. Entries are only ever added."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tenants import models, uuids


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
    with connection.cursor() as cursor:  # every deed comes by here: saving a model would cost more than the row
        cursor.execute(_RECORD, [uuids.uuid7(), action, str(subject_id), by, at, village_code, reason, json.dumps(detail or {})])


_RECORD = """
INSERT INTO public.tenants_trailentry (id, action, subject_id, by, at, village_code, reason, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def record_each(
    *,
    action: str,
    subject_ids: Iterable[str | uuid.UUID],
    by: uuid.UUID | None,
    at: datetime,
    village_code: str = "",
    reason: str = "",
) -> None:
    """Write the same deed for several subjects, as `record` does for one."""
    models.TrailEntry.objects.bulk_create(
        models.TrailEntry(action=action, subject_id=str(subject_id), by=by, at=at, village_code=village_code, reason=reason)
        for subject_id in subject_ids
    )


def of_subject(*, subject_id: str | uuid.UUID, action: str = "") -> list[dict[str, Any]]:
    """What was done to a subject (or one kind of deed), oldest first: at, action, by (id), by_name, reason, detail."""
    found = models.TrailEntry.objects.filter(subject_id=str(subject_id))
    if action:
        found = found.filter(action=action)
    rows = list(found.order_by("at", "id").values("at", "action", "by", "reason", "detail"))
    names = dict(models.User.objects.filter(id__in={row["by"] for row in rows if row["by"]}).values_list("id", "name"))
    return [{**row, "by_name": names.get(row["by"], "") if row["by"] else ""} for row in rows]


def subjects_with(*, action: str, subject_ids: list[str]) -> set[str]:
    """Those of the subjects to which this was done."""
    return set(models.TrailEntry.objects.filter(subject_id__in=subject_ids, action=action).values_list("subject_id", flat=True))


def entries(
    *,
    after: str = "",
    village_code: str = "",
    federation_only: bool = False,
    action: str = "",
    by: uuid.UUID | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    limit: int = 50,
) -> tuple[list[dict[str, Any]], str]:
    """A page of what was done, newest first, and where the next one begins (empty: nowhere).

    Each entry: at, action, by, by_name, village_code, subject_id, reason, detail. Days are the federation's, both counted;
    `federation_only` leaves out what was done in villages.
    """
    rows = models.TrailEntry.objects.all()
    if village_code or federation_only:
        rows = rows.filter(village_code="" if federation_only else village_code)
    if action:
        rows = rows.filter(action=action)
    if by is not None:
        rows = rows.filter(by=by)
    if from_on is not None:
        rows = rows.filter(at__gte=_midnight(from_on))
    if to_on is not None:
        rows = rows.filter(at__lt=_midnight(to_on + timedelta(days=1)))
    place = _place(after)
    if place is not None:
        rows = rows.filter(Q(at__lt=place[0]) | Q(at=place[0], id__lt=place[1]))
    fields = ("id", "at", "action", "by", "village_code", "subject_id", "reason", "detail")
    found = list(rows.order_by("-at", "-id").values(*fields)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    names = dict(models.User.objects.filter(id__in={row["by"] for row in found if row["by"]}).values_list("id", "name"))
    begins = f"{found[-1]['at'].isoformat()}|{found[-1]['id']}" if more else ""
    return [{**row, "by_name": names.get(row["by"], "")} for row in found], begins


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _place(after: str) -> tuple[datetime, uuid.UUID] | None:
    """The entry after which a page begins; what cannot be read begins at the newest."""
    at, _, entry_id = after.partition("|")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, uuid.UUID(entry_id)) if moment.tzinfo else None
    except ValueError:
        return None
