"""The bank accounts of all members as a list, page by page: who has none yet comes first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from settlement.bank import bank_accounts
from tenants import keyset, models
from tenants.codes import FEDERATION

State = models.Village.State
LACKING_FIRST = keyset.Order("bank-accounts", {"village": int, "known": int, "code": str})


@dataclass(frozen=True, slots=True)
class AccountList:
    """A page of the members' codes, how it stands with their accounts (`bank_accounts.NOTHING` of who is not named) and always with the
    federation's own, and counts of all: `proposed`: accounts that wait for another person's word; `lacking`: members of whom no account is
    known, not even to come."""

    page: keyset.Page[str]
    statuses: Mapping[str, bank_accounts.Status]
    own: bank_accounts.Status
    proposed: int
    lacking: int


# What is not settled was asked before: few have changed their account lately, however many have one.
_LIST = f"""
WITH settled AS ({bank_accounts.SETTLED}), members AS (
    SELECT code, CASE WHEN code = '{FEDERATION}' THEN 0 ELSE 1 END AS village,
        CASE WHEN code = ANY (%(known)s) OR code IN (TABLE settled) THEN 1 ELSE 0 END AS known
    FROM (SELECT code FROM public.tenants_village WHERE state = ANY (%(states)s) UNION ALL SELECT '{FEDERATION}') every)
SELECT code, village, known, (SELECT count(*) FROM members WHERE known = 0) AS lacking
FROM (SELECT 1) always LEFT JOIN (SELECT * FROM members
    WHERE (%(among)s::text[] IS NULL OR code = ANY (%(among)s)) AND (village, known, code) > (%(village)s, %(after_known)s, %(code)s)
    ORDER BY village, known, code LIMIT %(most)s) shown ON true
ORDER BY village, known, code
"""  # noqa: S608 -- constants only; values go in as parameters


def page(*, at: datetime, among: Collection[str] | None = None, after: str = "", limit: int) -> AccountList:
    """The federation, then villages without an account, then the others by code; with `among`, those of these."""
    unsettled = bank_accounts.unsettled(at=at)
    place = LACKING_FIRST.place(after) or (-1, 0, "")
    values: dict[str, Any] = {
        "at": at,
        "known": [party for party, status in unsettled.items() if status.shown],
        "states": [str(state) for state in (State.ACTIVE, State.SUSPENDED, State.ARCHIVED)],
        "among": None if among is None else list(among),
        "most": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LIST, values | dict(zip(("village", "after_known", "code"), place, strict=True)))
        rows = cursor.fetchall()
    found = LACKING_FIRST.page([row for row in rows if row[0]], limit=limit, place=lambda row: (row[1], row[2], row[0]))
    members = [code for code, *_ in found.rows]
    statuses = bank_accounts.statuses(at=at, parties={*members, FEDERATION})
    return AccountList(
        page=keyset.Page(members, found.after),
        statuses=statuses,
        own=statuses.get(FEDERATION, bank_accounts.NOTHING),
        proposed=sum(status.proposed is not None for status in unsettled.values()),
        lacking=rows[0][3],
    )
