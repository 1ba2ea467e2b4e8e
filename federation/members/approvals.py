"""The approval of a cycle by a person at the desk: a one-time code is taken, then the cycle is approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from settlement.cycles import approving
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.people import permissions, second_factor
from tenants.people.permissions import Permission


def approve(*, number: int, signed_sha256: str, code: str, act: Act) -> None:
    """Take the approver's one-time code and approve what was shown; sent twice, also at the same instant, it is approved once.

    The code is used up then, whatever the ledger says; only what this person has approved before asks for none.

    :raises permissions.Forbidden: unless `act.by` approves cycles
    :raises errors.DomainError: every refusal of second_factor.check and of approving.approve, and the cycle is as it was
    """
    permissions.require(act.by, Permission.APPROVE_CYCLE, FEDERATION)
    if act.by.account_id is None:
        raise permissions.Forbidden
    with _in_turn(number=number, by=act.by.account_id):
        if approving.is_approved(number=number, signed_sha256=signed_sha256, by=act.by.account_id):
            return
        checked = second_factor.check(user_id=act.by.account_id, code=code, at=act.at)
        approving.approve(number=number, signed_sha256=signed_sha256, act=act, checked=checked)


@contextmanager
def _in_turn(*, number: int, by: UUID) -> Iterator[None]:
    """Let one approval of this person and cycle be after the other.

    Code and approval are two transactions, since a guess must count whatever becomes of what it was for. A second tap between the two
    would find its code used and the cycle not approved yet. So the lock is the session's, which outlives both, and not a transaction's.
    """
    name = [f"approval:{number}:{by}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)
