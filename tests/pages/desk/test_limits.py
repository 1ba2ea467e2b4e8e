"""The desk's page of limits: use and ageing for everybody there, changes by the operator alone; and what a village is told about it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import translation

from settlement.ledger import limits
from settlement.reports import limit_history
from tenants.models import TrailEntry
from tests.pages.desk.test_desk import table
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/batas/"
SUKAMAJU = f"{PATH}{factories.SUKAMAJU}/"
AT_MOST = 6  # statements, however many villages


def limit(rupiah: int, *, village: str = factories.SUKAMAJU) -> None:
    limits.set_limit(village_code=village, limit_rupiah=rupiah, by=None, at=shopping.NOON, reason="uji")


def set_to(monkeypatch: pytest.MonkeyPatch, moment) -> None:
    monkeypatch.setattr("federation.pages.desk.members.limits_page.timezone.now", lambda: moment)


def send(client, page: HttpResponse, **typed: str) -> HttpResponse:
    """Send the last form of the page of Sukamaju that has these fields, as a browser would."""
    form = page_text.read(page).form(SUKAMAJU, **({"sure": "1"} if typed.pop("sure", "") else {}))
    return page_text.send(client, form, **typed)


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

    assert "Utang Rp 3,0 jt sudah lewat 90 hari." in page
    ages = page[page.index("Desa yang berutang") :]
    assert "0–30 hari 31–60 hari 61–90 hari Lebih dari 90 hari Jumlah Tertua" in ages
    assert re.search(r"Sukamaju – – – Rp 3\.000\.000 Rp 3\.000\.000 sangat lama 95 hari Melati Rp 30\.000 – – – Rp 30\.000 25 hari", ages)


def test_the_download_holds_both_tables(monkeypatch) -> None:
    desks.sold(price_rupiah=1_000_000)
    limit(3_100_000)
    set_to(monkeypatch, shopping.NOON + timedelta(days=40))

    head, *lines = table(desks.browser(factories.APPROVER).get("/federasi/batas.csv"))

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


def test_the_operator_sees_before_and_after_and_then_changes_it() -> None:
    operator = desks.browser(factories.OPERATOR)
    opened = operator.get(SUKAMAJU)
    assert page_text.read(opened).form(SUKAMAJU).values.items() >= {"limit_rupiah": "50.000.000", "guest_share": "20"}.items()

    asked = send(operator, opened, limit_rupiah="Rp 75.000.000", guest_share="12,5", reason="Modal bertambah")
    assert asked.status_code == 200
    assert "Batas Rp 50.000.000 → Rp 75.000.000 Batas tamu Rp 10.000.000 → Rp 9.375.000" in desks.text(asked)
    assert limit_history.changes(village_code=factories.SUKAMAJU) == []  # nothing was done yet

    done = [send(operator, asked, sure="1") for _tap in range(2)]
    assert {(answer.status_code, answer["Location"]) for answer in done} == {(303, f"{SUKAMAJU}?hasil=changed")}
    said = desks.text(operator.get(done[0]["Location"]))
    assert "Batas sudah diubah dan berlaku mulai sekarang" in said
    assert re.search(r"Galih Rp 50\.000\.000 → Rp 75\.000\.000 Rp 10\.000\.000 → Rp 9\.375\.000 Modal bertambah", said)
    [entry] = TrailEntry.objects.filter(action="limit.changed")
    assert (entry.by, entry.subject_id) == (factories.OPERATOR.id, factories.SUKAMAJU)
    again = operator.get(SUKAMAJU)
    assert page_text.read(again).form(SUKAMAJU).values.items() >= {"limit_rupiah": "75.000.000", "guest_share": "12,5"}.items()


def test_a_form_that_was_sent_does_not_do_something_else() -> None:
    operator = desks.browser(factories.OPERATOR)
    asked = send(operator, operator.get(SUKAMAJU), limit_rupiah="75000000", reason="Modal")
    send(operator, asked, sure="1")

    other = send(operator, asked, sure="1", limit_rupiah="76000000")

    assert other.status_code == 422
    assert "sudah pernah dikirim dengan isi lain" in desks.text(other)
    assert limits.use(village_code=factories.SUKAMAJU).limit_rupiah == 75_000_000
    anew = send(operator, other, limit_rupiah="76000000", reason="Modal")  # the page that said no has a fresh form
    assert send(operator, anew, sure="1").status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"limit_rupiah": ""}, "Tulis batasnya, misalnya 75.000.000."),
        ({"limit_rupiah": "banyak"}, "Tulis rupiah bulat tanpa sen"),
        ({"limit_rupiah": "-5"}, "Tulis rupiah bulat tanpa sen"),
        ({"limit_rupiah": "9" * 13}, "Tulis rupiah bulat tanpa sen"),
        ({"guest_share": "101"}, "Tulis persen dari 0 sampai 100"),
        ({"guest_share": ""}, "Tulis bagian tamu dalam persen"),
        ({"reason": "  "}, "Tulis alasan perubahan batas."),
        ({"reason": "a" * 301}, "300"),
        ({"limit_rupiah": "50.000.000", "guest_share": "20"}, "Batas dan bagian tamu itu sudah berlaku"),
    ],
)
def test_bad_numbers_are_said_clearly_and_change_nothing(typed, said) -> None:
    operator = desks.browser(factories.OPERATOR)
    good = {"limit_rupiah": "75.000.000", "guest_share": "20", "reason": "Modal"}

    for sure in ({}, {"sure": "1"}) if "sudah berlaku" not in said else ({},):
        answer = operator.post(SUKAMAJU, {**good, **typed, **sure, "form_key": "k" * 32})
        assert answer.status_code == 422
        assert said in desks.text(answer)

    assert limit_history.changes(village_code=factories.SUKAMAJU) == []


def test_a_limit_below_what_is_in_use_is_said_before_it_is_set() -> None:
    desks.sold(price_rupiah=1_000_000)
    operator = desks.browser(factories.OPERATOR)

    asked = send(operator, operator.get(SUKAMAJU), limit_rupiah="2.000.000", reason="Kas seret")

    assert "Batas itu di bawah yang sudah terpakai, Rp 3.000.000." in desks.text(asked)
    assert send(operator, asked, sure="1").status_code == 303
    assert limits.use(village_code=factories.SUKAMAJU).state == "reached"


@pytest.mark.parametrize("person", [factories.APPROVER, factories.AUDITOR], ids=lambda person: person.role)
def test_others_at_the_desk_look_and_do_not_change(person) -> None:
    client = desks.browser(person)

    page = client.get(SUKAMAJU)

    assert page.status_code == 200
    assert "Ubah batas" not in desks.text(page)
    typed = {"limit_rupiah": "1", "guest_share": "1", "reason": "iseng", "form_key": "k" * 32, "sure": "1"}
    assert client.post(SUKAMAJU, typed).status_code == 404
    assert limit_history.changes(village_code=factories.SUKAMAJU) == []


def test_the_pages_are_for_the_federations_people_and_of_villages_that_are_there() -> None:
    for person in (factories.RATNA, factories.WULAN):
        for path in (PATH, "/federasi/batas.csv", SUKAMAJU):
            assert desks.browser(person).get(path).status_code == 404
    operator = desks.browser(factories.OPERATOR)
    for code in ("34.02.90.2099", "F", "fee-income", "x"):
        assert operator.get(f"{PATH}{code}/").status_code == 404
        assert operator.post(f"{PATH}{code}/", {"limit_rupiah": "1", "guest_share": "1", "reason": "x", "sure": "1"}).status_code == 404
    assert "no-store" in operator.get(SUKAMAJU)["Cache-Control"]


def test_what_was_changed_from_the_machine_stands_in_the_history_too() -> None:
    limit(60_000_000)

    said = desks.text(desks.browser(factories.AUDITOR).get(SUKAMAJU))

    assert "pengelola sistem Rp 50.000.000 → Rp 60.000.000" in said


@pytest.mark.parametrize(
    ("rupiah", "said"), [(3_750_001, ""), (3_750_000, "hampir penuh: terpakai 80 %"), (3_000_000, "sudah penuh: Rp 3.000.000")]
)
def test_a_village_is_told_from_four_fifths_on(rupiah, said) -> None:
    desks.sold(price_rupiah=1_000_000)
    limit(rupiah)
    office = desks.path("office-orders", village=factories.SUKAMAJU)

    for person in (factories.RATNA, factories.DARTO):
        page = desks.text(desks.browser(person).get(office))
        assert ("Batas utang desa ini" in page) == bool(said)
        assert said in page
    assert "Batas utang" not in desks.text(desks.browser(factories.UJANG).get(office))  # the courier carries no money of the village
    assert "Batas utang" not in desks.text(desks.browser(factories.SARI).get(desks.path("office-orders")))


def test_the_overview_names_the_fullest_and_says_how_many_more(monkeypatch) -> None:
    monkeypatch.setattr("federation.reports.waiting.NAMED_MAX", 1)
    desks.sold(price_rupiah=1_000_000)
    limit(3_100_000)
    limit(0, village=factories.MELATI)

    page = desks.browser(factories.OPERATOR).get("/federasi/")

    assert "Dekat atau lewat batas utangnya: Melati 100,0 % dan 1 desa lagi." in desks.text(page)
    assert PATH in page_text.read(page).links


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
