"""Who hears of a bank account: its village alone, or every village where it is the federation's; each once."""

from __future__ import annotations

import uuid

from federation.members import account_notices
from federation.models import Notice
from tenants import codes, events
from tenants.events import EventKind
from tests.support import factories


def _deliver(kind: EventKind, *, village_code: str, times: int = 1) -> list[str]:
    """The villages that hear of an event that is delivered so often."""
    event = events.Event(
        id=uuid.uuid4(), kind=kind, subject_id=uuid.uuid4(), village_code=village_code, payload={}, happened_at=factories.START
    )
    for _ in range(times):
        account_notices.deliver(event=event)
    rows = Notice.objects.filter(event_id=event.id)
    assert set(rows.values_list("kind", "at", "order_id", "purchase")) <= {(kind, factories.START, None, None)}
    return sorted(rows.values_list("village_code", flat=True))


def test_of_its_own_account_a_village_hears_alone(market) -> None:
    for kind in sorted(account_notices.OF_ITS_OWN):
        assert (kind, _deliver(kind, village_code=factories.CIBIRU)) == (kind, [factories.CIBIRU])


def test_of_the_federations_account_every_village_hears(market) -> None:
    for kind in sorted(account_notices.OF_THE_FEDERATION):
        assert (kind, _deliver(kind, village_code=codes.AT_FEDERATION)) == (kind, sorted(factories.VILLAGES))


def test_delivered_twice_it_is_written_once_for_each(market) -> None:
    assert _deliver(EventKind.BANK_ACCOUNT_STOPPED, village_code=factories.MELATI, times=2) == [factories.MELATI]
    assert _deliver(EventKind.FEDERATION_ACCOUNT_STOPPED, village_code=codes.AT_FEDERATION, times=2) == sorted(factories.VILLAGES)
