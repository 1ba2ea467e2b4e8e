"""The desk's trial balance at any minute, as a page and as a table: read only, for all of the federation's people."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support import desks, factories, page_text
from tests.support.books_desk import rows, sealed
from tests.support.settlement import books
from tests.unit.settlement import test_advancing

pytestmark = pytest.mark.usefixtures("market")
PATH, TABLE = "/federasi/neraca/", "/federasi/neraca.csv"
NOON = "2026-06-02T12:00"  # books.NOON in Jakarta
STATEMENTS_MAX = 5


def test_the_balance_says_that_both_sides_are_equal_and_what_each_account_holds(market) -> None:
    test_advancing.test_half_a_payment_is_shared_and_the_rest_rolls_on(market)
    books.reserve(books.sale(goods=50_000, fee=0))

    said = desks.text(desks.browser(factories.OPERATOR).get(PATH))

    assert "Debit dan kredit sama: Rp 320.000. Yang baru ditahan: Rp 50.000." in said
    assert "Kas sendiri federasi 2.400 0 2.400 0 0".replace(" ", "") in said.replace("Rp", "").replace("\u00a0", "").replace(" ", "")
    assert "Rekening tanpa gerakan tidak ditampilkan: 10." in said


def test_the_minute_that_is_asked_for_is_counted_whole() -> None:
    books.complete(books.sale())
    operator = desks.browser(factories.OPERATOR)

    def debit(**asked: str) -> str:
        return rows(operator.get(TABLE, asked))[-2][1]

    assert debit(saat=NOON) == "100000"
    assert debit(saat="2026-06-02T11:59") == "0"
    assert debit() == "100000"
    assert debit(saat=NOON, diketahui=NOON) == "0"  # it was written down much later
    form = page_text.read(operator.get(PATH, {"saat": NOON})).form("")
    assert form.values["saat"] == NOON


@pytest.mark.parametrize("wrong", ["kemarin", "2026-02-31T10:00", "9999-12-31T23:59", "2026-06-02T12:00+07:00"])
def test_a_time_that_cannot_be_read_is_named(wrong) -> None:
    for asked in ({"saat": wrong}, {"diketahui": wrong}):
        answer = desks.browser(factories.OPERATOR).get(PATH, asked)
        table = desks.browser(factories.OPERATOR).get(TABLE, asked)

        assert (answer.status_code, table.status_code) == (200, 422)  # a table to keep is not another minute's
        assert "Waktunya tidak terbaca." in desks.text(answer)
        assert "Waktunya tidak terbaca." in desks.text(table)


def test_the_table_has_every_account_the_sums_and_the_newest_seal() -> None:
    books.complete(books.sale())
    head = sealed()

    header, *accounts, total, [last] = rows(desks.browser(factories.APPROVER).get(TABLE, {"saat": NOON}))

    assert header[0] == "Rekening"
    assert len(accounts) == 17
    assert {"Kas titipan federasi", "Sukamaju"} <= {account[0] for account in accounts}
    assert {"agent-cash", f"clearing:{factories.SUKAMAJU}"} <= {account[-1] for account in accounts}
    assert total == ["Jumlah seluruhnya", "100000", "100000", "0", "0", "0", ""]
    assert last == f"# 18 baris, segel {head}"


def test_journal_and_statement_name_the_newest_seal_too() -> None:
    books.complete(books.sale())
    sealed()
    head = sealed(2)
    auditor = desks.browser(factories.AUDITOR)

    for path in ("/federasi/jurnal.csv", f"/federasi/rekening/clearing:{factories.SUKAMAJU}.csv"):
        assert rows(auditor.get(path))[-1][0].endswith(f", segel {head}")


@pytest.mark.parametrize("path", [PATH, TABLE])
def test_only_the_federations_people_read_it_and_nobody_writes(path: str) -> None:
    assert desks.browser(factories.SARI).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert desks.browser(factories.AUDITOR).post(path).status_code == 405


def test_few_statements_however_long_the_history() -> None:
    books.complete(books.sale())
    for day in range(1, 8):
        sealed(day)
    operator = desks.browser(factories.OPERATOR)

    with page_text.Statements() as statements:
        operator.get(PATH)

    assert len(statements.said) <= STATEMENTS_MAX, statements.said
