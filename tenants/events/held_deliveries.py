"""After a restore nobody knows what of the waiting deliveries the lost market had sent: a person looks at each, and sends or skips it."""

from __future__ import annotations

from datetime import datetime

from tenants.events import deliveries
from tenants.models import EventDelivery

State = EventDelivery.State
RESTORED = "restored"  # stands as their last error; pages say it in words


def hold_all(*, at: datetime) -> int:
    """Let every delivery that is not finished wait for a person, in the caller's transaction; gives their number."""
    while deliveries.make_some(at=at):
        pass
    waiting = EventDelivery.objects.filter(state__in=[State.WAITING, State.CLAIMED])
    return waiting.update(state=State.NEEDS_PERSON, lease_until=None, last_error=RESTORED)
