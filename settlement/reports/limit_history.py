"""How a village's limit became what it is: every change with its reason, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants import activity_log
from tenants.codes import VillageCode


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a village's limit, in rupiah, with who made it and why (`by_name` empty: on the machine itself)."""

    at: datetime
    by: UUID | None
    by_name: str
    reason: str
    before_rupiah: int | None
    after_rupiah: int
    guests_before_rupiah: int | None
    guests_after_rupiah: int


def changes(*, village_code: VillageCode) -> list[Change]:
    """Every change of a village's limit, newest first; the limit with which it was opened is the oldest one's `before`."""
    found = []
    for entry in reversed(activity_log.of_subject(subject_id=village_code, action="limit.changed")):
        before, after = entry.detail["before"], entry.detail["after"]
        change = Change(
            at=entry.at,
            by=entry.by,
            by_name=entry.by_name,
            reason=entry.reason,
            before_rupiah=before["limit_rupiah"],
            after_rupiah=after["limit_rupiah"],
            guests_before_rupiah=before["guest_limit_rupiah"],
            guests_after_rupiah=after["guest_limit_rupiah"],
        )
        found.append(change)
    return found
