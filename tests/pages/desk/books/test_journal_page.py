"""The journal at the desk: filtered by day, account and order, page by page."""

from __future__ import annotations

import pytest

from settlement.reports import journal
from tests.support import desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")
DAY = {"dari": "2026-06-10", "sampai": "2026-06-10"}
BEFORE = {"dari": "2026-06-01", "sampai": "2026-06-09"}


def test_the_journal_is_filtered_by_day_account_and_order() -> None:
    order_id = desks.sold()
    desks.sold(seller=factories.MELATI, minutes=10)
    auditor = desks.browser(factories.AUDITOR)

    def lines(**asked: str) -> int:
        return len(desks.spreadsheet(auditor.get("/federasi/jurnal.csv", asked))) - 1

    everything = lines()
    assert everything > 4
    assert lines(**DAY) == everything
    assert lines(**BEFORE) == 0
    assert lines(sebab=str(order_id)) == everything / 2
    assert lines(rekening=f"clearing:{factories.MELATI}") < everything / 2
    assert "Nomor pesanan itu tidak terbaca" in desks.text(auditor.get("/federasi/jurnal/", {"sebab": "K7M"}))
    table = auditor.get("/federasi/jurnal.csv", {"sebab": "K7M"})
    assert (table.status_code, "Nomor pesanan itu tidak terbaca" in desks.text(table)) == (422, True)


def test_the_journal_goes_on_page_by_page_without_gap_or_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
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

    assert len(seen) == len(set(seen)) == len(journal.entries(most=500).rows)
