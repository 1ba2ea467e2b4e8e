"""The desk's daily seals: one in hand is found or missed, and the table can be checked; read only, for all of the federation's people."""

from __future__ import annotations

import pytest
from django.test import Client

from settlement.seals import seals
from tests.support import desks, factories, page_text
from tests.support.books_desk import rows, sealed
from tests.support.settlement import books

pytestmark = pytest.mark.usefixtures("market")
PATH, TABLE = "/federasi/segel/", "/federasi/segel.csv"
STATEMENTS_MAX = 5


def test_a_seal_in_hand_is_found_or_missed() -> None:
    assert "Belum ada segel." in desks.text(desks.browser(factories.AUDITOR).get(PATH))
    first, second = sealed(), sealed(2)
    auditor = desks.browser(factories.AUDITOR)
    page = auditor.get(PATH)
    assert page.content.decode().index(second) < page.content.decode().index(first)

    form = page_text.read(page).form("")
    form.action = PATH
    assert "Segel itu ada: nomor 1, untuk 1 Juli 2026." in desks.text(page_text.send(auditor, form, segel=f" {first.upper()} "))
    assert "Segel itu tidak ada di rantai ini." in desks.text(page_text.send(auditor, form, segel="0" * 64))
    assert "Segel terdiri dari 64 angka" in desks.text(page_text.send(auditor, form, segel=first[:12]))


def test_the_table_of_seals_is_one_that_can_be_checked() -> None:
    books.complete(books.sale())
    head = sealed()
    sealed(2)

    _header, *lines, [last] = rows(desks.browser(factories.OPERATOR).get(TABLE))

    kept = [seals.read(cells=line) for line in lines]
    assert kept == seals.chain()
    assert kept[0].sha256 == head
    assert last.startswith("# 2 baris, segel ")
    assert seals.differences(kept=kept) == []


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
