"""Deliveries that need a person: listed, sent again, skipped; each with a reason in the activity log."""

from __future__ import annotations

import uuid

import pytest

from tenants import activity_log, events, models, reasons, wake_ups
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.events import attention
from tenants.people.permissions import Forbidden, Principal
from tests.support.factories import CIBIRU, OPERATOR, START
from tests.support.subscribers import KIND, MINUTE, ORDER, happen
from tests.unit.tenants.events.test_effects import OTHER, Effects

LATER = START + 60 * MINUTE
BY = Principal(account_id=OPERATOR.id, roles=frozenset({(FEDERATION, "operator")}))


@pytest.fixture
def effects(subscribed) -> Effects:
    found = Effects()
    subscribed(found.subscriber(in_order=True))
    return found


@pytest.fixture
def stuck(effects, caplog) -> uuid.UUID:
    """A delivery that failed three times; the fault is mended since."""
    effects.fails = {ORDER}
    event_id = happen()
    for minutes in (0, 10, 20):
        events.sweep(at=START + minutes * MINUTE)
    effects.fails = set()
    return models.EventDelivery.objects.get(event_id=event_id).id


def test_what_needs_a_person_is_listed_with_what_happened_and_why_it_failed(effects, stuck):
    happen(subject_id=OTHER)
    events.sweep(at=LATER)

    [one] = attention.listed()
    assert attention.count() == 1
    assert attention.by_subscriber() == [attention.StuckSubscriber(name="effects", label="Akibat", count=1)]
    assert attention.get(delivery_id=stuck) == one
    assert (one.id, one.subscriber, one.subscriber_label) == (stuck, "effects", "Akibat")
    assert (one.kind, one.subject_id, one.village_code, one.happened_at) == (KIND, ORDER, CIBIRU, START)
    assert (one.attempts, one.last_error) == (3, "ValueError: on purpose")


def test_sent_again_it_is_tried_as_often_as_at_first(effects, stuck, broker):
    effects.fails = {ORDER}
    attention.resend(delivery_id=stuck, act=Act(by=BY, at=LATER, reason="Sudah diperbaiki"))
    assert wake_ups.finish(seconds=10)
    assert broker.llen("celery") == 1
    for minutes in (0, 10):
        events.sweep(at=LATER + minutes * MINUTE)
    assert models.EventDelivery.objects.get(id=stuck).state == "waiting"
    effects.fails = set()

    assert events.sweep(at=LATER + 20 * MINUTE) == 1

    [entry] = activity_log.of_subject(subject_id=stuck)
    assert (entry.action, entry.by, entry.at, entry.reason) == ("delivery.resent", OPERATOR.id, LATER, "Sudah diperbaiki")


def test_skipped_it_is_never_done_and_what_waits_behind_it_goes_on(effects, stuck):
    behind = happen(at=START + MINUTE)
    assert events.sweep(at=LATER) == 0

    attention.skip(delivery_id=stuck, act=Act(by=BY, at=LATER, reason="Sudah ditelepon"))

    assert events.sweep(at=LATER) == 1
    assert [event.id for event in effects.seen] == [behind]
    assert models.EventDelivery.objects.get(id=stuck).state == "skipped"
    [entry] = activity_log.of_subject(subject_id=stuck)
    assert (entry.action, entry.reason) == ("delivery.skipped", "Sudah ditelepon")


def test_after_an_outage_all_of_a_subscriber_are_sent_again_at_once(effects, caplog):
    effects.fails = {ORDER, OTHER}
    ids = {happen(), happen(subject_id=OTHER)}
    for minutes in (0, 10, 20):
        events.sweep(at=START + minutes * MINUTE)
    effects.fails = set()

    assert attention.resend_all(subscriber="another", act=Act(by=BY, at=LATER, reason="Hidup lagi")) == 0
    assert attention.resend_all(subscriber="effects", act=Act(by=BY, at=LATER, reason="Hidup lagi")) == 2

    assert events.sweep(at=LATER) == 2
    assert {event.id for event in effects.seen} == ids
    assert models.ActivityEntry.objects.filter(action="delivery.resent", reason="Hidup lagi").count() == 2


@pytest.mark.parametrize("verb", [attention.resend, attention.skip])
def test_without_a_reason_or_for_one_that_needs_nobody_nothing_is_done(verb, stuck):
    with pytest.raises(attention.ReasonMissing):
        verb(delivery_id=stuck, act=Act(by=BY, at=LATER, reason="  "))
    with pytest.raises(reasons.TooLong):
        verb(delivery_id=stuck, act=Act(by=BY, at=LATER, reason="x" * 301))
    with pytest.raises(attention.NoSuchDelivery):
        verb(delivery_id=uuid.uuid4(), act=Act(by=BY, at=LATER, reason="Uji"))
    assert attention.count() == 1

    verb(delivery_id=stuck, act=Act(by=BY, at=LATER, reason="Uji"))
    with pytest.raises(attention.NeedsNobody):
        verb(delivery_id=stuck, act=Act(by=BY, at=LATER, reason="Uji"))
    assert len(activity_log.of_subject(subject_id=stuck)) == 1


@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_who_only_approves_or_looks_decides_nothing(role, stuck):
    by = Principal(account_id=None, roles=frozenset({(FEDERATION, role), (VillageCode(CIBIRU), "manager")}))
    for decide in (
        lambda: attention.resend(delivery_id=stuck, act=Act(by=by, at=LATER, reason="Uji")),
        lambda: attention.skip(delivery_id=stuck, act=Act(by=by, at=LATER, reason="Uji")),
        lambda: attention.resend_all(subscriber="effects", act=Act(by=by, at=LATER, reason="Uji")),
    ):
        with pytest.raises(Forbidden):
            decide()
    assert attention.count() == 1
