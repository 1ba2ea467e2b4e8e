"""The desk's pages of settlement cycles: the list and closing the books; the picture, the parties and the steps of one cycle."""

from __future__ import annotations

import re
import uuid

import pytest
from django.http import HttpResponse
from django.test import Client

from settlement import advancing
from settlement.cycles import approving, carry_terms, cutoff
from tenants.models import TrailEntry
from tests.pages.desk.test_desk import table
from tests.support import desks, factories, page_text
from tests.unit.settlement.cycles import rounds

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/putaran/"
FIRST = f"{PATH}1/"
LIST_STATEMENTS_MAX, CYCLE_STATEMENTS_MAX = 6, 15


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list:
    """The time of day at the desk; a test moves it on."""
    now = [rounds.T0]
    monkeypatch.setattr("federation.pages.desk.settlement.cycles_page.timezone.now", lambda: now[0])
    return now


def press(client: Client, path: str, deed: str, **typed: str) -> HttpResponse:
    """Press the button of the form for a deed on a page."""
    form = page_text.read(client.get(path)).form("", deed=deed)
    form.action = path
    return page_text.send(client, form, **typed)


def text(path: str, person: factories.Person = factories.AUDITOR) -> str:
    return desks.text(desks.browser(person).get(path))


def test_the_operator_closes_the_books_once_however_often_the_button_is_tapped(clock) -> None:
    rounds.worked_example()
    operator = desks.browser(factories.OPERATOR)
    shown = desks.text(operator.get(PATH))
    assert "Sekarang terbuka 6 kewajiban antardesa, seluruhnya Rp 240.000." in shown

    form = page_text.read(operator.get(PATH)).form("", deed="cutoff")
    form.action = PATH
    taps = [page_text.send(operator, form, objection_days="3", collection_days="9") for _ in range(2)]

    assert [tap.status_code for tap in taps] == [303, 303]
    said = desks.text(operator.get(taps[0]["Location"]))
    assert "Buku sudah ditutup." in said
    assert "Putaran 1: Sedang dikerjakan sistem" in said
    cycle = rounds.get(1)
    assert (cycle.state, cycle.made_by, cycle.objection_days, cycle.collection_days) == ("cutoff", factories.OPERATOR.id, 3, 9)
    assert rounds.get(2).state == "open"
    assert [entry.by for entry in TrailEntry.objects.filter(action="cycle.cutoff")] == [factories.OPERATOR.id]


def test_days_that_cannot_be_are_said_where_they_were_typed() -> None:
    operator = desks.browser(factories.OPERATOR)
    for days in ("", "-1", "0", "91", "tiga"):
        answer = press(operator, PATH, "cutoff", objection_days=days, collection_days="7")

        assert answer.status_code == 422
        assert "Isi jumlah hari dengan angka bulat dari 1 sampai 90." in desks.text(answer)
        assert page_text.read(answer).form("", deed="cutoff").values["objection_days"] == days
    assert rounds.get(1).state == "open"


def test_a_second_cycle_is_not_closed_while_the_first_is_under_way() -> None:
    rounds.proposed(number=1)
    operator = desks.browser(factories.OPERATOR)
    assert page_text.read(operator.get(PATH)).text.count("Bukunya baru bisa ditutup sesudah putaran 1 selesai") == 2
    assert "deed" not in [has.get("name") for tag, has in page_text.read(operator.get(PATH)).tags if tag == "input"]

    answer = operator.post(PATH, {"deed": "cutoff", "number": "2", "objection_days": "1", "collection_days": "1"})

    assert answer.status_code == 409
    assert "Putaran 1 belum selesai." in desks.text(answer)
    assert rounds.get(2).state == "open"


def test_the_list_says_what_each_cycle_came_to_and_what_is_next() -> None:
    rounds.worked_example()
    rounds.collecting(collection_days=7)

    said = text(PATH)

    assert "2 Sedang berjalan – – – – – Belanja dicatat di sini." in said
    assert "1 Menagih pembayaran 01/07/2026 10.00 Rp 240.000 Rp 176.400 73,5 % Rp 0 Rp 41.200 1 desa belum membayar Rp 41.200" in said
    assert "paling lambat 08/07/2026 10.00" in said


def test_the_table_holds_every_rupiah() -> None:
    rounds.worked_example()
    rounds.collecting()

    newest, oldest = table(desks.browser(factories.APPROVER).get("/federasi/putaran.csv"))[1:]

    assert newest[:2] == ["2", "Sedang berjalan"]
    assert oldest[:2] == ["1", "Menagih pembayaran"]
    assert oldest[7:] == ["240000", "0", "176400", "22400", "0", "41200", "0", "0"]


def test_older_cycles_are_on_further_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("settlement.reports.cycle_overview.PAGE_CYCLES", 2)
    for number in (1, 2, 3):
        cutoff.cut_off(number=number, objection_days=1, collection_days=1, by=rounds.MAKER, at=rounds.T0)
        approving.abort(number=number, reason="uji", by=rounds.MAKER, at=rounds.T0)
    auditor, url, pages = desks.browser(factories.AUDITOR), PATH, []

    while url:
        page = page_text.read(auditor.get(url))
        pages += [[int(found[1]) for link in page.links if (found := re.fullmatch(r"/federasi/putaran/(\d+)/", link))]]
        url = next((PATH + link for link in page.links if link.startswith("?sesudah")), "")

    assert pages == [[4, 3], [2, 1]]


def test_one_sentence_and_a_picture_say_what_had_to_move() -> None:
    rounds.worked_example()
    rounds.proposed()

    answer = desks.browser(factories.AUDITOR).get(FIRST)

    said = desks.text(answer)
    assert "Dari Rp 240.000 yang diperdagangkan antardesa, hanya Rp 41.200 yang harus berpindah; 82,8 % selesai di dalam." in said
    page = page_text.read(answer)
    [picture] = [has["aria-label"] for tag, has in page.tags if has.get("role") == "img"]
    assert picture == (
        "Diperdagangkan Rp\u00a0240.000; Dihapus dalam lingkaran Rp\u00a0176.400; Diringkas di kas bersama Rp\u00a022.400; "
        "Tunai, belum dibayar Rp\u00a041.200"
    )
    assert "Dihapus berpasangan Rp 0 0,0 %" in said  # the table leaves nothing out
    assert "di antaranya dengan federasi (iuran, uang kartu) Rp 4.800 2,0 %" in said
    assert [tag for tag, has in page.tags if "style" in has or tag in ("script", "style")] == []
    english = desks.browser(factories.AUDITOR).get(FIRST, {"bahasa": "en"})
    assert "Of Rp 240,000 traded between villages, only Rp 41,200 had to move; 82.8 % was settled inside." in desks.text(english)


def test_each_bar_begins_where_the_one_before_ended() -> None:
    rounds.worked_example()
    rounds.proposed()

    drawn = desks.browser(factories.AUDITOR).get(FIRST).content.decode()

    bars = re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', drawn)
    assert bars == [("0.0", "100.0"), ("0.0", "73.5"), ("73.5", "9.3"), ("82.8", "17.1")]


def test_every_party_stands_with_what_it_owes_gets_and_paid() -> None:
    rounds.worked_example()
    carry_terms.agree(village_code=rounds.B, amount_rupiah=5_000, by=factories.SARI.id, at=rounds.T0)
    carry_terms.set_debtor_limit(village_code=rounds.A, amount_rupiah=9_000, reason="uji", by=factories.OPERATOR.id, at=rounds.T0)
    rounds.collecting()

    said = text(FIRST)
    rows = {row[0]: row[2:] for row in table(desks.browser(factories.AUDITOR).get(f"{FIRST}pihak.csv"))[1:]}

    assert "Sukamaju 100.000 58.800 58.800 −41.200 5.000 36.200 – 0 36.200" in said
    assert "Cibiru 80.000 98.000 58.800 18.000 5.000 – 13.000 0 13.000" in said
    assert rows["F"] == ["0", "4800", "0", "4800", "0", "4800", "0", "0"]
    assert rows[rounds.A] == ["100000", "58800", "58800", "-41200", "5000", "-36200", "0", "0"]


def test_the_steps_tell_who_did_what_and_what_is_to_come() -> None:
    rounds.worked_example()
    press(desks.browser(factories.OPERATOR), PATH, "cutoff", objection_days="1", collection_days="7")
    advancing.advance(number=1, at=rounds.T0)

    said = text(FIRST)

    steps = said[said.index("Langkah putaran ini") : said.index("Bukti")]
    assert "✓ Buku putaran ditutup01/07/2026 10.00 Galih" in steps
    assert "✓ Hitungan putaran diperlihatkan ke desa01/07/2026 10.00 sistem" in steps
    assert "Sekarang Disetujui orang kedua Utang yang berputar dihapus" in steps


def test_a_cycle_of_nothing_says_so() -> None:
    rounds.proposed()

    assert "Tidak ada utang antardesa dalam putaran ini" in text(FIRST)


def test_a_cycle_that_is_not_there_is_404() -> None:
    auditor = desks.browser(factories.AUDITOR)
    for number in (7, 0, 2**31, 10**30):
        assert auditor.get(f"{PATH}{number}/").status_code == 404
        assert auditor.get(f"{PATH}{number}/pihak.csv").status_code == 404
        assert auditor.get(PATH, {"sesudah": number}).status_code == 200


def test_cycles_are_for_the_federations_people_alone() -> None:
    answers = {factories.RATNA: 404, factories.TINI: 404, factories.WULAN: 404}
    answers |= {factories.OPERATOR: 200, factories.APPROVER: 200, factories.AUDITOR: 200}
    for person, status in answers.items():
        client = desks.browser(person)
        for path in ("putaran/", "putaran.csv", "putaran/1/", "putaran/1/pihak.csv"):
            assert client.get(f"/federasi/{path}").status_code == status, (person, path)


def test_only_the_operator_closes_books() -> None:
    for person in (factories.APPROVER, factories.AUDITOR, factories.RATNA):
        client = desks.browser(person)
        assert client.post(PATH, {"deed": "cutoff", "number": "1", "objection_days": "1", "collection_days": "1"}).status_code == 404
    assert desks.browser(factories.OPERATOR).post(PATH, {"deed": "nonsense"}).status_code == 404
    assert rounds.get(1).state == "open"


def test_what_the_list_and_a_cycle_cost_does_not_grow(market) -> None:
    for number in range(1, 12):
        market.add_village(code=f"34.02.91.20{number:02}", name=f"Desa {number}")
        rounds.trade(f"34.02.91.20{number:02}", rounds.B, 10_000)
    rounds.worked_example()
    rounds.collecting(number=1)
    operator, approver = desks.browser(factories.OPERATOR), desks.browser(factories.APPROVER)
    for client in (operator, approver):
        client.get(PATH)
        with page_text.Statements() as listed:
            client.get(PATH)
        with page_text.Statements() as one:
            client.get(FIRST)
        assert len(listed.said) <= LIST_STATEMENTS_MAX, listed.said
        assert len(one.said) <= CYCLE_STATEMENTS_MAX, one.said


def test_the_overview_says_what_waits_for_whom() -> None:
    rounds.worked_example()
    assert "Putaran 1" not in text("/federasi/")

    rounds.proposed()

    said = text("/federasi/")
    assert "Putaran 1: Menunggu persetujuan orang kedua." in said
    assert FIRST in page_text.read(desks.browser(factories.OPERATOR).get("/federasi/")).links


def test_nonsense_in_a_form_is_refused_and_breaks_nothing() -> None:
    rounds.worked_example()
    rounds.proposed()
    operator = desks.browser(factories.OPERATOR)

    for typed in ({"deed": "answer", "objection": "x", "answer": "ya"}, {"deed": "answer", "objection": str(uuid.uuid4()), "answer": "ya"}):
        answer = operator.post(FIRST, typed)
        assert answer.status_code == 404
