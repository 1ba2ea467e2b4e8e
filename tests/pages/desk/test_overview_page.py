"""The desk's first page: who bought from whom in a period, and what waits for somebody here."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from federation.models import TurnoverFact
from settlement.ledger import limits
from tenants import acts, clock, newest_backup
from tests.support import desks, factories, page_text, shopping
from tests.support.settlement import rounds

pytestmark = pytest.mark.usefixtures("market")
DAY = {"dari": "2026-06-10", "sampai": "2026-06-10"}


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


@pytest.mark.parametrize("table", ["perputaran.csv", "jurnal.csv", "jejak.csv", f"rekening/clearing:{factories.CIBIRU}.csv"])
def test_a_table_to_keep_is_not_of_other_days_than_it_was_asked_for(table) -> None:
    auditor = desks.browser(factories.AUDITOR)

    for asked in ({"dari": "kemarin"}, {"dari": "2026-06-01", "sampai": "2026-02-31"}):
        answer = auditor.get(f"/federasi/{table}", asked)
        assert answer.status_code == 422
        assert "Tanggalnya tidak terbaca. Pilih tanggal dari kalender, misalnya 2020-08-31." in desks.text(answer)
    for asked in ({}, {"dari": "2026-06-01"}, {"dari": "2026-06-30", "sampai": "2026-06-01"}):  # the last two are swapped
        assert auditor.get(f"/federasi/{table}", asked).status_code == 200


def test_a_village_near_its_limit_waits_at_the_desk() -> None:
    desks.sold(price_rupiah=1_000_000)
    limits.set_limit(village_code=factories.SUKAMAJU, limit_rupiah=3_100_000, act=acts.by_command_line(at=shopping.NOON, reason="uji"))
    operator = desks.browser(factories.OPERATOR)

    assert "Dekat atau lewat batas utangnya: Sukamaju 96,8 %." in desks.text(operator.get("/federasi/"))


def test_the_overview_names_the_fullest_and_says_how_many_more(monkeypatch) -> None:
    monkeypatch.setattr("federation.reports.waiting.NAMED_MAX", 1)
    desks.sold(price_rupiah=1_000_000)
    for village, rupiah in ((factories.SUKAMAJU, 3_100_000), (factories.MELATI, 0)):
        limits.set_limit(village_code=village, limit_rupiah=rupiah, act=acts.by_command_line(at=shopping.NOON, reason="uji"))

    page = desks.browser(factories.OPERATOR).get("/federasi/")

    assert "Dekat atau lewat batas utangnya: Melati 100,0 % dan 1 desa lagi." in desks.text(page)
    assert "/federasi/batas/" in page_text.read(page).links


def test_the_cycle_under_way_says_what_waits_for_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: rounds.T0)
    rounds.worked_example()
    operator = desks.browser(factories.OPERATOR)
    assert "Putaran 1" not in desks.text(operator.get("/federasi/"))

    rounds.proposed()

    page = page_text.read(operator.get("/federasi/"))
    assert "Putaran 1: Menunggu persetujuan orang kedua." in page.text
    assert "/federasi/putaran/1/" in page.links


def test_a_doubted_clock_is_named_first(monkeypatch) -> None:
    monkeypatch.setattr(clock, "doubt", lambda: clock.ClockJumped(now="2027-01-14 10:00", expected="2026-11-30 10:00"))

    said = desks.text(desks.browser(factories.OPERATOR).get("/federasi/"))

    assert "Jam mesin ini meloncat: sekarang 2027-01-14 10:00" in said
    assert "pesanan tidak digugurkan" in said


def test_the_newest_backup_is_told_and_a_missed_night_warned_of(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    operator = desks.browser(factories.OPERATOR)
    assert "Cadangan pasar ini: belum ada" in desks.text(operator.get("/federasi/"))

    at = timezone.now()
    (tmp_path / newest_backup.MANIFEST).touch()
    newest_backup.write(data=tmp_path, folder=tmp_path, began_at=at)
    said = desks.text(operator.get("/federasi/"))
    assert f"Cadangan terakhir: {timezone.localtime(at).day} " in said
    assert "lebih dari satu malam" not in said

    newest_backup.write(data=tmp_path, folder=tmp_path, began_at=at - timedelta(hours=40))
    assert "sudah lebih dari satu malam" in desks.text(operator.get("/federasi/"))

    (tmp_path / newest_backup.MANIFEST).unlink()  # somebody removed it
    assert "Cadangan pasar ini: belum ada" in desks.text(operator.get("/federasi/"))


def fact(rupiah: int, *, seller: str = factories.CIBIRU) -> None:
    TurnoverFact.objects.create(
        reference=f"{seller}:{rupiah}",
        order_id=uuid.uuid4(),
        day=date(2026, 6, 10),
        buyer_village=factories.SUKAMAJU,
        seller=seller,
        goods_rupiah=rupiah,
        delivery_rupiah=0,
        fee_rupiah=0,
    )


@pytest.mark.parametrize(
    ("between", "within", "said"),
    [
        (-238_000, 0, "uang yang kembali Rp 238.000 lebih banyak daripada yang dibelanjakan dalam masa ini."),
        (-238_000, 300_000, "Rp 62.000 dibelanjakan, setelah dikurangi uang kembali untuk barang dari masa sebelumnya:"),
        (-238_000, 238_000, "Rp 0 dibelanjakan, setelah dikurangi uang kembali"),
    ],
)
def test_more_given_back_than_spent_is_said_in_words(between, within, said) -> None:
    fact(between)
    if within:
        fact(within, seller=factories.SUKAMAJU)

    page = desks.text(desks.browser(factories.OPERATOR).get("/federasi/", DAY))

    assert said in page
    assert "238.000 dibelanjakan" not in page
    assert "Belum ada barang" not in page
