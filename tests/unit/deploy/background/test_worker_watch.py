"""A worker that takes nothing is deaf; one that works, or whose broker is away, is not."""

from __future__ import annotations

import celery
import pytest

from deploy.background import worker_watch


@pytest.fixture(autouse=True)
def _quiet(monkeypatch) -> None:
    monkeypatch.setattr(worker_watch, "_missed", 0)
    monkeypatch.setattr(celery.current_app, "send_task", lambda task, **_: None)
    for name in ("active_requests", "reserved_requests"):
        monkeypatch.setattr(worker_watch.state, name, set())


def test_three_tasks_in_a_row_that_it_does_not_take(monkeypatch):
    assert [worker_watch.look() for _ in range(4)] == [False, False, False, True]


def test_a_task_that_it_takes_shows_that_it_hears():
    for _ in range(10):
        assert not worker_watch.look()
        worker_watch.hear()


def test_who_has_work_takes_no_more(monkeypatch):
    monkeypatch.setattr(worker_watch.state, "active_requests", {"a long one"})
    assert not any(worker_watch.look() for _ in range(10))


def test_without_a_broker_nobody_can_take_anything(monkeypatch):
    def away(task, **_):
        raise OSError

    monkeypatch.setattr(celery.current_app, "send_task", away)
    assert not any(worker_watch.look() for _ in range(10))
