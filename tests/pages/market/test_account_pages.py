"""Logging in and out, opening an account."""

from __future__ import annotations

from django.test import Client

from tests.support import buying, factories, page_text


def log_in(client, person=factories.WULAN, *, to="/masuk/", password=factories.PASSWORD):
    form = page_text.read(client.get(to)).form("/masuk/")
    return page_text.send(client, form, phone=person.phone, password=password)


def test_a_buyer_logs_in_is_named_and_logs_out(visitor, stocked):
    assert log_in(visitor)["Location"] == "/"
    page = page_text.read(visitor.get("/"))
    assert "Masuk sebagai Mbak Wulan." in page.text
    assert visitor.get("/keluar/")["Location"] == "/"
    page_text.send(visitor, page.form("/keluar/"))
    assert "Mbak Wulan" not in page_text.read(visitor.get("/")).text


def test_staff_begin_at_their_desk(visitor, stocked):
    assert log_in(visitor, factories.RATNA)["Location"] == "/desa/sukamaju/kelola/"


def test_after_the_login_people_get_where_they_wanted_but_never_elsewhere(market, stocked):
    assert log_in(Client(), to="/masuk/?next=/pesanan/")["Location"] == "/pesanan/"
    for foreign in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"):
        assert log_in(Client(), to=f"/masuk/?next={foreign}")["Location"] == "/", foreign


def test_a_wrong_password_keeps_the_phone_and_says_nothing_more(visitor, stocked):
    response = log_in(visitor, password="salah-sekali")
    assert response.status_code == 422
    page = page_text.read(response)
    assert "Nomor HP atau kata sandi salah." in page.text
    form = page.form("/masuk/")
    assert form.values["phone"] == factories.WULAN.phone
    assert form.values["password"] == ""


def test_guessing_passwords_is_throttled(visitor, stocked):
    assert [log_in(visitor, password=f"salah-{number}").status_code for number in range(8)][-1] == 429


def test_the_guests_basket_comes_along(visitor, stocked):
    buying.put(visitor, {stocked.chips: 2})
    response = log_in(visitor)
    assert response.cookies["basket"].value == ""
    assert "seharga Rp 24.000" in page_text.read(visitor.get("/keranjang/")).text


def test_opening_an_account(visitor, stocked):
    form = page_text.read(visitor.get("/daftar/")).form("/daftar/")
    typed = {"name": "Pak Slamet", "phone": "0813 5555 0101", "desa": factories.CIBIRU}
    weak = page_text.send(visitor, form, **typed, password="12345678")
    assert weak.status_code == 422
    assert page_text.read(weak).form("/daftar/").values["name"] == "Pak Slamet"
    assert page_text.send(visitor, form, **typed, password="kebun-pisang-77")["Location"] == "/"
    assert "Masuk sebagai Pak Slamet." in page_text.read(visitor.get("/")).text
    again = Client(enforce_csrf_checks=True)
    form = page_text.read(again.get("/daftar/")).form("/daftar/")
    assert "sudah punya akun" in page_text.read(page_text.send(again, form, **typed, password="kebun-pisang-77")).text


def test_the_session_gets_a_new_key_at_login(visitor, stocked):
    log_in(visitor)
    before = visitor.cookies["session"].value
    page_text.send(visitor, page_text.read(visitor.get("/")).form("/keluar/"))
    log_in(visitor)
    assert visitor.cookies["session"].value != before


def test_a_browser_that_signed_in_before_gets_in_while_others_try_the_number(visitor, stocked):
    log_in(visitor)
    known = visitor.cookies["known"]
    assert (known["httponly"], known["samesite"], known["max-age"]) == (True, "Lax", 365 * 24 * 3600)
    page_text.send(visitor, page_text.read(visitor.get("/")).form("/keluar/"))

    stranger = Client(enforce_csrf_checks=True)
    assert [log_in(stranger, password=f"salah-{number}").status_code for number in range(8)][-1] == 429
    assert log_in(stranger).status_code == 429
    assert log_in(visitor)["Location"] == "/"
