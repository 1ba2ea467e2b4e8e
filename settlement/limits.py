"""What a village may hold for others: the limit on its exposure, and the share of it that guests may reserve."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import accounts, ledger, money, parties, positions
from settlement.models import Position
from tenants import trail
from tenants.codes import VillageCode
from tenants.refusals import Refused


class ReasonMissing(Refused):
    """A limit is never changed without saying why."""

    code = "limit-reason-missing"
    sentence = gettext_noop("Tulis alasan perubahan batas.")


def room(*, village_code: VillageCode, by_guest: bool) -> int | None:
    """How many rupiah may still be reserved under a village's limit (for a guest: under the guests' share too); None: no limit.

    A look, no promise: the reservation checks again under the lock. A village without an account has no room.
    """
    try:
        position = positions.of(village_code=village_code)
    except ledger.AccountNotOpened:
        return 0
    return position.guest_headroom_rupiah if by_guest else position.headroom_rupiah


def set_limit(
    *, village_code: str, limit_rupiah: int, by: UUID | None, at: datetime, reason: str, guest_limit_rupiah: int | None = None
) -> None:
    """Change a village's limit and the guests' share of it (by default the usual one); the trail keeps both values and the reason.

    A limit below what is held already fails nothing that was reserved: it only lets nothing new in.

    :raises ReasonMissing: without a reason
    :raises ledger.AccountNotOpened: if the village has no account
    """
    if not reason.strip():
        raise ReasonMissing
    limit = money.checked(amount_rupiah=limit_rupiah)
    share = accounts.GUEST_SHARE_BASIS_POINTS
    guests = money.basis_points(amount_rupiah=limit, basis_points=share) if guest_limit_rupiah is None else guest_limit_rupiah
    account = parties.clearing(village_code)
    with transaction.atomic():
        before = (
            Position.objects.select_for_update(no_key=True).filter(account_id=account).values("limit_rupiah", "guest_limit_rupiah").first()
        )
        if before is None:
            raise ledger.AccountNotOpened(reference=account)
        after = {"limit_rupiah": limit, "guest_limit_rupiah": money.checked(amount_rupiah=guests)}
        Position.objects.filter(account_id=account).update(**after)
        detail = {"before": before, "after": after}
        trail.record(action="limit.changed", subject_id=village_code, by=by, at=at, reason=reason.strip()[:300], detail=detail)
