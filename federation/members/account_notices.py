"""News of a bank account, of a payout to one, or of a village's trade, for the villages that it concerns: a subscriber of events."""

from __future__ import annotations

from federation.models import Notice
from settlement.bank import account_changes
from tenants import events, villages
from tenants.events import EventKind

OF_ITS_OWN = frozenset(of_village for of_village, _federation in account_changes.KINDS.values()) | {
    EventKind.PAYOUT_ANSWERED,
    EventKind.TRADE_HELD,
    EventKind.TRADE_RELEASED,
}
OF_THE_FEDERATION = frozenset(of_federation for _village, of_federation in account_changes.KINDS.values())
CONCERNS: frozenset[EventKind] = OF_ITS_OWN | OF_THE_FEDERATION


def deliver(*, event: events.Event) -> None:
    """Tell the village of its own account, payouts and trade, and every village of the federation's: that is where it pays to."""
    reached = [event.village_code] if event.kind in OF_ITS_OWN else [village.code for village in villages.ready()]
    Notice.objects.bulk_create(
        [Notice(event_id=event.id, kind=event.kind, at=event.happened_at, village_code=code) for code in reached], ignore_conflicts=True
    )
