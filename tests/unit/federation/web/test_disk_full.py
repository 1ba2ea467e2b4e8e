"""On a full disk what would write is refused before it begins, and what met the end of the disk says so too."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError
from django.test import Client

from federation.pages import basket_page
from federation.web import disk_full
from tenants.disk_room import Room
from tests.support import page_text

pytestmark = pytest.mark.usefixtures("market", "static_files")
SENTENCE = "Ruang penyimpanan pasar ini penuh"


def full(monkeypatch, room=Room.FULL):
    monkeypatch.setattr(disk_full, "left", lambda: room)


@pytest.mark.parametrize("path", ["/keranjang/pesan/", "/keranjang/tambah/", "/masuk/", "/daftar/"])
def test_what_would_write_is_refused_with_the_reason(monkeypatch, path):
    full(monkeypatch)
    answer = Client().post(path)
    assert (answer.status_code, SENTENCE in page_text.read(answer).text) == (503, True)


def test_a_gateway_shall_send_it_again(monkeypatch):
    full(monkeypatch)
    answer = Client().post("/api/gerbang/uji/kabar/")
    assert (answer.status_code, answer.json()) == (503, {"status": "disk-full"})


def test_reading_goes_on(monkeypatch):
    full(monkeypatch)
    assert Client().get("/").status_code == 200
    full(monkeypatch, Room.LOW)
    assert Client().post("/masuk/", {"phone": "0812", "password": ""}).status_code == 422


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), OperationalError("server closed the connection")])
def test_a_view_that_meets_the_end_of_the_disk_says_so(monkeypatch, error):
    def broken(*args, **kwargs):
        full(monkeypatch)
        raise error

    full(monkeypatch, Room.LOW)
    monkeypatch.setattr(basket_page.basket_contents, "view", broken)
    answer = Client().get("/keranjang/")
    assert (answer.status_code, SENTENCE in page_text.read(answer).text) == (503, True)


def test_other_faults_stay_faults(monkeypatch):
    full(monkeypatch, Room.ENOUGH)
    guard = disk_full.DiskFullGuard(lambda request: None)
    assert guard.process_exception(None, OperationalError("deadlock detected")) is None
    assert guard.process_exception(None, OSError(errno.EPIPE, "broken pipe")) is None
