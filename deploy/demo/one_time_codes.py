"""What the demonstration's approver would read off a phone: computed from the key, which nothing else in the project does.

It stands here and not beside the checking of codes, so that no page and no use case can come to answer its own question.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django_otp import oath
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants.db import context
from tenants.people import second_factor

ROLE = "approver"  # who has one in the demonstration


def set_up(*, user_id: UUID, at: datetime) -> None:
    """Put a device in force for somebody of the demonstration who has none; repeating it changes nothing."""
    if second_factor.active(user_id=user_id) is None:
        second_factor.enrol(user_id=user_id, at=at)
        second_factor.confirm(user_id=user_id, code=_code(user_id, at, confirmed=False), at=at)


def current_code(*, user_id: UUID, at: datetime) -> str:
    """The six digits that the person's phone shows at this moment. For the demonstration only.

    :raises second_factor.NoFactor: if no device is in force
    """
    if second_factor.active(user_id=user_id) is None:
        raise second_factor.NoFactor
    return _code(user_id, at, confirmed=True)


def changes_at(*, at: datetime) -> datetime:
    """When the phone shows the next code; the one before is taken for one step more."""
    steps = int(at.timestamp()) // second_factor.STEP_SECONDS + 1
    return datetime.fromtimestamp(steps * second_factor.STEP_SECONDS, tz=UTC)


def _code(user_id: UUID, at: datetime, *, confirmed: bool) -> str:
    with context.public():
        device = TOTPDevice.objects.get(user_id=user_id, confirmed=confirmed)
    clock = oath.TOTP(device.bin_key, device.step, device.t0, device.digits)
    clock.time = at.timestamp()
    return f"{clock.token():0{device.digits}}"
