"""The desk's list of the lines of bank statements that wait for a person: what waits, what is held, what is not shown."""

from __future__ import annotations

import pytest

from settlement.models import StatementLine
from tests.support import desks, factories, page_text
from tests.support.statement_desk import HOLD, PATH, PAY_BACK, decide, line, upload, url_of, waiting

STATEMENTS_MAX = 14


def test_held_lines_hide_no_open_one_and_what_is_not_shown_is_counted(collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pages.desk.bank.bank_statements_page.LINES_MAX", 3)
    upload(("SETORAN", 1_001), ("SETORAN", 1_002))
    for amount in (1_001, 1_002):
        assert decide(HOLD, line(amount)).status_code == 303
    upload(("KIRIMAN", 2_001), ("KEMBALI", -500), ("KIRIMAN", 2_003), first=3)

    operator = desks.browser(factories.OPERATOR)
    page = page_text.read(operator.get(PATH))

    assert "3 baris menunggu diputuskan." in page.text
    assert {place for place in desks.offered(operator, PATH) if not place.startswith(("masukkan/", "berkas/"))} == {
        url_of(one).removeprefix(PATH) for one in StatementLine.objects.filter(state="open")
    }
    assert "2 baris lagi tampil sesudah yang di atas diputuskan; semuanya ada di CSV." in page.text
    assert decide(PAY_BACK, line(500), source_id=str(line(1_002).id)).status_code == 303  # of one that is not shown


def test_without_the_federations_account_the_page_leads_to_it(market) -> None:
    page = page_text.read(desks.browser(factories.OPERATOR).get(PATH))

    assert "Rekening bank federasi belum diisi." in page.text
    assert "/federasi/rekening-bank/F/" in page.links
    assert f"{PATH}masukkan/" not in page.links


def test_statements_are_read_by_the_federations_people(collecting) -> None:
    upload(("SETORAN", 5_000))
    for person in (factories.RATNA, factories.TINI, factories.WULAN):
        assert desks.browser(person).get(PATH).status_code == 404
        assert desks.browser(person).get("/federasi/rekening-koran.csv").status_code == 404
    for person in (factories.APPROVER, factories.AUDITOR):
        assert "1 baris menunggu diputuskan." in waiting(person)
        assert desks.offered(desks.browser(person), PATH) == set()
    assert desks.browser(factories.OPERATOR).post(PATH, {"reason": "x"}).status_code == 405


def test_what_the_page_costs_does_not_grow_with_its_lines(collecting) -> None:
    upload(*((f"SETORAN {number}", 1_000 + number) for number in range(12)))
    for number in range(4):
        decide(HOLD, line(1_000 + number))
    operator = desks.browser(factories.OPERATOR)
    operator.get(PATH)

    with page_text.Statements() as statements:
        operator.get(PATH)

    assert len(statements.said) <= STATEMENTS_MAX, statements.said
