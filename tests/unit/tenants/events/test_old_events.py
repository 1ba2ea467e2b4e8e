"""Events go a month after their last delivery was finished; what needs somebody stays, and so does what was made of them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from federation.models import Notice
from tenants import events, models
from tenants.events import deliveries, old_events, subscribers
from tests.support import factories, shopping
from tests.support.subscribers import MINUTE, SUBSCRIBER, happen
from tests.unit.tenants.events.test_effects import OTHER, Effects


@pytest.fixture
def now(market):
    """Keys are made by the real clock, so these tests live now."""
    return timezone.now()


def test_done_and_skipped_go_after_thirty_days(subscribed, now):
    one, two = Effects(), Effects()
    subscribed(one.subscriber(), two.subscriber(name="two"), SUBSCRIBER)
    happen(at=now)
    events.sweep(at=now)
    models.EventDelivery.objects.filter(subscriber="partner").update(state="skipped", finished_at=now + 10 * MINUTE)

    assert old_events.delete(at=now + old_events.KEEP_FOR) == 0
    assert models.EventDelivery.objects.count() == 3
    assert old_events.delete(at=now + old_events.KEEP_FOR + 11 * MINUTE) == 1
    assert not models.EventDelivery.objects.exists()
    assert not models.Event.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "needs-person", "claimed"])
def test_an_event_with_an_unfinished_delivery_stays_with_all_of_them(subscribed, now, state):
    effects = Effects()
    subscribed(effects.subscriber(), SUBSCRIBER)
    happen(at=now)
    events.sweep(at=now)
    lease = {"lease_until": now} if state == "claimed" else {}
    models.EventDelivery.objects.filter(subscriber="partner").update(state=state, **lease)

    assert old_events.delete(at=now + 10 * old_events.KEEP_FOR) == 0
    assert models.EventDelivery.objects.count() == 2


def test_an_event_without_deliveries_yet_stays_and_one_that_nobody_hears_of_goes(subscribed, now):
    subscribed()
    unheard = happen(at=now)
    deliveries.make(at=now)
    happen(at=now)

    assert old_events.delete(at=now + old_events.KEEP_FOR + MINUTE) == 1
    assert not models.Event.objects.filter(id=unheard).exists()
    assert models.Event.objects.count() == 1


def test_many_go_in_batches_up_to_a_bound(subscribed, now, monkeypatch):
    monkeypatch.setattr(old_events, "_BATCH", 10)
    effects = Effects()
    subscribed(effects.subscriber())
    for _ in range(35):
        happen(at=now)
    events.sweep(at=now)
    late = now + old_events.KEEP_FOR + MINUTE

    assert old_events.delete(at=late, batches_max=2) == 20
    assert old_events.delete(at=late) == 15


def test_notices_stay(now):
    shopping.buy({shopping.product(factories.CIBIRU): 1}, at=now)
    events.sweep(at=now)

    assert old_events.delete(at=now + old_events.KEEP_FOR + MINUTE) == 1
    assert Notice.objects.count() == 2


def test_what_waits_for_a_subscriber_that_is_gone_is_left_to_a_person(subscribed, now):
    effects = Effects()
    subscribed(effects.subscriber(), SUBSCRIBER)
    happen(at=now), happen(at=now, subject_id=OTHER)
    events.sweep(at=now)
    models.EventDelivery.objects.filter(subscriber="partner", subject_id=OTHER).update(state="claimed", lease_until=now)
    subscribed(effects.subscriber())

    old_events.delete(at=now + 59 * MINUTE)
    assert not models.EventDelivery.objects.filter(state="needs-person").exists()
    old_events.delete(at=now + 61 * MINUTE)
    assert models.EventDelivery.objects.filter(state="needs-person", subscriber="partner").count() == 2
    assert [subscriber.name for subscriber in subscribers.listed()] == ["effects"]
