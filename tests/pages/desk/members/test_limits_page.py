"""The desk's list of limits: what each village uses of its limit, and how old its debts are."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import translation

from settlement.ledger import limits
from tenants import acts
from tests.support import desks, factories, page_text, shopping
from tests.support.settlement import leavers

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/batas/"
SUKAMAJU = f"{PATH}{factories.SUKAMAJU}/"
AT_MOST = 6  # statements, however many villages


def limit(rupiah: int, *, village: str = factories.SUKAMAJU) -> None:
    limits.set_limit(village_code=village, limit_rupiah=rupiah, act=acts.by_command_line(at=shopping.NOON, reason="uji"))


def set_to(monkeypatch: pytest.MonkeyPatch, moment) -> None:
    monkeypatch.setattr("federation.pages.desk.members.limits_page.timezone.now", lambda: moment)


def rows(page: HttpResponse) -> list[str]:
    """The villages of the first table in their order, each with its state."""
    said = page.content.decode()
    return re.findall(r'batas/(34[\d.]+)/">[^<]+</a></th><td class="left"><span class="tag ?\w*">([^<]+)<', said)


def test_the_fullest_village_stands_first_with_its_state_in_words() -> None:
    desks.sold(price_rupiah=1_000_000)
    desks.sold(home=factories.MELATI, price_rupiah=10_000, minutes=10)
    limit(3_100_000)
    limit(30_000, village=factories.MELATI)

    page = desks.browser(factories.AUDITOR).get(PATH)

    assert rows(page) == [(factories.MELATI, "Penuh"), (factories.SUKAMAJU, "Hampir penuh"), (factories.CIBIRU, "Longgar")]
    said = desks.text(page)
    assert "Batasnya penuh di 1 desa dan hampir penuh di 1 desa, dari 3 desa." in said
    assert "96,77 % Rp 3.000.000 Rp 3,1 jt Rp 100.000" in said
    assert [has["value"] for tag, has in page_text.read(page).tags if tag == "meter"] == ["100", "96", "0"]


def test_debts_are_shown_by_their_age_the_oldest_first(monkeypatch) -> None:
    desks.sold(price_rupiah=1_000_000)
    desks.sold(home=factories.MELATI, price_rupiah=10_000, minutes=70 * 24 * 60)
    set_to(monkeypatch, shopping.NOON + timedelta(days=95))

    page = desks.text(desks.browser(factories.OPERATOR).get(PATH))

    assert "Perlu ditagih: utang Rp 3,0 jt sudah lewat 90 hari." in page
    answer = desks.browser(factories.OPERATOR).get(PATH)
    assert any("say warn" in has.get("class", "") for _tag, has in page_text.read(answer).tags)  # never in green
    ages = page[page.index("Desa yang berutang") :]
    assert "0–30 hari 31–60 hari 61–90 hari Lebih dari 90 hari Jumlah Tertua" in ages
    assert re.search(r"Sukamaju – – – Rp 3\.000\.000 Rp 3\.000\.000 sangat lama 95 hari Melati Rp 30\.000 – – – Rp 30\.000 25 hari", ages)


def test_the_download_holds_both_tables(monkeypatch) -> None:
    desks.sold(price_rupiah=1_000_000)
    limit(3_100_000)
    set_to(monkeypatch, shopping.NOON + timedelta(days=40))

    head, *lines = desks.spreadsheet(desks.browser(factories.APPROVER).get("/federasi/batas.csv"))

    assert head[-5:] == [
        "0–30 hari (rupiah)",
        "31–60 hari (rupiah)",
        "61–90 hari (rupiah)",
        "Lebih dari 90 hari (rupiah)",
        "Utang tertua (hari)",
    ]
    assert [line[0] for line in lines] == [factories.SUKAMAJU, factories.CIBIRU, factories.MELATI]
    amounts = ["3000000", "3100000", "9677", "Hampir penuh", "0", "620000"]
    assert lines[0] == [factories.SUKAMAJU, "Sukamaju", *amounts, "0", "3000000", "0", "0", "40"]
    assert lines[1][-5:] == ["0", "0", "0", "0", ""]


def test_the_page_asks_no_more_for_more_villages(market) -> None:
    desks.sold(price_rupiah=1_000_000)
    auditor, asked = desks.browser(factories.AUDITOR), []

    for number in range(4, 10):
        market.add_village(code=f"34.02.90.20{number:02}", name=f"Desa {number}")
        auditor.get(PATH)
        with page_text.Statements() as statements:
            page = auditor.get(PATH)
        asked.append(len(statements.said))

    assert len(rows(page)) == 9
    assert max(asked) <= AT_MOST, statements.said
    assert len(set(asked)) == 1


def test_the_pages_are_for_the_federations_people_and_of_villages_that_are_there() -> None:
    for person in (factories.RATNA, factories.WULAN):
        for path in (PATH, "/federasi/batas.csv", SUKAMAJU):
            assert desks.browser(person).get(path).status_code == 404
    operator = desks.browser(factories.OPERATOR)
    for code in ("34.02.90.2099", "F", "fee-income", "x"):
        assert operator.get(f"{PATH}{code}/").status_code == 404
        assert operator.get(f"{PATH}{code}/ubah/").status_code == 404
        typed = {"limit_rupiah": "1", "guest_share": "1", "reason": "x"}
        assert operator.post(f"{PATH}{code}/ubah/", typed).status_code == 404
    assert "no-store" in operator.get(SUKAMAJU)["Cache-Control"]


def test_the_pages_speak_english() -> None:
    desks.sold(price_rupiah=1_000_000)
    limit(3_100_000)
    operator = desks.browser(factories.OPERATOR)

    with translation.override("en"):
        operator.get("/federasi/", {"bahasa": "en"})
        said = desks.text(operator.get(PATH)) + desks.text(operator.get(SUKAMAJU))

    for word in ("Almost full", "Debt limit of each village", "Change the limit", "Age of open debts"):
        assert word in said
    assert "hampir penuh" not in said


def test_a_village_that_left_is_not_near_its_limit(market) -> None:
    limit(0, village=factories.MELATI)
    operator = desks.browser(factories.OPERATOR)
    assert (factories.MELATI, "Penuh") in rows(operator.get(PATH))
    assert "Dekat atau lewat batas utangnya: Melati" in desks.text(operator.get("/federasi/"))

    leavers.leave(market, factories.MELATI)

    page = operator.get(PATH)
    assert [code for code, _state in rows(page)] == [factories.SUKAMAJU, factories.CIBIRU]
    assert "Batasnya penuh" not in desks.text(page)
    assert "batas utangnya" not in desks.text(operator.get("/federasi/"))
    assert factories.MELATI not in [line[0] for line in desks.spreadsheet(operator.get("/federasi/batas.csv"))]


def test_what_a_village_that_left_still_owes_stays_in_sight(market) -> None:
    desks.sold(price_rupiah=1_000_000)
    limit(3_100_000)

    leavers.leave(market, factories.SUKAMAJU)

    assert (factories.SUKAMAJU, "Hampir penuh") in rows(desks.browser(factories.OPERATOR).get(PATH))
