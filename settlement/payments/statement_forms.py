"""How the bank writes its table: the mapping that the operator gave last is kept in the trail and offered again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenants import trail

SUBJECT = "statement-form"


def kept() -> dict[str, str]:
    """The mapping that was used last (see bank_statements.csv_lines for its words); empty before the first."""
    found = trail.of_subject(subject_id=SUBJECT, action="statement.form-kept")
    mapping: dict[str, str] = found[-1]["detail"]["mapping"] if found else {}
    return mapping


def keep(*, mapping: Mapping[str, str], by: UUID, at: datetime) -> None:
    """Keep a mapping that could read a statement; the one that is kept already is not kept twice."""
    with transaction.atomic(durable=True):
        if dict(mapping) != kept():
            trail.record(action="statement.form-kept", subject_id=SUBJECT, by=by, at=at, detail={"mapping": dict(mapping)})
