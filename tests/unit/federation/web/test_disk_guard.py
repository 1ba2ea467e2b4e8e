"""On a full disk what would write is refused before it begins, and what met the end of the disk says so too."""

from __future__ import annotations

import errno
import io

import pytest
from django.conf import settings
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from PIL import Image

from federation.models import Purchase
from federation.pages import basket_page
from federation.web import disk_guard, visitors
from tenants import disk_room
from tenants.disk_room import Room
from tenants.full_disk import DiskFull
from tenants.models import User
from tests.support import buying, desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market", "static_files")
TOKEN = "Zx81kQ7A" * 4
SENTENCE = "Ruang penyimpanan pasar ini penuh"


def full(monkeypatch, room=Room.FULL):
    monkeypatch.setattr(disk_guard, "left", lambda: room)


def told(answer):
    return answer.status_code, SENTENCE in page_text.read(answer).text


def test_what_would_write_is_refused_with_the_reason(monkeypatch):
    product = shopping.product(factories.CIBIRU)
    full(monkeypatch)
    browser = Client()
    goods = page_text.read(browser.get(f"/barang/{product}/")).form("/keranjang/tambah/")
    assert told(page_text.send(browser, goods)) == (503, True)
    account = {"name": "Bu Wati", "phone": "081299990001", "password": "lumbung-77", "village": factories.SUKAMAJU}
    page = page_text.read(browser.get("/daftar/")).form("/daftar/")
    assert told(page_text.send(browser, page, **account)) == (503, True)
    assert not User.objects.filter(phone="+6281299990001").exists()
    page = page_text.read(browser.get("/masuk/")).form("/masuk/")
    assert told(page_text.send(browser, page, phone=factories.SARI.phone, password=factories.PASSWORD)) == (503, True)


def test_nothing_can_be_written_while_it_is_full_and_afterwards_all(monkeypatch):
    """Also by a view that asks no rule; the database holds to it, in functions too."""

    def view(request):
        with pytest.raises(DiskFull), connection.cursor() as cursor:
            cursor.execute("UPDATE federation_federation SET name = name")
        with pytest.raises(DiskFull), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT settlement_uuid7(), nextval('django_content_type_id_seq')")
        return HttpResponse("read")

    full(monkeypatch)
    assert disk_guard.DiskFullGuard(view)(RequestFactory().post("/x/")).content == b"read"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE federation_federation SET name = name")


def test_a_form_comes_back_with_all_that_was_typed(monkeypatch):
    """As after any other refusal; sent again when there is room, it is one purchase."""
    browser = Client()
    form = buying.to_checkout(browser, {shopping.product(factories.CIBIRU): 1}).form("/keranjang/pesan/")
    full(monkeypatch)

    refused = page_text.send(browser, form, name="Bu Wati", phone="0812 9999 0001", address="Dusun Krajan RT 3")

    assert told(refused) == (503, True)
    again = page_text.read(refused).form("/keranjang/pesan/")
    typed = [again.values[name] for name in ("name", "phone", "address")]
    assert typed == ["Bu Wati", "0812 9999 0001", "Dusun Krajan RT 3"]
    assert again.values["kunci"] == form.values["kunci"]
    assert Purchase.objects.count() == 0
    full(monkeypatch, Room.ENOUGH)
    assert page_text.send(browser, again).status_code == 302
    assert Purchase.objects.count() == 1


def test_a_desks_form_comes_back_too(monkeypatch):
    operator = desks.browser(factories.OPERATOR)
    page = f"/federasi/batas/{factories.CIBIRU}/ubah/"
    asked = desks.press(operator, page, page, limit_rupiah="75.000.000", reason="Modal bertambah")
    full(monkeypatch)

    refused = desks.answered(operator, asked)

    assert told(refused) == (503, True)
    assert "Modal bertambah" in refused.content.decode()


def test_a_product_comes_back_with_what_was_typed_and_its_photo_leaves_nothing(monkeypatch, tmp_path):
    shopping.product(factories.CIBIRU)
    sari = desks.browser(factories.SARI)
    form = desks.filled(sari, desks.path("office-product-new"))
    full(monkeypatch)
    monkeypatch.setattr(disk_room, "left", lambda *, folder: Room.FULL)
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "#0f6b45").save(file, "JPEG")
    photo = SimpleUploadedFile("IMG_0001.jpg", file.getvalue(), content_type="image/jpeg")

    typed = {"name": "Sale pisang", "price_rupiah": "12.500", "camera": photo, "gallery": ""}
    with override_settings(PASARSAMA_HELD_PICTURES=tmp_path / "held", MEDIA_ROOT=tmp_path / "pictures"):
        refused = sari.post(form.action, {**form.values, **typed})

    shown = page_text.read(refused)
    assert refused.status_code in (422, 503)
    assert SENTENCE in shown.text
    assert "Foto tidak bisa dibaca" not in shown.text
    assert shown.form("").values["name"] == "Sale pisang"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


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
    guard = disk_guard.DiskFullGuard(lambda request: None)
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
