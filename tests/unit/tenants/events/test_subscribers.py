"""Who hears of what stands in one list, and what fails is tried again after longer and longer pauses."""

from __future__ import annotations

import datetime

import pytest
from django.conf import settings

from deploy.background import event_subscribers
from federation.buying import notices
from federation.members import account_notices
from tenants.events import EventKind, Retries, subscribers
from tests.support.subscribers import SUBSCRIBER

TWO_OF_ONE_NAME = (SUBSCRIBER, SUBSCRIBER)


def test_the_list_is_the_one_in_deploy():
    assert settings.EVENT_SUBSCRIBERS == "deploy.background.event_subscribers.SUBSCRIBERS"
    assert subscribers.listed() == event_subscribers.SUBSCRIBERS


def test_notices_hear_of_everything_that_happens():
    assert [subscriber.name for subscriber in subscribers.of_kind("order.ready")] == ["notices"]
    assert [subscriber.name for subscriber in subscribers.of_kind("bank-account.proposed")] == ["account-notices"]
    assert set(notices.CONCERNS) | account_notices.CONCERNS == set(EventKind)
    assert not set(notices.CONCERNS) & account_notices.CONCERNS


def test_two_subscribers_cannot_have_one_name(monkeypatch):
    monkeypatch.setattr(settings, "EVENT_SUBSCRIBERS", f"{__name__}.TWO_OF_ONE_NAME")
    with pytest.raises(ValueError, match="one name"):
        subscribers.listed()


def test_pauses_double_up_to_the_longest_and_half_of_each_is_chance():
    retries = Retries(first_seconds=30, longest_seconds=3600, attempts_max=15)

    def pauses(chance: float) -> list[float]:
        return [retries.pause(attempts=attempts, chance=chance) / datetime.timedelta(seconds=1) for attempts in (1, 2, 3, 7, 8, 9, 1000)]

    assert pauses(1.0) == [30, 60, 120, 1920, 3600, 3600, 3600]
    assert pauses(0.0) == [15, 30, 60, 960, 1800, 1800, 1800]
    assert pauses(0.5)[0] == 22.5


@pytest.mark.parametrize(("retries", "hours_min", "hours_max"), [(subscribers.IN_DATABASE, 0.05, 0.14), (subscribers.OVER_NETWORK, 4, 8.1)])
def test_a_person_is_called_after_minutes_for_our_own_faults_and_after_hours_for_those_of_others(retries, hours_min, hours_max):
    for chance in (0.0, 1.0):
        pauses = [retries.pause(attempts=attempts, chance=chance) for attempts in range(1, retries.attempts_max)]
        assert hours_min < sum(pauses, datetime.timedelta()) / datetime.timedelta(hours=1) < hours_max
