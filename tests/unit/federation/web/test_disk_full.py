"""On a full disk what would write is refused before it begins, and what met the end of the disk says so too."""

from __future__ import annotations

import errno

import pytest
from django.conf import settings
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from federation.pages import basket_page
from federation.web import disk_full, visitors
from tenants.disk_room import Room
from tests.support import page_text

pytestmark = pytest.mark.usefixtures("market", "static_files")
TOKEN = "Zx81kQ7A" * 4
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


@pytest.mark.parametrize("cookie", [visitors.cookie_name(), settings.SESSION_COOKIE_NAME])
def test_the_reason_is_said_without_a_database(monkeypatch, cookie):
    """Who has a basket or an account hears it too while PostgreSQL is down for the same reason."""

    def down(*args):
        raise OperationalError("server closed the connection")

    def broken(*args, **kwargs):
        raise OperationalError("server closed the connection")

    full(monkeypatch)
    monkeypatch.setattr(basket_page.basket_contents, "view", broken)
    browser = Client(headers={"cookie": f"{cookie}={TOKEN}"})
    with connection.execute_wrapper(down):
        answers = [browser.post("/keranjang/tambah/"), browser.get("/keranjang/")]
    for answer in answers:
        assert (answer.status_code, SENTENCE in page_text.read(answer).text) == (503, True)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_an_upload_that_finds_no_room_hears_the_same(monkeypatch, code):
    def no_room(*args, **kwargs):
        raise OSError(code, "No space left on device")

    full(monkeypatch, Room.ENOUGH)  # the folder of uploads may lie elsewhere
    monkeypatch.setattr(temp, "NamedTemporaryFile", no_room)
    photo = SimpleUploadedFile("photo.jpg", b"x" * 5_000_000)
    answer = Client().post("/keranjang/tambah/", {"photo": photo})
    assert (answer.status_code, SENTENCE in page_text.read(answer).text) == (503, True)


def test_an_upload_that_fails_otherwise_stays_a_fault(monkeypatch):
    def broken(*args, **kwargs):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(temp, "NamedTemporaryFile", broken)
    photo = SimpleUploadedFile("photo.jpg", b"x" * 5_000_000)
    assert Client(raise_request_exception=False).post("/keranjang/tambah/", {"photo": photo}).status_code == 500
