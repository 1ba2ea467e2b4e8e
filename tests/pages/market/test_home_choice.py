"""A buyer's home among many villages: typed, told apart, kept; and no page that grows with their number."""

from __future__ import annotations

import pytest
from django.test import Client

from federation.members import village_search
from federation.models import Purchase
from tenants import models
from tests.support import desks, factories, many, page_text, shopping

FORM = "/keranjang/desa/"
BANTUL, GUNUNGKIDUL = many.NAMESAKES


@pytest.fixture
def buyer(market) -> Client:
    """Somebody with goods in the basket, in a federation of many villages."""
    product = shopping.product(factories.CIBIRU)
    many.villages_more(market)
    client = Client()
    page_text.send(client, page_text.read(client.get(f"/barang/{product}/")).form("/keranjang/tambah/"), jumlah="2")
    return client


def home(client: Client) -> page_text.Form:
    return page_text.read(client.get("/keranjang/")).form(FORM)


def offered(page: page_text.Page) -> list[str]:
    return [has["value"] for tag, has in page.tags if tag == "input" and has.get("type") == "radio" and has.get("name") == "desa"]


def test_no_page_of_buyers_lists_all_villages(buyer):
    for path in ("/", "/keranjang/", "/daftar/", "/desa/", "/keranjang/pesan/"):
        page = buyer.get(path, follow=True).content.decode()
        assert page.count("<option") <= village_search.MOST + 2, path
        assert page.count("Tirtomulyo") <= 20 * 2 + 1, path


def test_a_home_is_typed_and_namesakes_are_told_apart(buyer):
    form = home(buyer)
    assert "desa" not in form.values
    found = page_text.send(buyer, form, cari_desa="mekarsari", cari="1")
    page = page_text.read(found)

    assert found.status_code == 200
    assert offered(page) == [BANTUL, GUNUNGKIDUL, "luar"]
    assert "Mekarsari Sewon, Kabupaten Bantul" in page.text
    assert "Mekarsari Wonosari, Kabupaten Gunungkidul" in page.text
    assert not models.User.objects.filter(home_village=BANTUL).exists()
    chosen = page_text.send(buyer, page.form(FORM), desa=GUNUNGKIDUL)
    assert chosen["Location"] == "/keranjang/pesan/"
    assert "Desa Anda: Mekarsari" in page_text.read(buyer.get("/keranjang/pesan/")).text


def test_a_name_of_one_village_is_a_choice_and_of_two_is_asked(buyer):
    assert page_text.send(buyer, home(buyer), cari_desa="Mekarsari").status_code == 200  # the main button, and two have that name
    assert page_text.send(buyer, home(buyer), cari_desa="mekarsari wonosari").status_code == 200  # not a whole name: it is asked
    assert page_text.send(buyer, home(buyer), cari_desa="tirtomulyo 007")["Location"] == "/keranjang/pesan/"
    assert home(buyer).values["desa"] == many.code(7)


def test_who_types_another_village_is_not_sent_on_with_the_former_one(buyer):
    page_text.send(buyer, home(buyer), desa=many.code(7))
    asked = page_text.send(buyer, home(buyer), cari_desa="mekarsari")

    assert asked.status_code == 200
    assert "desa" not in page_text.read(asked).form(FORM).values


def test_more_than_a_list_shows_are_narrowed_and_nothing_found_is_said(buyer):
    page = page_text.read(page_text.send(buyer, home(buyer), cari_desa="tirtomulyo", cari="1"))
    assert len(offered(page)) == village_search.MOST + 1
    assert "Ada lebih banyak desa" in page.text
    assert "Tidak ada desa “Antah”" in page_text.read(page_text.send(buyer, home(buyer), cari_desa="Antah", cari="1")).text


def test_the_last_home_is_offered_again_in_this_browser_and_with_the_account(buyer):
    page_text.send(buyer, home(buyer), desa=BANTUL)
    again = Client()
    again.cookies["desa"] = buyer.cookies["desa"].value
    listing = page_text.read(buyer.get("/")).links
    product = next(link for link in listing if link.startswith("/barang/"))
    page_text.send(again, page_text.read(again.get(product)).form("/keranjang/tambah/"), jumlah="1")
    assert home(again).values["desa"] == BANTUL
    again.cookies["desa"] = "99.99.99.9999"
    assert "desa" not in home(again).values


def test_the_last_homes_are_offered_the_newest_marked_and_no_more_than_four(buyer):
    for code in (BANTUL, many.code(7), many.code(8), "luar", many.code(9)):
        page_text.send(buyer, home(buyer), desa=code)

    page = page_text.read(buyer.get("/keranjang/"))

    assert offered(page) == [many.code(9), many.code(8), many.code(7), "luar"]
    assert page.form(FORM).values["desa"] == many.code(9)
    assert "Desa yang terakhir Anda pilih" in page.text
    registration = page_text.read(buyer.get("/daftar/"))
    assert offered(registration) == offered(page)
    assert registration.form("/daftar/").values["desa"] == many.code(9)
    without = page_text.send(buyer, page.form(FORM), desa="")
    assert without.status_code == 422
    assert offered(page_text.read(without)) == offered(page)  # not lost with the mistake
    found = page_text.send(buyer, page.form(FORM), cari_desa="mekarsari", cari="1")
    assert offered(page_text.read(found)) == [BANTUL, GUNUNGKIDUL, "luar"]  # what is looked for, nothing else


def test_an_account_is_offered_the_homes_of_its_purchases_in_any_browser(buyer):
    account = models.User.objects.get(phone=factories.WULAN.phone)
    for number, code in enumerate((GUNUNGKIDUL, BANTUL, many.code(3), BANTUL)):
        Purchase.objects.create(
            form_key=f"{number}",
            code=f"AAA-{number}",
            account_id=account.id,
            home_village=code,
            total_rupiah=1,
            placed_at=shopping.later(number),
        )
    browser = desks.browser(factories.WULAN)
    product = next(link for link in page_text.read(browser.get("/")).links if link.startswith("/barang/"))
    page_text.send(browser, page_text.read(browser.get(product)).form("/keranjang/tambah/"), jumlah="1")

    assert offered(page_text.read(browser.get("/keranjang/"))) == [account.home_village, BANTUL, many.code(3), GUNUNGKIDUL, "luar"]


def test_outside_the_federation_stays_a_choice_and_none_is_refused(buyer):
    assert page_text.send(buyer, home(buyer), desa="luar")["Location"] == "/keranjang/pesan/"
    other = home(buyer)
    del other.values["desa"]
    refused = page_text.send(buyer, other)
    assert refused.status_code == 422
    assert "Pilih dulu desa Anda" in page_text.read(refused).text


def test_registration_looks_a_village_up_and_loses_nothing_that_was_typed(buyer):
    form = page_text.read(buyer.get("/daftar/")).form("/daftar/")
    typed = {"name": "Pak Slamet", "phone": "0813 5555 0101", "password": "kebun-teh-hijau-7"}
    answer = page_text.send(buyer, form, **typed, cari_desa="mekarsari", cari="1")
    page = page_text.read(answer)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    again = page.form("/daftar/")
    assert {name: again.values[name] for name in typed} == typed
    assert offered(page) == [BANTUL, GUNUNGKIDUL, "luar"]
    assert not models.User.objects.filter(phone="+6281355550101").exists()
    assert page_text.send(buyer, again, desa=BANTUL).status_code == 302
    assert models.User.objects.get(phone="+6281355550101").home_village == BANTUL


def test_the_list_of_villages_has_pages_and_a_search(buyer):
    seen, path = [], "/desa/"
    while path:
        page = page_text.read(buyer.get(path))
        seen += [link for link in page.links if link.startswith("/desa/") and link != "/desa/" and "?" not in link]
        path = next((f"/desa/{link}" for link in page.links if link.startswith("?sesudah=")), "")
    assert len(seen) == len(set(seen)) == many.COUNT + len(factories.VILLAGES)
    assert f"{many.COUNT + len(factories.VILLAGES)} desa berjualan bersama" in page.text
    found = page_text.read(buyer.get("/desa/", {"q": "wonosari"}))
    assert [link for link in found.links if link.startswith("/desa/desa-")] == ["/desa/desa-3403922001/"]
