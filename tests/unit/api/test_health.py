"""What whoever watches the servers is answered: alive always, ready only if everything that is needed answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from tenants import disk_room, newest_backup, wal_archive
from tenants.disk_room import Room
from tenants.http import readiness
from tenants.wal_archive import WalArchive

pytestmark = pytest.mark.usefixtures("static_files")


@pytest.fixture(autouse=True)
def room(monkeypatch) -> list[Room]:
    """What is left on the disk, whatever this machine's has."""
    left = [Room.ENOUGH]
    monkeypatch.setattr(disk_room, "left", lambda folder: left[0])
    return left


@pytest.mark.parametrize("left", [Room.LOW, Room.FULL])
def test_a_disk_that_fills_up_is_named(market, room, left):
    room[0] = left
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, ["disk"])


def test_a_process_with_all_it_needs_is_ready(market):
    assert Client().get("/livez").json() == {"status": "ok"}
    answer = Client().get("/readyz")
    ages = {"backup_age_hours": None, "archive_age_minutes": None}
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "missing": [], "degraded": []} | ages)


def test_what_is_missing_is_named_and_the_process_lives(market, monkeypatch):
    monkeypatch.setattr(readiness, "missing", lambda: ["migrations"])
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["missing"], answer.json()["degraded"]) == ("unready", ["migrations"], [])
    assert Client().get("/livez").status_code == 200


def test_a_server_that_still_restores_is_not_ready(market, monkeypatch):
    monkeypatch.setattr(readiness, "is_restoring", lambda: True)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["recovery"])


@pytest.mark.parametrize(
    ("archive", "age", "degraded"),
    [
        (WalArchive(age=timedelta(seconds=150), is_behind=False), 2, []),
        (WalArchive(age=timedelta(minutes=16), is_behind=True), 16, ["archive"]),
        (WalArchive(age=None, is_behind=True), None, ["archive"]),
    ],
    ids=["new", "behind", "never"],
)
def test_the_age_of_the_archived_log_is_told(market, monkeypatch, archive, age, degraded):
    monkeypatch.setattr(wal_archive, "read", lambda: archive)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["degraded"], answer.json()["archive_age_minutes"]) == (200, degraded, age)


def test_functions_of_another_release_are_missing(market):
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE settlement_installedfunction SET file_sha256 = sha256('') WHERE identifier = 'settlement_post'")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["functions"])


def test_without_the_queue_server_it_goes_on(market):
    with override_settings(CACHES={"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}}):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["degraded"]) == (200, "degraded", ["queue"])


@pytest.mark.parametrize(("hours", "degraded"), [(0, []), (35, []), (37, ["backup"]), (-48, [])], ids=["new", "a night", "missed", "ahead"])
def test_the_age_of_the_newest_backup_is_told(market, monkeypatch, tmp_path, hours, degraded):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    (tmp_path / newest_backup.MANIFEST).touch()
    newest_backup.write(data=tmp_path, folder=tmp_path, began_at=timezone.now() - timedelta(hours=hours))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["degraded"], answer.json()["backup_age_hours"]) == (200, degraded, max(hours, 0))
