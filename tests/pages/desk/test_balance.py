"""The desk's trial balance at any minute, and its daily seals: read only, for all of the federation's people, as a page and as a table."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.http import HttpResponse
from django.test import Client

from federation.web import csv_export
from settlement.seals import seals
from tests.support import desks, factories, page_text
from tests.unit.settlement import books
from tests.unit.settlement.cycles import test_worked_example

pytestmark = pytest.mark.usefixtures("market")
BALANCE, SEALS = "/federasi/neraca/", "/federasi/segel/"
NOON = "2026-06-02T12:00"  # books.NOON in Jakarta
STATEMENTS_MAX = 5


def sealed(day: int = 1) -> str:
    made = seals.seal(day=datetime.date(2026, 7, day), at=datetime.datetime(2026, 7, day + 1, 1, tzinfo=datetime.UTC))
    assert made is not None
    return made.sha256


def rows(response: HttpResponse) -> list[list[str]]:
    """A download with its last line."""
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text.removeprefix(csv_export.BYTE_ORDER_MARK))))


def test_the_balance_says_that_both_sides_are_equal_and_what_each_account_holds(market) -> None:
    test_worked_example.test_half_a_payment_is_shared_and_the_rest_rolls_on(market)
    books.reserve(books.sale(goods=50_000, fee=0))

    said = desks.text(desks.browser(factories.OPERATOR).get(BALANCE))

    assert "Debit dan kredit sama: Rp 320.000. Yang baru ditahan: Rp 50.000." in said
    assert "Kas sendiri federasi 2.400 0 2.400 0 0".replace(" ", "") in said.replace("Rp", "").replace("\u00a0", "").replace(" ", "")
    assert "Rekening tanpa gerakan tidak ditampilkan: 3." in said


def test_the_minute_that_is_asked_for_is_counted_whole() -> None:
    books.complete(books.sale())
    operator = desks.browser(factories.OPERATOR)

    def debit(**asked: str) -> str:
        return rows(operator.get("/federasi/neraca.csv", asked))[-2][1]

    assert debit(saat=NOON) == "100000"
    assert debit(saat="2026-06-02T11:59") == "0"
    assert debit() == "100000"
    assert debit(saat=NOON, diketahui=NOON) == "0"  # it was written down much later
    form = page_text.read(operator.get(BALANCE, {"saat": NOON})).form("")
    assert form.values["saat"] == NOON


@pytest.mark.parametrize("wrong", ["kemarin", "2026-02-31T10:00", "9999-12-31T23:59", "2026-06-02T12:00+07:00"])
def test_a_time_that_cannot_be_read_is_named(wrong) -> None:
    answer = desks.browser(factories.OPERATOR).get(BALANCE, {"saat": wrong})

    assert answer.status_code == 200
    assert "Waktunya tidak terbaca." in desks.text(answer)


def test_the_table_has_every_account_the_sums_and_the_newest_seal() -> None:
    books.complete(books.sale())
    head = sealed()

    header, *accounts, total, [last] = rows(desks.browser(factories.APPROVER).get("/federasi/neraca.csv", {"saat": NOON}))

    assert header[0] == "Rekening"
    assert len(accounts) == 10
    assert total == ["Jumlah seluruhnya", "100000", "100000", "0", "0", "0"]
    assert last == f"# 11 baris, segel {head}"


def test_journal_and_statement_name_the_newest_seal_too() -> None:
    books.complete(books.sale())
    sealed()
    head = sealed(2)
    auditor = desks.browser(factories.AUDITOR)

    for path in ("/federasi/jurnal.csv", f"/federasi/rekening/clearing:{factories.SUKAMAJU}.csv"):
        assert rows(auditor.get(path))[-1][0].endswith(f", segel {head}")


def test_a_seal_in_hand_is_found_or_missed() -> None:
    assert "Belum ada segel." in desks.text(desks.browser(factories.AUDITOR).get(SEALS))
    first, second = sealed(), sealed(2)
    auditor = desks.browser(factories.AUDITOR)
    page = auditor.get(SEALS)
    assert page.content.decode().index(second) < page.content.decode().index(first)

    form = page_text.read(page).form("")
    form.action = SEALS
    assert "Segel itu ada: nomor 1, untuk 1 Juli 2026." in desks.text(page_text.send(auditor, form, segel=f" {first.upper()} "))
    assert "Segel itu tidak ada di rantai ini." in desks.text(page_text.send(auditor, form, segel="0" * 64))
    assert "Segel terdiri dari 64 angka" in desks.text(page_text.send(auditor, form, segel=first[:12]))


def test_the_table_of_seals_is_one_that_can_be_checked() -> None:
    books.complete(books.sale())
    head = sealed()
    sealed(2)

    _header, *lines, [last] = rows(desks.browser(factories.OPERATOR).get("/federasi/segel.csv"))

    kept = [seals.read(cells=line) for line in lines]
    assert kept == seals.chain()
    assert kept[0].sha256 == head
    assert last.startswith("# 2 baris, segel ")
    assert seals.differences(kept=kept) == []


@pytest.mark.parametrize("path", [BALANCE, SEALS, "/federasi/neraca.csv", "/federasi/segel.csv"])
def test_only_the_federations_people_read_them_and_nobody_writes(path) -> None:
    assert desks.browser(factories.SARI).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert desks.browser(factories.AUDITOR).post(path).status_code == 405


def test_few_statements_however_long_the_history() -> None:
    books.complete(books.sale())
    for day in range(1, 8):
        sealed(day)
    operator = desks.browser(factories.OPERATOR)

    for path in (BALANCE, SEALS):
        with page_text.Statements() as statements:
            operator.get(path)
        assert len(statements.said) <= STATEMENTS_MAX, statements.said
