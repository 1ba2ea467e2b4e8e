"""The wall clock is believed while the three clocks agree; while it is doubted, nothing lapses and nothing is sealed by it."""

from __future__ import annotations

import dataclasses
import functools
import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from federation.models import SellerOrder
from marketplace import tasks as shop_tasks
from settlement import tasks as ledger_tasks
from settlement.models import Seal
from tenants import acts, clock, models
from tenants.people import permissions
from tests.support import factories, shopping

NOON = datetime(2026, 12, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)


class Machine:
    """Three clocks that tests set."""

    def __init__(self) -> None:
        self.clocks = clock.Clocks(boot="first", since_boot=timedelta(hours=3), wall=NOON, database=NOON)

    def read(self) -> clock.Clocks:
        return self.clocks

    def passes(self, span: timedelta) -> None:
        """Time goes by, running or asleep."""
        was = self.clocks
        self.clocks = dataclasses.replace(was, since_boot=was.since_boot + span, wall=was.wall + span, database=was.database + span)

    def set_ahead(self, span: timedelta) -> None:
        """Somebody sets the clock of the machine, on which the database runs too."""
        self.clocks = dataclasses.replace(self.clocks, wall=self.clocks.wall + span, database=self.clocks.database + span)

    def starts_again(self, *, after: timedelta) -> None:
        """It is off for a while."""
        self.passes(after)
        self.clocks = dataclasses.replace(self.clocks, boot=f"{self.clocks.boot} again", since_boot=timedelta(minutes=1))


@pytest.fixture
def machine(market, monkeypatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(clock, "read", machine.read)
    assert clock.trusted() == NOON
    return machine


def test_a_clock_that_goes_on_is_believed(machine):
    for span in (timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=10), 30 * DAY):
        machine.passes(span)
        assert clock.trusted() == machine.clocks.wall
    assert models.ClockNote.objects.get().wall_at == machine.clocks.wall


@pytest.mark.parametrize("span", [45 * DAY, -45 * DAY, timedelta(minutes=11), timedelta(minutes=-11)])
def test_a_jump_is_doubted_until_the_clock_is_right_again(machine, span):
    machine.passes(timedelta(hours=1))
    machine.set_ahead(span)
    assert clock.trusted() is None
    assert isinstance(clock.doubt(), clock.ClockJumped)
    machine.passes(2 * DAY)
    assert clock.trusted() is None
    machine.set_ahead(-span)
    assert clock.trusted() == machine.clocks.wall
    assert clock.doubt() is None


def test_ten_minutes_are_no_jump(machine):
    machine.set_ahead(timedelta(minutes=10))
    assert clock.trusted() == machine.clocks.wall


@pytest.mark.parametrize("span", [timedelta(minutes=11), timedelta(minutes=-11)])
def test_the_database_on_another_machine_must_agree(machine, span):
    machine.clocks = dataclasses.replace(machine.clocks, database=machine.clocks.wall + span)
    assert clock.trusted() is None
    assert isinstance(clock.doubt(), clock.ClocksApart)


@pytest.mark.parametrize("off", [timedelta(minutes=2), timedelta(hours=12), 3 * DAY, 7 * DAY - timedelta(minutes=1)])
def test_a_stop_for_a_night_or_a_week_asks_nobody(machine, off):
    machine.starts_again(after=off)
    assert clock.trusted() == machine.clocks.wall


def test_a_market_that_stood_still_on_a_running_machine_asks_nobody(machine):
    machine.passes(60 * DAY)
    assert clock.trusted() == machine.clocks.wall


def test_a_longer_stop_of_the_machine_asks(machine):
    machine.starts_again(after=8 * DAY)
    assert clock.trusted() is None
    assert isinstance(clock.doubt(), clock.ClockFarAhead)
    with override_settings(PASARSAMA_CLOCK_GAP_DAYS=14):
        assert clock.trusted() == machine.clocks.wall


def test_a_board_that_starts_in_1970_is_believed_once_it_knows_the_time(machine):
    machine.starts_again(after=timedelta(hours=1))
    right = machine.clocks
    machine.clocks = dataclasses.replace(right, wall=datetime(1970, 1, 1, tzinfo=UTC), database=datetime(1970, 1, 1, tzinfo=UTC))
    assert clock.trusted() is None
    assert isinstance(clock.doubt(), clock.ClockBehind)
    machine.clocks = right
    assert clock.trusted() == right.wall


def _starts_at_the_time_saved_last(machine: Machine) -> timedelta:
    """As a board without a clock does after a night; how far it is behind then."""
    night = timedelta(hours=12)
    machine.starts_again(after=night)
    behind = night - timedelta(minutes=1)
    machine.set_ahead(-behind)
    assert clock.trusted() == NOON + timedelta(minutes=1)
    return behind


def test_a_board_that_starts_at_the_time_saved_last_asks_nobody_when_the_network_tells_the_right_one(machine):
    behind = _starts_at_the_time_saved_last(machine)
    machine.passes(timedelta(minutes=20))
    assert clock.trusted() == machine.clocks.wall
    machine.set_ahead(behind)
    machine.passes(timedelta(minutes=5))
    assert clock.trusted() == machine.clocks.wall
    machine.passes(10 * DAY)
    assert clock.trusted() == machine.clocks.wall


def test_also_when_nobody_looked_for_hours_after_it_was_set(machine):
    machine.set_ahead(_starts_at_the_time_saved_last(machine))
    machine.passes(timedelta(hours=5))
    assert clock.trusted() == machine.clocks.wall


@pytest.mark.parametrize("span", [45 * DAY, timedelta(minutes=-11)])
def test_after_a_start_too_a_jump_is_doubted_that_goes_far_or_back(machine, span):
    machine.set_ahead(_starts_at_the_time_saved_last(machine))
    machine.passes(timedelta(minutes=2))
    assert clock.trusted() == machine.clocks.wall
    machine.set_ahead(span)
    assert clock.trusted() is None
    assert isinstance(clock.doubt(), clock.ClockJumped)


def test_a_jump_hours_after_a_start_is_doubted_for_as_long_as_it_lasts(machine):
    behind = _starts_at_the_time_saved_last(machine)
    machine.passes(timedelta(hours=2))
    assert clock.trusted() == machine.clocks.wall
    machine.set_ahead(behind)
    for span in (timedelta(minutes=1), 2 * DAY):
        machine.passes(span)
        assert isinstance(clock.doubt(), clock.ClockJumped)
        assert clock.trusted() is None


@pytest.mark.parametrize("kind", [clock.ClockJumped, clock.ClockBehind, clock.ClockFarAhead])
def test_whoever_reads_of_a_doubt_that_a_person_can_end_reads_how(kind):
    assert "`pasarsama clock confirm`" in kind.sentence


def test_also_at_its_very_first_start(machine):
    models.ClockNote.objects.all().delete()
    machine.clocks = dataclasses.replace(machine.clocks, wall=datetime(1970, 1, 1, tzinfo=UTC), database=datetime(1970, 1, 1, tzinfo=UTC))
    assert clock.trusted() is None


def test_a_person_says_that_the_time_is_right(machine):
    machine.set_ahead(45 * DAY)
    clock.confirm(act=acts.by_command_line(at=machine.clocks.wall, reason="Jamnya tadi salah"))
    assert clock.trusted() == machine.clocks.wall
    assert models.ActivityEntry.objects.get(action="clock.confirmed").reason == "Jamnya tadi salah"


def test_clocks_that_differ_cannot_be_confirmed_nor_by_anybody(machine):
    with pytest.raises(permissions.Forbidden):
        clock.confirm(act=acts.Act(by=factories.OPERATOR.principal, at=NOON))
    machine.clocks = dataclasses.replace(machine.clocks, database=NOON + DAY)
    with pytest.raises(clock.ClocksApart):
        clock.confirm(act=acts.by_command_line(at=NOON))


def test_while_it_is_doubted_no_order_lapses_and_no_day_is_sealed(machine):
    shopping.buy({shopping.product(factories.CIBIRU, name="Keripik"): 1}, at=NOON)
    order = SellerOrder.objects.get()
    machine.set_ahead(45 * DAY)
    assert order.expires_at < machine.clocks.wall
    assert shop_tasks.expire_orders() == 0
    ledger_tasks.seal_day()
    assert not Seal.objects.exists()
    machine.set_ahead(-45 * DAY)
    assert shop_tasks.expire_orders() == 0
    ledger_tasks.seal_day()
    assert Seal.objects.get().day == (NOON - DAY).date()
    machine.passes(order.expires_at - NOON)
    assert shop_tasks.expire_orders() == 1


# Every task that goes by the time, and what it calls then.
BY_THE_TIME = {
    "tenants.tasks.delete_old_events": "tenants.events.old_events.delete",
    "tenants.tasks.delete_old_keys": "tenants.idempotency.delete_old",
    "settlement.tasks.settle_own_cash": "settlement.payments.agent_cash.settle_due",
    "settlement.tasks.ask_about_payouts": "settlement.payout_round.ask",
    "settlement.tasks.advance_cycle": "settlement.advancing.advance",
    "settlement.tasks.advance_cycles": "settlement.advancing.advance_all",
    "settlement.tasks.seal_day": "settlement.seals.seals.seal_due",
    "marketplace.tasks.expire_orders": "marketplace.orders.expiry.expire_due",
    "marketplace.tasks.delete_held_pictures": "marketplace.goods.pictures.delete_held",
    "marketplace.tasks.ask_about_payments": "marketplace.gateway_payments.payment_round.ask_all",
}
OF_ANY_TIME = {"tenants.tasks.deliver_events", "settlement.tasks.fold_positions"}


def test_every_task_of_the_plan_is_known_to_go_by_the_time_or_not():
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned == (set(BY_THE_TIME) | OF_ANY_TIME) - {"settlement.tasks.advance_cycle"}  # sent by what it follows


@pytest.mark.parametrize("name", BY_THE_TIME)
def test_no_task_that_goes_by_the_time_does_anything_while_it_is_doubted(machine, monkeypatch, name):
    called = []
    monkeypatch.setattr(BY_THE_TIME[name], lambda **terms: called.append(terms["at"]))
    module, _, task = name.rpartition(".")
    do = functools.partial(getattr(importlib.import_module(module), task), **({"number": 1} if task == "advance_cycle" else {}))
    machine.set_ahead(45 * DAY)
    do()
    assert called == []
    machine.set_ahead(-45 * DAY)
    do()
    assert called == [NOON]
