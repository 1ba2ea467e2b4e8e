"""What becomes of a delivery that failed: its error is written whatever it holds, and never stops the deliveries behind it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator

import pytest

from tenants import events, models
from tenants.events import deliveries, network
from tests.support.factories import START
from tests.support.subscribers import ORDER, SUBSCRIBER, happen
from tests.unit.tenants.events.test_effects import OTHER, Effects


class Unreadable(Exception):  # noqa: N818 - as somebody else might write it
    """Has no text."""

    def __str__(self) -> str:
        raise ZeroDivisionError

    __repr__ = __str__


BAD = {"nul": ValueError("a\0b"), "surrogate": ValueError("a\udc80b"), "unreadable": Unreadable()}
TEXTS = {
    "nul": "ValueError: a?b",
    "surrogate": "ValueError: a?b",
    "unreadable": "Unreadable: (its text cannot be read: ZeroDivisionError)",
}
bad_errors = pytest.mark.parametrize("which", BAD)


@pytest.fixture(autouse=True)
def nothing_logged() -> Iterator[None]:
    """What is captured of a log must be text that a test process can hand on; these errors' texts are not."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@bad_errors
def test_any_error_has_a_text_that_can_be_stored(which):
    assert deliveries.describe(BAD[which]) == TEXTS[which]


def test_the_text_of_an_error_is_cut():
    assert deliveries.describe(ValueError("é" * 1000)) == "ValueError: " + "é" * 488


@pytest.fixture
def fails_for_order():
    def of(error: Exception):
        def deliver(*, event: events.Event) -> None:
            if event.subject_id == ORDER:
                raise error

        return deliver

    return of


def states() -> list[tuple[str, int, str]]:
    return list(models.EventDelivery.objects.order_by("recorded_at").values_list("state", "attempts", "last_error"))


@bad_errors
def test_inside_the_database_any_error_is_written_and_what_stands_behind_is_done(subscribed, fails_for_order, which, caplog):
    subscribed(Effects().subscriber(deliver=fails_for_order(BAD[which])))
    happen(), happen(subject_id=OTHER)
    assert events.sweep(at=START, chance=lambda: 1.0) == 1
    assert states() == [("waiting", 1, TEXTS[which]), ("done", 1, "")]


@bad_errors
def test_over_the_network_any_error_is_written_and_what_stands_behind_is_done(subscribed, fails_for_order, which, caplog):
    partner = dataclasses.replace(SUBSCRIBER, deliver=fails_for_order(BAD[which]))
    subscribed(partner)
    happen(), happen(subject_id=OTHER)
    deliveries.make(at=START)
    assert network.deliver_due(subscriber=partner, clock=lambda: START, chance=lambda: 1.0) is True
    assert states() == [("waiting", 1, TEXTS[which]), ("done", 1, "")]
