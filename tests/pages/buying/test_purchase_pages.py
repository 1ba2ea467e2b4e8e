"""A purchase by its link: where, until when, what otherwise; cancelling; finding it again."""

from __future__ import annotations

import re
import uuid

from django.core.cache import cache
from django.test import Client

from federation.buying import notices, purchase_details
from federation.models import SellerOrder
from marketplace.orders import steps
from marketplace.pages.buying import purchase_pages, purchase_progress
from tenants.acts import Act
from tenants.db import context
from tenants.models import User
from tenants.people import accounts
from tests.support import buying, factories, page_text, shopping


def test_the_page_says_where_until_when_at_what_hours_and_what_otherwise(visitor, stocked):
    page = page_text.read(visitor.get(buying.order(visitor, {stocked.chips: 1, stocked.tofu: 2})["Location"]))
    assert "Bayar Rp 20.000 di loket" in page.text
    # The deadline may fall into the night: the counter takes money only while it is open.
    assert page.text.count("selama buka (Senin–Jumat 08.00–15.00), paling lambat besok pukul") == 3
    assert "Kalau lewat, pesanan ini batal sendiri." in page.text
    assert "Buka " in page.text
    assert "Simpan tautan halaman ini." in page.text
    assert re.search(r"[A-Z0-9]{3}-[A-Z0-9]{3}", page.text)


def test_cancelling_before_it_is_accepted(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1, stocked.tofu: 2})["Location"]
    order = SellerOrder.objects.get(seller=factories.CIBIRU)
    form = page_text.read(visitor.get(url)).form(f"{url}batal/{order.id}/")
    assert page_text.send(visitor, form)["Location"] == url
    page = page_text.read(visitor.get(url))
    assert "Dibatalkan" in page.text
    assert "Bayar Rp 8.000 di loket" in page.text
    assert page_text.send(visitor, form).status_code == 302  # sent twice


def test_once_accepted_it_cannot_be_cancelled_by_the_buyer(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    order = SellerOrder.objects.get()
    form = page_text.read(visitor.get(url)).form(f"{url}batal/{order.id}/")
    with context.inside(factories.CIBIRU):
        steps.take(order_id=order.id, step="accept", form_state="placed", act=Act(by=factories.SARI.principal, at=shopping.NOON))
    assert page_text.send(visitor, form).status_code == 409
    assert all("batal" not in form.action for form in page_text.read(visitor.get(url)).forms)


def test_a_stranger_cancels_nothing(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    order = SellerOrder.objects.get()
    stranger = Client()
    assert stranger.post(f"/pesanan/{'b' * 32}/batal/{order.id}/").status_code == 404
    assert stranger.post(f"{url}batal/{uuid.uuid4()}/").status_code == 404
    assert stranger.get(f"/pesanan/{'b' * 32}/").status_code == 404
    assert SellerOrder.objects.get().state == "placed"


def test_personal_pages_are_kept_nowhere(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    for path in (url, "/keranjang/", "/pesanan/", "/masuk/", "/daftar/"):
        assert visitor.get(path)["Cache-Control"] == "private, no-store", path
    assert b"noindex" in visitor.get(url).content


def found(url, visitor) -> tuple[Client, page_text.Form, str]:
    """Somebody else with the short code of a purchase: the form to find it by, and the code."""
    code = re.search(r"[A-Z0-9]{3}-[A-Z0-9]{3}", page_text.read(visitor.get(url)).text)[0]
    cache.clear()
    other = Client(enforce_csrf_checks=True)
    return other, page_text.read(other.get("/pesanan/")).form("/pesanan/cari/"), code


def test_a_lost_purchase_is_found_by_code_and_phone(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    other, form, code = found(url, visitor)
    seen = page_text.send(other, form, code=code.lower().replace("-", " "), phone="+62 812-9999-0001")["Location"]
    assert code in page_text.read(other.get(seen)).text
    wrong = page_text.send(other, form, code=code, phone="081299990002")
    assert wrong.status_code == 404
    assert "tidak ditemukan" in page_text.read(wrong).text
    assert page_text.read(wrong).form("/pesanan/cari/").values["code"] == code


def test_strangers_who_guess_a_phone_lock_themselves_out_and_not_the_buyer(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    other, form, code = found(url, visitor)
    stranger, owner = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.9"}

    def asked(phone: str, where: dict[str, str]) -> int:
        return other.post(form.action, {**form.values, "code": code, "phone": phone}, **where).status_code

    assert [asked("081299990002", stranger) for _try in range(6)] == [404] * 5 + [429]
    assert asked("081299990001", stranger) == 429
    assert [asked("081299990001", owner) for _try in range(7)] == [302] * 7


def test_a_code_takes_only_so_many_guesses_from_all_addresses(visitor, stocked, monkeypatch):
    monkeypatch.setattr(purchase_details, "FIND_FAILURES_PER_CODE_IN_ALL_MAX", 8)
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    other, form, code = found(url, visitor)
    answers = [
        other.post(form.action, {**form.values, "code": code, "phone": "081299990002"}, REMOTE_ADDR=f"203.0.113.{number}").status_code
        for number in range(1, 11)
    ]
    assert answers == [404] * 8 + [429] * 2


def test_who_knows_code_and_phone_may_look_and_change_nothing(visitor, stocked):
    """A seller's staff knows both; what others were asked for is not theirs to cancel."""
    url = buying.order(visitor, {stocked.chips: 1, stocked.rice: 1})["Location"]
    other, form, code = found(url, visitor)
    looking = page_text.send(other, form, code=code, phone="081299990001")["Location"]
    page = other.get(looking)
    assert looking.startswith("/pesanan/lihat/")
    assert page["Cache-Control"] == "private, no-store"
    assert "hanya bisa dilihat" in page_text.read(page).text
    assert url.removeprefix("/pesanan/").strip("/") not in page.content.decode()  # the buyer's link stands nowhere
    assert "batal/" not in page.content.decode()
    assert "batal/" in visitor.get(url).content.decode()
    assert "can only be looked at" in page_text.read(other.get(looking, {"bahasa": "en"})).text

    order = SellerOrder.objects.first()
    assert order is not None
    key, client = looking.removeprefix("/pesanan/lihat/").strip("/"), Client()
    for path in (f"/pesanan/{key}/batal/{order.id}/", f"/pesanan/lihat/{key}/batal/{order.id}/", f"/pesanan//batal/{order.id}/"):
        assert client.post(path).status_code == 404, path
    assert client.post(looking).status_code == 405
    assert set(SellerOrder.objects.values_list("state", flat=True)) == {"placed"}


def test_looking_ends_after_a_day_and_a_forged_key_shows_nothing(visitor, stocked, monkeypatch):
    url = buying.order(visitor, {stocked.chips: 1})["Location"]
    other, form, code = found(url, visitor)
    looking = page_text.send(other, form, code=code, phone="081299990001")["Location"]
    assert other.get(looking[:-2] + ("a/" if looking[-2] != "a" else "b/")).status_code == 404
    assert other.get(f"/pesanan/{looking.removeprefix('/pesanan/lihat/')}").status_code == 404
    monkeypatch.setattr(purchase_details, "VIEW_SECONDS", -1)
    assert other.get(looking).status_code == 404


def test_guessing_codes_is_throttled(visitor, stocked):
    form = page_text.read(visitor.get("/pesanan/")).form("/pesanan/cari/")
    answers = [page_text.send(visitor, form, code=f"AAA-AA{number}", phone="081299990001").status_code for number in range(12)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_an_account_sees_its_purchases_and_only_those(visitor, stocked):
    mine = Client()
    mine.force_login(User.objects.get(id=factories.WULAN.id), backend=accounts.BACKEND)
    url = buying.order(mine, {stocked.chips: 1})["Location"]
    assert url in page_text.read(mine.get("/pesanan/")).links
    other = Client()
    other.force_login(User.objects.get(id=factories.TINI.id), backend=accounts.BACKEND)
    assert url not in page_text.read(other.get("/pesanan/")).links
    assert "Kantor BUMDes Melati" in page_text.read(other.get("/pesanan/")).text
    assert "Kantor BUMDes" not in page_text.read(mine.get("/pesanan/")).text
    assert url in page_text.read(mine.get("/pesanan/?sesudah=bukan-kursor")).links  # the start


def test_older_purchases_are_on_the_next_page(visitor, stocked, monkeypatch):
    monkeypatch.setattr(purchase_pages, "PAGE_PURCHASES", 1)
    mine = Client()
    mine.force_login(User.objects.get(id=factories.WULAN.id), backend=accounts.BACKEND)
    older, newer = (buying.order(mine, {stocked.chips: 1})["Location"] for _purchase in range(2))

    first = page_text.read(mine.get("/pesanan/"))
    following = next(link for link in first.links if link.startswith("/pesanan/?sesudah="))
    second = page_text.read(mine.get(following))

    assert (newer in first.links, older in first.links) == (True, False)
    assert (newer in second.links, older in second.links) == (False, True)
    assert {link for link in second.links if "sesudah=" in link} == {f"{following}&bahasa=en"}  # nothing older


def test_what_the_staff_does_is_told_in_words(visitor, stocked):
    url = buying.order(visitor, {stocked.chips: 1}, home="luar")["Location"]
    order = SellerOrder.objects.get()
    assert "Menunggu Cibiru menerima pesanan" in page_text.read(visitor.get(url)).text
    told = []
    for step, state in (("accept", "placed"), ("pack", "accepted")):
        with context.inside(factories.CIBIRU):
            steps.take(order_id=order.id, step=step, form_state=state, act=Act(by=factories.SARI.principal, at=shopping.NOON))
        told.append(page_text.read(visitor.get(url)).text)
    assert "Cibiru sedang menyiapkan barangnya." in told[0]
    assert "Siapkan uang pas Rp 12.000." in told[0]
    assert "Barang siap diambil di" in told[1]


def test_all_news_in_words_are_of_events_that_notices_hear_of():
    assert set(purchase_progress.NEWS) <= set(notices.CONCERNS)
