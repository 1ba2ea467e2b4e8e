"""The desk's page of one cycle: the picture, the parties, the steps, and what villages object to."""

from __future__ import annotations

import re

import pytest

from settlement import advancing
from settlement.cycles import carry_terms
from tenants.acts import Act
from tests.support import desks, factories, page_text
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
LIST = "/federasi/putaran/"
PATH = f"{LIST}1/"
STATEMENTS_MAX = 15


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day at the desk."""
    monkeypatch.setattr("federation.pages.desk.settlement.cycle_page.timezone.now", lambda: rounds.T0)


def text() -> str:
    return desks.text(desks.browser(factories.AUDITOR).get(PATH))


def test_one_sentence_and_a_picture_say_what_had_to_move() -> None:
    rounds.worked_example()
    rounds.proposed()

    answer = desks.browser(factories.AUDITOR).get(PATH)

    said = desks.text(answer)
    assert "Dari Rp 240.000 utang yang dihitung, Rp 41.200 harus berpindah tunai; 82,8 % selesai di dalam." in said
    page = page_text.read(answer)
    [picture] = [has["aria-label"] for tag, has in page.tags if has.get("role") == "img"]
    assert picture == (
        "Semua utang yang dihitung Rp\u00a0240.000; Dihapus dalam lingkaran Rp\u00a0176.400; Diringkas di kas bersama Rp\u00a022.400; "
        "Tunai, belum dibayar Rp\u00a041.200"
    )
    assert "Dihapus berpasangan Rp 0 0,0 %" in said  # the table leaves nothing out
    assert "di antaranya dengan federasi (iuran, uang kartu) Rp 4.800 2,0 %" in said
    assert [tag for tag, has in page.tags if "style" in has or tag in ("script", "style")] == []
    english = desks.browser(factories.AUDITOR).get(PATH, {"bahasa": "en"})
    assert "Of Rp 240,000 of debts that were counted, Rp 41,200 has to move in cash; 82.8 % was settled inside." in desks.text(english)


def test_each_bar_begins_where_the_one_before_ended() -> None:
    rounds.worked_example()
    rounds.proposed()

    drawn = desks.browser(factories.AUDITOR).get(PATH).content.decode()

    bars = re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', drawn)
    assert bars == [("0.0", "100.0"), ("0.0", "73.5"), ("73.5", "9.3"), ("82.8", "17.1")]


def test_every_party_stands_with_what_it_owes_gets_and_paid() -> None:
    rounds.worked_example()
    carry_terms.agree(village_code=rounds.B, amount_rupiah=5_000, act=Act(by=factories.SARI.principal, at=rounds.T0))
    carry_terms.set_debtor_limit(
        village_code=rounds.A, amount_rupiah=9_000, act=Act(by=factories.OPERATOR.principal, at=rounds.T0, reason="uji")
    )
    rounds.collecting()

    said = text()
    rows = {row[0]: row[2:] for row in desks.spreadsheet(desks.browser(factories.AUDITOR).get(f"{PATH}pihak.csv"))[1:]}

    assert "Sukamaju 100.000 58.800 58.800 −41.200 −5.000 36.200 – 0 −36.200" in said
    assert "Cibiru 80.000 98.000 58.800 18.000 5.000 – 13.000 0 13.000" in said
    assert rows["F"] == ["0", "4800", "0", "4800", "0", "4800", "0", "0"]
    assert rows[rounds.A] == ["100000", "58800", "58800", "-41200", "-5000", "-36200", "0", "0"]
    assert "Dari Rp 240.000 utang yang dihitung, Rp 36.200 harus berpindah tunai dan Rp 5.000 dibawa; 82,8 % selesai di dalam." in said
    assert "Di bawah nol: pihak itu berutang atau membayar" in said
    assert "Yang dibawa ke putaran berikutnya dan yang tunai tidak termasuk." in said


def test_the_steps_tell_who_did_what_and_what_is_to_come() -> None:
    rounds.worked_example()
    operator = desks.browser(factories.OPERATOR)
    desks.answered(operator, desks.press(operator, f"{PATH}tutup/", objection_days="1", collection_days="7"))
    advancing.advance(number=1, at=rounds.T0)

    said = text()

    steps = said[said.index("Langkah putaran ini") : said.index("Bukti")]
    assert "✓ Buku putaran ditutup01/07/2026 10.00 Galih" in steps
    assert "✓ Hitungan putaran diperlihatkan ke desa01/07/2026 10.00 sistem" in steps
    assert "Sekarang Disetujui orang kedua Utang yang berputar dihapus" in steps


def test_a_cycle_of_nothing_says_so() -> None:
    rounds.proposed()

    assert "Tidak ada utang antardesa dalam putaran ini" in text()


def test_a_cycle_that_is_not_there_is_404() -> None:
    auditor = desks.browser(factories.AUDITOR)
    for number in (7, 0, 2**31, 10**30):
        assert auditor.get(f"{LIST}{number}/").status_code == 404
        assert auditor.get(f"{LIST}{number}/pihak.csv").status_code == 404


def test_the_page_takes_no_form(market) -> None:
    assert desks.browser(factories.OPERATOR).post(PATH, {"reason": "x"}).status_code == 405


def test_what_a_cycle_costs_does_not_grow(market) -> None:
    for number in range(1, 12):
        market.add_village(code=f"34.02.91.20{number:02}", name=f"Desa {number}")
        rounds.trade(f"34.02.91.20{number:02}", rounds.B, 10_000)
    rounds.worked_example()
    rounds.collecting(number=1)
    for client in (desks.browser(factories.OPERATOR), desks.browser(factories.APPROVER)):
        client.get(PATH)
        with page_text.Statements() as one:
            client.get(PATH)
        assert len(one.said) <= STATEMENTS_MAX, one.said
