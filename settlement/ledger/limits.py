"""What a village may hold for others: the limit on its exposure, the share of it that guests may reserve, and how much is in use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement import money
from settlement.ledger import function_calls, open_accounts, parties, positions
from settlement.models import Position
from tenants import activity_log, idempotency
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

WARNING_BASIS_POINTS = 8_000  # of a limit: from here on the village and the federation are told, while there is still room


class ReasonMissing(DomainError):
    """A limit is never changed without saying why."""

    kind = Kind.INVALID
    code = "limit-reason-missing"
    sentence = gettext_noop("Tulis alasan perubahan batas.")


class State(StrEnum):
    """How near a village is to its limit: below the warning, from it on, or with no rupiah left."""

    OK = "ok"
    WARNING = "warning"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Use:
    """What one village uses of its limit at one moment, in rupiah."""

    village_code: VillageCode
    exposure_rupiah: int
    limit_rupiah: int | None  # None: no limit
    guest_pending_rupiah: int  # the part of the exposure that guests reserved and have not paid
    guest_limit_rupiah: int | None

    @property
    def used_basis_points(self) -> int | None:
        """The floor of the share in use, in hundredths of a per cent; above 10,000 where a limit was lowered; None without a limit."""
        if self.limit_rupiah is None:
            return None
        if not self.limit_rupiah:
            return money.WHOLE_BASIS_POINTS  # of nothing, nothing is left
        return self.exposure_rupiah * money.WHOLE_BASIS_POINTS // self.limit_rupiah

    @property
    def state(self) -> State:
        """Floors keep the state honest: REACHED is said only when not one rupiah is left."""
        used = self.used_basis_points
        if used is None or used < WARNING_BASIS_POINTS:
            return State.OK
        return State.REACHED if used >= money.WHOLE_BASIS_POINTS else State.WARNING

    @property
    def guest_share_basis_points(self) -> int | None:
        """The guests' share of the limit: the least one whose floor is their amount, so that it gives the same amount again.

        None where no limit shows it.
        """
        if not self.limit_rupiah or self.guest_limit_rupiah is None:
            return None
        return min(money.WHOLE_BASIS_POINTS, -(-self.guest_limit_rupiah * money.WHOLE_BASIS_POINTS // self.limit_rupiah))

    @property
    def headroom_rupiah(self) -> int | None:
        """What may still be reserved; None without a limit."""
        return None if self.limit_rupiah is None else max(0, self.limit_rupiah - self.exposure_rupiah)


def room(*, village_code: VillageCode, by_guest: bool) -> int | None:
    """How many rupiah may still be reserved under a village's limit (for a guest: under the guests' share too); None: no limit.

    A look, no promise: the reservation checks again under the lock. A village without an account has no room.
    """
    try:
        position = positions.of(village_code=village_code)
    except function_calls.AccountNotOpened:
        return 0
    return position.guest_headroom_rupiah if by_guest else position.headroom_rupiah


def uses() -> list[Use]:
    """What every village with an account uses of its limit, in the order of their codes. One statement."""
    return [of_position(position) for position in positions.all_()]


def use(*, village_code: VillageCode) -> Use:
    """What one village uses of its limit.

    :raises function_calls.AccountNotOpened: if it has no account
    """
    return of_position(positions.of(village_code=village_code))


def set_limit(*, village_code: VillageCode, limit_rupiah: int, act: Act, guest_limit_rupiah: int | None = None) -> None:
    """Change a village's limit and the guests' share of it (by default the usual one); the activity log keeps both values and the reason.

    A limit below what is held already fails nothing that was reserved: it only lets nothing new in. The same form counts once.

    :raises ReasonMissing: without a reason
    :raises function_calls.AccountNotOpened: if the village has no account
    :raises errors.FormReused: if the same form came before with other values
    :raises permissions.Forbidden: unless `act.by` sets limits
    """
    permissions.require(act.by, Permission.SET_LIMITS, FEDERATION)
    act = act.with_given_reason(missing=ReasonMissing())
    limit = money.checked(amount_rupiah=limit_rupiah)
    share = open_accounts.GUEST_SHARE_BASIS_POINTS
    guests = money.basis_points(amount_rupiah=limit, basis_points=share) if guest_limit_rupiah is None else guest_limit_rupiah
    after = {"limit_rupiah": limit, "guest_limit_rupiah": money.checked(amount_rupiah=guests)}
    account = parties.clearing(village_code)
    scope = idempotency.Scope(operation="limit", principal=act.by.account_id, village_code=village_code)
    request = {"after": after, "reason": act.reason}
    with transaction.atomic():
        if idempotency.is_repeat(scope=scope, key=act.key, request=request, money=False, at=act.at):
            return
        before = (
            Position.objects.select_for_update(no_key=True).filter(account_id=account).values("limit_rupiah", "guest_limit_rupiah").first()
        )
        if before is None:
            raise function_calls.AccountNotOpened(reference=account)
        Position.objects.filter(account_id=account).update(**after)
        detail = {"before": before, "after": after}
        activity_log.record(action="limit.changed", subject_id=village_code, act=act, detail=detail)


def of_position(position: positions.Position) -> Use:
    """What a village at this position uses of its limit."""
    return Use(
        village_code=position.village_code,
        exposure_rupiah=position.exposure_rupiah,
        limit_rupiah=position.limit_rupiah,
        guest_pending_rupiah=position.guest_pending_rupiah,
        guest_limit_rupiah=position.guest_limit_rupiah,
    )
