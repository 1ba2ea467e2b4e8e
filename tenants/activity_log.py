"""Who did what, when, where, to what. Entries are only ever added.

They are there for people: pages and reports show them. What the program decides by stands in columns of the rows that it is about, and
what counts once by its key in `tenants.idempotency`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from tenants import days, keyset, models, uuids
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, VillageCode


def record(
    *, action: str, subject_id: str | uuid.UUID, act: Act, village_code: VillageCode = AT_FEDERATION, detail: dict[str, Any] | None = None
) -> None:
    """Write one entry, in the caller's transaction, so that it is written only if what was done is committed.

    `action` reads noun.verb ("order.accepted"); `act.by` has no account for the system and for buyers without one;
    `village_code` is where the person acted, empty for the federation. No name, phone or address goes in here.
    """
    with connection.cursor() as cursor:  # everything comes by here: saving a model would cost more than the row
        cursor.execute(
            _RECORD, [uuids.uuid7(), action, str(subject_id), act.by.account_id, act.at, village_code, act.reason, json.dumps(detail or {})]
        )


_RECORD = """
INSERT INTO public.tenants_activityentry (id, action, subject_id, by, at, village_code, reason, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def record_each(*, action: str, subject_ids: Iterable[str | uuid.UUID], act: Act, village_code: VillageCode = AT_FEDERATION) -> None:
    """Write the same for several subjects, as `record` does for one."""
    models.ActivityEntry.objects.bulk_create(
        models.ActivityEntry(
            action=action, subject_id=str(subject_id), by=act.by.account_id, at=act.at, village_code=village_code, reason=act.reason
        )
        for subject_id in subject_ids
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done, by whom (empty: the system, or a buyer without an account), where (empty: at the federation), to what, why."""

    id: uuid.UUID
    at: datetime
    action: str
    by: uuid.UUID | None
    by_name: str
    village_code: VillageCode
    subject_id: str
    reason: str
    detail: dict[str, Any]


def of_subject(*, subject_id: str | uuid.UUID, action: str = "", noun: str = "") -> list[Entry]:
    """What was done to a subject (or one kind of action, or those of one noun), oldest first."""
    found = models.ActivityEntry.objects.filter(subject_id=str(subject_id))
    if noun:
        found = found.filter(action__startswith=f"{noun}.")
    if action:
        found = found.filter(action=action)
    return _read(found.order_by("at", "id"))


NEWEST = keyset.Order("activity", {"at": datetime, "id": uuid.UUID}, descending=True)


def entries(
    *,
    after: str = "",
    village_code: VillageCode = AT_FEDERATION,
    federation_only: bool = False,
    action: str = "",
    from_on: date | None = None,
    to_on: date | None = None,
    limit: int = 50,
) -> keyset.Page[Entry]:
    """A page of what was done, newest first; `after`: the cursor of the page before.

    Days are the federation's, both counted; `federation_only` leaves out what was done in villages.
    """
    rows = models.ActivityEntry.objects.order_by(*NEWEST.ordering())
    if village_code or federation_only:
        rows = rows.filter(village_code="" if federation_only else village_code)
    if action:
        rows = rows.filter(action=action)
    if from_on is not None:
        rows = rows.filter(at__gte=days.midnight(from_on))
    if to_on is not None:
        rows = rows.filter(at__lt=days.midnight(to_on + timedelta(days=1)))
    place = NEWEST.place(after)
    if place is not None:
        rows = rows.filter(NEWEST.beyond(place))
    return NEWEST.page(_read(rows[: limit + 1]), limit=limit, place=lambda entry: (entry.at, entry.id))


def _read(rows: Iterable[models.ActivityEntry]) -> list[Entry]:
    """Rows as values, with the names of who did it."""
    found = list(rows)
    names = dict(models.User.objects.filter(id__in={row.by for row in found if row.by}).values_list("id", "name"))
    return [
        Entry(
            id=row.id,
            at=row.at,
            action=row.action,
            by=row.by,
            by_name=names.get(row.by, "") if row.by else "",
            village_code=VillageCode(row.village_code),
            subject_id=row.subject_id,
            reason=row.reason,
            detail=row.detail,
        )
        for row in found
    ]
