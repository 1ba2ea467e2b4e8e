"""What whoever watches the servers is answered: alive always, ready only if everything that is needed answers."""

from __future__ import annotations

from django.test import Client

from tenants.http import readiness


def test_a_process_with_all_it_needs_is_ready(market):
    assert Client().get("/livez").json() == {"status": "ok"}
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "missing": []})


def test_what_is_missing_is_named_and_the_process_lives(market, monkeypatch):
    monkeypatch.setattr(readiness, "missing", lambda: ["cache"])
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unready", "missing": ["cache"]})
    assert Client().get("/livez").status_code == 200
