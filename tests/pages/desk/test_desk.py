"""The federation's desk: turnover, members, positions; for the auditor the books and the trail, on the page and as a table."""

from __future__ import annotations

import csv
import io

import pytest
from django.http import HttpResponse

from federation.web import csv_export
from settlement.ledger import limits, positions
from tests.support import desks, factories, page_text, shopping

pytestmark = pytest.mark.usefixtures("market")
DAY = {"dari": "2026-06-10", "sampai": "2026-06-10"}
BEFORE = {"dari": "2026-06-01", "sampai": "2026-06-09"}


def table(response: HttpResponse) -> list[list[str]]:
    """A download as a spreadsheet reads it."""
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith(csv_export.BYTE_ORDER_MARK)
    *rows, [last] = csv.reader(io.StringIO(text.removeprefix(csv_export.BYTE_ORDER_MARK)))
    assert last == f"# {len(rows) - 1} baris"  # nothing broke off
    return rows


def test_the_matrix_says_who_bought_from_whom() -> None:
    desks.sold(price_rupiah=1_000_000)
    desks.sold(seller=factories.MELATI, price_rupiah=500_000, minutes=10)

    page = desks.browser(factories.OPERATOR).get("/federasi/", {**DAY, "rupiah": "penuh"})

    assert page.status_code == 200
    said = desks.text(page)
    assert "Rp 4,5 jt dibelanjakan: Rp 4,5 jt antardesa" in said
    assert "Sukamaju3.000.0001.500.000" in said.replace("–", "").replace(" ", "").replace("Sukamaju", "Sukamaju", 1)
    assert "h5" in page.content.decode()


def test_without_a_period_the_last_month_with_sales_is_shown() -> None:
    desks.sold()

    said = desks.text(desks.browser(factories.OPERATOR).get("/federasi/"))

    assert "Perputaran 1 Juni 2026 – 30 Juni 2026" in said


def test_dates_that_cannot_be_read_are_named() -> None:
    client = desks.browser(factories.OPERATOR)

    for wrong in ("kemarin", "2026-02-31", "9999-12-31", "0001-01-01"):
        answer = client.get("/federasi/", {"dari": wrong})
        assert answer.status_code == 200
        assert "Tanggalnya tidak terbaca" in desks.text(answer)


def test_a_village_near_its_limit_waits_at_the_desk() -> None:
    desks.sold(price_rupiah=1_000_000)
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=3_100_000, by=None, at=shopping.NOON, reason="uji")
    operator = desks.browser(factories.OPERATOR)

    assert "Dekat atau lewat batas utangnya: Sukamaju 96,8 %." in desks.text(operator.get("/federasi/"))
    assert "Paling dekat batasnya: Sukamaju, 96,8 %." in desks.text(operator.get("/federasi/posisi/"))


def test_positions_on_the_page_are_those_of_the_ledger() -> None:
    desks.sold(price_rupiah=1_000_000)
    rows = table(desks.browser(factories.APPROVER).get("/federasi/posisi.csv"))

    nets = {row[0]: int(row[6]) for row in rows[1:]}

    assert nets == {row.village_code: row.net_rupiah for row in positions.all_()}
    assert nets[factories.SUKAMAJU] == -3_000_000


def test_the_roll_names_each_village_with_its_state() -> None:
    operator = desks.browser(factories.OPERATOR)

    said = desks.text(operator.get("/federasi/anggota/"))

    for name in factories.VILLAGES.values():
        assert name in said
    assert "Aktif" in said
    assert "Cibiru" not in desks.text(operator.get("/federasi/anggota/", {"q": "melati"}))
    assert [row[1] for row in table(operator.get("/federasi/anggota.csv"))[1:]] == list(factories.VILLAGES.values())


def test_the_journal_is_filtered_by_day_account_and_order() -> None:
    order_id = desks.sold()
    desks.sold(seller=factories.MELATI, minutes=10)
    auditor = desks.browser(factories.AUDITOR)

    def lines(**asked: str) -> int:
        return len(table(auditor.get("/federasi/jurnal.csv", asked))) - 1

    everything = lines()
    assert everything > 4
    assert lines(**DAY) == everything
    assert lines(**BEFORE) == 0
    assert lines(sebab=str(order_id)) == everything / 2
    assert lines(rekening=f"clearing:{factories.MELATI}") < everything / 2
    assert "Nomor pesanan itu tidak terbaca" in desks.text(auditor.get("/federasi/jurnal/", {"sebab": "K7M"}))


def test_the_journal_goes_on_page_by_page_without_gap_or_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    from settlement.reports import journal

    desks.sold()
    desks.sold(seller=factories.MELATI, minutes=10)
    monkeypatch.setattr(journal, "PAGE_ENTRIES", 3)
    auditor = desks.browser(factories.AUDITOR)
    url, seen = "/federasi/jurnal/", []

    while url:
        page = auditor.get(url)
        seen += [row.entry.id for row in page.context["rows"]]
        more = [link for link in page_text.read(page).links if link.startswith("?") and "sesudah=" in link]
        url = f"/federasi/jurnal/{more[0]}" if more else ""

    assert len(seen) == len(set(seen)) == len(journal.entries(most=500).entries)


def test_a_statement_opens_where_the_day_before_closed() -> None:
    desks.sold(price_rupiah=100_000)
    desks.sold(price_rupiah=50_000, minutes=24 * 60)
    auditor = desks.browser(factories.AUDITOR)
    url = f"/federasi/rekening/clearing:{factories.SUKAMAJU}"

    first = table(auditor.get(f"{url}.csv", DAY))
    second = table(auditor.get(f"{url}.csv", {"dari": "2026-06-11", "sampai": "2026-06-11"}))
    page = desks.text(auditor.get(f"{url}/", {"dari": "2026-06-11", "sampai": "2026-06-11"}))

    assert first[1][-1] == "0"
    assert first[-1][-1] == second[1][-1] == "-300000"
    assert second[-1][-1] == "-450000"
    assert "Saldo awal −Rp 300.000, saldo akhir −Rp 450.000" in page


def test_an_account_that_is_not_there_is_404() -> None:
    assert desks.browser(factories.AUDITOR).get("/federasi/rekening/clearing:99/").status_code == 404


def test_the_trail_says_who_did_what_where_and_why() -> None:
    _purchase, order_id = desks.placed()
    desks.browser(factories.SARI).post(desks.path("office-cancel", order_id), {"choice": "Barangnya habis"})
    auditor = desks.browser(factories.AUDITOR)

    page = desks.text(auditor.get("/federasi/jejak/", {"apa": "order.cancelled"}))
    rows = table(auditor.get("/federasi/jejak.csv", {"desa": factories.CIBIRU}))

    assert "Bu Sari" in page
    assert "Barangnya habis" in page
    assert {row[2] for row in rows[1:]} == {"Cibiru"}
    assert "Pesanan dibatalkan" in [row[3] for row in rows]
    assert len(table(auditor.get("/federasi/jejak.csv", {"desa": factories.MELATI, "apa": "order.cancelled"}))) == 1


def test_the_books_hold_no_personal_data() -> None:
    desks.sold()
    auditor = desks.browser(factories.AUDITOR)

    for path in ("/federasi/jurnal.csv", f"/federasi/rekening/clearing:{factories.CIBIRU}.csv"):
        text = str(table(auditor.get(path)))
        for secret in ("Wati", "9099", "Kaliputih"):
            assert secret not in text


@pytest.mark.parametrize("path", ["jurnal/", "jurnal.csv", "jejak/", "jejak.csv", "rekening/fee-income/", "rekening/fee-income.csv"])
def test_the_books_are_for_the_auditor_alone(path: str) -> None:
    assert desks.browser(factories.AUDITOR).get(f"/federasi/{path}").status_code == 200
    for person in (factories.OPERATOR, factories.APPROVER):
        assert desks.browser(person).get(f"/federasi/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "perputaran.csv", "anggota/", "anggota.csv", "posisi/", "posisi.csv", "jurnal/", "jejak.csv"])
def test_the_desk_is_for_the_federations_people_alone(path: str) -> None:
    for person in (factories.RATNA, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(f"/federasi/{path}").status_code == 404


def test_pages_of_the_desk_are_kept_nowhere() -> None:
    auditor = desks.browser(factories.AUDITOR)

    for path in ("", "anggota/", "posisi/", "jurnal/", "jejak/", "jurnal.csv"):
        assert "no-store" in auditor.get(f"/federasi/{path}")["Cache-Control"]


@pytest.mark.parametrize("evil", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_a_cell_never_begins_a_formula(evil: str) -> None:
    assert csv_export.cell(evil) == "'" + evil


def test_numbers_stay_numbers_in_a_table() -> None:
    assert list(csv_export.lines(header=["Rupiah"], rows=[[-5], [None], ["dua"]])) == [
        '\ufeff"Rupiah"\r\n',
        "-5\r\n",
        '""\r\n',
        '"dua"\r\n',
        '"# 3 baris"\r\n',
    ]


def _broken_rows(*, after: int):
    for number in range(after):
        yield (number,)
    raise RuntimeError("the database went away")


def test_a_table_that_cannot_be_read_is_no_file() -> None:
    with pytest.raises(RuntimeError):
        csv_export.response(name="x", header=["Rupiah"], rows=_broken_rows(after=0))


def test_a_table_that_breaks_off_lacks_its_last_line() -> None:
    sent: list[bytes] = []
    answer = csv_export.response(name="x", header=["Rupiah"], rows=_broken_rows(after=3))

    with pytest.raises(RuntimeError):
        sent.extend(answer)

    assert len(sent) == 4
    assert b"baris" not in b"".join(sent)
