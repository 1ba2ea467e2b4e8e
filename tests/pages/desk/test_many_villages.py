"""The desk with many villages: no list or choice of all on one page, everything found by words, sums of all."""

from __future__ import annotations

import pytest
from django.test import Client

from federation.pages.desk import desk_layout
from settlement.bank import bank_accounts
from settlement.ledger import limits
from settlement.ledger import positions as ledger_positions
from tenants import acts
from tests.support import desks, factories, many, page_text, shopping
from tests.support.settlement import rounds

ALL = many.COUNT + len(factories.VILLAGES)
LISTS = ("", "anggota/", "posisi/", "batas/", "neraca/", "jurnal/", "jejak/", "sisa/", "sisa/ubah/", "rekening-bank/")


@pytest.fixture
def desk(market) -> Client:
    """The operator of a federation of many villages, in which Sukamaju owes."""
    desks.sold(price_rupiah=1_000_000)
    many.villages_more(market)
    return desks.browser(factories.OPERATOR)


def test_no_page_shows_or_offers_all_villages(desk):
    auditor = desks.browser(factories.AUDITOR)
    for path in LISTS:
        answer = desk.get(f"/federasi/{path}")
        answer = auditor.get(f"/federasi/{path}") if answer.status_code == 404 else answer
        assert answer.status_code == 200, path
        # More than that many names would grow with the villages; each may stand twice, as a link and in a label.
        assert len(set(part[:3] for part in answer.content.decode().split("Tirtomulyo ")[1:])) <= desk_layout.ROWS + 1, path


@pytest.mark.parametrize("path", ["posisi/", "batas/"])
def test_the_pages_of_a_list_hold_each_village_once_the_nearest_to_its_limit_first(desk, path):
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=3_100_000, act=acts.by_command_line(at=shopping.NOON, reason="uji"))
    seen, url = [], f"/federasi/{path}"
    while url:
        answer = desk.get(url)
        page = page_text.read(answer)
        body = answer.content.decode()
        table = body[body.index("<tbody>") : body.index("</tbody>")]
        seen += [
            row.split("</th>")[0].split(">")[-2 if "</a>" in row else -1].removesuffix("</a") for row in table.split('<th scope="row">')[1:]
        ]
        url = next((f"/federasi/{path}{link}" for link in page.links if link.startswith("?sesudah=")), "")
    assert len(seen) == ALL
    assert seen[0] == "Sukamaju"
    assert seen.count("Mekarsari") == 2
    assert "96,8" in page.text or path == "batas/"  # the sentence is of all, on the last page too


def test_positions_are_searched_and_the_sums_stay_those_of_all(desk):
    page = page_text.read(desk.get("/federasi/posisi/", {"q": "mekarsari wonosari"}))
    assert page.text.count("Mekarsari") == 1
    assert "memegang Rp 3,0 jt" in page.text
    assert "Sukamaju, " in page.text
    assert "Tidak ada desa" in desks.text(desk.get("/federasi/posisi/", {"q": "antah berantah"}))
    assert "Sukamaju" in desks.text(desk.get("/federasi/batas/", {"q": "Sukamaju"}))


def test_no_page_loads_the_positions_of_all(desk, monkeypatch):
    def too_much():
        raise AssertionError("a page loads all positions")

    monkeypatch.setattr(ledger_positions, "all_", too_much)
    for path in ("", "anggota/", "posisi/", "batas/"):
        assert desk.get(f"/federasi/{path}").status_code == 200, path


def test_no_page_of_a_cycle_reads_all_parties_payments_or_accounts(desk, monkeypatch):
    def too_much(**_):
        raise AssertionError("a page reads all of a list")

    rounds.proposed()
    named = bank_accounts.statuses
    monkeypatch.setattr(bank_accounts, "statuses", lambda *, at, parties: named(at=at, parties=parties))  # not of all
    for verb in ("reports.party_totals.of_cycle", "reports.trial_balance.draw_up", "reports.payment_overview.legs"):
        monkeypatch.setattr(f"settlement.{verb}", too_much)
    monkeypatch.setattr("settlement.payments.pool_items.pool", too_much)
    for path in ("putaran/1/", "putaran/1/uang/", "neraca/", "sisa/", "rekening-bank/", "rekening-bank/?q=mekarsari"):
        assert desk.get(f"/federasi/{path}").status_code == 200, path


def test_downloads_hold_all(desk):
    for path in ("posisi.csv", "batas.csv", "anggota.csv"):
        assert len({row[0] for row in desks.spreadsheet(desk.get(f"/federasi/{path}"))[1:]} - {"F"}) == ALL, path


def test_a_village_is_named_by_its_whole_name_or_code_and_what_is_unclear_is_asked(desk):
    first = page_text.read(desk.get("/federasi/sisa/ubah/"))
    form = next(one for one in first.forms if "amount_rupiah" in one.values)
    form.action = "/federasi/sisa/ubah/"
    typed = {"amount_rupiah": "500000", "reason": "Panen mundur"}

    unclear = page_text.send(desk, form, village_code="mekarsari", **typed)
    assert unclear.status_code == 422
    assert "34.03.92.2001 Mekarsari (Wonosari, Kabupaten Gunungkidul)" in page_text.read(unclear).text
    assert page_text.send(desk, form, village_code="tirtomulyo", **typed).status_code == 422
    assert page_text.send(desk, form, village_code="34.03.92.2001", **typed).status_code == 303
    assert "Mekarsari Rp 500.000" in desks.text(desk.get("/federasi/sisa/"))


def test_books_are_filtered_by_a_village_that_is_typed(desk):
    auditor = desks.browser(factories.AUDITOR)
    assert "Tirtomulyo" not in auditor.get("/federasi/jurnal/").content.decode()
    assert "Rp 2.940.000" in desks.text(auditor.get("/federasi/jurnal/", {"desa": "sukamaju"}))
    assert "Tidak ada catatan" in desks.text(auditor.get("/federasi/jurnal/", {"desa": many.code(3)}))
    assert "belum jelas" in desks.text(auditor.get("/federasi/jejak/", {"desa": "mekarsari"}))
    assert "Cibiru" in desks.text(auditor.get("/federasi/jejak/", {"desa": "Cibiru"}))


def test_the_first_page_shows_the_partners_of_a_village_that_is_typed(desk):
    page = desks.text(desk.get("/federasi/", {"dari": "2026-06-10", "sampai": "2026-06-10", "desa": "sukamaju"}))
    assert "Mitra dagang Sukamaju" in page
    assert "Cibiru Rp 3.000.000 Rp 0" in page
