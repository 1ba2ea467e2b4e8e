"""The periodic tasks go by the machine's monotonic clock."""

from __future__ import annotations

import datetime

import pytest

from deploy.background import celery_app, steady_beat


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(steady_beat.SteadyScheduler, "apply_entry", lambda self, entry, producer=None: names.append(entry.name))
    monkeypatch.setattr(steady_beat.SteadyScheduler, "producer", None)
    return names


@pytest.fixture
def moment(monkeypatch) -> list[float]:
    """What the monotonic clock says."""
    now = [1000.0]
    monkeypatch.setattr(steady_beat.time, "monotonic", lambda: now[0])
    return now


def scheduler():
    schedule = {"often": {"task": "a", "schedule": 60}, "seldom": {"task": "b", "schedule": 600}}
    made = steady_beat.SteadyScheduler(app=celery_app.app, schedule={})
    made.schedule.clear()
    made.merge_inplace(schedule)
    return made


def test_each_task_is_sent_at_the_start_and_then_whenever_its_interval_is_over(sent, moment):
    clock = scheduler()
    clock.tick()
    assert sorted(sent) == ["often", "seldom"]
    moment[0] += 59.9
    clock.tick()
    assert len(sent) == 2
    moment[0] += 0.2
    assert 0 <= clock.tick() <= clock.max_interval
    assert sent[2:] == ["often"]
    moment[0] += 600
    clock.tick()
    assert sorted(sent[3:]) == ["often", "seldom"]


@pytest.mark.parametrize("days", [45, -45])
def test_a_wall_clock_that_jumps_changes_nothing(sent, moment, monkeypatch, days):
    clock = scheduler()
    clock.tick()
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    monkeypatch.setattr(celery_app.app, "now", lambda: later)
    moment[0] += 1
    clock.tick()
    assert len(sent) == 2
    moment[0] += 60
    clock.tick()
    assert sent[2:] == ["often"]
